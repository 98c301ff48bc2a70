# SPDX-License-Identifier: Apache-2.0
"""Retrieval on real questions that nobody here wrote: the right paragraph first, and among the first five."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from library.making import source_file

from desktop_app.contract.document import Document, Locator, Segment
from desktop_app.documents.text.splitting import split
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.indexing.chunk_measure import ChunkMeasure
from desktop_app.library.library import Library
from desktop_app.library.stores.chunk_rows import text_hash
from desktop_app.retrieval.retriever import Retriever

pytestmark = pytest.mark.slow
_PARAGRAPHS = 60  # all of them take minutes on one core; the benchmark retrieval_quality does


@pytest.mark.parametrize(("language", "first", "five"), [("en", 0.963, 0.995), ("zh", 0.967, 0.99), ("de", 0.941, 0.987)])
def test_recall(
    shared: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    making_home: Path,
    default_embedder: Embedder,
    language: str,
    first: float,
    five: float,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One paragraph a file, split as the pipeline splits."""
    data = shared / "data" / "retrieval"
    if not (data / f"{language}.passages.jsonl").is_file():
        pytest.skip("no retrieval set for this language")

    def lines(kind: str) -> list[dict[str, str]]:
        return [json.loads(line) for line in (data / f"{language}.{kind}.jsonl").read_text(encoding="utf-8").splitlines()]

    monkeypatch.setenv("INKSTONE_HOME", str(making_home))  # where the model was measured
    facts, measure = default_embedder.facts, ChunkMeasure([default_embedder])
    with closing(Library(tmp_path / "资料库")) as library:
        library.attach_vectors(facts.fingerprint)
        passages = lines("passages")[:_PARAGRAPHS]
        for passage in passages:
            document = Document((Segment(passage["text"], Locator(lines=(1, 1))),))
            chunks = split(document, count_tokens=measure.count, max_tokens=measure.limit)
            rows = np.asarray(default_embedder.embed_documents([chunk.text for chunk in chunks]), dtype="<f2")
            vectors = {text_hash(chunk.text): row.tobytes() for chunk, row in zip(chunks, rows, strict=True)}
            library.catalogue.files.store(
                source_file(f"/段落/{passage['id']}.txt"), chunks, state="indexed", model=facts.fingerprint, vectors=vectors
            )
        library.flush_vectors()
        retriever = Retriever(library, lambda: default_embedder)
        ranks = []
        there = {passage["id"] for passage in passages}
        for asked in (
            line for line in lines("questions") if line["question"].strip() and line["passage"] in there
        ):  # two are blank
            paths = dict.fromkeys(found.path for found in retriever.search(asked["question"], 15).passages)
            names = [path.rsplit("/", 1)[1].removesuffix(".txt") for path in paths]
            ranks.append(names.index(asked["passage"]) + 1 if asked["passage"] in names else 99)
    at_1, at_5 = (sum(rank <= k for rank in ranks) / len(ranks) for k in (1, 5))
    with capsys.disabled():
        print(f"\n{language}: R@1 {at_1:.3f}, R@5 {at_5:.3f} over {len(ranks)} questions")
    assert at_1 >= first
    assert at_5 >= five
