# SPDX-License-Identifier: Apache-2.0
"""Pages drawn with a real CJK font, as a scanner would give them back, and how well they were read."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)


def cjk_font() -> str:
    """The path of a font with Chinese letters; without one the test is skipped."""
    for font in FONTS:
        if Path(font).exists():
            return font
    pytest.skip("no CJK font on this machine")


def drawn_page(lines: Sequence[str], *, dpi: int, height: float = 11.69, size: float = 10.5) -> Image.Image:
    """Lines on white paper, ``height`` inches high and as wide as A4; ``size`` in points."""
    font = ImageFont.truetype(cjk_font(), round(size * dpi / 72), index=2 if cjk_font().endswith("CJK-Regular.ttc") else 0)
    page = Image.new("L", (round(8.27 * dpi), round(height * dpi)), 255)
    draw = ImageDraw.Draw(page)
    y = 0.3 * dpi
    for line in lines:
        draw.text((dpi, y), line, font=font, fill=0)
        y += size * 1.7 * dpi / 72
    return page


def wrapped(text: str, width: float, size: float = 10.5) -> list[str]:
    """Lines of at most ``width`` inches: Chinese breaks anywhere, English between words."""
    font = ImageFont.truetype(cjk_font(), 100, index=2 if cjk_font().endswith("CJK-Regular.ttc") else 0)
    limit = width * 72 / size * 100
    words = list(text) if ord(text[0]) > 0x2E7F else [f"{word} " for word in text.split()]
    lines = [""]
    for word in words:
        if font.getlength(lines[-1] + word) > limit:
            lines.append("")
        lines[-1] += word
    return lines


def letters_of(text: str) -> str:
    """Without white space, full-width forms as plain ones: what a reader would call the same."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def error_rate(expected: str, found: str) -> float:
    """Edits for each character of ``expected``."""
    one, two = letters_of(expected), letters_of(found)
    row = list(range(len(two) + 1))
    for i, left in enumerate(one, 1):
        last = row
        row = [i]
        for j, right in enumerate(two, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (left != right)))
    return row[-1] / max(1, len(one))
