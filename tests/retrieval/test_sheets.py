# SPDX-License-Identifier: Apache-2.0
"""A workbook is searched by the names of its sheets, too."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from documents.making import quiet
from library.making import source_file

from desktop_app.documents.process import registry
from desktop_app.documents.text.splitting import estimate_tokens, split
from desktop_app.library.library import Library
from desktop_app.retrieval.retriever import Retriever

BUDGETS = {"Travel": 13920, "Training": 9150, "IT": 20400, "培训": 8800}


@pytest.mark.parametrize(
    ("question", "sheet"),
    [
        ("How much of the training budget has been spent in total?", "Training"),
        ("total spent for travel", "Travel"),
        ("培训一共花了多少？", "培训"),
    ],
)
def test_the_sheet_that_is_asked_for_comes_first(tmp_path: Path, question: str, sheet: str) -> None:
    book = openpyxl.Workbook()
    for name, spent in BUDGETS.items():
        made = book.create_sheet(name)
        for row in (["Month", "Budget", "Spent"], ["January", 10000, 900], ["Total", 60000, spent]):
            made.append(row)
    book.remove(book.worksheets[0])
    path = tmp_path / "Budget 2026.xlsx"
    book.save(path)
    with closing(Library(tmp_path / "库")) as library:
        chunks = split(registry.read(path, quiet), count_tokens=estimate_tokens, max_tokens=254)
        library.catalogue.files.store(source_file(str(path)), chunks, state="indexed")
        first = Retriever(library, lambda: None).search(question).passages[0]
    assert first.locator.sheet == sheet
    assert str(BUDGETS[sheet]) in first.text
