# SPDX-License-Identifier: Apache-2.0
"""Rows of a computed answer as they are written into a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.contract.form import Computed, FormRow
from desktop_app.contract.typed_table import FIGURES, Column, Value
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr
from desktop_app.wording.place import file_name, place


@dataclass(frozen=True, slots=True)
class RowTable:
    """What is told once: the question, the ``rule`` in words, the columns of the rows, the result."""

    question: str
    rule: str
    columns: Sequence[Column]
    computed: Computed

    def head(self) -> list[str]:
        """The names of the columns, those of the place behind them."""
        return [*(column.name for column in self.columns), tr("File"), tr("Sheet"), tr("Place")]

    def results(self) -> list[tuple[Value, Value]]:
        """What was computed, a line each: a group and its figure, or the result alone."""
        computed = self.computed
        if computed.groups:
            return list(computed.groups)
        values = computed.listed or (computed.value,)
        return [(value, computed.unit) for value in values]


def place_of(row: FormRow) -> list[str]:
    """File, sheet, and the cells or else the page of a row."""
    where = row.locator
    return [file_name(row.path), where.sheet or "", where.cells or place(where)]


def is_figure(value: Value, column: Column) -> bool:
    """Whether a cell holds a number, to be computed with."""
    return isinstance(value, (int, float)) and column.kind in FIGURES


def as_text(text: str) -> str:
    """A cell's text without what no spreadsheet takes."""
    return "\n".join(shown_name(line) for line in text.splitlines())
