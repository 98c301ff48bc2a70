# SPDX-License-Identifier: Apache-2.0
"""Text recognition turned on and off: what lacked text is read again when it can gain some, nothing is lost, nothing read in vain."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.contract.document import Document, Locator, MemberProblem, Segment, UnreadableDocument
from desktop_app.contract.index_run import IndexRequest
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing import sources
from desktop_app.indexing.forecasting.progress import ProgressMeter
from desktop_app.indexing.pipeline import Pipeline
from desktop_app.library.library import Library

NAMES = ("说明.txt", "合同.PDF", "半扫描.pdf", "扫描.png", "归档.zip")


class Reader:
    """As the real readers answer: a picture and half of a PDF need recognition, an archive holds a picture."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, path: str, _cancel: Cancellation, /, *, ocr: str, **_: object) -> Document:
        name = Path(path).name
        self.asked.append(name)
        text = (Segment(f"{name} 的内容。", Locator(page=1)),)
        if ocr != "off":
            return Document(text, pages=1)
        if name == "扫描.png":
            raise UnreadableDocument("no_text", "OCR is off")
        if name == "半扫描.pdf":
            return Document(text, pages=2, partial="partly_read", detail="1 of 2 pages without text")
        problems = (MemberProblem("图.png", "no_text"),) if name == "归档.zip" else ()
        return Document(text, pages=1, detail="文 (no_text).txt" if name == "说明.txt" else "", problems=problems)


def run(library: Library, folder: Path, mode: str) -> set[str]:
    reader = Reader()
    Pipeline(library, reader, None, 1, ocr=mode).run(IndexRequest((str(folder),)), ProgressMeter(), Cancellation())
    return set(reader.asked)


@pytest.mark.parametrize(
    ("first", "then", "again"),
    [
        ("auto", "auto", set()),
        ("auto", "off", set()),
        ("always", "auto", set()),
        ("always", "off", set()),
        ("off", "off", set()),
        ("off", "auto", {"半扫描.pdf", "扫描.png", "归档.zip"}),
        ("auto", "always", {"合同.PDF", "半扫描.pdf", "归档.zip"}),
        ("off", "always", {"合同.PDF", "半扫描.pdf", "归档.zip", "扫描.png"}),
    ],
)
def test_only_what_can_gain_is_read_again(tmp_path: Path, first: str, then: str, again: set[str]) -> None:
    folder = tmp_path / "资料"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_text(name, encoding="utf-8")
    library = Library(tmp_path / "库")
    try:
        sources.add(library.catalogue, [str(folder)])
        assert run(library, folder, first) == set(NAMES)
        before = {row.path: row.chunks for row in library.catalogue.files.page()[0]}
        assert run(library, folder, then) == again
        rows, _ = library.catalogue.files.page()
        assert all(row.chunks >= before[row.path] for row in rows)
        if then != "off":
            assert {row.state for row in rows} == {"indexed"}
        assert run(library, folder, then) == set()
    finally:
        library.close()


def test_a_copy_has_the_problems_of_its_original(tmp_path: Path) -> None:
    """It is not read, so they come from the ledger; with text recognition it has as much to gain."""
    folder = tmp_path / "资料"
    folder.mkdir()
    (folder / "归档.zip").write_text("归档", encoding="utf-8")
    library = Library(tmp_path / "库")
    try:
        sources.add(library.catalogue, [str(folder)])
        assert run(library, folder, "off") == {"归档.zip"}
        (folder / "副本.zip").write_text("归档", encoding="utf-8")
        assert run(library, folder, "off") == set(), "taken from the ledger"
        rows, _ = library.catalogue.files.page()
        assert [row.problems for row in rows] == [(MemberProblem("图.png", "no_text"),)] * 2
        assert run(library, folder, "auto") == {"归档.zip", "副本.zip"}
    finally:
        library.close()
