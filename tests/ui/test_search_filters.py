# SPDX-License-Identifier: Apache-2.0
"""Filters, orders, near misses and files by name in the search, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import fake_engine
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QTreeWidget
from pytestqt.qtbot import QtBot

from desktop_app.contract import messages
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.passage import SearchResult
from desktop_app.ui.look import window_language
from desktop_app.ui.search import search_texts
from desktop_app.ui.search.count_row import CountRow
from desktop_app.ui.search.file_rows import FileHead
from desktop_app.ui.search.folder_tree import FolderTree
from desktop_app.ui.search.search_view import SearchView
from desktop_app.ui.shell.main_window import MainWindow
from desktop_app.ui.source.source_header import SourceHeader

Open = Callable[..., MainWindow]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the plugin without a display, of popups

SOURCES = [f"{fake_engine.FOLDER}/合同", f"{fake_engine.FOLDER}/人事"]


@pytest.fixture
def view(day: QApplication, qtbot: QtBot, engine) -> Iterator[SearchView]:  # type: ignore[no-untyped-def]
    view = SearchView(engine())
    qtbot.addWidget(view)
    view.resize(1300, 800)
    view.set_sources(SOURCES)
    view.show()
    qtbot.waitUntil(lambda: bool(view.kept.rows))
    yield view
    view.close()


@pytest.fixture
def sent(view: SearchView, monkeypatch: pytest.MonkeyPatch) -> list[messages.EngineRequest]:
    """The requests of the window, in order."""
    made: list[messages.EngineRequest] = []
    request = view._client.request

    def remembered(make):  # type: ignore[no-untyped-def]
        def one(id_: int) -> messages.EngineRequest:
            made.append(make(id_))
            return made[-1]

        return request(one)

    monkeypatch.setattr(view._client, "request", remembered)
    return made


def search(view: SearchView, qtbot: QtBot, words: str) -> None:
    view.field.setText(words)
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not view.searching)


def row(view: SearchView, name: str) -> CountRow:
    return next(one for one in view.filters.widget().findChildren(CountRow) if one.text() == name)


def last_search(sent: list[messages.EngineRequest]) -> messages.Search:
    return [one for one in sent if isinstance(one, messages.Search)][-1]


def test_near_misses_are_folded_and_not_counted(view: SearchView, qtbot: QtBot) -> None:
    search(view, qtbot, "near 宠物")
    assert len(view.cards) == 2
    assert view.summary.startswith("2 passages · in 2 files")
    line = view.results.near_line
    assert line is not None
    assert line.text() == "3 less certain passages"
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert len(view.cards) == 5
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert len(view.cards) == 2


def test_without_a_hit_it_says_so_above_the_near_misses(view: SearchView, qtbot: QtBot) -> None:
    search(view, qtbot, "far whale ocean")
    assert view.cards == []
    assert view._hint.text() == "No passage holds these words or answers this for certain."
    assert view.results.near_line is not None


def test_a_filter_is_a_click_and_a_chip_takes_it_off(
    view: SearchView, qtbot: QtBot, sent: list[messages.EngineRequest]
) -> None:
    search(view, qtbot, "请假")
    assert row(view, "PDF").accessibleName() == "PDF, 1 file"
    qtbot.mouseClick(row(view, "PDF"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.searching)
    QTest.keyClick(row(view, "English"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not view.searching)
    assert last_search(sent).scope == Scope(types=("pdf",), languages=("en",))
    assert [chip.text() for chip in view.chips.chips] == ["PDF", "English", "Remove all filters"]
    qtbot.mouseClick(view.chips.chips[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.searching)
    assert last_search(sent).scope == Scope(languages=("en",))
    qtbot.mouseClick(view.chips.chips[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.searching)
    assert view.scope == EVERYWHERE
    assert view.chips.isHidden()


def test_hidden_text_is_searched_where_it_is_asked_for(
    view: SearchView, qtbot: QtBot, sent: list[messages.EngineRequest]
) -> None:
    search(view, qtbot, "押金")
    assert not last_search(sent).scope.hidden
    boxes = {box.text(): box for box in view.filters.widget().findChildren(QCheckBox)}
    boxes["Search hidden text too"].click()
    qtbot.waitUntil(lambda: not view.searching)
    assert last_search(sent).scope == Scope(hidden=True)
    assert [chip.text() for chip in view.chips.chips] == ["Hidden text too"]
    assert "§ 第三章 › 租赁价格 · hidden text" in view.cards[0].accessibleName()
    nothing = SearchResult("押金", (), 3, 3)
    told = search_texts.hint(nothing, None, view.scope, has_sources=True, like="")
    assert told.startswith("Nothing found. Try fewer"), "it narrows nothing that could be taken off"
    qtbot.mouseClick(view.chips.chips[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.searching)
    assert last_search(sent).scope == EVERYWHERE


def test_a_folder_leads_to_those_below_it_and_a_year_is_a_period(
    view: SearchView, qtbot: QtBot, sent: list[messages.EngineRequest]
) -> None:
    search(view, qtbot, "请假")
    qtbot.mouseClick(row(view, "人事"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.searching)
    assert last_search(sent).scope.below == (f"{fake_engine.FOLDER}/人事",)
    qtbot.mouseClick(row(view, "2025"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.searching)
    since, until = last_search(sent).scope.since, last_search(sent).scope.until
    assert since is not None
    assert until is not None
    assert until - since == 365 * 86_400
    assert "2025" in [chip.text() for chip in view.chips.chips]


def test_nothing_found_names_the_filters(view: SearchView, qtbot: QtBot) -> None:
    view.choose_scope(Scope(types=("pdf",), exact=True))
    search(view, qtbot, "nothing")
    assert view._hint.text() == "Nothing found with these filters: Only exact words, PDF. Take one off to search in more."
    window_language.use("zh_CN")
    assert view._hint.text() == "在当前筛选条件下没有找到：仅精确匹配、PDF。可取消部分筛选后再试。"
    window_language.use("en")


def test_filters_can_be_set_before_a_search(view: SearchView, qtbot: QtBot, sent: list[messages.EngineRequest]) -> None:
    view.resize(700, 700)
    qtbot.mouseClick(view.filters_button, Qt.MouseButton.LeftButton)
    popup = view.filters.window()
    assert popup is not view.window()
    view.filters.findChildren(CountRow)[1].click()
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert view.filters.window() is view.window(), "it is back in its place"
    search(view, qtbot, "请假")
    assert last_search(sent).scope == Scope(types=("word",))


@pytest.mark.parametrize(("width", "beside"), [(1300, True), (640, False)])
def test_filters_stand_beside_where_there_is_room(view: SearchView, qtbot: QtBot, width: int, beside: bool) -> None:
    view.resize(width, 700)
    search(view, qtbot, "请假")
    assert view._side.isVisible() == beside
    assert view.filters_button.isVisible() != beside


def test_other_orders_are_asked_of_the_engine(view: SearchView, qtbot: QtBot, sent: list[messages.EngineRequest]) -> None:
    search(view, qtbot, "请假")
    next(action for action in view.orders_menu().actions() if action.text() == "Newest first").trigger()
    qtbot.waitUntil(lambda: not view.searching)
    assert (last_search(sent).order, view.order_button.text()) == ("newest", "Newest first")


def test_more_hits_are_asked_for_by_thirty(view: SearchView, qtbot: QtBot, sent: list[messages.EngineRequest]) -> None:
    search(view, qtbot, "many 住宿")
    assert view.summary.split(" · ")[0] == "212 passages"
    qtbot.waitUntil(lambda: len(view.cards) == 30)  # a few at a time
    qtbot.waitUntil(lambda: all(card.height() >= card.heightForWidth(card.width()) for card in view.cards))
    view.results.more_requested.emit()
    qtbot.waitUntil(lambda: not view.searching)
    assert (last_search(sent).top, len(view.cards)) == (60, 60)


def test_the_arrow_keys_go_from_the_field_through_files_and_cards_and_back(view: SearchView, qtbot: QtBot) -> None:
    search(view, qtbot, "员工手册")
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    QTest.keyClick(view.field, Qt.Key.Key_Down)
    assert view.results.files[0].hasFocus()
    with qtbot.waitSignal(view.file_requested) as asked:
        QTest.keyClick(view.results.files[0], Qt.Key.Key_Return)
    assert asked.args == [f"{fake_engine.FOLDER}/人事/员工手册.pdf"]
    QTest.keyClick(view.results.files[0], Qt.Key.Key_Down)
    QTest.keyClick(view.results.files[1], Qt.Key.Key_Down)
    assert view.cards[0].hasFocus()
    with qtbot.waitSignal(view.passage_requested):
        QTest.keyClick(view.cards[0], Qt.Key.Key_Return)
    for widget in (view.cards[0], view.results.files[1], view.results.files[0]):
        QTest.keyClick(widget, Qt.Key.Key_Up)
    assert view.field.hasFocus()


def test_a_file_found_by_its_name_says_that_it_has_no_text(view: SearchView, qtbot: QtBot) -> None:
    search(view, qtbot, "员工手册")
    assert [one.accessibleName() for one in view.results.files] == [
        "File 员工手册.pdf, /资料/办公室/人事, 2025-11-13",
        "File 员工手册 扫描件（加密）.pdf, /资料/王芳/下载, no text · 2023-11-14",
    ]


@pytest.mark.parametrize("width", [560, 800, 1300])
def test_the_path_gives_way_before_the_file_name(view: SearchView, qtbot: QtBot, width: int) -> None:
    """It was the name that was cut, to "采…x", while the path took the line."""
    view.resize(width, 700)
    search(view, qtbot, "请假")
    heads = view.results.findChildren(FileHead)
    qtbot.waitUntil(lambda: all(head.words.name.width() > 0 for head in heads))
    short = [head for head in heads if len(head.words.name.text) < 30]
    assert len(short) == 3
    assert all(head.words.name.width() >= head.words.name.sizeHint().width() for head in short)
    long = next(head for head in heads if head not in short)
    assert long.words.name.width() >= min(long.words.name.sizeHint().width(), long.words.width() - 40)


def test_one_file_or_its_folder_alone(view: SearchView, qtbot: QtBot, sent: list[messages.EngineRequest]) -> None:
    search(view, qtbot, "请假")
    head = view.results.findChildren(FileHead)[0]
    actions = {action.text(): action for action in head.menu_now().actions()}
    actions["Search only in this file"].trigger()
    qtbot.waitUntil(lambda: not view.searching)
    assert last_search(sent).scope == Scope((f"{fake_engine.FOLDER}/人事/员工手册.pdf",))


def test_folders_are_ticked_in_a_tree(view: SearchView, qtbot: QtBot, sent: list[messages.EngineRequest]) -> None:
    search(view, qtbot, "请假")
    view.filters.folders_requested.emit()
    popup = view.findChild(FolderTree)
    assert popup is not None
    tree: QTreeWidget = popup.tree
    qtbot.waitUntil(lambda: tree.topLevelItemCount() == 3)
    people = tree.topLevelItem(1)
    assert people is not None
    people.setExpanded(True)
    qtbot.waitUntil(lambda: people.childCount() == 2)
    people.child(1).setCheckState(0, Qt.CheckState.Checked)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not view.searching)
    assert last_search(sent).scope.below == (f"{fake_engine.FOLDER}/人事/旧",)


def test_an_empty_library_and_unread_files_are_named(view: SearchView, qtbot: QtBot) -> None:
    search(view, qtbot, "请假")
    view.set_sources(SOURCES, 466)
    assert view._unfinished.text() == "466 files are still being read; search again then."
    view.set_sources([])
    view.field.clear()
    assert view._hint.text() == "Nothing is in the library yet. Add a folder to search in it."
    nothing = SearchResult("q", (), 0, 0)
    told = search_texts.hint(nothing, None, EVERYWHERE, has_sources=False, like="")
    assert told == "Nothing is in the library yet. Add a folder to search in it."


def test_facets_name_the_kind_a_file_is_of(view: SearchView, qtbot: QtBot) -> None:
    result = SearchResult("q", fake_engine.PASSAGES, 9, 9, hits=5, hit_files=4, facets=fake_engine.FACETS)
    view.filters.show_scope(EVERYWHERE, result.facets, SOURCES)
    named = [one.text() for one in view.filters.widget().findChildren(CountRow)]
    assert named == [
        *("Word", "PDF", "Spreadsheets", "人事", "travel", "财务", "Last week", "Last month", "Last 12 months", "2025", "2024"),
        *("Chinese", "English"),
    ]
    on = replace(EVERYWHERE, types=("pdf",))
    view.filters.show_scope(on, result.facets, SOURCES)
    assert "Mail" in [one.text() for one in view.filters.widget().findChildren(CountRow)], "another kind can be added"


def test_in_the_window_a_file_opens_beside_and_commands_are_in_the_palette(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    assert not any(command.id.startswith("search.") for command in window.commands.listed())
    window.commands.run("search")
    view = window.centre.search_view()
    search(view, qtbot, "员工手册")
    listed = {command.id for command in window.commands.listed()}
    assert {"search.filters", "search.exact", "search.newest", "search.keep", "search.copy"} <= listed
    QTest.keyClick(view.results.files[0], Qt.Key.Key_Return)
    assert window.source.is_open
    assert window.source.panel().findChildren(SourceHeader)[0]._source == "员工手册.pdf"
    window.commands.run("search.exact")
    qtbot.waitUntil(lambda: not view.searching)
    assert view.scope == Scope(exact=True)


def test_the_key_of_the_filters_goes_to_the_first_one(view: SearchView, qtbot: QtBot) -> None:
    """Where they stand beside the hits, and in the popup where there is no room."""
    search(view, qtbot, "差旅")
    view.activateWindow()
    for width in (1300, 700):
        view.resize(width, 800)
        qtbot.waitUntil(lambda width=width: view._side.isHidden() == (width == 700))
        view.field.setFocus()
        view.show_filters()
        qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QCheckBox))
