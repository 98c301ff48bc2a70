# SPDX-License-Identifier: Apache-2.0
"""Watermarks across a page stay apart from its text, and the columns of turned pages are read one after the other."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from desktop_app.documents.process import registry
from documents.labelled import Figures, Gold, seen
from documents.making import quiet
from documents.raw_pdf import string, text, write_page

TEXTS = {
    "en": (
        [
            "Amount payable 47,500.00 euro",
            "Due on 3 May 2027 at the latest",
            "Payment by bank transfer only",
            "Goods stay ours until paid.",
        ],
        "CONFIDENTIAL",
    ),
    "zh": (
        [
            "应付金额为肆万柒仟伍佰元整。",
            "最迟应于二〇二七年五月三日支付。",
            "仅限银行转账方式付款。",
            "付清前货物所有权归卖方。",
        ],
        "内部机密",
    ),
}
MORE_TEXTS = {
    "en": (
        ["The rent is 1,950 francs a month", "Notice period is three months", "Deposit of two rents in advance", "Keys are handed over on 1 June."],
        "DRAFT COPY",
    ),
    "zh": (["月租金为一千九百五十元。", "解约须提前三个月通知。", "押金为两个月租金。", "六月一日交付钥匙。"], "样本作废"),
}  # fmt: skip


def across(words: str, degrees: float, x: float, y: float, size: float) -> str:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return f"0.8 g BT /F1 {size} Tf {cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {x} {y} Tm {string(words)} Tj ET 0 g"


@pytest.mark.parametrize("texts", [TEXTS, MORE_TEXTS], ids=["first", "second"])
def test_watermarks_are_not_mixed_into_lines(tmp_path: Path, texts: dict[str, tuple[list[str], str]]) -> None:
    figures = Figures()
    for language, (lines, mark) in texts.items():
        body = [text(line, 700 - 60 * at) for at, line in enumerate(lines)]
        golds: list[Gold] = [seen(words, page=1) for words in (*lines, mark)]
        places = {
            "steep": across(mark, 60, 100, 500, 40),
            "half": across(mark, 45, 80, 480, 50),
            "flat": across(mark, 20, 70, 600, 40),
            "down": across(mark, -45, 80, 720, 40),
            "small": across(mark, 30, 150, 660, 14),
        }
        for name, drawn in places.items():
            for order, content in (
                ("first", [drawn, *body]),
                ("last", [*body, drawn]),
                ("between", [*body[:2], drawn, *body[2:]]),
            ):
                path = write_page(tmp_path / f"{language} {name} {order}.pdf", "\n".join(content), language)
                document = registry.read(path, quiet, ocr="off")
                figures.add(document, golds, path.name)
                assert any(segment.text == mark for segment in document.segments), path.name
    figures.hold()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_columns_of_turned_pages(tmp_path: Path, rotation: int) -> None:
    """Drawn row by row, so that every line jumps to the other column."""
    left = [f"The left column goes on with line number {number}" for number in range(12)]
    right = [f"and the right one tells its story in line {number}" for number in range(12)]
    matrix = {0: "1 0 0 1 0 0", 90: "0 1 -1 0 595 0", 180: "-1 0 0 -1 595 842", 270: "0 -1 1 0 0 842"}[rotation]
    rows = [
        f"{text(one, 560 - 14 * at, 30, 10)} {text(other, 560 - 14 * at, 300, 10)}"
        for at, (one, other) in enumerate(zip(left, right, strict=True))
    ]
    path = write_page(tmp_path / "columns.pdf", f"q {matrix} cm\n" + "\n".join(rows) + "\nQ", page=f"/Rotate {rotation}")
    told = " ".join(segment.text for segment in registry.read(path, quiet, ocr="off").segments)
    assert told.index(left[-1]) < told.index(right[0])
    assert all(line in told for line in (*left, *right))
