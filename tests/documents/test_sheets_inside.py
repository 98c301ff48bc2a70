# SPDX-License-Identifier: Apache-2.0
"""Files that lie in a workbook are parts of it, in each format that has them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from desktop_app.documents.process import registry
from tests.documents.labelled import Figures, seen
from tests.documents.made_sheets import FORMATS, MadeSheet, xls_file
from tests.documents.making import docx_file, quiet
from tests.documents.old_office import compound
from tests.documents.word.test_docx_drawn import packed

ROWS = [["Item", "Price"], ["Ink", 3]]
TEXTS = [
    ("terms.txt", "Payment is due within 45 days."),
    ("付款条件.txt", "货款应在四十五日内付清。"),
    ("warranty.md", "The warranty is void after opening."),
    ("保修.md", "拆封后不再保修。"),
    ("notes.csv", "Who,Task\nAnna,Order paper\n"),
    ("任务.csv", "谁,任务\n王芳,订购宣纸\n"),
    ("page.html", "<p>Delivery takes nine days.</p>"),
    ("网页.html", "<meta charset='utf-8'><p>交货需要九天。</p>"),
    ("a.json", '{"supplier": "Keller and Sons"}'),
    ("供.json", '{"供应商": "文房四宝有限公司"}'),
    ("long name with blanks.txt", "The insurance ends in May."),
    ("保险.txt", "保险于五月到期。"),
]
SAID = [
    "Payment is due within 45 days.", "货款应在四十五日内付清。", "The warranty is void after opening.", "拆封后不再保修。",
    "Who: Anna; Task: Order paper", "谁: 王芳; 任务: 订购宣纸", "Delivery takes nine days.", "交货需要九天。", "Keller and Sons", "文房四宝有限公司",
    "The insurance ends in May.", "保险于五月到期。",
]  # fmt: skip
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}"


def with_object(path: Path, name: str, data: bytes) -> Path:
    """A workbook with one sheet and an object on it."""
    kind = path.suffix[1:]
    if kind == "xls":
        return xls_file(path, [MadeSheet(ROWS, "Prices")], {"MBD0001A2B3/\x01Ole10Native": packed(name, data)})
    FORMATS[kind](path, [MadeSheet(ROWS, "Prices")])
    wrapper = compound(path.with_suffix(".bin"), {"\x01Ole10Native": packed(name, data)})
    return added(path, "oleObject", "oleObject1.bin", wrapper.read_bytes())


def added(path: Path, kind: str, name: str, data: bytes) -> Path:
    """A package with a part that its first sheet refers to."""
    sheet = "sheet1." + ("bin" if path.suffix == ".xlsb" else "xml")
    with zipfile.ZipFile(path, "a") as package:
        package.writestr(
            f"xl/worksheets/_rels/{sheet}.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId9" Type="{_KIND.format(kind)}" Target="../embeddings/{name}"/></Relationships>',
        )
        package.writestr(f"xl/embeddings/{name}", data)
    return path


@pytest.mark.parametrize("kind", ["xlsx", "xlsb", "xls"])
def test_files_in_workbooks_are_parts(kind: str, tmp_path: Path) -> None:
    figures = Figures()
    for at, ((name, content), said) in enumerate(zip(TEXTS, SAID, strict=True)):
        path = with_object(tmp_path / f"{at}.{kind}", name, content.encode())
        document = registry.read(path, quiet)
        golds = [seen("Item: Ink; Price: 3", cells="A2:B2", part=None), seen(said, part=f"attachment {name}")]
        figures.add(document, golds, path.name)
        assert document.partial == ""
    figures.hold()


@pytest.mark.parametrize("kind", ["xlsx", "xlsb"])
def test_a_document_in_a_workbook_that_has_no_wrapper(kind: str, tmp_path: Path) -> None:
    inner = docx_file(tmp_path / "in.docx")
    path = FORMATS[kind](tmp_path / f"a.{kind}", [MadeSheet(ROWS, "Prices")])
    document = registry.read(added(path, "package", "Microsoft_Word_Document1.docx", inner.read_bytes()), quiet)
    alone = [one.text for one in registry.read(inner, quiet).segments]
    inside = [one for one in document.segments if one.locator.part == "attachment Microsoft_Word_Document1.docx"]
    assert [one.text for one in inside] == alone


def test_a_broken_file_in_a_workbook_costs_that_file(tmp_path: Path) -> None:
    path = FORMATS["xlsx"](tmp_path / "a.xlsx", [MadeSheet(ROWS, "Prices")])
    document = registry.read(added(path, "package", "Doc1.docx", b"PK\x03\x04 no more of it"), quiet)
    assert [one.text for one in document.segments] == ["Item: Ink; Price: 3"]
    assert document.partial == "partly_read"
    assert [(one.part, one.reason) for one in document.problems] == [("attachment Doc1.docx", "damaged")]
