# SPDX-License-Identifier: Apache-2.0
"""Every answer over the made tables is computed again, from the files.

The answers in ``made_questions.jsonl`` were computed from the rows in memory. Here openpyxl, csv and python-docx read the files again, SQLite
computes each answer by the statement in ``check``, and the cells of the label must prove it. None of the program's own readers has a part in it.
The questions in ``made_unanswerable.jsonl`` look like figures and have no answer here: the words in ``absent`` are in none of the files.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from tests.tables import made_tables


def labelled(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()]


QUESTIONS = labelled("made_questions.jsonl")
UNANSWERABLE = labelled("made_unanswerable.jsonl")
FIELDS = {"question", "file", "sheet", "kind", "answer", "unit", "cells", "rule", "language", "half", "check"}
# The column and the form of what stands in every row of data, and in no header, total or empty row.
DATA = {
    "考勤": ("A", r"G\d{4}"),
    "培训记录": ("A", r"\d+"),
    "进项": ("A", r"\d{9}"),
    "七年级3班": ("A", r"7030\d\d"),
    "2026年": ("B", r"LJ\d+"),
    "2025年": ("A", r".+分公司"),
    "Claims": ("A", r"CL-26\d+"),
    "Vehicle log": ("B", r"ZH [\d ]+|Van \d"),
    "Room bookings": ("A", r"RB-\d+"),
    "Orders": ("A", r"PO-\d+"),
    "Freight": ("A", r"S\d+"),
    "Hours": ("B", r"(?!Employee).+"),
    "table 1": ("B", r"\d+"),
    "table 2": ("B", r"\d+"),
    "银行流水.csv": ("A", r"\d{4}-\d\d-\d\d"),
    "能耗读数.csv": ("A", r"\d{4}-\d\d-\d\d"),
}
ENCODINGS = {"银行流水.csv": "utf-8-sig", "能耗读数.csv": "gb18030"}
Cells = dict[str, Any]
Reader = Callable[[str, str | None], Cells]


def plain(value: Any) -> Any:
    """Dates as text, numbers written as text as numbers."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, str) and re.fullmatch(r"-?[\d,]+(\.\d+)?", value):
        return float(value.replace(",", ""))
    return value


def read_again(path: Path, sheet: str | None) -> Cells:
    """Every filled cell of a table by its name."""
    if path.suffix == ".xlsx":
        with closing(openpyxl.load_workbook(path, data_only=True)) as book:
            cells = [cell for row in book[sheet].iter_rows() for cell in row if cell.value is not None]
            found = {cell.coordinate: plain(cell.value) if cell.is_date else cell.value for cell in cells}
            # The currency of a charge is in its format alone.
            pounds = {
                f"K{cell.row}": "GBP" if "£" in cell.number_format else "EUR" for cell in cells if cell.column_letter == "E"
            }
            return found | (pounds if sheet == "Freight" else {})
    if path.suffix == ".docx":
        grid = [[cell.text for cell in row.cells] for row in docx.Document(str(path)).tables[int(str(sheet)[-1]) - 1].rows]
    else:
        with path.open(encoding=ENCODINGS[path.name], newline="") as file:
            grid = list(csv.reader(file))
    return {
        f"{get_column_letter(column)}{row}": plain(value)
        for row, line in enumerate(grid, start=1)
        for column, value in enumerate(line, start=1)
        if value != ""
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    made_tables.make(folder)
    return folder


@pytest.fixture(scope="module")
def cells_of(made: Path) -> Reader:
    return functools.cache(lambda file, sheet: read_again(made / file, sheet))


def data_rows(cells: Cells, table: str) -> list[int]:
    column, form = DATA[table]
    last = max(int(re.sub(r"\D", "", name)) for name in cells)
    shown = [str(cells.get(f"{column}{row}", "")) for row in range(1, last + 1)]
    return [row for row, text in enumerate(shown, start=1) if re.fullmatch(form, text.removesuffix(".0"))]


def computed(cells: Cells, rows: list[int], statement: str) -> list[tuple[Any, ...]]:
    letters = [get_column_letter(column) for column in range(1, 17)]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE t ({', '.join(letters)})")
        values = [[cells.get(f"{letter}{row}") for letter in letters] for row in rows]
        connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * 16)})", values)
        return connection.execute(statement).fetchall()


def same(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= 0.005
    return bool(one == other)


def listed(ranges: list[str]) -> list[str]:
    names = []
    for one in ranges:
        first, _, last = one.partition(":")
        letter, start = re.fullmatch(r"([A-P])(\d+)", first).groups()  # type: ignore[union-attr]
        names += [f"{letter}{row}" for row in range(int(start), int((last or first)[1:]) + 1)]
    return names


def test_the_questions_are_as_many_and_as_varied_as_promised() -> None:
    assert len(QUESTIONS) == len({one["question"] for one in QUESTIONS}) == 160
    assert all(one.keys() == FIELDS for one in QUESTIONS)
    assert Counter(one["language"] for one in QUESTIONS) == {"zh": 80, "en": 80}
    assert Counter(one["half"] for one in QUESTIONS) == {"tune": 80, "keep": 80}
    kinds = "lookup sum count average max min list filter compare group date-range difference share"
    assert {one["kind"] for one in QUESTIONS} == set(kinds.split())
    tables = [{(one["file"], one["sheet"]) for one in QUESTIONS if one["half"] == half} for half in ("tune", "keep")]
    assert [len(part) for part in tables] == [8, 8]
    assert tables[0].isdisjoint(tables[1])
    assert tables[0] | tables[1] == {(table.file, table.sheet) for table in made_tables.tables()}


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked["question"][:40])
def test_an_answer_is_computed_again_from_the_file(asked: dict[str, Any], cells_of: Reader) -> None:
    cells = cells_of(asked["file"], asked["sheet"])
    found = computed(cells, data_rows(cells, asked["sheet"] or asked["file"]), asked["check"])
    wanted = asked["answer"]
    if not isinstance(wanted, list):
        assert len(found) == 1
        assert same(found[0][0], wanted), found
        return
    pairs = sorted(tuple(one) if isinstance(one, list) else (one,) for one in wanted)
    assert len(found) == len(pairs)
    assert all(same(*both) for one, other in zip(sorted(found), pairs, strict=True) for both in zip(one, other, strict=True))


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked["question"][:40])
def test_the_cells_prove_the_answer(asked: dict[str, Any], cells_of: Reader) -> None:
    """They are of rows of data; what was looked up or listed stands in them; a column of them adds up to the sum, and so on."""
    cells = cells_of(asked["file"], asked["sheet"])
    named, wanted = listed(asked["cells"]), asked["answer"]
    assert len(set(named)) == len(named) > 0
    assert {int(name[1:]) for name in named} <= set(data_rows(cells, asked["sheet"] or asked["file"]))
    columns = [[cells.get(name) for name in named if name[0] == letter] for letter in sorted({name[0] for name in named})]
    numbers = [[value for value in column if isinstance(value, int | float)] for column in columns]
    if asked["kind"] in ("list", "filter"):
        assert any(set(wanted) <= set(column) for column in columns)
    elif asked["kind"] in ("lookup", "max", "min", "compare"):
        value = wanted / 100 if asked["unit"] == "%" else wanted
        assert any(same(value, one) for column in columns for one in column)
    elif asked["file"] == "能耗读数.csv" and max(map(len, columns)) == 2_000:
        assert asked["kind"] in ("sum", "average", "count", "group", "share", "date-range")  # whole columns are named
    elif asked["kind"] == "count":
        assert {len(column) for column in columns} == {wanted}
    elif asked["kind"] == "average":
        assert any(same(sum(column) / len(column), wanted) for column in numbers if column)
    elif asked["kind"] == "sum":
        assert any(same(sum(column), wanted) for column in numbers) or same(sum(map(sum, numbers)), wanted)
    elif asked["kind"] == "date-range":
        assert any(same(sum(column), wanted) for column in numbers) or len(columns[0]) == wanted
    elif asked["kind"] == "group":
        assert any({key for key, _ in wanted} == set(column) for column in columns)
    else:
        assert asked["kind"] in ("difference", "share")


def evaluated(formula: str, cells: Cells) -> float:
    def numbers(area: str) -> list[float]:
        first, last = area.split(":")
        if first[0] == last[0]:
            names = [f"{first[0]}{row}" for row in range(int(first[1:]), int(last[1:]) + 1)]
        else:
            names = [f"{chr(letter)}{first[1:]}" for letter in range(ord(first[0]), ord(last[0]) + 1)]
        return [cells[name] for name in names if isinstance(cells.get(name), int | float)]

    calls = {"SUM": sum, "MAX": max, "AVERAGE": lambda given: sum(given) / len(given)}
    called = re.fullmatch(r"=(SUM|MAX|AVERAGE)\((\w+:\w+)\)", formula)
    if called:
        return float(calls[called[1]](numbers(called[2])))
    return float(eval(re.sub(r"[A-P]\d+", lambda name: repr(cells[name[0]]), formula[1:])))


def test_every_formula_has_the_value_that_it_gives(made: Path) -> None:
    checked = 0
    for path in made.glob("*.xlsx"):
        with closing(openpyxl.load_workbook(path)) as book:
            for sheet in book:
                cells = read_again(path, sheet.title)
                formulas = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
                for cell in formulas:
                    assert evaluated(cell.value, cells) == pytest.approx(cells[cell.coordinate], abs=1e-5), (
                        path.name,
                        cell.coordinate,
                    )
                checked += len(formulas)
    assert checked > 200


def test_hidden_parts_and_versions_are_there(made: Path) -> None:
    with closing(openpyxl.load_workbook(made / "insurance-claims.xlsx")) as book:
        assert book["Archive 2024"].sheet_state == "hidden"
        sheet = book["Claims"]
        hidden = [row for row in range(4, 49) if sheet.row_dimensions[row].hidden]
        assert {sheet.cell(row, 7).value for row in hidden} == {"Withdrawn"}
    older, newer = (made / f"分公司经营情况2025（{name}）.xlsx" for name in ("初稿", "终稿"))
    assert older.stat().st_mtime < newer.stat().st_mtime
    assert read_again(older, "2025年") != read_again(newer, "2025年")


def text_of(path: Path) -> str:
    """All that a file says: cells of all sheets, names of sheets, paragraphs."""
    if path.suffix == ".xlsx":
        with closing(openpyxl.load_workbook(path, data_only=True)) as book:
            cells = [str(plain(value)) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row]
            return "\n".join([*book.sheetnames, *cells])
    if path.suffix == ".docx":
        return "\n".join(docx.Document(str(path)).element.itertext())
    return path.read_text(encoding=ENCODINGS.get(path.name, "utf-8"))


def test_what_the_unanswerable_questions_ask_for_is_in_no_file(made: Path) -> None:
    assert len({one["question"] for one in UNANSWERABLE}) == 60
    counts = Counter((one["language"], one["half"]) for one in UNANSWERABLE)
    assert counts == {(language, half): 15 for language in ("zh", "en") for half in ("tune", "keep")}
    assert all(one["kind"] == "none" and one["answer"] is None and one["cells"] == [] for one in UNANSWERABLE)
    everything = "\n".join(f"{path.name}\n{text_of(path)}" for path in made.iterdir()).casefold()
    assert "cl-26374" in everything
    assert "莫北辰" in everything
    assert "islands" in everything
    found = [(one["question"], word) for one in UNANSWERABLE for word in one["absent"] if word.casefold() in everything]
    assert found == []
    assert all(one["absent"] for one in UNANSWERABLE)
