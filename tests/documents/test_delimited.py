# SPDX-License-Identifier: Apache-2.0
"""CSV and TSV: the place of a row holds that row and no other."""

from __future__ import annotations

from pathlib import Path

from desktop_app.documents.process import registry
from documents.making import quiet


def test_a_row_has_its_own_lines_and_characters(tmp_path: Path) -> None:
    content = '品名,备注,单价\n砚台,"第一行\n第二行",3.5\n毛笔,新,12\n'
    path = tmp_path / "价目 表.csv"
    path.write_text(content, encoding="utf-8")
    rows = [segment for segment in registry.read(path, quiet).segments if segment.kind == "row"]
    places = [row.locator for row in rows]
    assert [place.lines for place in places] == [(2, 3), (4, 4)]
    assert [content[slice(*place.chars)] for place in places if place.chars] == ['砚台,"第一行\n第二行",3.5', "毛笔,新,12"]
