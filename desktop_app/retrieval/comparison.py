# SPDX-License-Identifier: Apache-2.0
"""Comparison of several embedding models on the user's own questions.

It ends in a recommendation. Each model gets a library of its own in a scratch folder, made of the chunks in the catalogue: the
same index, the same fusion as in use, and the user's library is not touched. A large library is represented by the files the
questions need and others up to ``MOST_CHUNKS`` passages; all models see the same ones.

The recommendation: the best nDCG@10 of the fused results wins, unless the difference may be chance;
among models that are as good as the best, the one that costs least time and room.
"""

from __future__ import annotations

import math
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import mean, stdev

import numpy as np

from desktop_app.contract.document import Chunk, SourceFile
from desktop_app.contract.ledger import StoredChunk
from desktop_app.contract.reports.evaluation_report import (
    ArmFigures,
    Comparison,
    ModelFigures,
    Question,
    Recommendation,
    Target,
)
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.library.library import Library
from desktop_app.library.stores.chunk_rows import text_hash
from desktop_app.retrieval import evaluation, questions, trust

MOST_CHUNKS = 2_000
_BLOCK = 64  # texts between two looks at the cancel
_ROOM = 100_000_000  # bytes of a model that weigh as much as ...
_SECOND = 0.01  # ... this many seconds a passage, in what a model costs

ComparisonProgress = Callable[[str, int, int], None]
"""(model, "" before the first; steps done; steps in all): a step is a passage embedded or a question asked."""


def compare(
    library: Library,
    asked: Sequence[Question],
    choices: Sequence[str],
    open_model: Callable[[str], Embedder | None],
    *,
    cancel: Cancellation,
    report: ComparisonProgress = lambda _model, _done, _total: None,
) -> Comparison:
    """Raises ``Cancelled``, and what ``open_model`` raises."""
    targets = questions.match(library.catalogue, asked).targets
    files = _chosen(library, targets)
    chunks = sum(len(file) for file in files)
    models = []
    for choice in choices:
        embedder = open_model(choice)
        if embedder is None:
            continue
        progress = lambda done, total, name=embedder.facts.name: report(name, done, total)  # noqa: E731
        with _scratch() as scratch:
            speed = _filled(scratch, files, embedder, cancel, progress)
            trust.measure(scratch, embedder, cancel.check)
            again = questions.match(scratch.catalogue, asked).targets
            figures = evaluation.evaluate(evaluation.arms(scratch, embedder), again, cancel=cancel, report=progress)
        facts = embedder.facts
        models.append(
            ModelFigures(choice, facts.name, facts.dimension, _size(Path(facts.path)), speed, facts.languages, figures)
        )
    return Comparison(tuple(models), recommend(models), chunks, library.catalogue.chunks.count())


def recommend(models: Sequence[ModelFigures]) -> Recommendation:
    """One of the models, with reasons. ``models`` must not be empty."""
    best = max(models, key=lambda model: model.arms["fused"].ndcg_10)
    as_good = [model for model in models if not _clearly_better(best.arms["fused"], model.arms["fused"])]
    chosen = min(as_good, key=_cost)
    others = [model for model in models if model is not chosen]
    reasons: list[tuple[str, dict[str, float | str]]] = []
    share = chosen.arms["fused"].recall_1
    if not others:
        reasons.append(("only", {"share": share}))
    elif len(as_good) == 1:
        following = max(others, key=lambda model: model.arms["fused"].ndcg_10)
        reasons.append(("best", {"share": share, "next": following.arms["fused"].recall_1, "other": following.name}))
    else:
        equal = [model for model in as_good if model is not chosen]
        reasons.append(("as_good", {"share": share, "other": ", ".join(model.name for model in equal)}))
        slowest, largest = min(model.speed for model in equal), max(model.size for model in equal)
        if chosen.speed > 1.2 * slowest:
            reasons.append(("faster", {"times": chosen.speed / slowest}))
        if largest > 1.2 * chosen.size:
            reasons.append(("smaller", {"size": chosen.size, "other_size": largest}))
    if not _clearly_better(chosen.arms["fused"], chosen.arms["lexical"]):
        reasons.append(("words_do", {}))
    asked = len(chosen.arms["fused"].ranks)
    if asked < 30:
        reasons.append(("few", {"n": asked}))
    return Recommendation(chosen.choice, tuple(reasons))


def _clearly_better(one: ArmFigures, other: ArmFigures) -> bool:
    """Whether the difference, question by question, is more than twice its standard error."""
    gains = [_gain(first) - _gain(second) for first, second in zip(one.ranks, other.ranks, strict=True)]
    if len(gains) < 2:
        return False
    return bool(mean(gains) > 2 * stdev(gains) / math.sqrt(len(gains)))


def _gain(rank: int) -> float:
    return 1 / rank if rank else 0.0


def _cost(model: ModelFigures) -> float:
    return 1 / model.speed / _SECOND + model.size / _ROOM


# ---- a scratch library --------------------------------------------------------------------------------------------------


@contextmanager
def _scratch() -> Iterator[Library]:
    with (
        tempfile.TemporaryDirectory(prefix="inkstone-eval-", ignore_cleanup_errors=True) as folder,
        closing(Library(Path(folder) / "library")) as library,
    ):
        yield library


def _chosen(library: Library, targets: Sequence[Target]) -> list[list[StoredChunk]]:
    """The chunks of the files to compare on, a list a file: all that are needed, then others by chance up to ``MOST_CHUNKS``."""
    needed = {path for target in targets for path in target.files}
    sizes = {file[0].path: len(file) for file in library.catalogue.chunks.by_file()}
    rest = sorted(set(sizes) - needed)
    random.Random(len(sizes)).shuffle(rest)  # noqa: S311 - a sample, no secret
    room = MOST_CHUNKS - sum(sizes.get(path, 0) for path in needed)
    for path in rest:
        if sizes[path] <= room:
            needed.add(path)
            room -= sizes[path]
    return [file for file in library.catalogue.chunks.by_file() if file[0].path in needed]


def _filled(
    scratch: Library,
    files: Sequence[Sequence[StoredChunk]],
    embedder: Embedder,
    cancel: Cancellation,
    progress: evaluation.EvaluationProgress,
) -> float:
    """Index the files with this model; returns passages embedded a second."""
    facts = embedder.facts
    texts = list(dict.fromkeys(chunk.text for file in files for chunk in file))
    vectors: dict[bytes, bytes] = {}
    embedder.embed_documents(texts[:1])  # what is loaded with the first text is not counted
    started = time.perf_counter()
    for start in range(0, len(texts), _BLOCK):
        cancel.check()
        progress(start, len(texts))
        block = texts[start : start + _BLOCK]
        rows = np.asarray(embedder.embed_documents(block), dtype="<f2")
        vectors.update((text_hash(text), row.tobytes()) for text, row in zip(block, rows, strict=True))
    seconds = max(1e-9, time.perf_counter() - started)
    scratch.attach_vectors(facts.fingerprint)
    scratch.put_embedding("", fingerprint=facts.fingerprint, dimension=facts.dimension, languages=facts.languages)
    for number, file in enumerate(files):
        cancel.check()
        own = {digest: vectors[digest] for digest in (text_hash(chunk.text) for chunk in file)}
        chunks = [Chunk(chunk.text, chunk.locator, chunk.trail, chunk.pieces) for chunk in file]
        digest = text_hash("\n".join(chunk.text for chunk in file)).hex()
        source = SourceFile(file[0].path, 1, number, digest)
        scratch.catalogue.files.store(source, chunks, state="indexed", model=facts.fingerprint, vectors=own)
    scratch.flush_vectors()
    return len(texts) / seconds


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*.safetensors"))
