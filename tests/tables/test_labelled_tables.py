# SPDX-License-Identifier: Apache-2.0
"""Tables of files that nobody here wrote, as a person reads them.

``labelled_tables.jsonl`` has a line a table: file, place, the path of each column's headings with its kind and unit, how many rows are things, which
are totals, what is hidden, what is doubted; and a line ``none`` for a file that looks as if it had one. They were looked at with other libraries.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.process import registry

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
LINES: list[dict[str, Any]] = [
    json.loads(line) for line in Path(__file__).with_name("labelled_tables.jsonl").read_text("utf-8").splitlines()
]
TABLES = [line for line in LINES if "none" not in line]
WITHOUT = [line for line in LINES if "none" in line]
KNOWN_WRONG = frozenset({"documents/pdf/GeoTopo-komprimiert.pdf"})
"""Of the files without a table, those in which one is found."""
HALF_UNDERSTOOD = frozenset({("cases/D1/lease.xlsx", 1)})
"""Its hidden column is text and no column."""


@cache
def read(file: str) -> Document | None:
    try:
        return registry.read(SHARED / file, lambda _done, _total: None, ocr="off")
    except UnreadableDocument:
        return None


def differences(label: dict[str, Any]) -> list[str]:
    """What is understood of a table in another way than a person does."""
    document = read(label["file"])
    if document is None or len(document.tables) < label["table"]:
        return ["not found"]
    head = document.tables[label["table"] - 1]
    segments = [one for one in document.segments if one.cells is not None and one.cells.table == label["table"]]
    found = {
        "sheet": head.locator.sheet,
        "page": head.locator.page,
        "hidden_sheet": head.locator.hidden == "sheet",
        "columns": [[column.name, column.kind, column.unit] for column in head.columns],
        "rows": sum(one.cells is not None and not one.cells.mark for one in segments),
        "marks": marks(document, label["table"]),
        "doubts": list(head.doubts),
    }
    if not label.get("hidden_sheet"):
        found["hidden_rows"] = sorted(one.cells.number for one in segments if one.cells is not None and one.locator.hidden)
    missing: dict[str, object] = {"sheet": None, "page": None, "hidden_sheet": False, "doubts": [], "hidden_rows": []}
    return [
        f"{name} {value!r}, wanted {label.get(name, missing.get(name))!r}"
        for name, value in found.items()
        if value != label.get(name, missing.get(name))
    ]


def marks(document: Document, table: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for segment in document.segments:
        if segment.cells is not None and segment.cells.table == table and segment.cells.mark:
            found.setdefault(segment.cells.mark, []).append(segment.cells.number)
    return {mark: sorted(rows) for mark, rows in found.items()}


@pytest.mark.held_out
@pytest.mark.parametrize("label", TABLES, ids=lambda label: f"{label['file']} {label['table']}")
def test_a_table_of_a_real_file_is_understood(label: dict[str, Any]) -> None:
    wrong = differences(label)
    assert bool(wrong) == ((label["file"], label["table"]) in HALF_UNDERSTOOD), wrong


@pytest.mark.held_out
@pytest.mark.parametrize("label", WITHOUT, ids=lambda label: label["file"])
def test_what_is_no_table_gives_none(label: dict[str, Any]) -> None:
    document = read(label["file"])
    found = document is not None and bool(document.tables)
    assert found == (label["file"] in KNOWN_WRONG)


@pytest.mark.held_out
def test_no_total_is_wrong_over_all_labelled_tables() -> None:
    assert len(TABLES) >= 40
    wrong = 0
    for label in TABLES:
        document = read(label["file"])
        found = marks(document, label["table"]) if document is not None else {}
        wrong += found != label["marks"]
    right = sum(not differences(label) for label in TABLES)
    columns, totals = (
        sum(len(one["columns"]) for one in TABLES),
        sum(len(rows) for one in TABLES for rows in one["marks"].values()),
    )
    print(
        f"\n{right} of {len(TABLES)} tables wholly right, {columns} columns; {totals} totals, {wrong} tables with a wrong one"
    )
    assert wrong == 0
    assert right >= len(TABLES) - len(HALF_UNDERSTOOD)
