# SPDX-License-Identifier: Apache-2.0
"""``inkstone files`` and ``inkstone tables``: what the library holds."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

import msgspec

from desktop_app.cli import option_values
from desktop_app.cli.running import DONE, json_line, open_engine
from desktop_app.cli.text_output import flat, nothing_indexed
from desktop_app.foundation import windows_paths
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr
from desktop_app.wording import place, table_texts
from desktop_app.wording.hidden_texts import hidden_counts
from desktop_app.wording.problem_texts import reason, state
from desktop_app.wording.reading_details import reading_detail

if TYPE_CHECKING:
    from desktop_app.contract.ledger import LedgerRow
    from desktop_app.contract.typed_table import StoredTable

_SHOWN = ("path", "state", "reason", "detail", "chunks", "pages", "hidden")  # in JSON
_LONGEST_DETAIL = 600  # characters
_LONGEST_TITLE = 100


def run(options: argparse.Namespace) -> int:
    """``inkstone files``: every file, its state and why."""
    with open_engine(options) as engine:
        rows, _ = engine.files()
    for row in rows:
        if options.json:
            json_line({name: getattr(row, name) for name in _SHOWN})
        else:
            print(ledger_line(row))
    if not rows and not options.json:
        print(nothing_indexed())
    return DONE


def ledger_line(row: LedgerRow) -> str:
    """State, path, reason and hidden passages, divided by tabs."""
    said = str(reason(row.reason))
    detail = f" ({shown_name(' '.join(reading_detail(row.detail).split()), _LONGEST_DETAIL)})" if row.detail else ""
    hidden = hidden_counts(row.hidden)
    return "\t".join(filter(None, (state(row.state), shown_name(row.path), f"{said}{detail}" if said else "", hidden)))


def run_tables(options: argparse.Namespace) -> int:
    """``inkstone tables``: file, place, columns with kinds and units, rows, totals and doubts of each table."""
    below = windows_paths.absolute(os.path.expanduser(option_values.text(options.file))) if options.file else ""
    with open_engine(options) as engine:
        tables = engine.tables.all(below)
    for table in tables:
        if options.json:
            json_line(_table_as_json(table))
        else:
            print(table_lines(table))
    if not tables and not options.json:
        print(tr("No tables were found."))
    return DONE


def _table_as_json(table: StoredTable) -> dict[str, object]:
    head = table.head
    columns = [{"name": one.name, "kind": one.kind, "unit": one.unit, "at": one.at} for one in head.columns]
    return {
        "path": table.path,
        "title": head.title,
        "place": msgspec.to_builtins(head.locator),
        "columns": columns,
        "rows": table.rows,
        "hidden_rows": table.hidden_rows,
        "totals": table.marked,
        "doubts": list(head.doubts),
    }


def table_lines(table: StoredTable) -> str:
    """A table for people: where it is, how many rows it has, its columns, what is doubted."""
    where = "\t".join(
        filter(None, (shown_name(table.path), place.place(table.head.locator), flat(table.head.title, _LONGEST_TITLE)))
    )
    columns = tr("; ").join(map(table_texts.column, table.head.columns))
    return "\n".join(
        filter(None, (where, f"  {table_texts.counts(table)}", f"  {columns}", _indented(table_texts.doubts(table))))
    )


def _indented(text: str) -> str:
    return f"  {text}" if text else ""
