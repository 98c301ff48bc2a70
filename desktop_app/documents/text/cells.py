# SPDX-License-Identifier: Apache-2.0
"""Sheets of every workbook format, as segments with sheet and cells.

A sheet's name is the heading of its rows: who asks for the training budget wants the rows of the sheet "Training", whose cells may say
"Total" and "Spent" only.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.documents.text import table
from desktop_app.documents.text.locators import column_name

# Beyond this a workbook is a data dump: 2 million cells are about 40,000 passages, an hour of embedding on an office PC.
MOST_CELLS = 2_000_000
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how the format writes what XML cannot hold; openpyxl leaves it
_DECIMALS = re.compile(r"\.([0#]+)")
# The names that programs give, which say nothing: Sheet1, 工作表 2, 3.
_GIVEN_NAME = re.compile(
    r"(?:sheet|table|tabelle|feuille?|feuil|hoja|foglio|planilha|worksheet|лист|工作表|表格?|シート)?[ _]?\d*", re.IGNORECASE
)
_LITERALS = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.|_.")

SheetRow = tuple[int, list[str], bool | None]
"""(number from 1, cells from column A, whether all filled cells are text or None where the format does not say)."""


class Sheets:
    """The sheets of one workbook while it is read."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.failed = 0
        self._sheets = 0
        self._cells = 0
        self._full = ""

    @property
    def full(self) -> bool:
        """No more cells are taken."""
        return bool(self._full)

    def add(self, title: str, rows: Iterable[SheetRow]) -> None:
        """Add the rows of a sheet, until the workbook has as many cells as are read."""
        self._sheets += 1
        for place, text, kind in table.lay_out(self._placed(title, rows)):
            self.segments.append(Segment(text, place, kind))

    def document(self, *, title: str = "") -> Document:
        """Raises ``UnreadableDocument`` when no sheet gave text."""
        if not self.segments:
            raise UnreadableDocument("damaged" if self.failed else "no_text")
        remarks = [f"{self.failed} of {self._sheets} sheets could not be read"] if self.failed else []
        remarks.extend([self._full] if self._full else [])
        partial = "partly_read" if remarks else ""
        return Document(tuple(self.segments), self._sheets, title, partial, "; ".join(remarks))

    def _placed(self, title: str, rows: Iterable[SheetRow]) -> Iterator[tuple[Locator, list[str], bool | None]]:
        headings = () if _GIVEN_NAME.fullmatch(title.strip()) else (table.clean(title),)
        for number, cells, all_text in rows:
            filled = [position for position, cell in enumerate(cells) if cell]
            if not filled:
                continue
            if self._cells + len(filled) > MOST_CELLS:
                self._full = f"only the first {self._cells:,} cells; stopped in sheet {title}, row {number}"
                return
            self._cells += len(filled)
            yield Locator(sheet=title, cells=_range(number, filled[0], filled[-1]), headings=headings), cells, all_text


def _range(row: int, first: int, last: int) -> str:
    left, right = (f"{column_name(column + 1)}{row}" for column in (first, last))
    return left if first == last else f"{left}:{right}"


def shown(value: object, number_format: str | None) -> str:
    """A cell's value as the sheet shows it, near enough."""
    form = (number_format or "General").split(";")[0]
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return _number(value, form)
    if isinstance(value, dt.datetime):
        if value.time() == dt.time(0):
            return value.date().isoformat()
        return value.isoformat(sep=" ", timespec="seconds" if value.second else "minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    return table.clean(_ESCAPE.sub(lambda match: chr(int(match[1], 16)), str(value)))


def _number(value: float, form: str) -> str:
    """Rounded as the format says; without thousands separators, which would part a number into two words for the search."""
    bare = _LITERALS.sub("", form)
    percent = "%" in bare
    amount = value * 100 if percent else value
    decimals = _DECIMALS.search(bare)
    if bare in ("General", "@", "") or "E" in bare or "?" in bare or not ("0" in bare or "#" in bare):
        text = _plain(amount)
    elif decimals is None:
        text = f"{amount:.0f}"
    elif "#" in decimals[1]:
        text = _plain(round(float(amount), len(decimals[1])))
    else:
        text = f"{amount:.{len(decimals[1])}f}"
    return f"{text}%" if percent else text


def _plain(value: float) -> str:
    """Fifteen digits, as Excel holds them, and no ".0"."""
    if isinstance(value, int):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}"
