# SPDX-License-Identifier: Apache-2.0
"""What tables as data cost while files are read, as a ratio a format.

One list of orders in each format, read in turns with its tables and without them, in one process, by processor time:

    reader    the reader alone, to its segments
    way       reader, the message to the engine, splitting, and all that is written until the file is found by words

    python -m tests.benchmarks table_cost

Wanted: the way at most 1.15. Tokens are estimated here, and counted by the model's own tokens in the program: its way is longer.
"""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from unittest import mock

import docx
import msgspec
from reportlab.platypus import LongTable, SimpleDocTemplate

from desktop_app.contract.document import Document, SourceFile
from desktop_app.contract.reader_process import ReadDone
from desktop_app.documents.process import registry
from desktop_app.documents.tables.found_tables import FoundTables
from desktop_app.documents.text import splitting
from desktop_app.library.catalogue import Catalogue

made_sheets = importlib.import_module("tests.documents.made_sheets")  # as the other helpers of tests it is not held to mypy
ROWS, FEWER, ROUNDS = 4_000, 300, 5
NAMES = (
    "Order no.",
    "Order date",
    "Region",
    "Customer",
    "Product",
    "Quantity",
    "Unit price (GBP)",
    "Discount",
    "Net amount (GBP)",
)
Row = tuple[str, dt.date, str, str, str, int, float, float, float]


def orders(count: int) -> list[Row]:
    chance = random.Random(24)
    made = list[Row]()
    for number in range(count):
        pieces, price, less = chance.randint(1, 90), chance.randint(1_000, 99_999) / 100, chance.choice((0.0, 0.05, 0.1))
        made.append(
            (
                f"SO-{500_000 + 7 * number}",
                dt.date(2025, 1, 1) + dt.timedelta(days=number % 365),
                chance.choice(("North", "South", "East", "West")),
                chance.choice(("Salterne Pharma", "Ormeau Labs", "Tarn Ceramics", "Fellside Paints")),
                chance.choice(("MX-35", "MX-15", "Draft shield")),
                pieces,
                price,
                less,
                round(pieces * price * (1 - less), 2),
            )
        )
    return made


def as_text(row: Row) -> list[str]:
    return [str(one) for one in row]


def workbook(kind: str) -> Callable[[Path, Sequence[Row]], None]:
    def make(path: Path, rows: Sequence[Row]) -> None:
        day, form = dt.date(1899, 12, 30), "yyyy-mm-dd"
        cells = [
            [row[0], ((row[1] - day).days, form), *row[2:6], (row[6], "#,##0.00"), (row[7], "0%"), (row[8], "#,##0.00")]
            for row in rows
        ]
        made_sheets.FORMATS[kind](path, [made_sheets.MadeSheet([NAMES, *cells], "Orders")])

    return make


def delimited(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([NAMES, *map(as_text, rows)])


def page(path: Path, rows: Sequence[Row]) -> None:
    lines = ("".join(f"<td>{cell}</td>" for cell in cells) for cells in (NAMES, *map(as_text, rows)))
    path.write_text(f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>", encoding="utf-8")


def markdown(path: Path, rows: Sequence[Row]) -> None:
    lines = (f"| {' | '.join(cells)} |" for cells in (NAMES, ["---"] * len(NAMES), *map(as_text, rows)))
    path.write_text("\n".join(lines), encoding="utf-8")


def word(path: Path, rows: Sequence[Row]) -> None:
    made = docx.Document()
    table = made.add_table(len(rows) + 1, len(NAMES))
    for row, cells in zip(table.rows, (NAMES, *map(as_text, rows)), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    made.save(str(path))


def pdf(path: Path, rows: Sequence[Row]) -> None:
    cells = [list(NAMES), *map(as_text, rows)]
    SimpleDocTemplate(str(path)).build(
        [LongTable(cells, style=[("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONTSIZE", (0, 0), (-1, -1), 5)])]
    )


FORMATS: dict[str, tuple[Callable[[Path, Sequence[Row]], None], int]] = {
    "csv": (delimited, ROWS),
    **{kind: (workbook(kind), ROWS) for kind in ("xlsx", "xls", "xlsb", "ods")},
    "html": (page, ROWS),
    "md": (markdown, ROWS),
    "docx": (word, FEWER),
    "pdf": (pdf, FEWER),
}


def read(path: Path) -> Document:
    return registry.read(path, lambda _done, _total: None, ocr="off")


def way(path: Path, folder: Path) -> None:
    """Everything until the file is found by words, in a new catalogue in ``folder``."""
    sent = msgspec.msgpack.encode(ReadDone(1, read(path)))
    document = msgspec.msgpack.decode(sent, type=ReadDone).document
    chunks = splitting.split(document, count_tokens=splitting.estimate_tokens, max_tokens=254)
    with closing(Catalogue(folder / f"{time.monotonic_ns()}.sqlite")) as catalogue:
        catalogue.files.store(SourceFile(str(path), 1, 1, "hash"), chunks, state="indexed", document=document, recipe="test")


def seconds(run: Callable[[], object], *, tables: bool) -> float:
    def nothing(*_: object) -> None:
        """No row is one of a table."""

    with mock.patch.object(FoundTables, "take", FoundTables.take if tables else nothing):
        start = time.process_time()
        run()
        return time.process_time() - start


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="砚-") as place:
        folder = Path(place)
        for kind, (make, count) in FORMATS.items():
            path = folder / f"orders.{kind}"
            make(path, orders(count))
            assert sum(segment.cells is not None for segment in read(path).segments) == count, kind
            reader, whole = list[tuple[float, float]](), list[tuple[float, float]]()
            for _ in range(ROUNDS):
                reader.append(both(partial(read, path)))
                whole.append(both(partial(way, path, folder)))
            told = [f"{name} {ratio(pairs)}" for name, pairs in (("reader", reader), ("way", whole))]
            print(f"  .{kind:<5}{count:>7,} rows: {'; '.join(told)}", flush=True)
    print("wanted: way at most 1.15")


def both(run: Callable[[], object]) -> tuple[float, float]:
    return seconds(run, tables=True), seconds(run, tables=False)


def ratio(pairs: Sequence[tuple[float, float]]) -> str:
    with_tables, without = (median(pair[side] for pair in pairs) for side in (0, 1))
    return f"{with_tables / without:.2f} ({1000 * without:.0f} ms without)"


if __name__ == "__main__":
    main()
