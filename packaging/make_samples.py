# SPDX-License-Identifier: Apache-2.0
"""Makes the sample office that comes with the program: resources/samples, from the plain sources in packaging/samples.

A new user has nothing to ask about until a folder is indexed; the sample office is a folder to try at once, and the one on which
tests/sample_questions.jsonl stands. Company, people and figures are invented. Some rules exist twice on purpose (head office and
branch have different hotel limits, probation and backup times), so that an answer from the wrong file shows.

One source a file, in a small part of Markdown: ``#`` title (or sheet), ``>`` line below the title, ``##`` and ``###`` headings,
``- `` and ``1. `` items, ``|`` tables, everything else a paragraph a line. The name says what becomes of it: ``员工手册.pdf.md`` is
set as a PDF, ``….docx.md`` and ``….xlsx.md`` as Office files; ``.md`` and ``.txt`` go over as they are, but a Chinese ``.txt`` is
written in GB18030 with CRLF, as a Chinese Windows does: the reader must notice.

The output is the same bytes every time (fixed dates in PDF, properties and zip entries) for one version of the libraries, so
that git shows a change only where a text changed. The made files are committed; only someone who edits a text runs this:

    python packaging/make_samples.py

It needs, beyond the dev dependencies: ``pip install fonttools`` and Debian's ``fonts-noto-cjk`` (SIL Open Font Licence). The PDFs
embed the few hundred glyphs they use, because of a CID font by name (STSong-Light) PDFium draws not one dark pixel on a
machine without Chinese fonts (tried). Noto Sans CJK has PostScript outlines, which reportlab cannot embed, hence the conversion.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "samples"
TARGET = HERE.parent / "resources" / "samples" / "办公室 Sample Office"
FONTS = {weight: Path(f"/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc") for weight in ("Regular", "Bold")}
FACE = "Noto Sans CJK SC"
COMPANY = {"zh": "砚湾仪器有限公司", "en": "Yanwan Instruments, Port Alder branch"}
WRITTEN = dt.datetime(2025, 3, 3, 9, 0, 0)  # noqa: DTZ001  (Office files store a bare local time)
INK, RULE, SHADE = "#1F3A4D", "#C9D3DA", "#EDF2F5"


@dataclass
class Block:
    """One line of a source, or one whole table. ``kind``: title, note, h2, h3, item, number, table, text."""

    kind: str
    text: str = ""
    rows: list[list[str]] = field(default_factory=list)


def parse(source: str) -> list[Block]:
    blocks: list[Block] = []
    for line in source.splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not blocks or blocks[-1].kind != "table":
                blocks.append(Block("table"))
            blocks[-1].rows.append(cells)
        elif line.strip():
            marks = {"# ": "title", "## ": "h2", "### ": "h3", "> ": "note", "- ": "item"}
            mark = next((mark for mark in marks if line.startswith(mark)), "")
            kind = marks.get(mark, "number" if re.match(r"\d+\. ", line) else "text")
            blocks.append(Block(kind, line[len(mark) :].strip()))
        elif blocks and blocks[-1].kind == "table":
            blocks.append(Block("end"))  # so that two tables in a row stay two
    return [block for block in blocks if block.kind != "end"]


def language(text: str) -> str:
    """By share, not by presence: an English plan may name a colleague in Chinese."""
    return "zh" if len(re.findall(r"[\u4e00-\u9fff]", text)) > len(text) / 10 else "en"


# ---------------------------------------------------------------------------------------------------------------- PDF


def embeddable(weight: str, characters: Iterable[str], target: Path) -> None:
    """The needed glyphs of Noto Sans CJK as a TrueType font, outlines converted to quadratic curves (1 unit in 1000 off at most)."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTCollection, newTable

    font = next(f for f in TTCollection(FONTS[weight], lazy=True).fonts if f["name"].getDebugName(4).startswith(FACE))
    options = Options(layout_features=[], notdef_outline=True, hinting=False, name_IDs=[1, 2, 4, 6])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=sorted({ord(character) for character in characters}))
    subsetter.subset(font)

    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    outlines: dict[str, Any] = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        outlines[name] = pen.glyph()
    glyf = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, outlines
    font["glyf"], font["loca"] = glyf, newTable("loca")
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for name in (
        "maxZones maxTwilightPoints maxStorage maxFunctionDefs maxInstructionDefs maxStackElements maxSizeOfInstructions "
        "maxPoints maxContours maxCompositePoints maxCompositeContours maxComponentElements maxComponentDepth"
    ).split():
        setattr(maxp, name, 1 if name == "maxZones" else 0)
    font["post"].formatType = 3.0
    for table in ("CFF ", "VORG", "GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx"):
        if table in font:
            del font[table]
    font["head"].glyphDataFormat = 0
    font.sfntVersion = "\x00\x01\x00\x00"
    font.recalcTimestamp = False
    font.save(target)


def break_lines(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Chinese breaks between any two characters, Latin words and figures stay whole, and no line starts with a closing mark.

    Written out because reportlab's own CJK wrapping cuts "Port Alder" and "2025" in the middle.
    """
    pieces = re.findall(
        r"[\u2e80-\u9fff\uff00-\uffef“”‘’《》「」（）、。·…—]|[^\s\u2e80-\u9fff\uff00-\uffef“”‘’《》「」（）、。·…—]+|\s+", text
    )
    closing, opening = set("，。、；：？！）》”’」…"), set("（《“‘「")
    glued: list[str] = []
    for piece in pieces:
        if glued and (piece in closing or glued[-1][-1] in opening):
            glued[-1] += piece
        else:
            glued.append(piece)
    lines, line = [], ""
    for piece in glued:
        if line and measure((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def make_pdf(blocks: list[Block], target: Path) -> None:
    """Two passes: the first counts the pages for the footer."""
    pages = set_pages(blocks, io.BytesIO(), 0)
    buffer = io.BytesIO()
    set_pages(blocks, buffer, pages)
    target.write_bytes(buffer.getvalue())


def set_pages(blocks: list[Block], out: io.BytesIO, total: int) -> int:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.pdfbase.pdfmetrics import stringWidth
    from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer, Table, TableStyle

    title = next(block.text for block in blocks if block.kind == "title")
    lang = language(" ".join(block.text for block in blocks))
    margin, chinese = 25 * mm, lang == "zh"
    measure_width = A4[0] - 2 * margin

    def style(name: str, size: float, lead: float, before: float, after: float, **more: Any) -> ParagraphStyle:
        more.setdefault("fontName", "Sample")
        more.setdefault("textColor", HexColor("#20262B"))
        return ParagraphStyle(name, fontSize=size, leading=lead, spaceBefore=before, spaceAfter=after, splitLongWords=0, **more)

    heading = {"fontName": "Sample-Bold", "textColor": HexColor(INK), "keepWithNext": 1}
    lead = 21 if chinese else 15.5
    styles = {
        "title": style("title", 24, 32, 6, 4, **heading),
        "note": style("note", 10, 15, 0, 16, textColor=HexColor("#5B6B76")),
        "h2": style("h2", 15, 22, 18, 6, **heading),
        "h3": style("h3", 12, 18, 10, 3, **heading),
        "text": style("text", 11.5 if chinese else 10.5, lead, 0, 9, allowWidows=0, allowOrphans=0),
        "cell": style("cell", 9.5, 14, 0, 0),
        "head": style("head", 9.5, 14, 0, 0, fontName="Sample-Bold", textColor=HexColor(INK)),
    }

    def paragraph(text: str, kind: str, width: float) -> Paragraph:
        look = styles[kind]
        lines = break_lines(text, width - 1, lambda part: stringWidth(part, look.fontName, look.fontSize))
        made = Paragraph("<br/>".join(escape(line) for line in lines), look)
        made.sample = (kind, text)
        return made

    def table(rows: list[list[str]]) -> Table:
        columns = range(len(rows[0]))
        widths = [max(stringWidth(row[c], "Sample-Bold", 9.5) for row in rows) + 17 for c in columns]
        widest = widths.index(max(widths))
        spare = measure_width - sum(widths)  # too wide: the widest column wraps; too narrow: all grow alike
        widths = [
            width + (spare if c == widest else 0) if spare < 0 else width * measure_width / sum(widths)
            for c, width in enumerate(widths)
        ]
        cells = [
            [paragraph(text, "cell" if r else "head", widths[c] - 14) for c, text in enumerate(row)]
            for r, row in enumerate(rows)
        ]
        made = Table(cells, colWidths=widths, repeatRows=1, spaceBefore=4, spaceAfter=12)
        made.setStyle(
            TableStyle(
                [
                    ("BACKGROUND", (0, 0), (-1, 0), HexColor(SHADE)),
                    ("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor(RULE)),
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("LEFTPADDING", (0, 0), (-1, -1), 7),
                    ("RIGHTPADDING", (0, 0), (-1, -1), 7),
                    ("TOPPADDING", (0, 0), (-1, -1), 4),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
                ]
            )
        )
        return made

    class Book(BaseDocTemplate):  # type: ignore[misc]
        def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802  (reportlab's name)
            kind, text = getattr(flowable, "sample", ("", ""))
            if kind in ("title", "h2", "h3"):
                key = f"{self.page}-{text}"
                self.canv.bookmarkPage(key)
                self.canv.addOutlineEntry(text, key, level={"title": 0, "h2": 1, "h3": 2}[kind])

    def frame_page(canvas: Any, book: Any) -> None:
        canvas.saveState()
        canvas.setFont("Sample", 8.5)
        canvas.setFillColor(HexColor("#5B6B76"))
        canvas.setStrokeColor(HexColor(RULE))
        canvas.line(margin, 17 * mm, A4[0] - margin, 17 * mm)
        canvas.drawString(margin, 12 * mm, f"{COMPANY[lang]} · {title}")
        page = f"第 {book.page} 页，共 {total} 页" if chinese else f"Page {book.page} of {total}"
        canvas.drawRightString(A4[0] - margin, 12 * mm, page)
        canvas.restoreState()

    story: list[Flowable] = []
    for block in blocks:
        if block.kind == "table":
            story.append(table(block.rows))
        else:
            story.append(paragraph(block.text, block.kind if block.kind in styles else "text", measure_width))
    story.append(Spacer(1, 1))
    book = Book(
        out, pagesize=A4, title=title, author=COMPANY[lang], invariant=1, lang="zh-CN" if chinese else "en-GB",
        leftMargin=margin, rightMargin=margin, topMargin=24 * mm, bottomMargin=24 * mm,
    )  # fmt: skip
    body = Frame(margin, 24 * mm, measure_width, A4[1] - 48 * mm, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    book.addPageTemplates(PageTemplate(frames=[body], onPageEnd=frame_page))
    book.build(story)
    return int(book.page)


def register_fonts(characters: Iterable[str]) -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    needed = {*characters, *map(chr, range(32, 127)), *"第页共，·"}
    with tempfile.TemporaryDirectory() as folder:
        for weight, name in (("Regular", "Sample"), ("Bold", "Sample-Bold")):
            made = Path(folder) / f"{name}.ttf"
            embeddable(weight, needed, made)
            pdfmetrics.registerFont(TTFont(name, str(made)))


# ------------------------------------------------------------------------------------------------------------- Office


def make_docx(blocks: list[Block], target: Path) -> None:
    from docx import Document
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    lang = language(" ".join(block.text for block in blocks))
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    for name, size in (("Normal", 11), ("Title", 24), ("Subtitle", 10.5), ("Heading 1", 15), ("Heading 2", 12.5)):
        look = document.styles[name]
        look.font.size, look.font.name = Pt(size), "Calibri"
        fonts = look.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[attribute]  # the theme would win over the names below, and it has no Chinese face
        for script, face in (("w:ascii", "Calibri"), ("w:hAnsi", "Calibri"), ("w:eastAsia", "Microsoft YaHei")):
            fonts.set(qn(script), face)
        if name != "Normal":
            look.font.color.rgb, look.font.italic = RGBColor.from_string(INK[1:]), False
    document.styles["Normal"].paragraph_format.space_after = Pt(7)
    document.styles["Normal"].paragraph_format.line_spacing = 1.3
    styles = {"title": "Title", "note": "Subtitle", "h2": "Heading 1", "h3": "Heading 2", "item": "List Bullet"}
    for block in blocks:
        if block.kind != "table":
            document.add_paragraph(block.text, style=styles.get(block.kind, "Normal"))
            continue
        add_table(document, block.rows)

    def add_field(paragraph: Any, code: str) -> None:
        made = OxmlElement("w:fldSimple")
        made.set(qn("w:instr"), code)
        run, text = OxmlElement("w:r"), OxmlElement("w:t")
        text.text = "1"
        run.append(text)
        made.append(run)
        paragraph._p.append(made)

    footer = section.footer.paragraphs[0]
    title = next(block.text for block in blocks if block.kind == "title")
    footer.add_run(f"{COMPANY[lang]} · {title} · " + ("第 " if lang == "zh" else "Page "))
    add_field(footer, "PAGE")
    footer.add_run(" 页，共 " if lang == "zh" else " of ")
    add_field(footer, "NUMPAGES")
    if lang == "zh":
        footer.add_run(" 页")
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, COMPANY[lang], ""
    properties.created = properties.modified = WRITTEN
    properties.language = "zh-CN" if lang == "zh" else "en-GB"
    buffer = io.BytesIO()
    document.save(buffer)
    write_zip(buffer.getvalue(), target)


def add_table(document: Any, rows: list[list[str]]) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            cell = table.cell(r, c)
            cell.text = text
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.paragraph_format.line_spacing = 1.1
            for run in paragraph.runs:
                run.font.size, run.font.bold = Pt(10), r == 0
            if r == 0:
                shade = OxmlElement("w:shd")
                shade.set(qn("w:val"), "clear")
                shade.set(qn("w:fill"), SHADE[1:])
                cell._tc.get_or_add_tcPr().append(shade)
    header = OxmlElement("w:tblHeader")  # the header row comes again on the next page
    table.rows[0]._tr.get_or_add_trPr().append(header)
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def make_xlsx(blocks: list[Block], target: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    line = Border(bottom=Side(style="thin", color=RULE[1:]))
    for sheet_block, table in zip(blocks[::2], blocks[1::2], strict=True):
        sheet = book.create_sheet(sheet_block.text)
        for r, row in enumerate(table.rows, start=1):
            for c, text in enumerate(row, start=1):
                cell = sheet.cell(r, c, value(text))
                cell.border, cell.alignment = line, Alignment(vertical="top", wrap_text=True)
                if isinstance(cell.value, dt.date):
                    cell.number_format = "yyyy-mm-dd"
                if r == 1:
                    cell.font = Font(bold=True, color=INK[1:])
                    cell.fill = PatternFill("solid", fgColor=SHADE[1:])
        for c in range(len(table.rows[0])):
            longest = max(sum(2 if ord(letter) > 0x2E7F else 1 for letter in row[c]) for row in table.rows)
            sheet.column_dimensions[get_column_letter(c + 1)].width = min(longest + 3, 40)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = sheet.dimensions
        sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.oddFooter.center.text = "&A · &P / &N"
    book.properties.creator = COMPANY[language(" ".join(table.rows[0][1] for table in blocks[1::2]))]
    book.properties.created = WRITTEN
    buffer = io.BytesIO()
    book.save(buffer)
    write_zip(buffer.getvalue(), target)


def value(text: str) -> str | int | float | dt.date:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return dt.date.fromisoformat(text)
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    return text


def write_zip(made: bytes, target: Path) -> None:
    """The same entries with one fixed date, and no time of saving in the properties."""
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + f"{WRITTEN:%Y-%m-%dT%H:%M:%SZ}".encode(), content
                )
            fixed = zipfile.ZipInfo(entry.filename, (2025, 3, 3, 9, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, content)


def main() -> None:
    sources = sorted(path for path in SOURCES.rglob("*") if path.is_file())
    pdfs = [path for path in sources if path.name.endswith(".pdf.md")]
    register_fonts(set("".join(path.read_text("utf-8") for path in pdfs)) - {"\n"})
    makers = {".pdf": make_pdf, ".docx": make_docx, ".xlsx": make_xlsx}
    shutil.rmtree(TARGET, ignore_errors=True)
    for source in sources:
        name = source.relative_to(SOURCES)
        inner = Path(source.stem).suffix
        target = TARGET / (name.with_suffix("") if inner in makers else name)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text("utf-8")
        if inner in makers:
            makers[inner](parse(text), target)
        elif source.suffix == ".txt":
            encoding = "gb18030" if language(text) == "zh" else "utf-8"
            target.write_bytes(text.replace("\n", "\r\n").encode(encoding))
        else:
            target.write_bytes(text.encode("utf-8"))
        print(f"{target.stat().st_size:9,d}  {target.relative_to(TARGET.parent)}")


if __name__ == "__main__":
    main()
