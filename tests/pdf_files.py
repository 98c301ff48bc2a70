# SPDX-License-Identifier: Apache-2.0
"""Real PDF files for tests, made with reportlab: Chinese through a CID font, English broken over lines, two columns of pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

CHINESE = "员工申请休假需提前三个工作日填写 OA 表单，由部门经理审批后交人力资源部备案。"
ENGLISH = "Annual leave must be requested at least three working days in advance."


def make_pdf(path: Path, pages: Sequence[Sequence[str]], *, password: str = "", rotate: int = 0) -> Path:
    """One list of lines a page, each line drawn where it stands."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    path.parent.mkdir(parents=True, exist_ok=True)
    encrypt = StandardEncryption(password) if password else None
    # reportlab swaps the sides of a page that is turned by a quarter
    drawing = canvas.Canvas(str(path), pagesize=landscape(A4) if rotate % 180 else A4, encrypt=encrypt)
    for lines in pages:
        drawing.setPageRotation(rotate)
        text = drawing.beginText(72, 760)
        for line in lines:
            text.setFont("Helvetica" if line.isascii() else "STSong-Light", 12, 20)
            text.textLine(line)
        drawing.drawText(text)
        drawing.showPage()
    drawing.save()
    return path


def handbook(path: Path, count: int = 20) -> Path:
    """A long handbook whose page 12 holds both quotes, the Chinese one broken over three lines, the English one hyphenated."""
    filler = ["公司实行标准工时制度，员工应按时上下班并打卡。" for _ in range(20)]
    special = [
        "第十二章 请假",
        "总则。" + CHINESE[:14],
        CHINESE[14:29],
        CHINESE[29:] + "病假须附医院证明。",
        "Leave. Annual leave must be re-",
        "quested at least three working",
        "days in advance. See annex 2.",
    ]
    return make_pdf(path, [special if number == 12 else [f"第 {number} 页", *filler] for number in range(1, count + 1)])
