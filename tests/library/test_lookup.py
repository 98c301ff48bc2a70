"""What a search is given does not depend on the order in which files came in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.library.library import Library
from library.making import MODEL, store

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
