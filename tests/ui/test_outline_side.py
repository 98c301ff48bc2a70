# SPDX-License-Identifier: Apache-2.0
"""The outline of a source: headings of its text, bookmarks and pages of a PDF, followed while one scrolls, by keyboard too."""

from __future__ import annotations

from pathlib import Path

import pytest
from pdf_files import handbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stub_client import StubClient
from test_whole_file import TOTAL, LongFile, at_top

from desktop_app.contract import messages
from desktop_app.contract.messages import FileHeading
from desktop_app.foundation import translation
from desktop_app.foundation.settings import Settings
from desktop_app.ui.navigation.outline_side import OutlineSide
from desktop_app.ui.source.source_panel import SourcePanel


@pytest.fixture
def client() -> StubClient:
    return StubClient()


@pytest.fixture
def panel(day: QApplication, qtbot: QtBot, client: StubClient, settings: Settings) -> SourcePanel:
    panel = SourcePanel(client, settings)
    qtbot.addWidget(panel)
    panel.resize(700, 700)
    panel.show()
    return panel


def side_of(panel: SourcePanel) -> OutlineSide:
    side = panel.outline._side
    assert side is not None
    return side


@pytest.fixture
def long_file(panel: SourcePanel, client: StubClient, tmp_path: Path) -> LongFile:
    file = LongFile(client, str(tmp_path / "规章.txt"))
    panel.show_file(file.path)
    file.context()
    return file


def headings(client: StubClient) -> None:
    listed = [FileHeading("总则", 0, "heading", 0, 0), FileHeading("附件", 0, "slide", 700, 6, 3)]
    listed.insert(1, FileHeading("范围 <img>", 1, "heading", 500, 0))
    client.answer(messages.FileHeadings, lambda id_: messages.FileHeadingsResult(id_, "规章.txt", listed))


def test_headings_lead_to_their_place_and_follow_it(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, long_file: LongFile
) -> None:
    assert not client.is_open(messages.FileHeadings), "nothing is asked for while it is folded"
    panel._header._outline.click()
    headings(client)
    tree = side_of(panel).tree
    model = tree.model()
    assert model.rowCount() == 2
    assert tree.currentIndex().data() == "总则"
    inner = model.index(0, 0, model.index(0, 0))
    assert inner.data() == "范围 <img>"
    tree.setCurrentIndex(inner)
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: long_file.page() or panel.views.text.text.first > 400)
    qtbot.waitUntil(lambda: panel.views.text.place[0] == 500)
    assert tree.currentIndex() == inner
    panel.views.text.go_to_edge(1)
    while panel.views.text.text.end < TOTAL:
        qtbot.waitUntil(long_file.page)
    qtbot.waitUntil(lambda: tree.currentIndex() == model.index(1, 0))
    assert tree.currentIndex().data() == "slide 3 · 附件"


def test_a_narrow_panel_has_it_above_the_text(panel: SourcePanel, client: StubClient, long_file: LongFile) -> None:
    panel.outline.toggle()
    headings(client)
    side = side_of(panel)
    assert side.geometry().right() < panel.views.geometry().left()
    panel.resize(380, 700)
    assert side.geometry().bottom() < panel.views.geometry().top()
    assert panel.views.height() > 300
    panel.outline.toggle()
    assert not side.isVisible()
    assert not panel._header._outline.isChecked()


def test_a_file_without_headings_says_so(panel: SourcePanel, client: StubClient, long_file: LongFile) -> None:
    panel.outline.toggle()
    side = side_of(panel)
    assert side._told.text() == "Loading…"
    client.answer(messages.FileHeadings, lambda id_: messages.FileHeadingsResult(id_, "规章.txt", []))
    assert side._told.text() == "This file has no headings."
    try:
        translation.use("zh_CN")
        panel.retranslate()
        client.answer(messages.FileHeadings, lambda id_: messages.FileHeadingsResult(id_, "规章.txt", []))
        assert side._told.text() == "这个文件没有标题。"
    finally:
        translation.use("en")
    assert at_top(panel).startswith("第0条")


def test_the_pages_of_a_pdf_are_pictures_that_lead_to_them(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path
) -> None:
    book = handbook(tmp_path / "员工手册.pdf")
    panel.outline.toggle()
    panel.show_file(str(book))
    client.answer(
        messages.Context,
        lambda id_: messages.ContextResult(id_, str(book), 0, [], exists=True, changed=False),
    )
    qtbot.waitUntil(lambda: side_of(panel)._stack.currentWidget() is side_of(panel).thumbnails, timeout=20_000)
    thumbnails = side_of(panel).thumbnails
    count = thumbnails.model().rowCount()
    assert count >= 12
    qtbot.waitUntil(lambda: len(thumbnails._model._kept) >= 2, timeout=20_000)
    first = thumbnails._model._kept[0]
    assert first is not None
    assert len({first.toImage().pixel(x, y) for x in range(10, 90, 2) for y in range(10, 130, 2)}) > 1, "something is on it"
    assert len(thumbnails._model._kept) < count, "only what is in sight is drawn"
    thumbnails.setFocus()
    thumbnails.setCurrentIndex(thumbnails.model().index(11, 0))
    qtbot.keyClick(thumbnails, Qt.Key.Key_Return)
    assert panel.views.pdf is not None
    pdf = panel.views.pdf
    qtbot.waitUntil(lambda: pdf.pages.page == 11)
    pdf.pages.go_to(0)
    assert thumbnails.currentIndex().row() == 0
