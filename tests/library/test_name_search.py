# SPDX-License-Identifier: Apache-2.0
"""Files and folders by parts of their names, pinyin initials and folders; while files come and go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.library.catalogue import Catalogue
from desktop_app.library.name_search import NameSearch

from .making import source_file

FILES = (
    "/资料/办公室/人事/员工手册.pdf",
    "/资料/办公室/人事/旧/员工手册 2019.docx",
    "/资料/办公室/合同/采购合同.docx",
    "/资料/办公室/travel/Travel rules.docx",
    "/别处/单独.txt",
)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with closing(Catalogue(tmp_path / "catalogue.sqlite")) as made:
        made.sources.add("/资料/办公室", "folder", 0)
        made.sources.add("/别处/单独.txt", "file", 0)
        made.files.put_pending([source_file(path, mtime_ns=number) for number, path in enumerate(FILES)])
        yield made


def paths(search: NameSearch, text: str, limit: int = 10) -> list[str]:
    return [one.path for one in search.find(text, limit)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("员工", [FILES[0], FILES[1]]),
        ("手册 员工", [FILES[0], FILES[1]]),
        ("手册 2019", [FILES[1]]),
        ("ygsc", [FILES[0], FILES[1]]),
        ("cght", [FILES[2]]),
        ("TRAVEL", ["/资料/办公室/travel", FILES[3]]),
        ("人事", ["/资料/办公室/人事", "/资料/办公室/人事/旧", FILES[0], FILES[1]]),
        ("人事 旧", ["/资料/办公室/人事/旧", FILES[1]]),
        ("单独", [FILES[4]]),
        ("没有这样的", []),
    ],
)
def test_parts_of_names(catalogue: Catalogue, text: str, found: list[str]) -> None:
    assert paths(NameSearch(catalogue), text) == found


def test_a_name_comes_before_a_folder_above(catalogue: Catalogue) -> None:
    catalogue.files.put_pending([source_file("/资料/办公室/手册/甲.pdf")])
    found = paths(NameSearch(catalogue), "手册")
    assert found[0] == "/资料/办公室/手册", "begins with it"
    assert found[-1] == "/资料/办公室/手册/甲.pdf"


def test_with_nothing_typed_those_changed_last(catalogue: Catalogue) -> None:
    assert paths(NameSearch(catalogue), "  ", 2) == [FILES[4], FILES[3]]


def test_what_is_known_of_them(catalogue: Catalogue) -> None:
    catalogue.files.put_without_text(source_file(FILES[0]), state="failed", reason="password")
    found = {one.path: one for one in NameSearch(catalogue).find("人事", 10)}
    assert (found["/资料/办公室/人事"].kind, found["/资料/办公室/人事"].files) == ("folder", 2)
    assert (found[FILES[0]].kind, found[FILES[0]].state) == ("file", "failed")
    assert "/资料" not in found, "above the source"


def test_a_name_that_folds_to_the_mark_between_names(catalogue: Catalogue) -> None:
    catalogue.files.put_pending([source_file("/资料/办公室/甲／乙.txt")])
    assert paths(NameSearch(catalogue), "甲") == ["/资料/办公室/甲／乙.txt"]
    assert paths(NameSearch(catalogue), "ygsc") == [FILES[0], FILES[1]]


def test_new_names_are_found_after_a_moment_and_gone_ones_at_once_not(catalogue: Catalogue) -> None:
    clock = Clock()
    search = NameSearch(catalogue, clock)
    assert paths(search, "手册")
    catalogue.files.remove([record.id for record in catalogue.files.records(FILES[0])])
    catalogue.files.put_pending([source_file("/资料/办公室/新手册.txt")])
    assert FILES[0] not in paths(search, "手册")
    clock.now = 6.0
    assert "/资料/办公室/新手册.txt" in paths(search, "手册")
