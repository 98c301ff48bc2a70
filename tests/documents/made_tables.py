# SPDX-License-Identifier: Apache-2.0
"""Sixty PDFs of office tables whose cells are known: ruled, unruled, split over pages, merged, rotated.

Chinese and English in turn; columns, widths, alignment and rows are drawn by chance, the same in every run. ``known`` has the rows as a
reader should give them, each with the page on which it stands.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from desktop_app.documents.text import table

KINDS = ("ruled", "unruled", "split", "merged", "rotated")
EACH = 12
_SIZE, _PITCH, _ROW = 10.0, 12.0, 20.0
_TOP, _LEFT = 690.0, 50.0
_WORDS = {
    "zh": (
        ("品名", "规格型号", "数量", "单价（元）", "金额"),
        ("轴承座", "密封圈", "联轴器", "减速电机", "不锈钢螺栓", "温度传感器", "液位开关", "控制面板"),
        ("户外安装用", "含两套备件", "进口原装", "按图纸加工并附检验报告"),
        "合计",
        "以下为本次报价清单，价格含税。",
        "本清单自签字之日起三十日内有效。",
    ),
    "en": (
        ("Article", "Description", "Quantity", "Unit price", "Amount"),
        ("Bracket", "Seal ring", "Coupling", "Gear motor", "Steel bolt", "Heat sensor", "Level switch", "Panel"),
        ("for outdoor use", "with two spare sets", "original part", "made to drawing, with test report"),
        "Total",
        "The following articles are offered at these prices.",
        "This offer is valid for thirty days.",
    ),
}


@dataclass
class MadeTable:
    """``known``: rows as text, with their pages."""

    kind: str
    language: str
    path: Path
    known: list[tuple[str, int]]
    around: list[str] = field(default_factory=list)


def made(folder: Path) -> Iterator[MadeTable]:
    """All of them, written below ``folder``."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    for kind in KINDS:
        for number in range(EACH):
            language = "zh" if number % 2 else "en"
            yield _Maker(kind, language, folder / f"{kind}-{number:02}-{language}.pdf", 100 * KINDS.index(kind) + number).make()


class _Maker:
    def __init__(self, kind: str, language: str, path: Path, seed: int) -> None:
        self.kind, self.language, self.path = kind, language, path
        self.choose = random.Random(seed)
        self.font = "STSong-Light" if language == "zh" else "Helvetica"
        self.number = seed % 100
        self.page = 1

    def make(self) -> MadeTable:
        head, names, notes, total, before, after = _WORDS[self.language]
        count = 2 * len(names) * 3 if self.kind == "split" else self.choose.randrange(6, 16)
        figures = self.choose.choice((2, 3))
        header = [*head[:2], *head[2 : 2 + figures]]
        rows: list[list[list[str]]] = []  # each cell as lines
        for row in range(1, count + 1):
            name = [f"{self.choose.choice(names)} {row:03}"]
            note = [self.choose.choice(notes)]
            if self.choose.random() < 0.2:
                note.append(self.choose.choice(notes))
            values = [
                [str(self.choose.randrange(1, 900))],
                [f"{self.choose.random() * 900:,.2f}"],
                [f"{self.choose.random() * 90000:,.2f}"],
            ]
            rows.append([name, note, *values[:figures]])
        if self.kind == "unruled" and self.number % 3 == 0:
            rows.append([[total], [""], [""], *[[f"{self.choose.random() * 90000:,.2f}"]] * (figures - 1)])
        merged = self.kind == "merged"
        if merged:
            header = ["部门" if self.language == "zh" else "Department", *header]
            groups = ("销售部", "质量部") if self.language == "zh" else ("Sales", "Quality")
            half = len(rows) // 2
            rows = [[[groups[number >= half]] if number in (0, half) else [""], *row] for number, row in enumerate(rows)]
        canvas = Canvas(str(self.path), pagesize=A4)
        known = self._draw(canvas, header, rows, before, after)
        canvas.save()
        return MadeTable(self.kind, self.language, self.path, known, [before, after])

    def _draw(
        self, canvas: Canvas, header: list[str], rows: list[list[list[str]]], before: str, after: str
    ) -> list[tuple[str, int]]:
        ruled = self.kind in ("ruled", "merged") or (self.kind in ("split", "rotated") and self.number % 4 < 2)
        gap = 8.0 if ruled else self.choose.randrange(12, 30)
        widths = [
            max(self._width(cell) for cell in ([name], *(row[column] for row in rows))) + gap
            for column, name in enumerate(header)
        ]
        self._begin(canvas)
        canvas.drawString(_LEFT, _TOP + 40, before)
        lowest = 90.0 if self.kind != "rotated" else 180.0
        repeats = self.number % 3 == 0
        y = self._row(canvas, [[name] for name in header], widths, _TOP, ruled)
        known: list[tuple[str, int]] = []
        group = ""
        for number, row in enumerate(rows):
            height = self._height(row)
            if y - height < lowest:
                splits = self.kind == "split" and self.number % 3 == 1 and len(row[1]) > 1
                if splits:  # the first line on this page, the second on the next
                    first, rest = [cell[:1] for cell in row], [cell[1:] for cell in row]
                    self._row(canvas, first, widths, y, ruled)
                self._next(canvas)
                y = _TOP
                if repeats:
                    y = self._row(canvas, [[name] for name in header], widths, y, ruled)
                if splits:
                    y = self._row(canvas, rest, widths, y, ruled)
                    known.append((self._text(header, row, group), self.page - 1))
                    continue
            y = self._row(canvas, row, widths, y, ruled and self.kind != "merged")
            if self.kind == "merged":
                group = row[0][0] or group
                self._merged_rules(canvas, row, widths, y, height, last=number == len(rows) - 1 or bool(rows[number + 1][0][0]))
            known.append((self._text(header, row, group), self.page))
        canvas.drawString(_LEFT, y - 40, after)
        return known

    def _text(self, header: Sequence[str], row: Sequence[Sequence[str]], group: str) -> str:
        join = "" if self.language == "zh" else " "
        cells = [join.join(cell) for cell in row]
        if group:
            cells[0] = group
        return table.row_text(cells, header)

    def _width(self, lines: Sequence[str]) -> float:
        return max((pdfmetrics.stringWidth(line, self.font, _SIZE) for line in lines), default=0.0)

    def _height(self, row: Sequence[Sequence[str]]) -> float:
        return _ROW + _PITCH * (max(map(len, row)) - 1)

    def _row(self, canvas: Canvas, row: Sequence[Sequence[str]], widths: Sequence[float], y: float, ruled: bool) -> float:
        height = self._height(row)
        left = _LEFT
        for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
            right = column >= len(widths) - (3 if len(widths) > 4 else 2)
            for line, text in enumerate(cell):
                base = y - 14 - _PITCH * line
                if right:
                    canvas.drawRightString(left + width - 4, base, text)
                else:
                    canvas.drawString(left + 4, base, text)
            if ruled:
                canvas.rect(left, y - height, width, height)
            left += width
        if not ruled and self.kind != "merged" and self.number % 2:
            canvas.line(_LEFT, y - height, left, y - height)
        return y - height

    def _merged_rules(
        self, canvas: Canvas, row: Sequence[Sequence[str]], widths: Sequence[float], y: float, height: float, *, last: bool
    ) -> None:
        left = _LEFT + widths[0]
        canvas.line(_LEFT, y, _LEFT, y + height)
        for width in widths[1:]:
            canvas.rect(left, y, width, height)
            left += width
        if last:
            canvas.line(_LEFT, y, _LEFT + widths[0], y)

    def _begin(self, canvas: Canvas) -> None:
        canvas.setFont(self.font, _SIZE)
        if self.kind == "rotated":  # on its side; every other page is shown turned back
            canvas.setPageRotation(90 * (self.number % 2))
            canvas.translate(A4[0], 0)
            canvas.rotate(90)
            canvas.translate(0, -180)

    def _next(self, canvas: Canvas) -> None:
        canvas.showPage()
        self.page += 1
        self._begin(canvas)
