# SPDX-License-Identifier: Apache-2.0
"""What a search is given does not depend on the order in which files came in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from desktop_app.contract.ledger import Scope
from desktop_app.library.library import Library
from desktop_app.library.stores.lookup import Lookup
from library.making import MODEL, store, unit_vector

FILES = 120
TEXTS = ("A pallet of ink was counted.", "The brushes came later.")


@pytest.fixture
def forwards_and_backwards(tmp_path: Path) -> Iterator[list[Library]]:
    """Two libraries of the same 120 files of equal text, read in opposite orders."""
    with closing(Library(tmp_path / "一")) as one, closing(Library(tmp_path / "二")) as other:
        for library, numbers in ((one, range(FILES)), (other, reversed(range(FILES)))):
            library.attach_vectors(MODEL)
            for number in numbers:
                store(library.catalogue, f"/{'甲' if number % 2 else '乙'}/{number:03}/纸.txt", *TEXTS, model=MODEL)
        yield [one, other]


def places(library: Library, found: list[tuple[int, float]]) -> list[tuple[str, int, float]]:
    chunks = library.catalogue.chunks.by_ids([chunk for chunk, _ in found])
    return [(chunk.path, chunk.ordinal, score) for chunk, (_, score) in zip(chunks, found, strict=True)]


@pytest.mark.parametrize("scope", [Scope(), Scope(below=("/甲",))], ids=["everywhere", "in a folder"])
@pytest.mark.parametrize("limit", [10, 20, 50])
def test_of_equal_chunks_the_same_ones_are_found(forwards_and_backwards: list[Library], limit: int, scope: Scope) -> None:
    def by_words(lookup: Lookup) -> list[tuple[int, float]]:
        return lookup.search(["pallet", "brushes"], limit, scope)

    def by_phrase(lookup: Lookup) -> list[tuple[int, float]]:
        return lookup.phrase("pallet of ink", limit, scope)

    def by_meaning(lookup: Lookup) -> list[tuple[int, float]]:
        return lookup.nearest(unit_vector("问").astype(np.float32), limit, scope, MODEL)

    for search in (by_words, by_phrase, by_meaning):
        one, other = (places(library, search(library.catalogue.lookup)) for library in forwards_and_backwards)
        assert len(one) == limit
        assert one == other


def test_a_small_library_is_compared_exactly(forwards_and_backwards: list[Library]) -> None:
    """Whatever Chroma's graph would find."""
    question = unit_vector("问").astype(np.float32)
    one, other = (places(library, library.nearest(MODEL, question, 30) or []) for library in forwards_and_backwards)
    assert len(one) == 30
    assert one == other
    best = max(range(2), key=lambda ordinal: float(unit_vector(TEXTS[ordinal]) @ question))
    assert {ordinal for _, ordinal, _ in one} == {best}


def test_a_library_that_is_being_filled_is_searched_by_its_index(
    forwards_and_backwards: list[Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Comparing all would read every vector anew for each question."""
    library, question = forwards_and_backwards[0], unit_vector("问").astype(np.float32)
    library.flush_vectors()
    exact = places(library, library.nearest(MODEL, question, 30) or [])
    monkeypatch.setattr(library.catalogue.lookup, "nearest", None)
    with library.being_filled():
        found = places(library, library.nearest(MODEL, question, 30) or [])
    assert [score for *_, score in found] == pytest.approx([score for *_, score in exact], abs=1e-3)


def test_a_sample_is_the_same_for_the_same_texts(forwards_and_backwards: list[Library]) -> None:
    one, other = forwards_and_backwards
    store(one.catalogue, "/更多.txt", *(f"第{number}段。" for number in range(40)))
    for number in reversed(range(40)):
        store(other.catalogue, f"/更多/{number}.txt", f"第{number}段。")
    sample = one.catalogue.lookup.sample(10)
    assert len(set(sample)) == 10
    assert other.catalogue.lookup.sample(10) == sample
    assert [digest for digest, _ in other.catalogue.lookup.texts(sample)] == sample
    assert len(one.catalogue.lookup.sample(100)) == 42
