# SPDX-License-Identifier: Apache-2.0
"""Tables as data: time to write them, and a sum with a filter over them.

1,000 tables of 1,000 rows and 10 columns, and one of 1,000,000 rows, in one catalogue; each sum is asked with a filter on words, as a question of
figures does. Beside it the same rows as one SQLite table for each table, which every new connection has to read the schema of.

    python -m tests.benchmarks table_store

Wanted: p95 of a sum at most 300 ms, over a thousand rows as over a million.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from desktop_app.contract.document import Document, Locator, Segment, SourceFile
from desktop_app.contract.typed_table import CODE, DATE, MONEY, NUMBER, TEXT, Column, RowCells, TableHead
from desktop_app.library.catalogue import Catalogue

TABLES, ROWS, LONG = 1_000, 1_000, 1_000_000
PLACES = ("Bern", "Basel", "Chur", "Thun", "Olten")
KINDS = (CODE, DATE, TEXT, TEXT, TEXT, NUMBER, MONEY, MONEY, TEXT, TEXT)
ASKED = 200


def document(rows: int, seed: int) -> Document:
    chance = random.Random(seed)
    head = TableHead(tuple(Column(f"Column {at}", kind, at) for at, kind in enumerate(KINDS)), locator=Locator(sheet="Orders"))
    made = []
    for number in range(2, rows + 2):
        price = chance.randint(100, 99_999) / 100
        values = (
            f"SO-{number:06}",
            "2026-03-31",
            chance.choice(PLACES),
            "Ostmark",
            "MX-35",
            chance.randint(1, 50),
            price,
            price * 2,
            "yes",
            None,
        )
        made.append(Segment("", head.locator, "row", cells=RowCells(1, number, values)))
    return Document(tuple(made), tables=(head,))


def timed(asked: Callable[[], object], times: int) -> str:
    """Median and 95th percentile, and the median of processor time, which a busy PC does not change."""
    taken, worked = list[float](), list[float]()
    for _ in range(times):
        start, work = time.perf_counter(), time.process_time()
        asked()
        taken.append(1000 * (time.perf_counter() - start))
        worked.append(1000 * (time.process_time() - work))
    p95 = sorted(taken)[int(0.95 * len(taken))]
    return f"median {statistics.median(taken):.2f} ms, p95 {p95:.2f} ms (processor {statistics.median(worked):.2f} ms)"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours(Path(folder) / "catalogue.sqlite")
        one_each(Path(folder) / "one-each.sqlite")


def ours(path: Path) -> None:
    with closing(Catalogue(path)) as catalogue:
        small = document(ROWS, 1)
        start = time.process_time()
        for number in range(TABLES):
            catalogue.files.store(SourceFile(f"/{number}.xlsx", 1, 1), [], state="indexed", document=small)
        written = time.process_time() - start
        catalogue.files.store(SourceFile("/long.xlsx", 1, 1), [], state="indexed", document=document(LONG, 2))
        tables = {table.path: table.id for table in catalogue.tables.all()}
        query = "SELECT sum(c6), count(*) FROM table_rows WHERE tbl = ? AND band = 0 AND mark = '' AND c2 = 'Bern'"

        def asked(table: int) -> None:
            catalogue.database.connection().execute(query, (table,)).fetchone()

        chance = random.Random(3)
        one = timed(lambda: asked(tables[f"/{chance.randrange(TABLES)}.xlsx"]), ASKED)
        long = timed(lambda: asked(tables["/long.xlsx"]), 20)
        listed = timed(catalogue.tables.all, 20)
        size = catalogue.database.sizes()[0]
    print(f"two tables for all, {size >> 20} MB:")
    print(
        f"  {TABLES:,} tables of {ROWS:,} rows written in {written:.1f} s of processor time, {1e6 * written / TABLES / ROWS:.1f} µs a row"
    )
    print(f"  a sum with a filter over one of them: {one}")
    print(f"  over one of {LONG:,} rows: {long}")
    print(f"  all heads: {listed}")


def one_each(path: Path) -> None:
    rows = [segment.cells.values for segment in document(ROWS, 1).segments if segment.cells is not None]
    columns = ", ".join(f"c{at}" for at in range(len(KINDS)))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        start = time.process_time()
        for number in range(TABLES):
            connection.execute("BEGIN")
            connection.execute(f"CREATE TABLE t{number} ({columns})")
            connection.executemany(f"INSERT INTO t{number} VALUES ({', '.join('?' * len(KINDS))})", rows)
            connection.execute("COMMIT")
        written = time.process_time() - start

    def asked() -> None:
        with closing(sqlite3.connect(path)) as fresh:
            fresh.execute("SELECT sum(c6), count(*) FROM t7 WHERE c2 = 'Bern'").fetchone()

    print(f"a table for each: written in {written:.1f} s of processor time; a sum on a new connection: {timed(asked, ASKED)}")


if __name__ == "__main__":
    main()
