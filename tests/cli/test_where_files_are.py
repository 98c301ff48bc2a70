# SPDX-License-Identifier: Apache-2.0
"""Files of one name are told apart by their folders, and a quote of a file that is gone says so."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from cli.command import inkstone
from desktop_app.cli import answer_output, search_command
from desktop_app.contract.answer import Answer, Citation
from desktop_app.contract.document import Locator
from desktop_app.contract.passage import ANSWER, Copy, Passage, SearchResult
from desktop_app.wording.place import names_apart

GONE = "The file is no longer there; the text above is as it was read."
AWAY = "The disk or folder of this file cannot be reached now; the text above is as it was read."


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["/m/2024/invoice.pdf", "/m/2025/invoice.pdf", "/m/offer.pdf"], ["2024/invoice.pdf", "2025/invoice.pdf", "offer.pdf"]),
        (["/甲/合同/租约.docx", "/乙/合同/租约.docx"], ["甲/合同/租约.docx", "乙/合同/租约.docx"]),
        (["C:\\a\\x.txt", "D:\\a\\x.txt"], ["C:/a/x.txt", "D:/a/x.txt"]),
        (["/x.txt", "/a/x.txt"], ["x.txt", "a/x.txt"]),
        (["/a/x.txt", "/a/x.txt"], ["x.txt"]),
    ],
)
def test_names_that_are_told_apart(paths: list[str], names: list[str]) -> None:
    assert list(names_apart(paths).values()) == names


def invoices(root: Path) -> list[str]:
    paths = []
    for year in ("2024", "2025"):
        folder = root / year
        folder.mkdir()
        (folder / "invoice.txt").write_text(f"The total of {year} is {year}.50 euro.", encoding="utf-8")
        paths.append(str(folder / "invoice.txt"))
    return paths


def answer(paths: list[str]) -> Answer:
    citations = tuple(
        Citation(number, number, path, Locator(lines=(1, 1)), "q", 0, 1) for number, path in enumerate(paths, start=1)
    )
    return Answer("q", "a", True, "extractive", citations=citations, certainty=ANSWER)


def test_an_answer_names_folders_and_files_that_are_gone(tmp_path: Path) -> None:
    paths = invoices(tmp_path)
    told = answer_output.answer_text(answer(paths), streamed=False)
    assert "[1] 2024/invoice.txt, line 1" in told
    assert "[2] 2025/invoice.txt, line 1" in told
    assert GONE not in told
    Path(paths[1]).unlink()
    lines = answer_output.answer_text(answer(paths), streamed=False).splitlines()
    assert lines[lines.index("[2] 2025/invoice.txt, line 1") + 1].strip() == GONE
    assert sum(GONE in line for line in lines) == 1
    assert [one["missing"] for one in answer_output.answer_json(answer(paths))["citations"]] == [False, True]
    told = answer_output.answer_text(answer(paths), streamed=False, out_of_reach=lambda missing: missing)
    assert (told.count(AWAY), told.count(GONE)) == (1, 0)


def test_one_quote_is_told_apart_from_what_it_was_chosen_from(tmp_path: Path) -> None:
    paths = invoices(tmp_path)
    passages = tuple(Passage(n, n, path, "t", Locator(), 0.9) for n, path in enumerate(paths, start=1))
    told = answer_output.answer_text(replace(answer(paths[:1]), sent=passages), streamed=False)
    assert "[1] 2024/invoice.txt, line 1" in told


def test_a_search_names_folders_and_files_that_are_gone(tmp_path: Path) -> None:
    paths = invoices(tmp_path)
    passages = tuple(Passage(n, n, path, "t", Locator(), 0.9, hit=True) for n, path in enumerate(paths, start=1))
    copied = (
        Passage(
            3,
            3,
            str(tmp_path / "a.txt"),
            "t",
            Locator(),
            0.9,
            hit=True,
            also_in=(Copy(9, paths[0], Locator(), 0.0, same=True),),
        ),
    )
    result = SearchResult("q", passages + copied, 2, 2)
    told = search_command.search_result(result)
    assert "1. 2024/invoice.txt" in told
    assert "Also in, newest first: 2024/invoice.txt" in told
    assert told.count(GONE) == 1, "a.txt was never there"
    assert [one["missing"] for one in search_command.search_json(result)["passages"]] == [False, False, True]


@pytest.mark.slow
def test_the_command_line_says_that_a_cited_file_is_gone(tmp_path: Path) -> None:
    folder, library = tmp_path / "账单", tmp_path / "库"
    folder.mkdir()
    paths = invoices(folder)
    assert inkstone("index", folder, "--embedding", "none", "--library", library).code == 0
    shutil.rmtree(Path(paths[0]).parent)  # a folder that was deleted is not a disk that is away
    asked = inkstone("ask", "What is the total of 2024?", "--llm", "none", "--library", library, LANG="C.UTF-8")
    assert GONE in asked.out
    assert GONE in inkstone("search", "total of 2024", "--library", library, LANG="C.UTF-8").out
    folder.rename(tmp_path / "unplugged")
    searched = inkstone("search", "total of 2024", "--library", library, LANG="C.UTF-8").out
    assert (searched.count(AWAY), searched.count(GONE)) == (2, 0)
    (tmp_path / "unplugged").rename(folder)
    assert inkstone("index", folder, "--embedding", "none", "--library", library).code == 0
    assert GONE not in inkstone("search", "total of 2024", "--library", library, LANG="C.UTF-8").out
