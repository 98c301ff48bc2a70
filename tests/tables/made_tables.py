# SPDX-License-Identifier: Apache-2.0
"""Sixteen office tables in twelve files, the same in every run.

Registers, logs, statements, marks, prices and readings, Chinese and English, with what such tables have in offices: titles and units above
the header, headers of two rows, subtotals inside, total and average rows whose formulas have stored values, hidden rows and a hidden sheet,
text among numbers, two currencies in one column, an older version of a file beside the newer. All names are invented. The questions over
them are in ``made_questions.jsonl``.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.tables import chinese_tables as zh
from tests.tables import english_tables as en
from tests.tables.table_files import OfficeTable, write


def tables() -> list[OfficeTable]:
    """The sixteen tables that are asked about."""
    return [
        *(
            zh.attendance(),
            zh.training(),
            zh.invoices(),
            zh.marks(),
            zh.inspection(),
            zh.statement(),
            zh.readings(),
            zh.branches(),
        ),
        *(en.claims(), en.vehicles(), en.bookings(), en.orders(), en.freight(), en.hours(), en.hire_prices(), en.hire_zones()),
    ]


def make(folder: Path) -> list[Path]:
    """All files, an older version of the last among them; its time is a week before that of the newer one."""
    given = tables()
    older = zh.branches(older=True)
    files: dict[str, list[OfficeTable]] = {}
    for table in [*given, en.archive(), older]:
        files.setdefault(table.file, []).append(table)
    for name, inside in files.items():
        path = folder / name
        write(path, inside)
        os.utime(path, (1_775_000_000, 1_775_000_000 - (604_800 if name == older.file else 0)))
    return [folder / name for name in files]
