# SPDX-License-Identifier: Apache-2.0
"""A page of hits: near misses apart, counts over all hits, orders, files by name."""

from __future__ import annotations

import ntpath
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from library.making import chunk, source_file

from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.passage import SearchResult
from desktop_app.contract.search_page import NO_FACETS, Facet, SearchOrder
from desktop_app.library.library import Library
from desktop_app.library.name_search import NameSearch
from desktop_app.retrieval import exact_words, page_search
from desktop_app.retrieval.page_search import PageSearch
from desktop_app.retrieval.retriever import Retriever

_YEAR = 31_557_600
_2023 = 1_690_000_000


def store(library: Library, path: str, *texts: str, years_before: int = 0) -> None:
    chunks = [chunk(text, line=number) for number, text in enumerate(texts, start=1)]
    file = source_file(path, mtime_ns=int((_2023 - years_before * _YEAR) * 1e9))
    library.catalogue.files.store(file, chunks, state="indexed")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "资料库")) as made:
        yield made


def page(
    library: Library, question: str, top: int = 30, scope: Scope = EVERYWHERE, order: SearchOrder = "best"
) -> SearchResult:
    pages = PageSearch(library, Retriever(library, lambda: None), NameSearch(library.catalogue))
    return pages.search(question, top, scope, order)


def hits(result: SearchResult) -> list[str]:
    return [passage.path for passage in result.passages if passage.hit]


@pytest.fixture
def office(library: Library) -> Library:
    library.catalogue.sources.add("/资料", "folder", 0)
    store(library, "/资料/合同/采购/甲.docx", "质保期为十八个月，自验收合格之日起计算。", years_before=1)
    store(
        library, "/资料/合同/租赁/乙.pdf", "质保期是一年，由卖方负责修理。", "The 质保期 (warranty) is one year for the tenant."
    )
    store(library, "/资料/人事/丙.xlsx", "试用期三个月，没有质保期。", years_before=2)
    for number in range(40):
        store(library, f"/资料/别的/{number}.txt", f"第{number}号文件说的是会议、差旅和食堂，不讲保质。")
    return library


def test_only_what_has_the_word_is_a_hit(office: Library) -> None:
    found = page(office, "质保期")
    assert sorted(set(hits(found))) == ["/资料/人事/丙.xlsx", "/资料/合同/租赁/乙.pdf", "/资料/合同/采购/甲.docx"]
    assert (found.hits, found.hit_files) == (4, 3)
    flags = [passage.hit for passage in found.passages]
    assert flags == sorted(flags, reverse=True), "near misses come after the hits"
    assert [passage.rank for passage in found.passages] == list(range(1, len(flags) + 1))


def test_a_word_that_is_nowhere_has_no_hits(office: Library) -> None:
    found = page(office, "潜水艇 whale")
    assert (hits(found), found.hits, found.facets) == ([], 0, NO_FACETS)


def test_hits_are_counted_beyond_the_page(library: Library) -> None:
    library.catalogue.sources.add("/资料", "folder", 0)
    for number in range(150):
        store(library, f"/资料/{'甲' if number % 3 else '乙'}/{number}.{'pdf' if number % 2 else 'docx'}", f"租金{number}元")
    found = page(library, "租金", top=10)
    assert (len(hits(found)), found.hits, found.hit_files) == (10, 150, 150)
    assert found.facets.types == (Facet("pdf", 75), Facet("word", 75))
    assert found.facets.folders == (Facet("/资料/甲", 100), Facet("/资料/乙", 50))
    narrowed = page(library, "租金", top=10, scope=Scope(below=("/资料/乙",), types=("pdf",)))
    assert narrowed.hits == 25


def test_facets_narrow_by_type_folder_year_and_language(office: Library) -> None:
    facets = page(office, "质保期").facets
    assert facets.types == (Facet("pdf", 1), Facet("spreadsheet", 1), Facet("word", 1))
    assert facets.folders == (Facet("/资料/合同", 2), Facet("/资料/人事", 1))
    assert [facet.value for facet in facets.years] == ["2023", "2022", "2021"]
    assert facets.languages == (Facet("zh", 3), Facet("en", 1))
    inside = page(office, "质保期", scope=Scope(below=("/资料/合同",))).facets
    assert inside.folders == (Facet("/资料/合同/租赁", 1), Facet("/资料/合同/采购", 1))


def test_folders_of_several_sources_are_the_sources(library: Library) -> None:
    for path in ("/家/甲", "/盘/乙"):
        library.catalogue.sources.add(path, "folder", 0)
        store(library, f"{path}/深/文.txt", f"租金{path}")
    assert page(library, "租金").facets.folders == (Facet("/家/甲", 1), Facet("/盘/乙", 1))


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("newest", ["乙.pdf", "乙.pdf", "甲.docx", "丙.xlsx"]),
        ("name", ["丙.xlsx", "乙.pdf", "乙.pdf", "甲.docx"]),
        ("folder", ["丙.xlsx", "乙.pdf", "乙.pdf", "甲.docx"]),
    ],
)
def test_hits_are_ordered_over_all_of_them(office: Library, order: SearchOrder, first: list[str]) -> None:
    assert [Path(path).name for path in hits(page(office, "质保期", order=order))] == first
    assert [Path(path).name for path in hits(page(office, "质保期", top=1, order=order))] == first[:1]


def test_files_are_found_by_their_names(office: Library) -> None:
    office.catalogue.files.put_without_text(source_file("/资料/合同/质保期说明.dwg"), state="skipped", reason="unknown_format")
    store(office, "/资料/合同/质保期.docx", "另见附件。")
    store(office, "/资料/质保期/附件.docx", "另见附件。")
    named = page(office, "质保期").named
    assert [Path(file.path).name for file in named] == ["质保期.docx", "质保期说明.dwg"]
    assert named[0].chunk_id > 0
    assert (named[1].chunk_id, named[1].state) == (0, "skipped")
    assert [file.path for file in page(office, "附件 DOCX").named] == ["/资料/质保期/附件.docx"]
    assert [file.path for file in page(office, "质保期", scope=Scope(types=("word",))).named] == ["/资料/合同/质保期.docx"]
    assert page(office, "%").named == ()


def test_the_very_name_comes_before_hundreds_that_hold_it(library: Library) -> None:
    for number in range(300):
        library.catalogue.files.put_pending([source_file(f"/report {number}.docx")])
    exact = "/资料/一个很深的文件夹/又一个/再一个/report.docx"
    library.catalogue.files.put_pending([source_file(exact)])
    named = page(library, "report").named
    assert (named[0].path, named[0].state, len(named)) == (exact, "pending", 5)


@pytest.mark.parametrize(
    ("asked", "name"), [("договор", "ДОГОВОР.docx"), ("合同(终)", "合同（終）.docx"), ("resume", "Résumé 2024.pdf")]
)
def test_names_are_found_whatever_their_case_width_and_script(library: Library, asked: str, name: str) -> None:
    store(library, f"/资料/{name}", "另见附件。")
    assert [file.path for file in page(library, asked).named] == [f"/资料/{name}"]


def test_a_name_makes_no_hits_of_all_passages_of_its_file(library: Library) -> None:
    texts = ("迟到三次扣半天工资。", "加班须事先申请。", "本员工手册自一月起施行。")
    chunks = [chunk(text, "员工手册", line=number) for number, text in enumerate(texts, start=1)]
    library.catalogue.files.store(source_file("/资料/员工手册.pdf"), chunks, state="indexed")
    found = page(library, "员工手册")
    assert [passage.text for passage in found.passages if passage.hit] == ["本员工手册自一月起施行。"]
    assert [file.path for file in found.named] == ["/资料/员工手册.pdf"]


def test_folders_are_listed_one_level_at_a_time(office: Library) -> None:
    below = office.catalogue.file_facts.subfolders
    assert [(one.path, one.files) for one in below("/资料")] == [("/资料/人事", 1), ("/资料/别的", 40), ("/资料/合同", 2)]
    assert [(one.path, one.files) for one in below("/资料/合同")] == [("/资料/合同/租赁", 1), ("/资料/合同/采购", 1)]
    assert below("/资料/人事") == []


def test_exact_words_have_no_near_misses(office: Library) -> None:
    found = page(office, "质保期 三个月", scope=Scope(exact=True))
    assert [passage.path for passage in found.passages] == ["/资料/人事/丙.xlsx"]
    assert found.hits == 1


@pytest.mark.parametrize(("most", "stems", "found"), [(2, False, ["/one.txt"]), (1, True, ["/one.txt", "/two.txt"])])
def test_stems_in_place_of_exact_words_are_told(
    library: Library, monkeypatch: pytest.MonkeyPatch, most: int, stems: bool, found: list[str]
) -> None:
    monkeypatch.setattr(exact_words, "_MOST_READ", most)
    store(library, "/one.txt", "Hotel costs are refunded.")
    store(library, "/two.txt", "The hotels of the city are cheap.")
    result = page(library, "hotel", scope=Scope(exact=True))
    assert (sorted(hits(result)), result.stems) == (found, stems)
    assert not page(library, "hotel").stems


def test_folders_of_files_on_several_drives(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = ["C:\\甲\\a.txt", "D:\\乙\\深\\b.txt", "D:\\c.txt"]
    with monkeypatch.context() as windows:
        windows.setattr(os, "path", ntpath)
        windows.setattr(os, "sep", "\\")
        assert page_search._folders(paths, []) == ["C:\\", "D:\\", "D:\\"]
