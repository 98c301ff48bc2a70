# SPDX-License-Identifier: Apache-2.0
"""Text boxes, SmartArt, charts, and files inside Word documents: each once, at its place."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

from desktop_app.contract.document import MemberProblem
from desktop_app.documents.process import registry
from documents.making import docx_file, pdf_file, quiet, xlsx_file
from documents.old_office import compound, word97
from documents.word.packages import NAMESPACES, Gold, Word, packages, para, run, table

_FORMAT = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"


def shape(inside: str) -> str:
    """A text box as Word 2010 draws it."""
    return (
        f'<w:drawing><wp:anchor><a:graphic><a:graphicData uri="{_FORMAT}"><wps:wsp><wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx>'
        "</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
    )


def old_shape(inside: str) -> str:
    return f"<w:pict><v:shape><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></v:shape></w:pict>"


def both(inside: str) -> str:
    """A text box as it is written for newer and for older programs."""
    return (
        f'<mc:AlternateContent><mc:Choice Requires="wps">{shape(inside)}</mc:Choice><mc:Fallback>{old_shape(inside)}</mc:Fallback>'
        "</mc:AlternateContent>"
    )


def drawn(inside: str) -> str:
    return f"<w:r>{inside}</w:r>"


def graphic(inside: str) -> str:
    return f"<w:r><w:drawing><wp:inline><a:graphic><a:graphicData>{inside}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"


CHART = graphic('<c:chart r:id="c1"/>')
ART = graphic('<dgm:relIds r:dm="d1" r:lo="d2"/>')


def chart_xml(
    title: str, axis: str, categories: Sequence[str], series: dict[str, Sequence[str]], form: str = "General"
) -> bytes:
    def points(values: Sequence[str]) -> str:
        return "".join(f'<c:pt idx="{at}"><c:v>{value}</c:v></c:pt>' for at, value in enumerate(values))

    def titled(text: str) -> str:
        return f"<c:title><c:tx><c:rich><a:p><a:r><a:t>{text}</a:t></a:r></a:p></c:rich></c:tx></c:title>" if text else ""

    bars = "".join(
        f"<c:ser><c:tx><c:strRef><c:strCache><c:pt idx='0'><c:v>{name}</c:v></c:pt></c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:strCache>"
        f"{points(categories)}</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:numCache><c:formatCode>{form}</c:formatCode>{points(values)}"
        "</c:numCache></c:numRef></c:val></c:ser>"
        for name, values in series.items()
    )
    return (
        f"<c:chartSpace {NAMESPACES}><c:chart>{titled(title)}<c:plotArea><c:barChart>{bars}</c:barChart><c:valAx>{titled(axis)}</c:valAx>"
        "</c:plotArea></c:chart></c:chartSpace>"
    ).encode()


def art_xml(*texts: str) -> bytes:
    points = "".join(f"<dgm:pt><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>" for text in texts)
    return f"<dgm:dataModel {NAMESPACES}><dgm:ptLst>{points}<dgm:pt type='pres'/></dgm:ptLst></dgm:dataModel>".encode()


DRAWN = {
    "box once": Word([Gold("Text."), Gold("0.5 percent a week", aside="box")], para("Text.", drawn(both(para("0.5 percent a week"))))),
    "old box": Word([Gold("12 francs a day", aside="box")], para(drawn(old_shape(para("12 francs a day"))))),
    "文本框": Word(
        [Gold("违约", ("违约",)), Gold("正文。", ("违约",)), Gold("违约金每周千分之五", ("违约",), "box"), Gold("其他", ("其他",))],
        para("违约", style="Heading1")
        + para(drawn(both(para("违约金每周千分之五"))))
        + para("正文。")
        + para("其他", style="Heading1"),
    ),
    "box with a table": Word(
        [Gold("A: 1; B: 2", aside="box"), Gold("end", aside="box")],
        para(drawn(both(table(("A", "B"), ("1", "2")) + para("end")))),
    ),
    "heading in a box opens no section": Word(
        [Gold("Box head", aside="box"), Gold("After.")], para(drawn(both(para("Box head", style="Heading1")))) + para("After.")
    ),
    "box in a cell": Word(
        [Gold("A: 1; B: 2"), Gold("boxed", aside="box")], table(("A", "B"), ("1", para("2", drawn(both(para("boxed"))))))
    ),
    "word art": Word(
        [Gold("Text."), Gold("SOLD", aside="box")],
        para("Text.", drawn('<w:pict><v:shape><v:textpath string="SOLD"/></v:shape></w:pict>')),
    ),
    "white text in a box is seen": Word(
        [Gold("on blue", aside="box")], para(drawn(both(para(run("on blue", '<w:color w:val="FFFFFF"/>')))))
    ),
    "smart art": Word(
        [Gold("Steps:"), Gold("Order", aside="box"), Gold("Deliver", aside="box")],
        para("Steps:", ART),
        others=[("diagramData", "d1", "diagrams/data1.xml", art_xml("Order", "Deliver"))],
    ),
    "图示": Word(
        [Gold("流程："), Gold("申请", aside="box"), Gold("审批", aside="box")],
        para("流程：", ART),
        others=[("diagramData", "d1", "diagrams/data1.xml", art_xml("申请", "审批"))],
    ),
    "chart": Word(
        [
            Gold("Sales", aside="chart"),
            Gold("in 1,000 CHF", aside="chart"),
            Gold("Q1; Bern: 12; Basel: 7.5", aside="chart"),
            Gold("Q2; Bern: 14; Basel: 8", aside="chart"),
        ],
        para(CHART),
        others=[("chart", "c1", "charts/chart1.xml", chart_xml("Sales", "in 1,000 CHF", ("Q1", "Q2"), {"Bern": ("12", "14"), "Basel": ("7.5", "8")}))],
    ),
    "图表": Word(
        [Gold("份额", ("市场",), "chart"), Gold("华东; 占比: 35%", ("市场",), "chart"), Gold("市场", ("市场",))],
        para("市场", style="Heading1") + para(CHART),
        others=[("chart", "c1", "charts/chart1.xml", chart_xml("份额", "", ("华东",), {"占比": ("0.35",)}, "0%"))],
    ),
}  # fmt: skip


def test_boxes_charts_and_diagrams(tmp_path: Path) -> None:
    packages("boxes, charts, diagrams, .docx", DRAWN, tmp_path, strict=("文本框", "图表", "smart art"))


# ---- files inside -----------------------------------------------------------------------------------------------------------


def object_of(identity: str, kind: str = "Package") -> str:
    return f'<w:r><w:object><v:shape/><o:OLEObject Type="Embed" ProgID="{kind}" r:id="{identity}"/></w:object></w:r>'


def chunk(identity: str) -> str:
    return f'<w:altChunk r:id="{identity}"/>'


def packed(name: str, data: bytes, *, wide: bool = True, encoding: str = "gbk") -> bytes:
    """A file as the packager of Windows puts it into a document."""

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    short = name.encode(encoding) + b"\x00"
    path = f"C:\\Temp\\{name}".encode(encoding) + b"\x00"
    body = struct.pack("<H", 2) + short + path + struct.pack("<HH", 0, 3) + struct.pack("<I", len(path)) + path
    body += struct.pack("<I", len(data)) + data
    if wide:
        body += text(f"C:\\Temp\\{name}") + text(name) + text(f"C:\\Temp\\{name}")
    return struct.pack("<I", len(body)) + body


def wrapped(root: Path, streams: dict[str, bytes]) -> bytes:
    path = compound(root / "object.bin", streams)
    try:
        return path.read_bytes()
    finally:
        path.unlink()


def made(root: Path, name: str) -> bytes:
    makers = {".docx": docx_file, ".xlsx": xlsx_file, ".pdf": pdf_file}
    return makers[Path(name).suffix](root / name).read_bytes()


def inside(root: Path, name: str) -> list[Gold]:
    """The gold of an embedded file: what its own reader gives, at its part."""
    read = registry.read(root / name, quiet).segments
    part = f"attachment {name}"
    return [Gold(one.text, one.locator.headings, part=part) for one in read]


def test_files_inside_are_parts_of_the_document(tmp_path: Path) -> None:
    lines = b"Fee 5\n"
    words: dict[str, Word] = {}
    for name in ("报价.docx", "prices.xlsx", "附件.pdf"):
        data = made(tmp_path, name)
        words[f"package {name}"] = Word(
            [Gold("See:"), *inside(tmp_path, name)],
            para("See:", object_of("e1")),
            others=[("package", "e1", f"embeddings/{name}", data)],
        )
        wrapper = wrapped(tmp_path, {"\x01Ole10Native": packed(name, data)})
        words[f"packager {name}"] = Word(
            [Gold("See:"), *inside(tmp_path, name)],
            para("See:", object_of("e1")),
            others=[("oleObject", "e1", "embeddings/oleObject1.bin", wrapper)],
        )
    acrobat = wrapped(tmp_path, {"CONTENTS": (tmp_path / "附件.pdf").read_bytes()})
    words["acrobat"] = Word(
        [one._replace(part=one.part and "attachment oleObject1.pdf") for one in inside(tmp_path, "附件.pdf")],
        para(object_of("e1", "AcroExch.Document")),
        others=[("oleObject", "e1", "embeddings/oleObject1.bin", acrobat)],
    )
    old = word97(tmp_path / "old.doc", [("Rent 900", 0, "")]).read_bytes()
    words["word 97"] = Word(
        [Gold("Rent 900", part="attachment oleObject1.doc")],
        para(object_of("e1", "Word.Document.8")),
        others=[("oleObject", "e1", "embeddings/oleObject1.bin", old)],
    )
    words["short name only"] = Word(
        [Gold("Fee 5", part="attachment 费用.txt")],
        para(object_of("e1")),
        others=[
            (
                "oleObject",
                "e1",
                "embeddings/o.bin",
                wrapped(tmp_path, {"\x01Ole10Native": packed("费用.txt", lines, wide=False)}),
            )
        ],
    )
    words["an equation"] = Word(
        [Gold("Text.")],
        para("Text.", object_of("e1", "Equation.3")),
        others=[("oleObject", "e1", "embeddings/o.bin", wrapped(tmp_path, {"Equation Native": b"x"}))],
    )
    words["twice the same"] = Word(
        [Gold("A"), Gold("B"), Gold("Fee 5", part="attachment a.txt")],
        para("A", object_of("e1")) + para("B", object_of("e1")),
        others=[("package", "e1", "embeddings/a.txt", lines)],
    )
    page = "<html><body><h2>Annex</h2><p>Rate 7 percent</p></body></html>"
    words["altChunk of a web page"] = Word(
        [
            Gold("Rates", ("Rates",)),
            Gold("Annex", ("Rates", "Annex")),
            Gold("Rate 7 percent", ("Rates", "Annex")),
            Gold("After.", ("Rates",)),
        ],
        para("Rates", style="Heading1") + chunk("k1") + para("After."),
        others=[("aFChunk", "k1", "chunk.html", page.encode())],
    )
    words["导入的文档"] = Word(
        [Gold("前"), *[one._replace(part=None) for one in inside(tmp_path, "报价.docx")]],
        para("前") + chunk("k1"),
        others=[("aFChunk", "k1", "chunk.docx", (tmp_path / "报价.docx").read_bytes())],
    )
    packages("files inside, .docx", words, tmp_path)


def test_a_bad_file_inside_costs_itself(tmp_path: Path) -> None:
    word = Word((), para("Text.", object_of("e1")), others=[("package", "e1", "embeddings/a.pdf", b"%PDF-1.7 broken")])
    document = registry.read(word.write(tmp_path / "bad.docx"), quiet)
    assert [segment.text for segment in document.segments] == ["Text."]
    assert document.partial == "partly_read"
    assert document.problems == (MemberProblem("attachment a.pdf", "damaged"),)


def test_a_bad_part_costs_itself(tmp_path: Path) -> None:
    """A chart that is no XML, a picture of an object that is not there, comments that break off."""
    word = Word(
        (),
        para("Text.", CHART, object_of("e9")) + para("More.", '<w:r><w:commentReference w:id="0"/></w:r>'),
        others=[
            ("chart", "c1", "charts/chart1.xml", b"\x00\x01"),
            (
                "comments",
                "k",
                "comments.xml",
                f"<w:comments {NAMESPACES}><w:comment w:id='0' w:author='A'><w:p><w:r><w:t>cut".encode(),
            ),
        ],
    )
    document = registry.read(word.write(tmp_path / "bad.docx"), quiet)
    assert [segment.text for segment in document.segments] == ["Text.", "More.", "cut"]
    assert document.partial == "partly_read"
    assert "word/charts/chart1.xml" in document.detail
    assert "word/comments.xml" in document.detail


def test_a_document_inside_itself_ends(tmp_path: Path) -> None:
    data = b""
    for depth in range(6):
        others = [("package", "e1", "embeddings/inner.docx", data)] if data else []
        word = Word((), para(f"depth {depth}", object_of("e1") if data else ""), others=others)
        data = word.write(tmp_path / f"{depth}.docx").read_bytes()
    document = registry.read(tmp_path / "5.docx", quiet)
    assert [segment.text for segment in document.segments] == ["depth 5", "depth 4", "depth 3", "depth 2"]
    assert [problem.reason for problem in document.problems] == ["too_big"]
