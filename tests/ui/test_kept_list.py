# SPDX-License-Identifier: Apache-2.0
"""Saved and recent searches: made again, named, deleted."""

from __future__ import annotations

from collections.abc import Iterator

import fake_engine
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from desktop_app.contract.ledger import Scope
from desktop_app.ui.search.search_view import SearchView


@pytest.fixture
def view(day: QApplication, qtbot: QtBot, engine) -> Iterator[SearchView]:  # type: ignore[no-untyped-def]
    view = SearchView(engine())
    qtbot.addWidget(view)
    view.resize(800, 700)
    view.set_sources([f"{fake_engine.FOLDER}/合同"])
    view.show()
    qtbot.waitUntil(lambda: len(view.kept.rows) == 4)
    yield view
    view.close()


def names(view: SearchView) -> list[tuple[str, str]]:
    return [(one.name, one.query) for one in view.kept.searches]


def tool(view: SearchView, row: int, words: str) -> QToolButton:
    return next(one for one in view.kept.rows[row].findChildren(QToolButton) if one.accessibleName().startswith(words))


def test_a_saved_search_is_made_again_with_its_filters(view: SearchView, qtbot: QtBot) -> None:
    assert view.kept.isVisible()
    view.kept.rows[1].run.click()
    qtbot.waitUntil(lambda: not view.searching)
    assert view.field.text() == "付款期限"
    assert (view.scope, view.order) == (Scope((f"{fake_engine.FOLDER}/合同",), ("word", "pdf")), "newest")
    assert not view.kept.isVisible()


def test_recent_ones_grow_by_searching_and_are_cleared(view: SearchView, qtbot: QtBot) -> None:
    view.search("年假")
    qtbot.waitUntil(lambda: ("", "年假") in names(view))
    view.field.clear()
    assert view.kept.isVisible()
    assert not view.cards
    view.kept.forgotten.emit(0)
    qtbot.waitUntil(lambda: all(name for name, _ in names(view)))


def test_a_search_is_saved_under_a_name_in_place(view: SearchView, qtbot: QtBot) -> None:
    view.search("年假")
    qtbot.waitUntil(lambda: not view.searching)
    view.keep_search()
    QTest.keyClick(view._name, Qt.Key.Key_Escape)
    assert not view._name.isVisible()
    view.keep_search()
    view._name.setText("休假规定")
    QTest.keyClick(view._name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ("休假规定", "年假") in names(view))


def test_renamed_and_deleted_where_it_stands(view: SearchView, qtbot: QtBot) -> None:
    tool(view, 0, "Rename").click()
    edit = view.kept.rows[0].findChild(QLineEdit)
    assert edit is not None
    edit.setText("差旅标准")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ("差旅标准", "hotel costs") in names(view))
    tool(view, 2, "Delete").click()
    qtbot.waitUntil(lambda: len(view.kept.rows) == 3)
