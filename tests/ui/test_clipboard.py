# SPDX-License-Identifier: Apache-2.0
"""Copied tables come out as tables, letter for letter, for spreadsheets (HTML) and for text (tabs)."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from new_document import new_document
from PySide6.QtGui import QTextCursor, QTextTable
from PySide6.QtWidgets import QApplication, QTextEdit
from pytestqt.qtbot import QtBot

from desktop_app.contract.answer import Answer, Citation
from desktop_app.contract.document import Locator
from desktop_app.contract.messages import ContextChunk
from desktop_app.ui.answer.answer_view import AnswerView
from desktop_app.ui.look import theme
from desktop_app.ui.source.text_view import TextView
from desktop_app.ui.turn.turn_view import TurnView

TABLES: dict[str, list[list[str]]] = {
    "plain": [["City", "Euro"], ["Berlin", "450"], ["Paris", "320"]],
    "chinese": [["城市", "标准（元）"], ["上海", "450 元"], ["苏州2号", "320"]],
    "zeros": [["No.", "Code"], ["1", "0012"], ["2", "00042"]],
    "like dates": [["Clause", "Range"], ["1-2", "3/4"], ["2026-01-05", "MAR1"]],
    "decimals": [["Rate", "Sum"], ["3.10", "12,400.00"], ["-5", "1e5"]],
    "long numbers": [["Account", "Card"], ["6222021234567890123", "123456789012345"]],
    "empty cells": [["Region", "Month", "Sum"], ["North", "January", ""], ["", "February", "7"], ["", "", ""]],
    "markup": [["A", "B"], ["<b>x</b> & y", "a < b > c"], ["&amp;", "\"quoted\" 'single'"]],
    "one column": [["Only"], ["a"], ["b  c"]],
    "signs": [["Item", "Mark"], ["2*3*4", "__init__.py"], ["€ 5 ✓ 😀", "C:\\_tmp\\*.x"]],
    "lines": [["Clause", "Text"], ["3.2", "first\nsecond"], ["(a)", "— none —"]],
}


class Read(HTMLParser):
    """The rows of a pasted table, and the cells that a spreadsheet is told to take as text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self._as_text = self._inside = False
        self.feed(source)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._inside = True
            self._as_text = 'mso-number-format:"\\@"' in (dict(attributes).get("style") or "")
        elif tag == "br" and self._inside:
            self.rows[-1][-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._inside = False
            if self._as_text:
                self.texts.append(self.rows[-1][-1])

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += data


def markdown(rows: list[list[str]]) -> str:
    def line(cells: list[str]) -> str:
        return (
            "| "
            + " | ".join("".join(f"\\{c}" if c in "*_<&\\" else c for c in cell).replace("\n", "\\\n") for cell in cells)
            + " |"
        )

    return "\n".join([line(rows[0]), "|" + "---|" * len(rows[0]), *map(line, rows[1:])])


def answer_view(qtbot: QtBot, text: str) -> AnswerView:
    view = AnswerView()
    qtbot.addWidget(view)
    with new_document(qtbot, view):
        view.finish(Answer("q", text, True, "llm"))
    return view


def table_of(view: QTextEdit) -> QTextTable:
    return next(frame for frame in view.document().rootFrame().childFrames() if isinstance(frame, QTextTable))


def select(view: QTextEdit, first: tuple[int, int], last: tuple[int, int]) -> None:
    table = table_of(view)
    cursor = table.cellAt(*first).firstCursorPosition()
    cursor.setPosition(table.cellAt(*last).lastPosition(), QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)


@pytest.fixture(scope="module", autouse=True)
def day_once(qapp: QApplication) -> None:
    theme.apply(qapp, "light")


@pytest.mark.parametrize("name", [name for name in TABLES if name != "lines"])
def test_a_table_that_a_model_wrote(qtbot: QtBot, name: str) -> None:
    rows = TABLES[name]
    view = answer_view(qtbot, markdown(rows))
    view.selectAll()
    data = view.createMimeDataFromSelection()
    assert data.text() == "\n".join("\t".join(row) for row in rows)
    assert Read(data.html()).rows == rows
    assert "\ufdd0" not in data.text() + data.html()


@pytest.mark.parametrize("name", list(TABLES))
def test_a_table_of_a_source(qtbot: QtBot, name: str) -> None:
    """As rows of a sheet come from the index: "Header: value; Header: value"."""
    head, *rows = TABLES[name]
    rows = [["".join(cell.split("\n")) for cell in row] for row in rows if any(row)]
    text = "\n".join("; ".join(f"{title}: {cell}" for title, cell in zip(head, row, strict=True) if cell) for row in rows)
    view = TextView()
    qtbot.addWidget(view)
    chunk = ContextChunk(1, text, Locator(sheet="S", cells="A7:C9"), [], [])
    view.show_chunks([chunk], 0, 1)
    view.selectAll()
    data = view.createMimeDataFromSelection()
    filled = [title for number, title in enumerate(head) if any(row[number] for row in rows)]
    wanted = [filled, *([row[head.index(title)] for title in filled] for row in rows)]
    assert data.text() == "\n".join("\t".join(row) for row in wanted)
    assert Read(data.html()).rows == wanted


def test_what_a_spreadsheet_would_change_is_marked_as_text(qtbot: QtBot) -> None:
    rows = [["450", "0"], ["-7", "0012"], ["1-2", "3.10"], ["12,400", "1234567890123456"], ["", "x"]]
    view = answer_view(qtbot, markdown(rows))
    view.selectAll()
    assert Read(view.createMimeDataFromSelection().html()).texts == [
        "0012",
        "1-2",
        "3.10",
        "12,400",
        "1234567890123456",
        "",
        "x",
    ]


def test_a_part_of_a_table(qtbot: QtBot) -> None:
    view = answer_view(qtbot, markdown([["A", "B", "C"], ["1", "2", "3"], ["4", "5", "6"]]))
    select(view, (1, 1), (2, 2))
    data = view.createMimeDataFromSelection()
    assert data.text() == "2\t3\n5\t6"
    assert Read(data.html()).rows == [["2", "3"], ["5", "6"]]
    assert Read(data.html()).tags == {"html", "head", "meta", "body", "table", "tr", "td"}


def test_words_of_one_cell_are_no_table(qtbot: QtBot) -> None:
    view = answer_view(qtbot, markdown([["A", "B"], ["one two", "x"]]))
    cell = table_of(view).cellAt(1, 0)
    cursor = cell.firstCursorPosition()
    cursor.setPosition(cell.firstPosition() + 4)
    cursor.setPosition(cell.firstPosition() + 7, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    data = view.createMimeDataFromSelection()
    assert data.text() == "two"
    assert not data.hasHtml()


def test_words_around_a_table_stay_in_order(qtbot: QtBot) -> None:
    view = answer_view(qtbot, f"Before 甲1.\n\n{markdown([['A', 'B'], ['1', '2']])}\n\n- after\n- `last`")
    view.selectAll()
    data = view.createMimeDataFromSelection()
    assert data.text() == "Before 甲1.\nA\tB\n1\t2\n• after\n• last"
    assert data.html().index("Before 甲1.") < data.html().index("<table") < data.html().index("after")
    assert Read(data.html()).rows == [["A", "B"], ["1", "2"]]


def test_a_cell_is_never_a_formula_of_a_spreadsheet(qtbot: QtBot) -> None:
    """In HTML it is marked as text; where only tabs are taken, an apostrophe does it."""
    view = answer_view(qtbot, markdown([["A", "B"], ['=WEBSERVICE("http://example.com")', "@x"]]))
    view.selectAll()
    data = view.createMimeDataFromSelection()
    assert data.text() == "A\tB\n'=WEBSERVICE(\"http://example.com\")\t'@x"
    assert Read(data.html()).rows[1] == ['=WEBSERVICE("http://example.com")', "@x"]
    assert Read(data.html()).texts[2:] == Read(data.html()).rows[1]


def test_a_formula_is_copied_as_letters(qtbot: QtBot) -> None:
    view = answer_view(qtbot, r"So $x^{2} + \frac{a}{b_1}$ and $y^{ab}$.")
    view.selectAll()
    assert view.createMimeDataFromSelection().text() == "So x² + a/b₁ and y^(ab)."


def test_code_is_copied_with_its_spaces(qtbot: QtBot) -> None:
    view = answer_view(qtbot, "```\nif x:\n    y  = 1\n\treturn\n```")
    view.selectAll()
    assert view.createMimeDataFromSelection().text() == "if x:\n    y  = 1\n\treturn"


def test_the_button_that_copies_an_answer_gives_its_table_as_one(qtbot: QtBot) -> None:
    text = f"The rates. [1]\n\n{markdown([['No.', 'Euro'], ['0012', '450']])}"
    citation = Citation(1, 1, "/a/rates.xlsx", Locator(sheet="S", cells="A1"), "x", 0, 1)
    turn = TurnView("q")
    qtbot.addWidget(turn)
    with new_document(qtbot, turn.view):
        turn.finish(Answer("q", text, True, "llm", citations=(citation,)))
    turn.pane.foot.copy.click()
    data = QApplication.clipboard().mimeData()
    assert data.text() == f"{text}\n\n[1] rates.xlsx, Sheet S A1"
    assert Read(data.html()).rows == [["No.", "Euro"], ["0012", "450"]]
    assert data.html().index("The rates.[1]") < data.html().index("<table") < data.html().index("[1] rates.xlsx")
    words = TurnView("q")
    qtbot.addWidget(words)
    words.finish(Answer("q", "No table.", True, "llm"))
    words.pane.foot.copy.click()
    assert QApplication.clipboard().text() == "No table."
    assert not QApplication.clipboard().mimeData().hasHtml()
