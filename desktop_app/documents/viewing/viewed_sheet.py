# SPDX-License-Identifier: Apache-2.0
"""What the formats of workbooks share: a book, a sheet, its rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from desktop_app.contract.document import UnreadableDocument
from desktop_app.contract.viewer_process import GridRow, SheetName
from desktop_app.documents.text import table
from desktop_app.documents.text.cells import Merged

MOST_CELLS = 5_000_000  # of a sheet that is held in memory
MOST_MERGED = 20_000
_HEAD_ROWS = 50  # that are looked at for the header


@dataclass(frozen=True, slots=True)
class SheetSize:
    """``rows`` and ``columns`` up to the last that is filled."""

    rows: int
    columns: int


class ViewedSheet(ABC):
    """One sheet; rows and columns count from 0."""

    size: SheetSize
    merged: Sequence[Merged] = ()

    @abstractmethod
    def rows(self, first: int, count: int) -> list[GridRow]:
        """``count`` rows, fewer at the end; each up to its last filled cell."""

    def row_of_line(self, line: int) -> int:
        """The row that stands in a line of the file, both from 1, where the file has lines."""
        return line

    @cached_property
    def header(self) -> int:
        """The number of the header, from 1, as the index has it; 0 for none."""
        rows = self.rows(0, _HEAD_ROWS)
        return table.header_row(
            (number, list(row.cells), all(kind in "t " for kind in row.kinds)) for number, row in enumerate(rows, start=1)
        )


class ViewedBook(ABC):
    """An open workbook. It keeps the sheet that was asked for last: sheets are large, and people stay on one."""

    names: Sequence[SheetName]

    def __init__(self) -> None:
        self._last: tuple[int, ViewedSheet] | None = None

    def sheet(self, number: int) -> ViewedSheet:
        """The sheet of that number, from 0. Raises ``UnreadableDocument``."""
        if not 0 <= number < len(self.names):
            raise UnreadableDocument("damaged", f"no sheet {number}")
        if self._last is None or self._last[0] != number:
            self._last = None  # before the next one is read
            self._last = number, self._read_sheet(number)
        return self._last[1]

    @abstractmethod
    def _read_sheet(self, number: int) -> ViewedSheet: ...

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""
