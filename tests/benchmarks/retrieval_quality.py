# SPDX-License-Identifier: Apache-2.0
"""Retrieval on real questions, one paragraph a file, split as the pipeline splits: each arm alone, the usual fusion, and ours.

python -m tests.benchmarks retrieval_quality [LANGUAGE…]       sets of ../shared/data/retrieval, or below $INKSTONE_QUESTIONS

Wanted: R@1 / R@5 at least en 0.95/0.99, zh 0.97/0.99, de 0.88/0.96, and nowhere more than 0.005 below the better arm alone; in a
library of all sets together each language within 0.01 of its own library. "Nothing found": for half of the questions the answering
paragraph is taken out; ROC AUC at least 0.85, accuracy at the shipped threshold within 0.02 of the best threshold's.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.contract.document import Document, Locator, Segment, SourceFile
from desktop_app.documents.text.splitting import split
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.indexing.chunk_measure import ChunkMeasure
from desktop_app.library.library import Library
from desktop_app.library.stores.chunk_rows import text_hash
from desktop_app.retrieval import trust
from desktop_app.retrieval.fusion import ANSWERS
from desktop_app.retrieval.query_terms import search_terms
from desktop_app.retrieval.retriever import Retriever

_SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "retrieval"
_DEPTH = 50
_RRF = 60
_TOP = 20
WANTED = {"en": (0.95, 0.99), "zh": (0.97, 0.99), "de": (0.88, 0.96)}


@dataclass(frozen=True)
class Question:
    text: str
    passage: str


@dataclass(frozen=True)
class Set:
    language: str
    passages: dict[str, str]
    questions: list[Question]


class Once:
    """The embedder, asked once for each text: the same questions go to five ways of ranking and two libraries. All else is the embedder's own."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._documents: dict[str, NDArray[np.float32]] = {}
        self._questions: dict[str, NDArray[np.float32]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def embed_documents(self, texts: Sequence[str], /, *, ahead: bool = False) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._documents]
        self._documents.update(zip(new, self._embedder.embed_documents(new, ahead=ahead), strict=True))
        return np.array([self._documents[text] for text in texts])

    def embed_question(self, text: str, /) -> NDArray[np.float32]:
        if text not in self._questions:
            self._questions[text] = self._embedder.embed_question(text)
        return self._questions[text]


def read(folder: Path, language: str) -> Set:
    def lines(kind: str) -> list[dict[str, str]]:
        text = (folder / f"{language}.{kind}.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    # Blank questions (two Chinese ones) have no answer.
    asked = [Question(line["question"], line["passage"]) for line in lines("questions") if line["question"].strip()]
    return Set(language, {line["id"]: line["text"] for line in lines("passages")}, asked)


def fill(library: Library, sets: Sequence[Set], embedder: Embedder) -> None:
    """As the pipeline does, one paragraph a file."""
    facts, measure = embedder.facts, ChunkMeasure([embedder])
    library.attach_vectors(facts.fingerprint)
    library.put_embedding("bundled", fingerprint=facts.fingerprint, dimension=facts.dimension, languages=facts.languages)
    for number, (name, text) in enumerate(pair for one in sets for pair in one.passages.items()):
        document = Document((Segment(text, Locator(lines=(1, 1))),))
        chunks = split(document, count_tokens=measure.count, max_tokens=measure.limit)
        rows = np.asarray(embedder.embed_documents([chunk.text for chunk in chunks]), dtype="<f2")
        vectors = {text_hash(chunk.text): row.tobytes() for chunk, row in zip(chunks, rows, strict=True)}
        file = SourceFile(f"/paragraphs/{name}.txt", len(text), 1_700_000_000_000_000_000 + number, name)
        library.catalogue.files.store(file, chunks, state="indexed", model=facts.fingerprint, vectors=vectors)
    library.flush_vectors()
    trust.measure(library, embedder)


def name_of(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]


def rankings(library: Library, embedder: Embedder, questions: Sequence[Question]) -> dict[str, np.ndarray]:
    """The rank of each question's paragraph (infinite: not among the first) by each way of ranking."""
    catalogue = library.catalogue
    ours, by_words = Retriever(library, lambda: embedder), Retriever(library, lambda: None)
    assert library.vectors is not None

    def rank(question: Question, names: Sequence[str]) -> float:
        listed = list(dict.fromkeys(names))
        return listed.index(question.passage) + 1 if question.passage in listed else np.inf

    def named(ids: Sequence[int]) -> list[str]:
        return [name_of(chunk.path) for chunk in catalogue.chunks.by_ids(ids)]

    found: dict[str, list[float]] = {name: [] for name in ("dense", "index", "lexical", "equal RRF", "ours")}
    for question in questions:
        index = [chunk for chunk, _ in catalogue.lookup.search(search_terms(question.text), _DEPTH)]
        dense = [chunk for chunk, _ in library.vectors.search(embedder.embed_question(question.text), _DEPTH)]
        scores = dict[int, float]()
        for ranking in (index, dense):
            for place, chunk in enumerate(ranking, start=1):
                scores[chunk] = scores.get(chunk, 0.0) + 1 / (_RRF + place)
        found["dense"].append(rank(question, named(dense)))
        found["index"].append(rank(question, named(index)))
        found["equal RRF"].append(rank(question, named(sorted(scores, key=lambda chunk: -scores[chunk]))))
        for name, retriever in (("lexical", by_words), ("ours", ours)):
            passages = retriever.search(question.text, _TOP).passages
            found[name].append(rank(question, [name_of(one.path) for one in passages]))
    return {name: np.asarray(places) for name, places in found.items()}


def figures(found: np.ndarray) -> tuple[float, float, float]:
    """R@1, R@5, MRR."""
    return float(np.mean(found <= 1)), float(np.mean(found <= 5)), float(np.mean(1 / found))


def nothing_found(retriever: Retriever, questions: Sequence[Question]) -> tuple[np.ndarray, np.ndarray]:
    """(best relevance with the answering paragraph in place, without it), each for half of the questions."""
    chance = random.Random(7)
    present, absent = [], []
    for question in questions:
        passages = retriever.search(question.text, 8).passages
        if chance.random() < 0.5:
            present.append(max((one.score for one in passages), default=0.0))
        else:
            others = [one for one in passages if name_of(one.path) != question.passage]
            absent.append(max((one.score for one in others), default=0.0))
    return np.asarray(present), np.asarray(absent)


def accuracy(present: np.ndarray, absent: np.ndarray, threshold: float) -> float:
    return float((np.mean(present >= threshold) + np.mean(absent < threshold)) / 2)


def auc(present: np.ndarray, absent: np.ndarray) -> float:
    above = (present[:, None] > absent[None, :]).mean()
    return float(above + (present[:, None] == absent[None, :]).mean() / 2)


def table(sets: Sequence[Set], embedder: Embedder) -> None:
    own = dict[str, float]()
    for one in sets:
        with tempfile.TemporaryDirectory() as folder, closing(Library(Path(folder) / "library")) as library:
            fill(library, [one], embedder)
            print(f"{one.language}: {len(one.passages)} paragraphs, {len(one.questions)} questions")
            reached = {}
            for name, places in rankings(library, embedder, one.questions).items():
                at_1, at_5, mrr = reached[name] = figures(places)
                print(f"  {name:<10} R@1 {at_1:.3f}  R@5 {at_5:.3f}  MRR {mrr:.3f}")
            own[one.language] = reached["ours"][0]
            best = max(reached["dense"][0], reached["lexical"][0])
            wanted = WANTED.get(one.language)
            least = f"; wanted {wanted[0]:.2f} / {wanted[1]:.2f}" if wanted else ""
            print(f"  ours - better arm alone: {reached['ours'][0] - best:+.3f}; wanted -0.005 or more{least}")
            measured = trust.stored(library)
            for code, found in (measured.languages if measured else {}).items():
                print(f"  trust {code}: dense {found.dense:.2f}, lexical {found.lexical:.2f}, {found.pairs} pairs")
            present, absent = nothing_found(Retriever(library, lambda: embedder), one.questions)
            thresholds = np.unique(np.concatenate([present, absent]))
            accuracies = [accuracy(present, absent, threshold) for threshold in thresholds]
            shipped = accuracy(present, absent, ANSWERS)
            print(
                f"  nothing found: AUC {auc(present, absent):.3f}, accuracy {shipped:.3f} at {ANSWERS}, best {max(accuracies):.3f} at "
                f"{thresholds[int(np.argmax(accuracies))]:.2f}; wanted: AUC 0.85, within 0.02"
            )
    if len(sets) < 2:
        return
    with tempfile.TemporaryDirectory() as folder, closing(Library(Path(folder) / "library")) as library:
        fill(library, sets, embedder)
        for one in sets:
            at_1, at_5, _ = figures(rankings(library, embedder, one.questions)["ours"])
            print(
                f"mixed library, {one.language}: R@1 {at_1:.3f} ({at_1 - own[one.language]:+.3f}; wanted within 0.01), R@5 {at_5:.3f}"
            )


def main() -> None:
    from desktop_app.embedding.factory import BUNDLED, open_embedder

    folder = Path(os.environ.get("INKSTONE_QUESTIONS", _SHARED))
    known = sorted(path.name.split(".")[0] for path in folder.glob("*.questions.jsonl"))
    if not known:
        print("skipped: no question sets in ../shared/data/retrieval")
        return
    chosen = [name for name in sys.argv[2:] if name in known] or known
    embedder = open_embedder(BUNDLED)
    assert embedder is not None
    table([read(folder, language) for language in chosen], Once(embedder))
