# SPDX-License-Identifier: Apache-2.0
"""Reads the selected cells of a sheet, to copy them as a table.

What is selected need not be on the screen: a whole column is read from the viewer process in pieces, and is in the clipboard a moment later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QItemSelection, QObject, Signal

from desktop_app.bridge.operation import Operation
from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract.viewer_process import ReadRows, RowsRead
from desktop_app.ui.answer.clipboard import CopiedTable
from desktop_app.ui.sheet.sheet_marks import CellRange

MOST_CELLS = 200_000  # that are copied at once
_ROWS = 1_000  # of one request


@dataclass(frozen=True, slots=True)
class SheetSelection:
    """Cells of one sheet (``sheet`` counts from 0). ``names`` are those of the selected columns, ``left_out`` a row from 0, -1 for none: the
    header, which is not shown among the rows."""

    path: str
    password: str
    sheet: int
    ranges: tuple[CellRange, ...]
    names: tuple[str, ...]
    left_out: int = -1

    @property
    def bounds(self) -> CellRange:
        """The smallest range that holds all."""
        return bounds_of(self.ranges)


class SheetCopier(QObject):
    """``done`` carries a CopiedTable."""

    done = Signal(object)

    def __init__(self, viewer: ViewerClient, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._selection: SheetSelection | None = None
        self._rows: list[list[str]] = []
        self._operation: Operation | None = None

    def read(self, selection: SheetSelection) -> None:
        """Read what is selected; what was being read before is dropped."""
        self.drop()
        self._selection, self._rows = selection, []
        self._ask(selection.bounds.top)

    def drop(self) -> None:
        """Read no further."""
        if self._operation is not None and not self._operation.over:
            self._operation.succeeded.disconnect()
            self._operation.cancel()
        self._operation = self._selection = None

    def _ask(self, first: int) -> None:
        chosen = self._selection
        if chosen is None:
            return
        count = min(_ROWS, chosen.bounds.bottom + 1 - first)
        self._operation = self._viewer.request(
            lambda id_: ReadRows(id_, chosen.path, chosen.password, sheet=chosen.sheet, first=first, count=count)
        )
        self._operation.succeeded.connect(self._came)

    def _came(self, result: RowsRead) -> None:
        chosen = self._selection
        if chosen is None:
            return
        bounds = chosen.bounds
        for row, line in enumerate(result.rows, start=result.first):
            here = [part for part in chosen.ranges if part.top <= row <= part.bottom]
            if row != chosen.left_out:
                self._rows.append(
                    [
                        line.cells[column]
                        if column < len(line.cells) and any(part.left <= column <= part.right for part in here)
                        else ""
                        for column in range(bounds.left, bounds.right + 1)
                    ]
                )
        following = result.first + _ROWS
        if following <= bounds.bottom and result.rows:
            self._ask(following)
            return
        self._selection = None
        headed = any(chosen.names) and (len(self._rows) > 1 or len(chosen.names) > 1)
        self.done.emit(CopiedTable([list(chosen.names), *self._rows], 1) if headed else CopiedTable(self._rows))


def ranges_of(selection: QItemSelection) -> tuple[CellRange, ...]:
    """A selection as plain ranges."""
    return tuple(CellRange(part.top(), part.left(), part.bottom(), part.right()) for part in selection.toList())


def bounds_of(ranges: Sequence[CellRange]) -> CellRange:
    """The smallest range that holds all of one or more."""
    return CellRange(
        min(part.top for part in ranges),
        min(part.left for part in ranges),
        max(part.bottom for part in ranges),
        max(part.right for part in ranges),
    )
