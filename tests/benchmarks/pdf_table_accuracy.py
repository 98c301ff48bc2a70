# SPDX-License-Identifier: Apache-2.0
"""Tables of made PDFs with known cells, beside pdfplumber.

python -m tests.benchmarks pdf_table_accuracy        made PDFs; the time also on PDFs of ../shared/data, or below $INKSTONE_PDFS

"cells" is the share of the known cells that are found as cells of a table (an F1, so that what is no cell counts against it); "rows"
the share of rows that are found whole, each cell with its column's name. pdfplumber's tables get their names by the same function
(``documents/text/table``), and cells that are merged downwards their text. In "no table" nothing is to be found: the number is what is.
"""

from __future__ import annotations

import logging
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Drawn

from desktop_app.documents.process import registry
from desktop_app.documents.text import table
from tests.benchmarks.pdf_agreement import files
from tests.documents import made_tables

FONT = "STSong-Light"
GRID = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), FONT, 10)]
Cells = list[list[str]]
Read = tuple[list[str], Counter[str]]  # rows as text, and their cells


def main() -> None:
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    with tempfile.TemporaryDirectory() as name:
        made = list(cases(Path(name)))
        print(f"{'':26}{'Inkstone':>19}{'pdfplumber':>19}\n{'':26}{'cells':>11}{'rows':>8}{'cells':>11}{'rows':>8}")
        totals = [[0.0, 0.0], [0.0, 0.0]]
        for title, path, known in made:
            line = f"{title:26}"
            wanted = cells_of(known)
            for number, read in enumerate((inkstone, pdfplumber)):
                rows, cells = read(path)
                if not known:
                    line += f"{cells.total():>11}{len(rows):>8}"
                    continue
                shares = f1(cells, wanted), f1(Counter(rows), Counter(map(squeezed, known)))
                totals[number] = [total + share for total, share in zip(totals[number], shares, strict=True)]
                line += f"{shares[0]:>11.2f}{shares[1]:>8.2f}"
            print(line)
        count = sum(bool(known) for _, _, known in made)
        print(f"{'mean of those with tables':26}" + "".join(f"{a / count:>11.2f}{b / count:>8.2f}" for a, b in totals))
        by_kind(Path(name))
        for title, paths in (("made", [path for _, path, _ in made]), ("real", files())):
            timed(title, paths)


def by_kind(folder: Path) -> None:
    """Sixty office tables, twelve of each kind: ruled, unruled, split over pages, merged, rotated."""
    sums: dict[str, list[float]] = {}
    for one in made_tables.made(folder):
        known = [text for text, _ in one.known]
        row = sums.setdefault(one.kind, [0.0] * 5)
        row[4] += 1
        for number, read in enumerate((inkstone, pdfplumber)):
            rows, cells = read(one.path)
            row[2 * number] += f1(cells, cells_of(known))
            row[2 * number + 1] += f1(Counter(rows), Counter(map(squeezed, known)))
    for kind, (*shares, count) in sums.items():
        print(
            f"{f'{count:.0f} {kind}':26}"
            + "".join(f"{share / count:>{11 - 3 * (at % 2)}.2f}" for at, share in enumerate(shares))
        )


def timed(title: str, paths: Sequence[Path]) -> None:
    pages, seconds = 0, [0.0, 0.0]
    for path in paths:
        try:
            started = time.process_time()
            document = registry.read(path, lambda *_: None, ocr="off")
            between = time.process_time()
            pdfplumber(path)
            ended = time.process_time()
        except Exception:  # noqa: BLE001 - locked and damaged files are not compared
            continue
        pages += document.pages or 0
        seconds = [seconds[0] + between - started, seconds[1] + ended - between]
    if pages:
        ours, theirs = (total / pages * 1e3 for total in seconds)
        print(
            f"ms of processor time a page, {pages} {title} pages: Inkstone {ours:.1f} (all of its text), pdfplumber {theirs:.1f}: {theirs / ours:.0f} times"
        )


def inkstone(path: Path) -> Read:
    document = registry.read(path, lambda *_: None, ocr="off")
    rows = [segment.text for segment in document.segments if segment.kind == "row"]
    return [squeezed(row) for row in rows], cells_of(rows)


def pdfplumber(path: Path) -> Read:
    import pdfplumber as library

    rows: list[str] = []
    with library.open(path) as pdf:
        for page in pdf.pages:
            for found in page.extract_tables():
                rows.extend(
                    text for _, text, kind in table.lay_out((None, row, None) for row in filled(found)) if kind == "row"
                )
    return [squeezed(row) for row in rows], cells_of(rows)


def filled(found: Sequence[Sequence[str | None]]) -> Iterator[list[str]]:
    """Rows without None: such a place belongs to the cell above it, or else to the one on its left, whose text is not repeated."""
    above: list[str] = []
    for row in found:
        left_is_merged = [
            place > 0 and row[place] is None and row[place - 1] is not None and not any(row[place:])
            for place in range(len(row))
        ]
        above = [
            "" if merged else above[place] if cell is None and place < len(above) else table.clean(cell or "")
            for place, (cell, merged) in enumerate(zip(row, left_is_merged, strict=True))
        ]
        yield above


def cells_of(rows: Sequence[str]) -> Counter[str]:
    return Counter(squeezed(part.split(": ", 1)[-1]) for row in rows for part in row.split("; "))


def squeezed(text: str) -> str:
    """Where a cell wraps, Chinese has no blank and a library may give one."""
    return "".join(text.split())


def f1(found: Counter[str], wanted: Counter[str]) -> float:
    return 2 * (found & wanted).total() / max(1, found.total() + wanted.total())


# ---- made PDFs: (title, file, rows with their columns' names) --------------------------------------------------------------


def cases(folder: Path) -> Iterator[tuple[str, Path, list[str]]]:
    choose = random.Random(13)
    orders = [
        ["品名", "数量", "单价", "备注"],
        *([f"货物{n}", str(choose.randrange(900)), f"{choose.random() * 90:.2f}", "含税"] for n in range(8)),
    ]
    english = [
        ["Item", "Count", "Price"],
        *([f"Part {n}", str(choose.randrange(900)), f"{choose.random() * 90:.2f}"] for n in range(8)),
    ]
    long = [["编号", "名称", "数量"], *([f"A-{n:03}", f"货物{n}", str(n * 3)] for n in range(1, 121))]
    gaps = [row if number % 2 else [row[0], "", *row[2:]] for number, row in enumerate(orders, start=1)]

    def platypus(title: str, cells: Any, known: list[str], style: Any = (), **options: Any) -> tuple[str, Path, list[str]]:
        path = folder / f"{title}.pdf"
        before, after = (
            Paragraph(text, ParagraphStyle("any", fontName=FONT)) for text in ("以下为清单。", "The prices include delivery.")
        )
        SimpleDocTemplate(str(path), pagesize=A4).build(
            [before, Spacer(1, 12), Drawn(cells, style=[*GRID, *style], **options), Spacer(1, 12), after]
        )
        return title, path, known

    def canvas(title: str, draw: Callable[[Canvas], None], known: list[str]) -> tuple[str, Path, list[str]]:
        path = folder / f"{title}.pdf"
        page = Canvas(str(path), pagesize=A4)
        page.setFont(FONT, 10)
        draw(page)
        page.save()
        return title, path, known

    yield platypus("ruled, Chinese", orders, named(orders))
    yield platypus("ruled, English", english, named(english))
    yield platypus("empty cells", gaps, named(gaps))
    yield platypus("over pages", long, named(long))
    yield platypus("over pages, header again", long, named(long), repeatRows=1)
    yield platypus("wrapped cells", *wrapped())
    title = [["二〇二四年清单", "", "", ""], *orders]
    yield platypus("a title row", title, named(orders), [("SPAN", (0, 0), (3, 0))])
    merged = [["部门", "姓名", "电话"], ["销售部", "张三", "1001"], ["", "李四", "1002"], ["财务部", "王五", "1003"]]
    repeated = [*merged[:2], ["销售部", "李四", "1002"], merged[3]]
    yield platypus("merged downwards", merged, named(repeated), [("SPAN", (0, 1), (0, 2))])
    levels = [
        ["姓名", "成绩", "", "备注"],
        ["", "语文", "数学", ""],
        ["张三", "90", "95", "优秀"],
        ["李四", "88", "72", "良好"],
    ]
    names = [["姓名", "成绩 语文", "成绩 数学", "备注"], *levels[2:]]
    yield platypus(
        "two header levels",
        levels,
        named(names),
        [("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (2, 0)), ("SPAN", (3, 0), (3, 1))],
    )
    shaded = [
        ("BACKGROUND", (0, 0), (-1, 0), colors.lightgrey),
        ("ROWBACKGROUNDS", (0, 1), (-1, -1), [colors.white, colors.whitesmoke]),
    ]
    yield platypus("shaded rows", orders, named(orders), shaded)
    yield canvas("a frame a cell", lambda page: frames(page, orders), named(orders))
    yield canvas("thin boxes, as of Word", lambda page: thin_boxes(page, orders), named(orders))
    yield canvas("open sides", lambda page: open_sides(page, orders), named(orders))
    yield canvas("columns one by one", lambda page: by_columns(page, orders), named(orders))
    yield canvas("no rules between rows", lambda page: upright_rules(page, orders), named(orders))
    yield canvas("side by side", lambda page: side_by_side(page, english), named(english) * 2)
    yield canvas("no rules at all", lambda page: fill(page, orders), named(orders))
    yield canvas("no table: underlines", underlines, [])
    yield canvas("no table: framed text", framed_text, [])
    yield canvas("no table: chart", chart, [])


def named(cells: Cells) -> list[str]:
    return [table.row_text(row, cells[0]) for row in cells[1:]]


def wrapped() -> tuple[list[list[Any]], list[str]]:
    style = ParagraphStyle("any", fontName=FONT, fontSize=10, leading=13, wordWrap="CJK")
    plain = [
        ["条款", "内容"],
        ["付款", "甲方应在合同签订后三十日内支付全部货款，逾期每日按万分之五计收违约金。"],
        ["保修", "自验收合格之日起十八个月内免费维修，人为损坏除外。"],
    ]
    return [[Paragraph(cell, style) for cell in row] for row in plain], named(plain)


def fill(page: Canvas, cells: Cells, left: float = 72, width: float = 100) -> None:
    for line, row in enumerate(cells):
        for column, cell in enumerate(row):
            page.drawString(left + 4 + width * column, 686 - 20 * line, cell)


def lined(page: Canvas, cells: Cells, left: float = 72, width: float = 75) -> None:
    page.grid([left + width * n for n in range(len(cells[0]) + 1)], [700 - 20 * n for n in range(len(cells) + 1)])
    fill(page, cells, left, width)


def side_by_side(page: Canvas, cells: Cells) -> None:
    lined(page, cells)
    lined(page, cells, left=340)


def frames(page: Canvas, cells: Cells) -> None:
    for line, row in enumerate(cells):
        for column in range(len(row)):
            page.rect(72 + 100 * column, 680 - 20 * line, 99, 19)
    fill(page, cells)


def thin_boxes(page: Canvas, cells: Cells) -> None:
    for number in range(len(cells) + 1):
        page.rect(72, 700 - 20 * number, 100 * len(cells[0]), 0.5, stroke=0, fill=1)
    for number in range(len(cells[0]) + 1):
        page.rect(72 + 100 * number, 700 - 20 * len(cells), 0.5, 20 * len(cells), stroke=0, fill=1)
    fill(page, cells)


def open_sides(page: Canvas, cells: Cells) -> None:
    for number in range(len(cells) + 1):
        page.line(72, 700 - 20 * number, 72 + 100 * len(cells[0]), 700 - 20 * number)
    for number in range(1, len(cells[0])):
        page.line(72 + 100 * number, 700, 72 + 100 * number, 700 - 20 * len(cells))
    fill(page, cells)


def by_columns(page: Canvas, cells: Cells) -> None:
    page.grid([72 + 100 * n for n in range(len(cells[0]) + 1)], [700 - 20 * n for n in range(len(cells) + 1)])
    for column in range(len(cells[0])):
        for line, row in enumerate(cells):
            page.drawString(76 + 100 * column, 686 - 20 * line, row[column])


def upright_rules(page: Canvas, cells: Cells) -> None:
    """As invoices have them: lines around the header and the whole, and between columns."""
    bottom = 700 - 20 * len(cells)
    for y in (700, 680, bottom):
        page.line(72, y, 72 + 100 * len(cells[0]), y)
    for number in range(len(cells[0]) + 1):
        page.line(72 + 100 * number, 700, 72 + 100 * number, bottom)
    fill(page, cells)


def underlines(page: Canvas) -> None:
    for number in range(6):
        page.drawString(72, 700 - 20 * number, "甲方（盖章）：                      乙方（盖章）：")
        page.line(140, 698 - 20 * number, 240, 698 - 20 * number)


def framed_text(page: Canvas) -> None:
    page.rect(60, 560, 420, 160)
    for number in range(6):
        page.drawString(72, 700 - 20 * number, "本合同一式两份，双方各执一份，自签字之日起生效。")


def chart(page: Canvas) -> None:
    page.grid([100 + 60 * n for n in range(7)], [500 + 30 * n for n in range(7)])
    for number in range(7):
        page.drawString(72, 497 + 30 * number, str(number * 10))
        page.drawString(94 + 60 * number, 484, f"{number + 1} 月")


if __name__ == "__main__":
    main()
