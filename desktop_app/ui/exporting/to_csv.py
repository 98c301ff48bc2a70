# SPDX-License-Identifier: Apache-2.0
"""Writes rows as a CSV file that Excel opens in every language.

UTF-8 with a mark at its beginning. A text that a spreadsheet would take for a formula, which may fetch things from the network, gets an apostrophe
before it; a negative number is none.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import TextIO

from desktop_app.contract.form import FormRow
from desktop_app.contract.typed_table import PERCENT
from desktop_app.foundation.translation import tr
from desktop_app.ui.exporting.row_table import RowTable, as_text, is_figure, place_of

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CsvRows:
    """The rows of ``table`` in the file at ``part``; the rule stands below them, so that the first line names the columns."""

    def __init__(self, part: str, table: RowTable) -> None:
        self._table = table
        self._file: TextIO = open(part, "w", encoding="utf-8-sig", newline="")  # noqa: SIM115 - closed by ``close``
        self._writer = csv.writer(self._file)
        self._writer.writerow([_text(name) for name in table.head()])

    def add(self, rows: Sequence[FormRow]) -> None:
        """Write rows."""
        for row in rows:
            cells: list[object] = [
                value if is_figure(value, column) and column.kind != PERCENT else _text(shown)
                for value, shown, column in zip(row.values, row.shown, self._table.columns, strict=False)
            ]
            self._writer.writerow([*cells, *map(_text, place_of(row))])

    def finish(self) -> None:
        """Write the rule."""
        self._writer.writerow([])
        self._writer.writerow([_text(tr("Question")), _text(self._table.question)])
        self._writer.writerow([_text(tr("Computed")), _text(self._table.rule)])
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _text(text: str) -> str:
    text = as_text(text)
    return f"'{text}" if text.startswith(_FORMULA) else text
