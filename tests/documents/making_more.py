# SPDX-License-Identifier: Apache-2.0
"""Files of the wider formats with known content: a heading, a Chinese and an English sentence, a table of two rows."""

from __future__ import annotations

import base64
import io
import json
import re
import struct
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from documents import made_sheets
from documents.making import CHINESE, ENGLISH, docx_file, html_file, xlsx_file
from documents.old_office import outlook, powerpoint97, word97

HEADING = "付款条件 Payment"
ROWS = (("品名", "单价"), ("砚台", "3.5"), ("毛笔", "12"))
_OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    ' xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'
)


def _rows(row: str, cell: str) -> str:
    return "".join(row.format("".join(cell.format(value) for value in values)) for values in ROWS)


def _odf(path: Path, kind: str, body: str) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        package.writestr(
            "content.xml",
            f"<?xml version='1.0'?><office:document-content {_OFFICE}><office:body>{body}</office:body></office:document-content>",
        )
        package.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


ODT_BODY = (
    f"<office:text><text:h text:outline-level='1'>{HEADING}</text:h><text:p>{CHINESE}</text:p><text:list><text:list-item><text:p>The <text:span>"
    f"{ENGLISH.removeprefix('The ')}</text:span></text:p></text:list-item></text:list><table:table>"
    + _rows("<table:table-row>{}</table:table-row>", "<table:table-cell><text:p>{}</text:p></table:table-cell>")
    + "</table:table></office:text>"
)
ODS_BODY = (
    "<office:spreadsheet><table:table table:name='采购 清单'><table:table-row table:number-rows-repeated='2'><table:table-cell"
    " table:number-columns-repeated='3'/></table:table-row>"
    + _rows(
        "<table:table-row><table:table-cell/>{}</table:table-row>", "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    )
    + f"</table:table><table:table table:name='说明'><table:table-row><table:table-cell><text:p>{CHINESE}</text:p></table:table-cell>"
    f"</table:table-row><table:table-row><table:table-cell><text:p>{ENGLISH}</text:p></table:table-cell></table:table-row></table:table>"
    "</office:spreadsheet>"
)


def odt_file(path: Path) -> Path:
    return _odf(path, "text", ODT_BODY)


def ods_file(path: Path) -> Path:
    return _odf(path, "spreadsheet", ODS_BODY)


def odp_file(path: Path) -> Path:
    frame = "<draw:frame{}><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    titled = frame.format(" presentation:class='title'", HEADING)
    first = f"<draw:page>{titled}{frame.format('', CHINESE)}</draw:page>"
    table = (
        "<draw:frame><table:table>"
        + _rows("<table:table-row>{}</table:table-row>", "<table:table-cell><text:p>{}</text:p></table:table-cell>")
        + "</table:table></draw:frame>"
    )
    notes = f"<presentation:notes>{frame.format('', ENGLISH)}</presentation:notes>"
    return _odf(
        path, "presentation", f"<office:presentation>{first}<draw:page>{table}{notes}</draw:page></office:presentation>"
    )


def fodt_file(path: Path) -> Path:
    path.write_text(
        f"<?xml version='1.0' encoding='UTF-8'?><office:document {_OFFICE}><office:body>{ODT_BODY}</office:body></office:document>",
        encoding="utf-8",
    )
    return path


def pptx_file(path: Path) -> Path:
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = HEADING
    slide.placeholders[1].text = CHINESE
    second = deck.slides.add_slide(deck.slide_layouts[6])
    grid = second.shapes.add_table(3, 2, Inches(1), Inches(1), Inches(4), Inches(2)).table
    for row, values in enumerate(ROWS):
        for column, value in enumerate(values):
            grid.cell(row, column).text = value
    second.notes_slide.notes_text_frame.text = ENGLISH
    deck.save(str(path))
    return path


def _gbk(text: str) -> str:
    return "".join(
        character if character.isascii() else "".join(f"\\'{byte:02x}" for byte in character.encode("gb18030"))
        for character in text
    )


def _unicode(text: str) -> str:
    return "".join(
        character if character.isascii() else f"\\u{struct.unpack('<h', character.encode('utf-16-le'))[0]}?"
        for character in text
    )


def rtf_file(path: Path, encode: Callable[[str], str] = _gbk) -> Path:
    table = "".join(
        "\\trowd\\cellx1000\\cellx2000\\pard\\intbl " + "".join(f"{encode(value)}\\cell " for value in values) + "\\row\n"
        for values in ROWS
    )
    path.write_bytes(
        (
            "{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fcharset134 SimSun;}{\\f1\\fcharset0 Arial;}}"
            "{\\stylesheet{\\s0 Normal;}{\\s7 " + encode("标题 1") + ";}}{\\info{\\title " + encode("合同") + "}}"
            "{\\*\\generator unseen}{\\pict unseen}\\pard\\s7 "
            + encode(HEADING)
            + "\\par\\pard "
            + encode(CHINESE)
            + "\\par\n{\\f1 "
            + ENGLISH
            + "}\\par\n"
            + table
            + "\\pard }"
        ).encode("ascii")
    )
    return path


def rtf_unicode_file(path: Path) -> Path:
    return rtf_file(path, _unicode)


def doc_file(path: Path) -> Path:
    cells = [(value, 0, "cell") for values in ROWS for value in (*values, None)]
    rows = [("", 0, "row end") if value is None else (value, 0, kind) for value, _, kind in cells]
    field = f"\x13 HYPERLINK unseen \x14{ENGLISH}\x15"
    return word97(path, [(HEADING, 1, ""), (CHINESE, 0, ""), (field, 0, ""), *rows, ("完", 0, "")])


def ppt_file(path: Path) -> Path:
    return powerpoint97(path, [(HEADING, CHINESE, "文本框", ""), ("Second", "品名\r砚台", "单价 3.5", ENGLISH)])


def msg_file(path: Path) -> Path:
    attachment = xlsx_file(path.with_suffix(".附件.xlsx"))
    data = attachment.read_bytes()
    attachment.unlink()
    return outlook(path, HEADING, f"{CHINESE}\r\n\r\n{ENGLISH}\r\n", [("报价.xlsx", data)])


def word2003_file(path: Path) -> Path:
    w = "http://schemas.microsoft.com/office/word/2003/wordml"
    table = "<w:tbl>" + _rows("<w:tr>{}</w:tr>", "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>") + "</w:tbl>"
    path.write_text(
        f"<?xml version='1.0' encoding='UTF-8'?><?mso-application progid='Word.Document'?><w:wordDocument xmlns:w='{w}'><w:body>"
        f"<w:p><w:pPr><w:pStyle w:val='Heading1'/></w:pPr><w:r><w:t>{HEADING}</w:t></w:r></w:p><w:p><w:r><w:t>{CHINESE}</w:t></w:r></w:p>"
        f"<w:p><w:r><w:t>{ENGLISH}</w:t></w:r></w:p>{table}</w:body></w:wordDocument>",
        encoding="utf-8",
    )
    return path


def excel2003_file(path: Path) -> Path:
    s = "urn:schemas-microsoft-com:office:spreadsheet"
    rows = _rows("<Row>{}</Row>", "<Cell><Data ss:Type='String'>{}</Data></Cell>").replace("<Row>", "<Row ss:Index='3'>", 1)
    rows = re.sub("(<Row[^>]*>)<Cell>", r"\1<Cell ss:Index='2'>", rows)
    path.write_text(
        f"<?xml version='1.0' encoding='UTF-16'?><Workbook xmlns='{s}' xmlns:ss='{s}'><Worksheet ss:Name='采购 清单'><Table>{rows}</Table>"
        f"</Worksheet><Worksheet ss:Name='说明'><Table><Row><Cell><Data ss:Type='String'>{CHINESE} {ENGLISH}</Data></Cell></Row></Table>"
        "</Worksheet></Workbook>",
        encoding="utf-16",
    )
    return path


def flat_package_file(path: Path) -> Path:
    whole = docx_file(path.with_suffix(".tmp"))
    parts = []
    with zipfile.ZipFile(whole) as package:
        for name in package.namelist():
            if name == "[Content_Types].xml":
                continue
            if not name.endswith((".xml", ".rels")):
                data = base64.b64encode(package.read(name)).decode("ascii")
                parts.append(
                    f"<pkg:part pkg:name='/{name}' pkg:contentType='image/jpeg'><pkg:binaryData>{data}</pkg:binaryData></pkg:part>"
                )
                continue
            data = package.read(name).decode("utf-8").partition("?>")[2]
            kind = "application/vnd.openxmlformats-package.relationships+xml" if name.endswith(".rels") else "application/xml"
            if name == "word/document.xml":
                kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
            elif name == "word/styles.xml":
                kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"
            parts.append(f"<pkg:part pkg:name='/{name}' pkg:contentType='{kind}'><pkg:xmlData>{data}</pkg:xmlData></pkg:part>")
    whole.unlink()
    namespace = "http://schemas.microsoft.com/office/2006/xmlPackage"
    path.write_text(
        f"<?xml version='1.0' encoding='UTF-8'?><pkg:package xmlns:pkg='{namespace}'>{''.join(parts)}</pkg:package>",
        encoding="utf-8",
    )
    return path


def bare_excel_file(path: Path) -> Path:
    """BIFF 2, as programs of long ago still export it, in GBK."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    stream = record(0x0009, struct.pack("<HH", 2, 0x10)) + record(0x0042, struct.pack("<H", 936))
    for row, values in enumerate((*ROWS, (CHINESE, ENGLISH))):
        for column, value in enumerate(values):
            data = value.encode("gbk")
            stream += record(0x0004, struct.pack("<HH3sB", row + 1, column + 1, b"\x00\x00\x00", len(data)) + data)
    path.write_bytes(stream + record(0x000A, b""))
    return path


def xlsb_file(path: Path) -> Path:
    record, wide = made_sheets.record12, made_sheets.wide
    sheet = record(129) + record(148, struct.pack("<IIII", 2, 5, 1, 2)) + record(145)
    for number, values in enumerate((*ROWS, (CHINESE, ENGLISH)), start=2):
        sheet += record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
        for column, value in enumerate(values, start=1):
            sheet += record(6, struct.pack("<II", column, 0) + wide(value))
    sheet += record(146) + record(130)
    book = (
        record(131)
        + record(143)
        + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("采购 清单"))
        + record(144)
        + record(132)
    )
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>")
        package.writestr(
            "_rels/.rels",
            f"<Relationships xmlns='{relations}'><Relationship Id='rId1' Type='{office}/officeDocument' Target='xl/workbook.bin'/></Relationships>",
        )
        package.writestr(
            "xl/_rels/workbook.bin.rels",
            f"<Relationships xmlns='{relations}'><Relationship Id='rId1' Type='{office}/worksheet' Target='worksheets/sheet1.bin'/></Relationships>",
        )
        package.writestr("xl/workbook.bin", book)
        package.writestr("xl/worksheets/sheet1.bin", sheet)
    return path


def epub_file(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr(
            "META-INF/container.xml", "<container><rootfiles><rootfile full-path='OEBPS/书.opf'/></rootfiles></container>"
        )
        book.writestr(
            "OEBPS/书.opf",
            "<package><metadata><dc:title xmlns:dc='http://purl.org/dc/elements/1.1/'>合同汇编</dc:title></metadata><manifest>"
            "<item id='b' href='乙.xhtml' media-type='application/xhtml+xml'/><item id='a' href='%E7%94%B2.xhtml' media-type='application/xhtml+xml'/>"
            "<item id='n' href='nav.xhtml' properties='nav' media-type='application/xhtml+xml'/></manifest>"
            "<spine><itemref idref='a'/><itemref idref='b'/></spine></package>",
        )
        book.writestr("OEBPS/nav.xhtml", "<html><nav><a href='乙.xhtml'>保修 Warranty</a></nav></html>")
        book.writestr(
            "OEBPS/甲.xhtml",
            f"<html><body><h1>{HEADING}</h1><p>{CHINESE}</p><table><tr><th>品名</th><th>单价</th></tr><tr><td>砚台</td><td>3.5</td></tr></table></body></html>",
        )
        book.writestr("OEBPS/乙.xhtml", f"<html><body><p>{ENGLISH}</p></body></html>")
    return path


def message(attachment: Path | None = None, charset: str = "gb18030") -> EmailMessage:
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = HEADING, "王小明 <wang@example.com>", "采购部 <buy@example.com>"
    made["Date"] = "Fri, 01 Mar 2024 10:00:00 +0800"
    made.set_content(f"{CHINESE}\n\n{ENGLISH}\n", charset=charset)
    made.add_alternative("<html><body><p>unseen twin</p></body></html>", subtype="html")
    if attachment is not None:
        made.add_attachment(attachment.read_bytes(), maintype="application", subtype="octet-stream", filename="报价 单.xlsx")
    return made


def eml_file(path: Path) -> Path:
    attachment = xlsx_file(path.with_suffix(".附件.xlsx"))
    path.write_bytes(message(attachment).as_bytes())
    attachment.unlink()
    return path


def mbox_file(path: Path) -> Path:
    attachment = xlsx_file(path.with_suffix(".附件.xlsx"))
    first, second = message(charset="utf-8"), message(attachment)
    second.replace_header("Subject", "第二封")
    attachment.unlink()
    path.write_bytes(
        b"".join(b"From a@example.com Fri Mar  1 10:00:00 2024\n" + one.as_bytes() + b"\n" for one in (first, second))
    )
    return path


def mht_file(path: Path) -> Path:
    page = f"<html><head><title>合同</title></head><body><h1>{HEADING}</h1><p>{CHINESE}</p><p>{ENGLISH}</p><img src='http://example.com/a.png'></body></html>"
    made = EmailMessage()
    made["Subject"], made["MIME-Version"] = "page", "1.0"
    made.set_content(page, subtype="html", charset="gb18030")
    made.make_related()
    made.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<a>")
    path.write_bytes(made.as_bytes())
    return path


def json_file(path: Path) -> Path:
    value = {"合同": {"付款": CHINESE, "note": ENGLISH, "货物": [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]}}
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")  # Chinese as escapes
    return path


def jsonl_file(path: Path) -> Path:
    path.write_text(
        "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in (CHINESE, ENGLISH)), encoding="utf-8"
    )
    return path


def xml_file(path: Path) -> Path:
    path.write_bytes(
        f"<?xml version='1.0' encoding='GB2312'?>\n<合同>\n<付款>{CHINESE}</付款>\n<note>{ENGLISH}</note>\n</合同>".encode(
            "gb2312"
        )
    )
    return path


def code_file(path: Path) -> Path:
    path.write_bytes(f'# {CHINESE}\nimport os\n\n\ndef pay():\n    """{ENGLISH}"""\n\n    return os.name\n'.encode("gb18030"))
    return path


def notebook_file(path: Path) -> Path:
    cells = [
        {"cell_type": "markdown", "source": [f"# {HEADING}\n", "\n", CHINESE]},
        {"cell_type": "code", "source": "print(1)", "outputs": [{"output_type": "stream", "text": [ENGLISH]}]},
    ]
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}), encoding="utf-8")
    return path


def enex_file(path: Path) -> Path:
    path.write_text(
        "<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE en-export SYSTEM 'http://xml.evernote.com/pub/evernote-export3.dtd'><en-export>"
        f"<note><title>{HEADING}</title><content><![CDATA[<en-note><div>{CHINESE}</div><div>{ENGLISH}</div></en-note>]]></content></note></en-export>",
        encoding="utf-8",
    )
    return path


def srt_file(path: Path) -> Path:
    path.write_bytes(
        f"1\n00:00:01,000 --> 00:00:04,000\n<i>{CHINESE[:10]}</i>\n\n2\n00:00:04,000 --> 00:00:06,000\n{CHINESE[10:]}\n\n3\n00:01:00,000 --> 00:01:02,000\n{ENGLISH}\n".encode(
            "gb18030"
        )
    )
    return path


def vsdx_file(path: Path) -> Path:
    relation = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(
            "visio/pages/pages.xml",
            "<Pages xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><Page Name='封面'><Rel r:id='rId2'/></Page><Page Name='流程'><Rel r:id='rId1'/></Page></Pages>",
        )
        package.writestr(
            "visio/pages/_rels/pages.xml.rels",
            f"<Relationships xmlns='{relation}'><Relationship Id='rId1' Target='page1.xml'/><Relationship Id='rId2' Target='page2.xml'/></Relationships>",
        )
        package.writestr(
            "docProps/app.xml",
            "<Properties><TitlesOfParts><vt:vector xmlns:vt='v'><vt:lpstr>流程</vt:lpstr></vt:vector></TitlesOfParts></Properties>",
        )
        package.writestr(
            "visio/pages/page2.xml", "<PageContents><Shapes><Shape><Text>封面</Text></Shape></Shapes></PageContents>"
        )
        package.writestr(
            "visio/pages/page1.xml",
            f"<PageContents><Shapes><Shape><Text>{CHINESE}</Text></Shape><Shape><Text><cp IX='0'/>{ENGLISH}</Text></Shape></Shapes></PageContents>",
        )
    return path


def zip_file(path: Path) -> Path:
    """Member names in GBK without saying so, as Chinese Windows writes them."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("说明/里面.txt", CHINESE)
    html = html_file(path.with_suffix(".tmp")).read_bytes()
    path.with_suffix(".tmp").unlink()
    members = {"采购/报价.html": html, "采购/内层.zip": inner.getvalue(), "readme.md": f"# {HEADING}\n\n{ENGLISH}\n".encode()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            info = _GbkInfo(name)
            archive.writestr(info, data)
    return path


class _GbkInfo(zipfile.ZipInfo):
    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def fb2_file(path: Path) -> Path:
    path.write_text(
        "<?xml version='1.0' encoding='utf-8'?><FictionBook xmlns='http://www.gribuser.ru/xml/fictionbook/2.0'><body><section>"
        f"<title><p>{HEADING}</p></title><p>{CHINESE}</p><p>{ENGLISH}</p></section></body></FictionBook>",
        encoding="utf-8",
    )
    return path


MORE: dict[str, Callable[[Path], Path]] = {
    "文.odt": odt_file,
    "表.ods": ods_file,
    "演示.odp": odp_file,
    "平.fodt": fodt_file,
    "演示.pptx": pptx_file,
    "国标.rtf": rtf_file,
    "统一码.rtf": rtf_unicode_file,
    "其实是富文本.doc": rtf_file,
    "旧.doc": doc_file,
    "金山.wps": doc_file,
    "旧.ppt": ppt_file,
    "金山.dps": ppt_file,
    "信.msg": msg_file,
    "二〇〇三.xml": word2003_file,
    "其实是文档.doc": word2003_file,
    "导出.xls": excel2003_file,
    "平包.xml": flat_package_file,
    "很旧.xls": bare_excel_file,
    "金山.et": bare_excel_file,
    "二进制.xlsb": xlsb_file,
    "书.epub": epub_file,
    "信.eml": eml_file,
    "信箱.mbox": mbox_file,
    "网页.mht": mht_file,
    "网页.doc": mht_file,
    "数据.json": json_file,
    "数据.jsonl": jsonl_file,
    "数据.xml": xml_file,
    "程序.py": code_file,
    "笔记.ipynb": notebook_file,
    "印象.enex": enex_file,
    "字幕.srt": srt_file,
    "图.vsdx": vsdx_file,
    "归档.zip": zip_file,
    "小说.fb2": fb2_file,
}
