# SPDX-License-Identifier: Apache-2.0
"""Word documents as python-docx writes them."""

from __future__ import annotations

import copy
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from desktop_app.documents.process import registry
from documents.making import docx_file, quiet


def test_revisions_controls_and_boxes(tmp_path: Path) -> None:
    document = docx.Document()
    for inner in (
        "<w:p {0}><w:r><w:t>价格</w:t></w:r><w:del><w:r><w:delText>九折</w:delText></w:r></w:del><w:ins><w:r><w:t>八折</w:t></w:r></w:ins></w:p>",
        "<w:sdt {0}><w:sdtContent><w:p><w:r><w:t>控件里的段落</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        "<w:p {0}><w:r><w:t>框外</w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>",
    ):
        document.element.body.insert(-1, parse_xml(inner.format(nsdecls("w"))))
    path = tmp_path / "修订.docx"
    document.save(str(path))
    assert [segment.text for segment in registry.read(path, quiet).segments] == ["价格八折", "控件里的段落", "框外", "框内"]


def test_merged_cells_keep_their_value_and_column(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for row, values in zip(table.rows, (("部门", "姓名", "电话"), ("财务部", "张三", "1"), ("", "李四", "2")), strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    table.cell(1, 0).merge(table.cell(2, 0))
    path = tmp_path / "合并.docx"
    document.save(str(path))
    assert [segment.text for segment in registry.read(path, quiet).segments] == [
        "部门: 财务部; 姓名: 张三; 电话: 1",
        "部门: 财务部; 姓名: 李四; 电话: 2",
    ]


def test_tables_stand_in_document_order(tmp_path: Path) -> None:
    kinds = [segment.kind for segment in registry.read(docx_file(tmp_path / "序.docx"), quiet).segments]
    assert kinds == ["heading", "heading", "text", "heading", "text", "row", "row", "text"]


PLAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OTHERS = {
    ".docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
    ".dotx": "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    ".dotm": "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
}


def of_kind(folder: Path, suffix: str) -> Path:
    """A document that says of itself that it is a template or has macros."""
    path = folder / f"模板{suffix}"
    with zipfile.ZipFile(docx_file(folder / "源.docx")) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "[Content_Types].xml":
                data = data.replace(PLAIN.encode(), OTHERS[suffix].encode())
                assert OTHERS[suffix].encode() in data
            new.writestr(copy.copy(entry), data)
    return path


@pytest.mark.parametrize("suffix", OTHERS)
def test_macro_documents_and_templates_open(tmp_path: Path, suffix: str) -> None:
    assert len(registry.read(of_kind(tmp_path, suffix), quiet).segments) == 8


def test_headings_by_outline_level(tmp_path: Path) -> None:
    document = docx.Document()
    first = document.add_paragraph("第一章")
    first._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="0"/>'))
    document.add_paragraph("正文")
    path = tmp_path / "大纲.docx"
    document.save(str(path))
    heading, body = registry.read(path, quiet).segments
    assert (heading.kind, body.locator.headings) == ("heading", ("第一章",))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (
            ("Region", "Units", ""),
            ("", "2024", "2025"),
            ["Region: East; Units › 2024: 61; Units › 2025: 62", "Region: East; Units › 2024: 63; Units › 2025: 64"],
        ),
        (
            ("地区", "销量", ""),
            ("", "三月", "四月"),
            ["地区: East; 销量 › 三月: 61; 销量 › 四月: 62", "地区: East; 销量 › 三月: 63; 销量 › 四月: 64"],
        ),
    ],
)
def test_a_header_of_two_rows_names_each_column(
    tmp_path: Path, first: tuple[str, ...], second: tuple[str, ...], expected: list[str]
) -> None:
    document = docx.Document()
    table = document.add_table(rows=4, cols=3)
    for row, values in zip(table.rows, (first, second, ("East", "61", "62"), ("", "63", "64")), strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(2, 0).merge(table.cell(3, 0))
    path = tmp_path / "units.docx"
    document.save(str(path))
    assert [segment.text for segment in registry.read(path, quiet).segments] == expected
