# SPDX-License-Identifier: Apache-2.0
"""A passage as a card: its place, and its words with marks.

A short passage is shown with what stands around it, more quietly. What is marked is what the engine found (``Passage.marks``): the
window looks for no words itself. In one that was found by its meaning the sentence nearest to the question is marked, softly, and the
card says so. Rows of a table are shown as a small table.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop_app.analysis.script import glue
from desktop_app.analysis.table_rows import table_lines
from desktop_app.contract.passage import Passage
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import ElidedLabel, plain_label, rich_label, set_plain_tooltip
from desktop_app.ui.widgets.drag_out import DraggedQuote, DragOut
from desktop_app.ui.widgets.source_frame import paint_frame
from desktop_app.wording import passage_texts, quoted_tables
from desktop_app.wording.place import names_apart, place
from desktop_app.wording.quoted_tables import QuotedCell, QuotedTable
from desktop_app.wording.quoted_words import is_markdown, without_signs

Mark = tuple[int, int]
_LENGTH = 220  # characters of a snippet: about three lines of a card
_CELL_LENGTH = 60  # characters of a cell
_MOST_ROWS = 3


def snippet(text: str, marks: Sequence[Mark], length: int = _LENGTH) -> tuple[str, list[Mark]]:
    """The stretch of ``text`` around the first of the marks (ranges of it) on one line, with "…" where it was cut, and the marks in it."""
    flat, places = _on_one_line(text)
    moved = [(places[start], places[end]) for start, end in marks if end < len(places)]
    start = 0
    if len(flat) > length:
        first = moved[0][0] if moved else 0
        start = max(0, min(first - length // 4, len(flat) - length))
        if start and (space := flat.find(" ", start, start + 12)) > 0:
            start = space + 1
    piece = flat[start : start + length].rstrip()
    end = start + len(piece)
    before = "…" if start else ""
    after = "…" if len(flat) > start + length else ""
    shift = len(before) - start
    inside = [(max(left, start) + shift, min(right, end) + shift) for left, right in moved if left < end and right > start]
    return f"{before}{piece}{after}", inside


def _on_one_line(text: str) -> tuple[str, list[int]]:
    """``text`` with single spaces for white space, and where each of its characters, and its end, came to stand."""
    letters, places = list[str](), list[int]()
    for letter in text:
        places.append(len(letters))
        if not letter.isspace():
            letters.append(letter)
        elif letters and letters[-1] != " ":
            letters.append(" ")
    flat = "".join(letters).rstrip()
    return flat, [min(place, len(flat)) for place in (*places, len(letters))]


def beside(passage: Passage, room: int) -> tuple[str, str]:
    """The end of what stands before the passage and the beginning of what stands after it, in at most ``room`` characters together, with
    "…" where they were cut."""
    before, after = (re.sub(r"\s+", " ", _without_rows(text)).strip() for text in (passage.before, passage.after))
    for_before = max(room // 2, room - len(after))
    for_after = room - min(len(before), for_before)
    if len(before) > for_before:
        # Not half a word; Chinese has no spaces to begin at.
        kept = re.sub(r"^[a-zA-Z]+(?=\s)", "", before[len(before) - for_before :]).strip()
        before = f"…{kept}" if kept else ""
    if len(after) > for_after:
        kept = re.sub(r"(?<=\s)[a-zA-Z]+$", "", after[:for_after]).strip()
        after = f"{kept}…" if kept else ""
    return before, after


def _without_rows(text: str) -> str:
    """Text beside a passage without rows of tables, which would be read as one run of words."""
    rows = set(table_lines(text))
    return "\n".join(
        text[start:end] for start, end in (m.span() for m in re.finditer(r"[^\n]+", text)) if (start, end) not in rows
    )


def _quiet(text: str, colour: str) -> str:
    return f"<span style='color:{colour}'>{html.escape(text)}</span>" if text else ""


def marked(text: str, marks: Sequence[Mark], ground: str) -> str:
    """``text`` as HTML with its marks on ``ground``."""
    pieces, at = list[str](), 0
    for start, end in marks:
        pieces.append(html.escape(text[at:start]))
        pieces.append(f"<span style='background-color:{ground}'>{html.escape(text[start:end])}</span>")
        at = end
    return "".join([*pieces, html.escape(text[at:])])


class PassageCard(QAbstractButton):
    """``opened`` on a click or Enter; ``similar`` where passages like it are wanted (``more`` shows the button). ``named`` shows the
    file's name, where the cards are not below one, with its folder where one of ``beside`` has the same. ``question``: what it was found for."""

    opened = Signal(object)
    similar = Signal(object)

    def __init__(
        self,
        passage: Passage,
        question: str,
        *,
        named: bool,
        more: bool = False,
        beside: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.passage = passage
        self._beside = beside
        self._question = question
        self._current = False
        self.clicked.connect(lambda: self.opened.emit(self.passage))
        DragOut(self, lambda: DraggedQuote(passage.text, self._names()[passage.path], passage.locator))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE_M, 10, theme.SPACE_M, 10)
        column.setSpacing(theme.SPACE_XS)
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE_S)
        self._name = ElidedLabel(parent=self)
        self._name.setFont(theme.font(13, weight=QFont.Weight.DemiBold))
        self._name.setVisible(named)
        self._where = ElidedLabel("quiet", Qt.TextElideMode.ElideRight, self)
        self._where.setFont(theme.font(13))
        head.addWidget(self._name)
        head.addWidget(self._where)
        head.addStretch(1)
        self._labels = plain_label("small", parent=self)
        head.addWidget(self._labels)
        self._more: QToolButton | None = None
        if more:
            self._more = QToolButton(self)
            self._more.setIcon(icons.icon("similar", "quiet"))
            self._more.setCursor(Qt.CursorShape.ArrowCursor)
            self._more.clicked.connect(lambda: self.similar.emit(self.passage))
            head.addWidget(self._more)
        self._text = rich_label(self)
        self._text.setFont(theme.font(theme.BASE_PX))
        self._also = ElidedLabel("quiet", Qt.TextElideMode.ElideRight, self)
        self._also.setFont(theme.font(13))
        column.addLayout(head)
        column.addWidget(self._text)
        column.addWidget(self._also)
        self.retranslate()

    def set_current(self, *, current: bool) -> None:
        """Whether its passage is the one that is open."""
        self._current = current
        self.update()

    def retranslate(self) -> None:
        """Also after a change of theme: the words of the card carry colours."""
        apart = self._names()
        name, where = apart[self.passage.path], place(self.passage.locator)
        trail = " › ".join(self.passage.trail[-2:])
        words = where or trail
        self._name.set_text(name)
        self._where.set_text(words)
        self._where.setVisible(bool(words))
        labels = " · ".join(passage_texts.labels(self.passage, self._question))
        self._labels.setText(labels)
        self._labels.setVisible(bool(labels))
        said = self._show_text()
        names = tr(", ").join(apart[copy.path] for copy in self.passage.also_in)
        self._also.set_text(tr("also in, newest first: {names}", names=names) if names else "")
        self._also.setVisible(bool(names))
        if self._more is not None:
            set_plain_tooltip(self._more, tr("More like this"))
            self._more.setAccessibleName(tr("More like this"))
        self.setAccessibleName(" ".join(filter(None, (name, words, labels))))
        set_plain_tooltip(self, self.passage.path)
        self.setAccessibleDescription(said)

    def _names(self) -> dict[str, str]:
        """Of its file and of those that have it as well."""
        return names_apart((self.passage.path, *self._beside, *(copy.path for copy in self.passage.also_in)))

    def _show_text(self) -> str:
        """Show the passage: words, a table, or words above a table; returns them as plain text."""
        span, table = quoted_tables.of_passage(self.passage, _MOST_ROWS)
        words, plain = self._words(span) if span[0] < span[1] or table is None else ("", "")
        rows, plain_rows = self._rows(table) if table is not None else ("", "")
        self._text.setText(words + rows)
        return "\n".join(filter(None, (plain, plain_rows)))

    def _words(self, span: Mark) -> tuple[str, str]:
        """A stretch of the passage as running text with its surroundings, as HTML and plain."""
        colours = theme.current()
        start, end = span
        text = self.passage.text[start:end]
        wanted = self.passage.marks or ([self.passage.best] if self.passage.best is not None else [])
        found = [(left - start, right - start) for left, right in wanted if start <= left and right <= end]
        if is_markdown(self.passage.path, self.passage.locator.part):
            text, found = without_signs(text, found)
        short, marks = snippet(text, found)
        before, after = beside(self.passage, _LENGTH - len(short))
        if end < len(self.passage.text):
            after = ""
        pieces = (
            _quiet(before, colours.quiet),
            glue(before, short),
            marked(short, marks, self._ground()),
            glue(short, after),
            _quiet(after, colours.quiet),
        )
        return f"<p style='line-height:130%; margin:0'>{''.join(pieces)}</p>", short

    def _rows(self, table: QuotedTable) -> tuple[str, str]:
        """A small table as HTML and as plain lines."""
        colours = theme.current()
        heads = list(table.columns)
        if table.hidden:
            heads.append(trn("+{count} column", "+{count} columns", table.hidden, count=table.hidden))
        sides = ["right" if right else "left" for right in table.right] + ["left"]
        head = "".join(
            f"<td align='{side}' style='color:{colours.quiet}; border-bottom:1px solid {colours.line}'>"
            f"<small>{html.escape(name)}</small></td>"
            for name, side in zip(heads, sides, strict=False)
        )
        lines = [f"<tr>{head}</tr>"]
        for row in table.rows:
            cells = (f"<td align='{side}'>{self._cell(cell)}</td>" for cell, side in zip(row, sides, strict=False))
            lines.append(f"<tr>{''.join(cells)}</tr>")
        plain = (
            "; ".join(f"{name}: {cell.text}" for name, cell in zip(table.columns, row, strict=True) if cell.text)
            for row in table.rows
        )
        return f"<table cellspacing='0' cellpadding='4'>{''.join(lines)}</table>", "\n".join(plain)

    def _cell(self, cell: QuotedCell) -> str:
        text, marks = cell.text, list(cell.marks)
        if len(text) > _CELL_LENGTH:
            text, marks = snippet(text, marks, _CELL_LENGTH)
        if cell.marked and not marks:  # the question speaks of the column
            marks = [(0, len(text))]
        return marked(text, marks, self._ground())

    def _ground(self) -> str:
        """Behind the marked words, more softly where the meaning was found and no word."""
        colours = theme.current()
        return colours.mark if self.passage.marks else colours.soft_mark("raised").name()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        paint_frame(QPainter(self), self, current=self._current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)
