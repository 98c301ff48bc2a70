# SPDX-License-Identifier: Apache-2.0
"""More like this: with and without the embedding model, from a passage and from a selection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from library.making import chunk, source_file

from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.errors import UsageProblem
from desktop_app.library.library import Library
from desktop_app.library.stores.chunk_rows import text_hash
from desktop_app.retrieval.similar import similar

TEXTS = {
    "/甲.txt": ["质保期为十八个月，自验收合格之日起计算。", "付款期限为收到发票后三十日。"],
    "/乙.txt": ["本合同项下产品的质保期为二十四个月，自验收之日起计算。"],
    "/hotel.txt": ["A hotel room may cost up to 140 euros a night.", "Backups are kept for ninety days."],
    "/stay.txt": ["Accommodation expenses are refunded up to 140 euros."],
}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "资料库")) as made:
        for path, texts in TEXTS.items():
            made.catalogue.files.store(source_file(path), [chunk(text) for text in texts], state="indexed")
        yield made


def id_of(library: Library, start: str) -> int:
    return next(found.id for found in library.catalogue.chunks.by_ids(range(1, 20)) if found.text.startswith(start))


def test_words_alone(library: Library) -> None:
    asked = id_of(library, "质保期为")
    result = similar(library, None, TEXTS["/甲.txt"][0], asked)
    assert [passage.path for passage in result.passages] == ["/乙.txt"]
    best = result.passages[0]
    assert (best.rank, best.text) == (1, TEXTS["/乙.txt"][0])
    assert 0.3 < best.score < 1
    assert "质保期为" in best.terms
    assert result.searched_files == 4


def test_without_the_passage_itself_it_is_found_too(library: Library) -> None:
    assert [passage.path for passage in similar(library, None, TEXTS["/甲.txt"][0]).passages] == ["/甲.txt", "/乙.txt"]


def test_meaning_counts_where_the_model_knows_the_language(library: Library, bundled_embedder: Embedder) -> None:
    facts = bundled_embedder.facts
    library.attach_vectors(facts.fingerprint)
    for path, texts in TEXTS.items():
        rows = np.asarray(bundled_embedder.embed_documents(texts), dtype="<f2")
        vectors = {text_hash(text): row.tobytes() for text, row in zip(texts, rows, strict=True)}
        library.catalogue.files.store(
            source_file(path), [chunk(text) for text in texts], state="indexed", model=facts.fingerprint, vectors=vectors
        )
    library.flush_vectors()
    result = similar(library, bundled_embedder, "Lodging may not be dearer than this")
    assert {passage.path for passage in result.passages[:2]} == {"/hotel.txt", "/stay.txt"}
    assert all(0 <= passage.score <= 1 for passage in result.passages)


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_nothing_selected_is_told(library: Library, text: str) -> None:
    with pytest.raises(UsageProblem, match="question_empty"):
        similar(library, None, text)


@pytest.mark.parametrize("text", ["？！。", "😀", '"OR* NEAR(', "字" * 100_000, "word " * 20_000])
def test_odd_selections(library: Library, text: str) -> None:
    assert similar(library, None, text).passages == ()
