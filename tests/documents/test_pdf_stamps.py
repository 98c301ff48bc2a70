# SPDX-License-Identifier: Apache-2.0
"""Figures under a stamp are read and told to be hard to read; those beside one, or under a pale watermark, are not."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop_app.documents.process import registry
from documents.making import quiet
from documents.raw_pdf import string, text, write_page

TOLD = ("partly_read", "figures hard to read under a stamp on 1 of 1 pages")
TEXTS = {
    "en": ("Amount payable 47,500.00 eur", "Due on 3 May at the latest", "APPROVED", 105),
    "zh": ("应付金额：肆万柒仟伍佰元整", "请于五月三日前付款", "财务已付讫章", 75),
}
MORE_TEXTS = {
    "en": ("Invoice total: CHF 1,284.50", "Please pay within 30 days.", "RECEIVED", 115),
    "zh": ("合计人民币捌仟陆佰元整", "请在三十日内付清全部货款", "验收合格专用", 75),
}
RED = "0.9 0 0 rg"


@dataclass
class Case:
    """What is drawn before the text and after it."""

    after: str = ""
    before: str = ""
    more: dict[int, str] = field(default_factory=dict)
    page: str = ""
    told: bool = True


def turned(words: str, degrees: float, x: float, y: float, size: float, colour: str = RED) -> str:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return f"{colour} BT /F1 {size} Tf {cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {x} {y} Tm {string(words)} Tj ET 0 g"


def picture(resources: str = "") -> dict[int, str]:
    """A dark square as object 20, and the resources that name it."""
    rows = "30" * 64
    image = f"<</Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /ASCIIHexDecode>>\nstream\n{rows}>"
    return {20: image, 7: f"<</Font <</F1 5 0 R>> /XObject <</I 20 0 R>> {resources}>>"}


def form(inside: str) -> dict[int, str]:
    return {
        20: f"<</Type /XObject /Subtype /Form /BBox [0 0 595 842]>>\nstream\n{inside}",
        7: "<</Font <</F1 5 0 R>> /XObject <</I 20 0 R>>>>",
    }


def stamp_annotation(x: float, y: float) -> dict[int, str]:
    return {
        20: f"<</Type /Annot /Subtype /Stamp /F 4 /Rect [{x} {y} {x + 90} {y + 24}] /AP <</N 21 0 R>>>>",
        21: "<</Type /XObject /Subtype /Form /BBox [0 0 90 24]>>\nstream\n0.8 0 0 rg 0 0 90 24 re f",
    }


def cases(stamp: str, x: float) -> dict[str, Case]:
    """The figures begin ``x`` points behind the line's start."""
    left = 60 + x
    box = f"{left} 694 90 22 re f"
    return {
        "letters": Case(f"{RED} {text(stamp, 700, left, 14)} 0 g"),
        "large letters": Case(f"{RED} {text(stamp, 692, left - 10, 30)} 0 g"),
        "slanted letters": Case(turned(stamp, 20, left - 10, 685, 28)),
        "steep letters": Case(turned(stamp, 50, left - 10, 670, 34, "0 0.2 0.7 rg")),
        "letters beneath": Case(before=f"{RED} {text(stamp, 694, left - 5, 24)} 0 g"),
        "a box": Case(f"{RED} {box} 0 g"),
        "a dark box": Case(f"0.2 g {box} 0 g"),
        "a picture": Case(f"q 90 0 0 22 {left} 694 cm /I Do Q", more=picture()),
        "a form": Case("/I Do", more=form(f"0 0.5 0 rg {box}")),
        "a stamp of a reader": Case(more=stamp_annotation(left, 692), page="/Annots [20 0 R]"),
        "a pale watermark": Case(turned(stamp, 20, left - 10, 685, 28, "0.85 g"), told=False),
        "a stamp beside": Case(f"{RED} {text(stamp, 500, left, 30)} 0 g", told=False),
        "a picture below the text": Case(before="0.95 g q 300 0 0 40 50 685 cm /I Do Q 0 g", more=picture(), told=False),
        "a frame": Case("0 G 50 690 400 26 re S", told=False),
        "a line below": Case("0 g 60 697 300 1 re f", told=False),
        "nothing": Case(told=False),
    }  # fmt: skip


@pytest.mark.parametrize("texts", [TEXTS, MORE_TEXTS], ids=["first", "second"])
def test_figures_under_a_stamp(tmp_path: Path, texts: dict[str, tuple[str, str, str, int]]) -> None:
    right = kept = counted = 0
    for language, (amount, due, stamp, x) in texts.items():
        for name, case in cases(stamp, x).items():
            body = f"{text(amount, 700)}\n{text(due, 600)}"
            content = f"{case.before}\n{body}\n{case.after}"
            path = write_page(tmp_path / f"{language} {name}.pdf", content, language, more=case.more, page=case.page)
            document = registry.read(path, quiet, ocr="off")
            told = (document.partial, document.detail) == (TOLD if case.told else ("", ""))
            whole = all(any(words in segment.text for segment in document.segments) for words in (amount, due))
            if not told or not whole:
                print(path.name, document.partial, document.detail, [segment.text for segment in document.segments])
            counted, right, kept = counted + 1, right + told, kept + whole
    print(f"\n{right} of {counted} told rightly, {kept} with all their text")
    assert counted >= 24
    assert right == kept == counted
