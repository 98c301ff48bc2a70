# SPDX-License-Identifier: Apache-2.0
"""The open source on paper: the chosen pages of a PDF, a whole text, a selection. Printed into PDF files, which are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from pdf_files import handbook, make_pdf
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stub_client import StubClient
from test_whole_file import LongFile, chunk

from desktop_app.contract import messages
from desktop_app.foundation.settings import Settings
from desktop_app.ui.source import source_printing
from desktop_app.ui.source.source_panel import SourcePanel


@pytest.fixture
def client() -> StubClient:
    return StubClient()


@pytest.fixture
def panel(day: QApplication, qtbot: QtBot, client: StubClient, settings: Settings) -> SourcePanel:
    panel = SourcePanel(client, settings)
    qtbot.addWidget(panel)
    panel.resize(500, 700)
    panel.show()
    return panel


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """What would go to a printer; the dialog, which is the system's, is answered with the page that it was opened with."""
    from PySide6.QtPrintSupport import QPrinter

    file = tmp_path / "papier.pdf"

    def choose(self: object, path: str, count: int, page: int, begin: Callable[..., None]) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(file))
        begin(printer, [page] if count > 1 else [0])

    monkeypatch.setattr(source_printing.SourcePrinting, "_choose", choose)
    return file


def printed(file: Path) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(str(file))
    return [page.get_textpage().get_text_bounded() for page in document]


def finished(file: Path) -> bool:
    return file.exists() and file.read_bytes().rstrip().endswith(b"%%EOF")


def test_the_page_on_the_screen_is_printed(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path, paper: Path
) -> None:
    book = handbook(tmp_path / "员工手册.pdf")
    panel.show_file(str(book))
    client.answer(messages.Context, lambda id_: messages.ContextResult(id_, str(book), 0, [], exists=True, changed=False))
    qtbot.waitUntil(lambda: panel.views.pdf is not None and panel.views.pdf.pages.page_count > 0, timeout=20_000)
    assert panel.views.pdf is not None
    panel.views.pdf.pages.go_to(11)
    panel.print_source()
    qtbot.waitUntil(lambda: finished(paper), timeout=20_000)
    document = pypdfium2.PdfDocument(str(paper))
    assert len(document) == 1
    pixels = document[0].render(scale=0.5).to_pil().convert("L")
    assert pixels.getextrema()[0] < 100, "there is print on it"


def test_another_file_that_is_opened_meanwhile_is_not_printed(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages are asked for one after another. One is a page with letters, the other an empty one."""
    choose = source_printing.SourcePrinting._choose

    def all_pages(self: source_printing.SourcePrinting, path: str, count: int, page: int, begin: Callable[..., None]) -> None:
        choose(self, path, 1, page, lambda printer, _: begin(printer, range(count)))

    monkeypatch.setattr(source_printing.SourcePrinting, "_choose", all_pages)
    full = make_pdf(tmp_path / "满.pdf", [["一"]] * 12)
    empty = make_pdf(tmp_path / "空.pdf", [[]] * 12)
    for file in (full, empty):
        panel.show_file(str(file))
        client.answer(messages.Context, lambda id_, file=file: messages.ContextResult(id_, str(file), 0, [], True, False))
        if file is full:
            qtbot.waitUntil(lambda: panel.views.pdf is not None and panel.views.pdf.pages.page_count == 12, timeout=20_000)
            panel.print_source()
    qtbot.waitUntil(lambda: finished(paper), timeout=20_000)
    document = pypdfium2.PdfDocument(str(paper))
    darkest = [page.render(scale=0.5).to_pil().convert("L").getextrema()[0] for page in document]
    assert len(darkest) == 12
    assert max(darkest) < 200, "each page has its letters"
    qtbot.waitUntil(lambda: not panel.findChildren(source_printing.SourcePrinting))


def test_printing_ends_with_the_viewer(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path, paper: Path
) -> None:
    book = handbook(tmp_path / "员工手册.pdf")
    panel.show_file(str(book))
    client.answer(messages.Context, lambda id_: messages.ContextResult(id_, str(book), 0, [], exists=True, changed=False))
    qtbot.waitUntil(lambda: panel.views.pdf is not None and panel.views.pdf.pages.page_count > 0, timeout=20_000)
    panel.print_source()
    panel._viewer.close()
    assert finished(paper)
    qtbot.waitUntil(lambda: not panel.findChildren(source_printing.SourcePrinting))


def test_a_text_is_printed_from_end_to_end(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path, paper: Path
) -> None:
    file = LongFile(client, str(tmp_path / "规章.txt"))
    panel.show_file(file.path)
    file.context()
    panel.print_source()
    asked = client.all(messages.FileChunks)[-1]
    assert (asked.first, asked.count) == (0, source_printing.MOST_CHUNKS)
    operation = next(one for one in client.operations if one.request is asked)
    operation.take(messages.FileChunksResult(operation.id, file.path, 0, [chunk(n) for n in range(60)], 60))
    assert finished(paper)
    pages = printed(paper)
    assert len(pages) > 1
    whole = "".join(pages)
    assert [number for number in range(60) if f"第{number}条" not in whole] == []  # a paragraph over two sheets is in both, cut


def test_a_selection_is_printed_alone(panel: SourcePanel, client: StubClient, tmp_path: Path, paper: Path) -> None:
    file = LongFile(client, str(tmp_path / "规章.txt"))
    panel.show_file(file.path)
    file.context()
    view = panel.views.text.view
    view.setTextCursor(view.document().find("第3条"))
    panel.print_source()
    assert [page.strip() for page in printed(paper)] == ["第3条"]


def test_a_text_of_a_thousand_sheets_is_not_printed_by_mistake(panel: SourcePanel, client: StubClient, tmp_path: Path) -> None:
    file = LongFile(client, str(tmp_path / "规章.txt"))
    panel.show_file(file.path)
    file.context()
    panel.print_source()
    asked = client.all(messages.FileChunks)[-1]
    operation = next(one for one in client.operations if one.request is asked)
    operation.take(messages.FileChunksResult(operation.id, file.path, 0, [chunk(0)], 90_000))
    assert "too long to be printed" in panel._note.words.text()


def test_the_dialog_opens_with_the_page_on_the_screen(qtbot: QtBot, panel: SourcePanel) -> None:
    from PySide6.QtPrintSupport import QPrintDialog

    begun: list[list[int]] = []
    printing = source_printing.SourcePrinting(panel)
    printing._choose("/a.pdf", 12, 4, lambda _printer, pages: begun.append(list(pages)))
    (dialog,) = panel.findChildren(QPrintDialog)
    assert (dialog.fromPage(), dialog.toPage()) == (5, 5)
    dialog.accepted.emit(dialog.printer())
    dialog.setPrintRange(QPrintDialog.PrintRange.AllPages)
    dialog.accepted.emit(dialog.printer())
    dialog.setPrintRange(QPrintDialog.PrintRange.CurrentPage)
    dialog.accepted.emit(dialog.printer())
    assert begun == [[4], list(range(12)), [4]]
    dialog.reject()
    qtbot.waitUntil(lambda: not panel.findChildren(source_printing.SourcePrinting))
