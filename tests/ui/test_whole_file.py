# SPDX-License-Identifier: Apache-2.0
"""The source panel shows the whole text of a file: more is loaded before it is needed, and what is on the screen stays there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.answer import Answer, Citation
from desktop_app.contract.document import Locator, Piece
from desktop_app.contract.messages import FoundInFile
from desktop_app.foundation.settings import Settings
from desktop_app.ui.source.source_panel import SourcePanel

TOTAL = 1_000
LINE = "本条规定适用于全体员工，自发布之日起施行。"


def chunk(number: int) -> messages.ContextChunk:
    text = f"第{number}条😀\n{LINE * 4}"
    second = text.index("\n")
    line = Locator(lines=(number, number))
    return messages.ContextChunk(5_000 + number, text, line, [], [Piece(0, second, line), Piece(second + 1, len(text), line)])


class LongFile:
    """What the engine would say of a file of a thousand chunks."""

    def __init__(self, client: StubClient, path: str) -> None:
        self.client, self.path = client, path
        self.pages = 0

    def context(self) -> None:
        operation = self.client.open(messages.Context)
        request = operation.request
        assert isinstance(request, messages.Context)
        number = max(request.chunk_id - 5_000, 0)
        first = max(0, number - request.before)
        chunks = [chunk(n) for n in range(first, min(TOTAL, number + request.after + 1))]
        operation.take(messages.ContextResult(operation.id, self.path, 5_000 + number, chunks, True, False, first, TOTAL))

    def page(self) -> bool:
        if not self.client.is_open(messages.FileChunks):
            return False
        operation = self.client.open(messages.FileChunks)
        request = operation.request
        assert isinstance(request, messages.FileChunks)
        chunks = [chunk(n) for n in range(request.first, min(TOTAL, request.first + request.count))]
        operation.take(messages.FileChunksResult(operation.id, self.path, request.first, chunks, TOTAL))
        self.pages += 1
        return True


@pytest.fixture
def client() -> StubClient:
    return StubClient()


@pytest.fixture
def panel(day: QApplication, qtbot: QtBot, client: StubClient, settings: Settings) -> SourcePanel:
    panel = SourcePanel(client, settings)
    qtbot.addWidget(panel)
    panel.resize(420, 700)
    panel.show()
    return panel


@pytest.fixture
def long_file(panel: SourcePanel, client: StubClient, tmp_path: Path) -> LongFile:
    """Opened at a citation of its passage 500."""
    file = LongFile(client, str(tmp_path / "规章.txt"))
    quote = LINE
    start = chunk(500).text.index(quote)
    cited = Citation(1, 5_500, file.path, Locator(lines=(500, 500)), quote, start, start + len(quote))
    panel.show_citation(Answer("?", "[1]", True, "llm", citations=(cited,)), 1)
    file.context()
    return file


def at_top(panel: SourcePanel) -> str:
    """The letters at the upper edge of the screen."""
    cursor = panel.views.text.view.cursorForPosition(QPoint(30, 4))
    return cursor.block().text()


def test_more_of_the_file_comes_as_one_reads_on(qtbot: QtBot, panel: SourcePanel, long_file: LongFile) -> None:
    assert panel.marked_text() == LINE
    view, text = panel.views.text.view, panel.views.text.text
    qtbot.waitUntil(long_file.page)
    for _ in range(12):
        view.verticalScrollBar().triggerAction(view.verticalScrollBar().SliderAction.SliderToMaximum)
        qtbot.waitUntil(long_file.page)
    assert text.end > 700
    assert len(text.chunks) <= 120
    shown = view.toPlainText()
    assert all(shown.count(f"第{number}条") == 1 for number in range(text.first, text.end))
    assert shown.count("第") == len(text.chunks)


def test_loading_ends_on_a_screen_that_shows_much(qtbot: QtBot, panel: SourcePanel, long_file: LongFile) -> None:
    """A panel of 3,000 px shows more than is kept otherwise: what is near the screen stays, or both ends would be loaded by turns for ever."""
    panel.resize(420, 3_000)
    for _ in range(60):
        QApplication.processEvents()
        long_file.page()
    pages = long_file.pages
    for _ in range(10):
        QApplication.processEvents()
        assert not long_file.page()
    assert 0 < pages < 20


def test_what_is_on_the_screen_stays_there_when_more_comes(qtbot: QtBot, panel: SourcePanel, long_file: LongFile) -> None:
    view = panel.views.text.view
    while panel.views.text.text.end - panel.views.text.text.first < 60:
        qtbot.waitUntil(long_file.page)
        view.verticalScrollBar().setValue(view.verticalScrollBar().minimum())
    bar = view.verticalScrollBar()
    bar.triggerAction(bar.SliderAction.SliderSingleStepAdd)
    for edge in ("minimum", "maximum"):
        bar.setValue(getattr(bar, edge)() + (60 if edge == "minimum" else -60))
        before, pages, first = at_top(panel), long_file.pages, panel.views.text.text.first
        qtbot.waitUntil(lambda pages=pages: long_file.page() or long_file.pages > pages)
        assert panel.views.text.text.first != first or edge == "maximum"
        assert at_top(panel) == before


def test_end_and_home_go_to_the_ends_of_the_file(qtbot: QtBot, panel: SourcePanel, long_file: LongFile) -> None:
    panel.views.text.go_to_edge(1)
    qtbot.waitUntil(long_file.page)
    assert panel.views.text.text.end == TOTAL
    qtbot.waitUntil(lambda: "第999条" in panel.views.text.view.toPlainText())
    bar = panel.views.text.view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    panel.views.text.go_to_edge(-1)
    qtbot.waitUntil(lambda: long_file.page() or panel.views.text.text.first == 0)
    qtbot.waitUntil(lambda: bar.value() == 0)
    assert at_top(panel).startswith("第0条")
    qtbot.waitUntil(lambda: panel.views.text._place.text() == "0 % of the file")


def test_what_was_found_far_away_is_loaded_and_marked(qtbot: QtBot, panel: SourcePanel, long_file: LongFile) -> None:
    text = chunk(900).text
    at = text.index("施行")  # behind an emoji, which is two for Qt
    found = [FoundInFile(900, at, at + 2), FoundInFile(901, 0, 4)]
    panel.views.text._places = found
    panel.views.text._show_found(0)
    while panel.views.text.text.end < 901 or panel.views.text.text.first > 900:
        qtbot.waitUntil(long_file.page)
    qtbot.waitUntil(lambda: len(panel.views.text.view.extraSelections()) == 2)
    marked = panel.views.text.view.extraSelections()
    assert [one.cursor.selectedText() for one in marked] == ["施行", "第901"[:4]]
    view = panel.views.text.view
    qtbot.waitUntil(lambda: view.viewport().rect().contains(view.cursorRect(marked[0].cursor)))


def test_a_file_is_opened_without_a_citation(qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path) -> None:
    file = LongFile(client, str(tmp_path / "规章.txt"))
    panel.show_file(file.path)
    file.context()
    assert panel.marked_text() == ""
    assert not panel._note.isVisible()
    assert panel._header._name.text() == "规章.txt"
    assert at_top(panel).startswith("第0条")


def test_the_text_has_a_zoom_of_its_own(panel: SourcePanel, long_file: LongFile) -> None:
    view = panel.views.text.view
    before = view.document().size().height()
    panel.views.text.zoom.larger.click()
    assert view.zoom > 1.1
    assert view.document().size().height() > 1.15 * before
    assert panel.marked_text() == LINE
    assert panel.views.text.zoom.percent.text() == "120 %"


def test_lines_of_a_very_wide_panel_stay_readable(panel: SourcePanel, client: StubClient, tmp_path: Path) -> None:
    """On a screen of 3,840 pixels a line had 300 letters; now the text stands in a column in the middle."""
    panel.resize(2_600, 900)
    path = str(tmp_path / "rules.txt")
    panel.show_file(path)
    words = "This rule holds for all employees from the day it is published. " * 20
    operation = client.open(messages.Context)
    one = messages.ContextChunk(1, words, Locator(lines=(1, 1)), [], [])
    operation.take(messages.ContextResult(operation.id, path, 1, [one], True, False, 0, 1))
    view = panel.views.text.view

    def longest() -> int:
        layout = view.document().begin().layout()
        return max(layout.lineAt(number).textLength() for number in range(layout.lineCount()))

    assert 60 <= longest() <= 95
    left = view.cursorRect(view.textCursor()).left()
    assert left > 600
    panel.resize(420, 900)
    assert longest() < 60
    assert view.cursorRect(view.textCursor()).left() < 40
