# SPDX-License-Identifier: Apache-2.0
"""Quoted rows on the screen and in exports: small tables, never "Header: value; Header: value"."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextTable
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea
from pytestqt.qtbot import QtBot
from tooltips import WatchedDocument, displayed

from desktop_app.contract.answer import Answer
from desktop_app.contract.conversation import Turn
from desktop_app.ui.answer.answer_view import AnswerView
from desktop_app.ui.exporting.contents import contents
from desktop_app.ui.look import theme, window_language
from desktop_app.ui.search.search_view import SearchView
from desktop_app.ui.turn.export_menu import made
from desktop_app.ui.turn.turn_view import TurnView
from desktop_app.ui.widgets.passage_card import PassageCard
from tests import table_passages

QUESTION = "蓝海的账期是多少天？"


@pytest.fixture
def turn(day: QApplication, qtbot: QtBot) -> Iterator[TurnView]:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.resize(1000, 800)
    view = TurnView(QUESTION)
    area.setWidget(view)
    qtbot.addWidget(area)
    area.show()
    view.finish(answer())
    yield view
    area.close()


def answer() -> Answer:
    return table_passages.answer(QUESTION, "/资料")


def tables(view: AnswerView) -> list[list[list[str]]]:
    """The tables of a view, once it is written to its end."""
    while view._slices is not None:
        view._slice()
    found = []
    for frame in view.document().rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            cells = [
                [frame.cellAt(row, column).firstCursorPosition().block().text() for column in range(frame.columns())]
                for row in range(frame.rows())
            ]
            found.append(cells)
    return found


def test_a_quoted_row_is_a_table_with_the_columns_asked_for(turn: TurnView) -> None:
    row, limits = tables(turn.view)
    assert row[0] == ["编号", "供应商名称", "类别", "联系人", "电话", "账期（天）"]
    assert row[1] == ["S-008", "上海蓝海物流有限公司", "物流", "陈立", "021-5588 7301", "20"]
    assert limits[1:] == [["上海", "500", "700"], ["苏州", "350", "500"]], "the sentence speaks of the table below it"
    text = turn.view.toPlainText()
    assert "编号: " not in text
    assert "；" not in text
    assert "**" not in text
    assert turn.view.numbers() == [1, 2, 3]


def test_the_cells_asked_for_are_marked(turn: TurnView) -> None:
    tables(turn.view)
    frame = next(frame for frame in turn.view.document().rootFrame().childFrames() if isinstance(frame, QTextTable))
    grounds = [frame.cellAt(1, column).format().background().color().name() for column in range(frame.columns())]
    mark = theme.current().colour("mark").name()
    assert [ground == mark for ground in grounds] == [False, True, False, False, False, True]


def test_the_other_columns_unfold_by_keyboard_and_in_both_languages(turn: TurnView) -> None:
    line = turn.pane.quotes.columns
    assert line.text() == "4 more columns in the table"
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert tables(turn.view)[0][0] == table_passages.HEADER
    assert line.text() == "Fewer columns"
    window_language.use("zh_CN")
    turn.retranslate()
    assert line.text() == "收起多余的列"
    QTest.keyClick(line, Qt.Key.Key_Space)
    assert len(tables(turn.view)[0][0]) == 6


def test_a_seal_and_a_chip_show_the_row_as_a_small_table(turn: TurnView) -> None:
    seal = displayed(turn.view._seal_tip(1))
    chip = displayed(turn.chips[0].toolTip())
    for shown in (seal, chip):
        assert "编号\nS-008" in shown
        assert "编号: S-008" not in shown
    assert displayed(turn.view._seal_tip(3)).endswith("供应商准入。 新供应商须提供营业执照与近两年财报。")
    assert "账期（天）: 20" in turn.chips[0].accessibleDescription(), "a screen reader hears header and value"


def test_a_chip_is_as_wide_as_its_place_where_there_is_room(turn: TurnView, qtbot: QtBot) -> None:
    """It was cut to 284 px ("工作表“合格供应商” …") although half the line was free."""
    window_language.use("zh_CN")
    turn.retranslate()
    chip = turn.chips[0]
    metrics = chip.fontMetrics()
    words = metrics.horizontalAdvance("供应商台账.xlsx") + metrics.horizontalAdvance("工作表“合格供应商” A9:J9")
    assert chip.sizeHint().width() > words + 30
    qtbot.waitUntil(lambda: chip.width() == chip.sizeHint().width())


@pytest.fixture
def found(day: QApplication, qtbot: QtBot, engine) -> Iterator[list[PassageCard]]:  # type: ignore[no-untyped-def]
    view = SearchView(engine())
    qtbot.addWidget(view)
    view.resize(800, 700)
    view.show()
    view.search("供应商 蓝海 账期")
    qtbot.waitUntil(lambda: len(view.cards) == 3)
    yield view.cards
    view.close()


def words(card: PassageCard) -> str:
    label = next(label for label in card.findChildren(QLabel) if label.textFormat() == Qt.TextFormat.RichText)
    return WatchedDocument().show(label.text(), Qt.TextFormat.RichText)


def test_cards_show_rows_as_tables(found: list[PassageCard]) -> None:
    row, limits, notes = map(words, found)
    assert row.split("\n")[:7] == ["编号", "供应商名称", "类别", "联系人", "电话", "账期（天）", "+4 columns"]
    assert "S-008" in row
    assert "S-007" not in row, "only the rows with the words"
    assert limits.split("\n")[:4] == [table_passages.LIMITS, "城市", "普通员工（元/晚）", "部门经理（元/晚）"]
    assert notes == "供应商准入。 新供应商须提供营业执照与近两年财报。"
    assert not any(": " in words(card) for card in found)
    assert "账期（天）: 20" in found[0].accessibleDescription()


@pytest.mark.parametrize("kind", ["html", "md", "docx"])
def test_exports_hold_tables_with_all_columns(day: QApplication, kind: str) -> None:
    data = made(kind, contents("t", [Turn(1, QUESTION, answer())], datetime(2026, 11, 30, tzinfo=UTC)))
    if kind == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            text = archive.read("word/document.xml").decode()
        assert text.count("<w:tbl>") == 3, "the quote, the table below the second quote, the row among the sources"
    else:
        text = data.decode()
        assert text.count("<table>" if kind == "html" else "|---") >= 3
    assert text.count("开户行") == 2
    assert "编号: S-008" not in text
    assert "准入。**" not in text
    assert "准入。\\*" not in text


def test_a_printed_export_has_them_too(day: QApplication) -> None:
    import pypdf

    data = made("pdf", contents("t", [Turn(1, QUESTION, answer())], datetime(2026, 11, 30, tzinfo=UTC)))
    text = "".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())
    assert "编号:S-008" not in text
    assert text.count("开户行") == 2
