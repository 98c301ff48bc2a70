# SPDX-License-Identifier: Apache-2.0
"""Puts text and tables of the screen into the clipboard.

A seal becomes [n]; Word and Excel take tables as tables.

Qt's own copy puts its marks for table cells among the letters ("\\ufdd0City\\ufdd0Euro") and hard spaces as soft ones; so the document is
walked here, block by block. A table goes out twice: in plain text with tabs, and as HTML, which Excel prefers. There every cell that is not
a plain whole number is marked as text, or "0012" would become 12 and "1-2" a date.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat, QTextFrame, QTextTable

from desktop_app.ui.answer.answer_document import FOREIGN, JOINER, MARKER, THIN
from desktop_app.ui.answer.formulas import in_a_line
from desktop_app.ui.look import seals

LABELLED = int(QTextFormat.Property.UserProperty) + 5  # of a table whose first column numbers the rows, which is ours
# Excel would change any other: "0012", "1-2", "3.10", "12,400" (another number in a German Excel), more than 15 figures.
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_OURS = re.compile(f"[{THIN}{JOINER}]")
_AS_TEXT = ' style=\'mso-number-format:"\\@"\' sdnum="1033;0;@"'  # for Excel and WPS, for LibreOffice


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """``rows`` of cells; the first ``heads`` of them are its head."""

    rows: list[list[str]]
    heads: int = 0


def copied(cursor: QTextCursor, *, aired: bool = False) -> QMimeData:
    """The selection for the clipboard. ``aired``: the text has thin spaces and joiners of ours (``answer_document``)."""
    return mime_of(_Reader(aired=aired).selected(cursor))


def copied_whole(document: QTextDocument, text: str, below: str) -> QMimeData:
    """A whole answer as ``text``, which is its Markdown; with a table in it also as HTML, and ``below`` below it."""
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    data = mime_of([*_Reader(aired=True).selected(cursor), *below.split("\n")])
    data.setText(text)
    return data


def mime_of(pieces: list[str | CopiedTable]) -> QMimeData:
    """Paragraphs and tables for the clipboard: as text, and as HTML too where a table is among them."""
    data = QMimeData()
    data.setText("\n".join(piece if isinstance(piece, str) else tabbed(piece) for piece in pieces))
    if any(isinstance(piece, CopiedTable) for piece in pieces):
        body = "".join(f"<p>{_literally(piece)}</p>" if isinstance(piece, str) else table_html(piece) for piece in pieces)
        page = f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'
        data.setData("text/html", page.encode("utf-8", "replace"))
    return data


def tabbed(table: CopiedTable) -> str:
    """A line a row, a tab between cells. A spreadsheet would take a cell that begins with "=" or "@" for a formula, which may fetch things:
    the apostrophe makes it text, as in ``foundation.shown.table_cell``."""
    return "\n".join("\t".join(_on_a_line(cell) for cell in row) for row in table.rows)


def _on_a_line(cell: str) -> str:
    line = re.sub(r"[\t\n]", " ", cell)
    return f"'{line}" if line.startswith(("=", "@")) else line


def table_html(table: CopiedTable) -> str:
    """The table as Excel and LibreOffice read it, its letters untouched."""
    rows = []
    for number, row in enumerate(table.rows):
        tag = "th" if number < table.heads else "td"
        cells = (f"<{tag}{'' if _NUMBER.fullmatch(cell) else _AS_TEXT}>{_literally(cell)}</{tag}>" for cell in row)
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f'<table border="1" style="border-collapse:collapse">{"".join(rows)}</table>'


def _literally(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


# ---- reading a document ----


class _Reader:
    def __init__(self, *, aired: bool) -> None:
        self._aired = aired

    def selected(self, cursor: QTextCursor) -> list[str | CopiedTable]:
        """Paragraphs and tables of a selection, in order. A part of one cell is a paragraph."""
        document, start, end = cursor.document(), cursor.selectionStart(), cursor.selectionEnd()
        table = cast("QTextTable | None", cursor.currentTable())
        if table is None:
            return self._within(document.rootFrame(), start, end)
        if cursor.hasComplexSelection():
            row, rows, column, columns = cast("tuple[int, int, int, int]", cursor.selectedTableCells())
            return [self._table(table, range(row, row + rows), range(column, column + columns))]
        cell = table.cellAt(start)
        return ["\n".join(self._lines(cell.firstCursorPosition().block(), max(start, cell.firstPosition()), end))]

    def _within(self, frame: QTextFrame, start: int, end: int) -> list[str | CopiedTable]:
        found: list[list[str | CopiedTable]] = []
        frames: list[int] = []
        iterator = frame.begin()
        while not iterator.atEnd():
            child, block = cast("QTextFrame | None", iterator.currentFrame()), iterator.currentBlock()
            iterator += 1
            if child is not None:
                frames.append(len(found))
                found.append(self._of_frame(child, start, end))
            elif block.isValid() and block.position() <= end and block.position() + block.length() > start:
                found.append([self._letters(block, start, end)])
        # Qt wants an empty line before and after a table and a frame.
        beside = {at + step for at in frames for step in (-1, 1)}
        return [piece for at, pieces in enumerate(found) if pieces != [""] or at not in beside for piece in pieces]

    def _of_frame(self, frame: QTextFrame, start: int, end: int) -> list[str | CopiedTable]:
        if not isinstance(frame, QTextTable):
            return self._within(frame, start, end)
        rows = [row for row in range(frame.rows()) if _reaches(frame, row, start, end)]
        return [self._table(frame, range(rows[0], rows[-1] + 1), range(frame.columns()))] if rows else []

    def _table(self, table: QTextTable, rows: range, columns: range) -> CopiedTable:
        read = []
        for row in rows:
            cells = []
            for column in columns:
                if column == 0 and table.format().property(LABELLED) and len(columns) > 1:
                    continue
                cell = table.cellAt(row, column)
                first = cell.firstCursorPosition().block()
                cells.append("\n".join(self._lines(first, cell.firstPosition(), cell.lastPosition())))
            read.append(cells)
        heads = max(0, min(table.format().headerRowCount() - rows.start, len(read)))
        return CopiedTable(read, heads)

    def _lines(self, block: QTextBlock, start: int, end: int) -> Iterator[str]:
        while block.isValid() and block.position() <= end:
            yield self._letters(block, start, end)
            block = block.next()

    def _letters(self, block: QTextBlock, start: int, end: int) -> str:
        """The letters of a block between two positions of the document."""
        pieces: list[tuple[str, int]] = []  # text, how high it stands
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            iterator += 1
            form = fragment.charFormat()
            # Positions count UTF-16 units, of which an emoji takes two.
            units = fragment.text().encode("utf-16-le", "surrogatepass")
            first, last = max(start - fragment.position(), 0), min(end - fragment.position(), fragment.length())
            if first >= last:
                continue
            text = units[2 * first : 2 * last].decode("utf-16-le", "replace")
            if form.objectType() == seals.OBJECT:
                text = f"[{form.property(seals.NUMBER)}]" * len(text)
            elif self._aired and not form.property(FOREIGN):
                text = _OURS.sub("", text)
            if form.property(MARKER):
                text = text.replace("\t", " ")
            rise = _RISE.get(form.verticalAlignment(), 0)
            if pieces and pieces[-1][1] == rise:
                pieces[-1] = (pieces[-1][0] + text, rise)
            else:
                pieces.append((text, rise))
        return "".join(in_a_line(text, rise) for text, rise in pieces).replace("\u2028", "\n")


def _reaches(table: QTextTable, row: int, start: int, end: int) -> bool:
    first, last = table.cellAt(row, 0).firstPosition(), table.cellAt(row, table.columns() - 1).lastPosition()
    return first < end and last >= start


_RISE = {
    QTextCharFormat.VerticalAlignment.AlignSuperScript: 1,
    QTextCharFormat.VerticalAlignment.AlignSubScript: -1,
}
