# SPDX-License-Identifier: Apache-2.0
"""Readers of slides, rich text and web pages beside libraries.

python -m tests.benchmarks reader_libraries        made files with known texts, and files of ../shared/data

Beside python-pptx, striprtf and kreuzberg, and lxml.html.

Of each: how many of the known texts are in what is read; the words of real files that only one of the two gives; of how many cut off
and damaged files any text is read; and the time. Counted is text alone: that a library gives no places, headings or table rows is
not held against it.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from desktop_app.documents.office.kreuzberg_backend import read_as
from desktop_app.documents.process import registry
from tests.benchmarks.pdf_agreement import FOLDER, words

Reader = Callable[[Path], str]
_DAMAGED = 60  # files of each kind of damage


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compare("slides", ".pptx", slides(folder), python_pptx)
        compare("rich text", ".rtf", rich_text(folder), striprtf, kreuzberg)
        compare("web pages", ".html", web_pages(folder), lxml_html)


def compare(title: str, suffix: str, made: dict[Path, list[str]], *libraries: Reader) -> None:
    real = sorted(FOLDER.rglob(f"*{suffix}"))
    print(f"{title}: {sum(map(len, made.values()))} known texts in {len(made)} made files; {len(real)} real files")
    largest = max(made, key=lambda path: path.stat().st_size)
    for read in (inkstone, *libraries):
        lost = [known for path, texts in made.items() for known in texts if not has(text(read, path), known)]
        started = time.perf_counter()
        for path in (*made, *real):
            text(read, path)
        seconds = time.perf_counter() - started
        cut, changed = (sum(bool(text(read, path).strip()) for path in damaged(largest, kind)) for kind in ("cut", "changed"))
        print(
            f"  {read.__name__:12} {len(lost):2} texts lost; text of {cut:2} cut off and {changed:2} damaged files of {_DAMAGED};"
            f" {seconds / (len(made) + len(real)) * 1e3:5.1f} ms a file",
            end="",
        )
        pairs = [(words(text(inkstone, path)), words(text(read, path))) for path in real if read is not inkstone]
        lacks, more = (sum((one - other).total() for one, other in order) for order in (pairs, [pair[::-1] for pair in pairs]))
        print(f"; real files: {lacks} words of ours not in it, {more} of it not in ours" if pairs else "")
        if lost:
            print(f"  {'':12}    lost: {', '.join(lost)}")


def text(read: Reader, path: Path) -> str:
    try:
        return read(path)
    except Exception:  # noqa: BLE001 - damaged files break libraries in every way there is
        return ""


def has(whole: str, known: str) -> bool:
    return "".join(known.split()) in "".join(whole.split())


def damaged(path: Path, kind: str) -> Iterator[Path]:
    """Copies of a file that were cut off, or have eight changed bytes."""
    choose = random.Random(3)
    data = path.read_bytes()
    broken = path.with_stem("broken")
    for _ in range(_DAMAGED):
        if kind == "cut":
            broken.write_bytes(data[: choose.randrange(len(data) // 4, len(data))])
        else:
            changed = bytearray(data)
            for place in choose.sample(range(len(data)), 8):
                changed[place] ^= choose.randrange(1, 256)
            broken.write_bytes(changed)
        yield broken


# ---- the readers ---------------------------------------------------------------------------------------------------------


def inkstone(path: Path) -> str:
    return "\n".join(segment.text for segment in registry.read(path, lambda *_: None).segments)


def python_pptx(path: Path) -> str:
    from pptx import Presentation

    found: list[str] = []

    def take(shapes: Any) -> None:
        for shape in shapes:
            if hasattr(shape, "shapes"):
                take(shape.shapes)
            if shape.has_text_frame:
                found.append(shape.text_frame.text)
            if getattr(shape, "has_table", False):
                found.extend(cell.text for row in shape.table.rows for cell in row.cells)
            if getattr(shape, "has_chart", False):
                chart = shape.chart
                if chart.has_title:
                    found.append(chart.chart_title.text_frame.text)
                found.extend(str(category) for category in chart.plots[0].categories)
                found.extend(series.name for series in chart.plots[0].series)

    for slide in Presentation(str(path)).slides:
        take(slide.shapes)
        if slide.has_notes_slide:
            found.append(slide.notes_slide.notes_text_frame.text)
    return "\n".join(found)


def striprtf(path: Path) -> str:
    from striprtf.striprtf import rtf_to_text

    plain: Callable[..., str] = rtf_to_text
    return plain(path.read_bytes().decode("latin-1"), errors="replace")


def kreuzberg(path: Path) -> str:
    return "\n".join(segment.text for segment in read_as(path, lambda *_: None, "application/rtf").segments)


def lxml_html(path: Path) -> str:
    from lxml import html

    page = html.document_fromstring(path.read_bytes())
    for element in page.xpath("//script|//style|//noscript|//template|//comment()"):
        element.drop_tree()
    return "\n".join(page.itertext())


# ---- made files, each with the texts that must be read -------------------------------------------------------------------


def slides(folder: Path) -> dict[Path, list[str]]:
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "年度预算"
    slide.placeholders[1].text = "培训费用为三万元。"
    slide.notes_slide.notes_text_frame.text = "Mention the travel costs."
    second = deck.slides.add_slide(deck.slide_layouts[6])
    place = (Inches(1), Inches(1), Inches(4), Inches(2))
    grid = second.shapes.add_table(2, 2, *place).table
    for row, values in enumerate((("部门", "人数"), ("质量部", "十二"))):
        for column, value in enumerate(values):
            grid.cell(row, column).text = value
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(*place).text_frame.text = "组合中的文字"
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = ["杭州", "宁波"]
    data.add_series("销售额", (3, 4))
    chart = second.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "各地销售"
    path = folder / "slides.pptx"
    deck.save(str(path))
    known = [
        "年度预算",
        "培训费用为三万元。",
        "Mention the travel costs.",
        "质量部",
        "十二",
        "组合中的文字",
        "杭州",
        "销售额",
        "各地销售",
    ]
    return {path: known}


def rich_text(folder: Path) -> dict[Path, list[str]]:
    def escaped(text: str, codec: str) -> str:
        return "".join(
            character if character.isascii() else "".join(f"\\'{byte:02x}" for byte in character.encode(codec))
            for character in text
        )

    found: dict[Path, list[str]] = {}
    for name, codec, charset, page, sentence in (
        ("gbk", "gbk", 134, 936, "甲方应在三十日内付款。"),
        ("big5", "big5", 136, 950, "甲方應於三十日內付款。"),
        ("shift-jis", "cp932", 128, 932, "会議は水曜日に変更になりました。"),
        ("euc-kr", "cp949", 129, 949, "회의는 수요일로 변경되었습니다."),
        ("cyrillic", "cp1251", 204, 1251, "Совещание перенесено на среду."),
        ("polish", "cp1250", 238, 1250, "Zażółć gęślą jaźń."),
    ):
        fonts = f"{{\\fonttbl{{\\f0\\fcharset0 Arial;}}{{\\f1\\fcharset{charset} Font;}}}}"
        written = escaped(sentence, codec)
        for kind, head in (("font", f"{{\\rtf1\\ansi{fonts}"), ("page", f"{{\\rtf1\\ansi\\ansicpg{page}")):
            path = folder / f"{name}-{kind}.rtf"
            font = "\\f1" if kind == "font" else "\\plain"
            table = f"\\trowd\\cellx1000\\cellx2000\\intbl {font} {written}\\cell 42\\cell\\row"
            note = f"{{\\footnote {font} {written}}}"
            path.write_bytes(f"{head}\\pard {font} {written}\\par {table}\\pard body{note}\\par}}".encode("ascii"))
            found[path] = [sentence, "42", "body"]
    path = folder / "unicode.rtf"
    units = "".join(f"\\u{int.from_bytes(character.encode('utf-16-le'), 'little', signed=True)}?" for character in "甲方应付款")
    path.write_bytes(f"{{\\rtf1\\ansi {units}\\par}}".encode("ascii"))
    found[path] = ["甲方应付款"]
    return found


def web_pages(folder: Path) -> dict[Path, list[str]]:
    """What browsers show of pages that nobody checked."""
    pages = {
        "unclosed": ("<p>第一段<p>第二段<ul><li>一<li>二</ul>末尾", ["第一段", "第二段", "一", "二", "末尾"]),
        "crossed": ("<b>粗<i>斜</b>后</i>末 <div><span>内</div>外</span>", ["粗斜后末", "内", "外"]),
        "quotes": ("<a href='x>链接</a><p title=\"a>b\">段落</p>'>之后", ["之后"]),
        "loose": ("数量 < 5 且 > 3，A&B，&copy 2025 &#x7532;方 &unknown; 完", ["数量 < 5 且 > 3", "A&B", "© 2025 甲方", "完"]),
        "rows": ("<table><tr><td>甲<td>乙<tr><td>丙<td>丁</table>后", ["甲", "乙", "丙", "丁", "后"]),
        "nested": ("<table><td><table><td>内表</table>外表</table>", ["内表", "外表"]),
        "comment": ("前<!-- 注释 > -- 仍是 -->中<!- 错 ->后<!>完", ["前", "中", "后", "完"]),
        "script": ("<script>if (a < b) document.write('<p>不显示</p>')</script><p>显示</p>", ["显示"]),
        "cut": ("<html><body><p>开头<table><tr><td>单元格", ["开头", "单元格"]),
        "deep": ("<div>" * 3_000 + "深处" + "</div>" * 10 + "之后", ["深处", "之后"]),
        "after": ("<html><body>一</body></html>二<p>三", ["一", "二", "三"]),
    }
    found: dict[Path, list[str]] = {}
    for name, (source, known) in pages.items():
        path = folder / f"{name}.html"
        path.write_text(f"<meta charset=utf-8>{source}", encoding="utf-8")
        found[path] = known
    return found


if __name__ == "__main__":
    main()
