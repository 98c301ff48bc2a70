# SPDX-License-Identifier: Apache-2.0
"""Counts and numbers that are no number, such as "²", cost no file.

Python calls "²" a digit (``isdigit``) and then cannot read it: a workbook was "damaged" for one point of one chart.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.documents.process import registry
from tests.documents.making import quiet
from tests.documents.open_documents import package
from tests.documents.test_sheets_beside import drawn
from tests.documents.test_sheets_seen import changed

ROW = "<table:table-row table:number-rows-repeated='²'><table:table-cell table:number-columns-repeated='²'><text:p>Ink</text:p></table:table-cell>"


def _chart(path: Path) -> Path:
    """Of a sheet that is a chart."""
    return changed(drawn(path), "xl/charts/chart3.xml", lambda text: re.sub(r"pt idx=\"\d+\"", 'pt idx="²"', text))


def _box(path: Path) -> Path:
    return changed(drawn(path), "xl/drawings/drawing1.xml", lambda text: re.sub(r"col>\d+<", "col>²<", text))


MADE: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "chart.xlsx": ("Month: Jan; Sales: 10", _chart),
    "box.xlsx": ("Prices are valid until 30 June", _box),
    "spaces.odt": ("a b", lambda path: package(path, "text", "<text:p>a<text:s text:c='²'/>b</text:p>")),
    "heading.odt": ("Term", lambda path: package(path, "text", "<text:h text:outline-level='²'>Term</text:h>")),
    "rows.ods": (
        "Ink",
        lambda path: package(path, "spreadsheet", f"<table:table table:name='A'>{ROW}</table:table-row></table:table>"),
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_a_number_that_is_none_costs_no_file(name: str, tmp_path: Path) -> None:
    text, make = MADE[name]
    assert text in [one.text for one in registry.read(make(tmp_path / name), quiet).segments]
