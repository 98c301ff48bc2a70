# SPDX-License-Identifier: Apache-2.0
"""Chinese written upright, from right to left, and letters that are turned one by one: read as sentences, at their places."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from desktop_app.documents.process import registry
from documents.labelled import Figures, Gold, seen
from documents.making import quiet
from documents.raw_pdf import fonts, string, text, write_page

TEXTS = [
    (
        ["甲方应在收到发票后三十日内", "付款。逾期付款的，每日按合", "同金额的千分之二支付违约金", "，直至付清为止。"],
        "机密文件请勿外传",
        "Confidential draft",
    ),
    (
        ["本协议自二〇二七年五月一日", "起生效，有效期三年。期满前", "三十日内双方均未提出异议的", "，自动顺延一年。"],
        "仅供内部使用不得复印",
        "Internal use only",
    ),
]
_FIRST = 1_000  # code of a font's own; lower ones are those of narrow letters
SIZE = 14


def columns(lines: list[str], write: Callable[[str, float], str], *, gap: float = 24, backwards: bool = False) -> str:
    drawn = [write(line, 500 - gap * number) for number, line in enumerate(lines)]
    return "\n".join(reversed(drawn) if backwards else drawn)


def letter_by_letter(line: str, x: float, pace: float = 15.5, top: float = 760) -> str:
    return "\n".join(text(letter, top - pace * number, x, SIZE) for number, letter in enumerate(line))


def moved_down(line: str, x: float) -> str:
    letters = f" 0 -{SIZE} Td ".join(f"{string(letter)} Tj" for letter in line)
    return f"BT /F1 {SIZE} Tf {x} 760 Td {letters} ET"


def turned_letters(words: str, degrees: int, x: float, y: float) -> str:
    """Each letter by itself, turned and as far from the one before as it is wide."""
    across, up = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    drawn = []
    for letter in words:
        drawn.append(f"BT /F1 {SIZE} Tf {across:.4f} {up:.4f} {-up:.4f} {across:.4f} {x:.2f} {y:.2f} Tm {string(letter)} Tj ET")
        width = stringWidth(letter, "Helvetica", SIZE) if letter.isascii() else SIZE
        x, y = x + across * width, y + up * width
    return "\n".join(drawn)


def on_a_turned_page(line: str, column: int) -> str:
    """A column as it is shown on a page that is turned by 90 degrees: down is right, and letters stand turned by 90 degrees."""
    return "\n".join(
        f"BT /F1 {SIZE} Tf 0 1 -1 0 {100 + 15.5 * number:.1f} {760 - 24 * column} Tm {string(letter)} Tj ET"
        for number, letter in enumerate(line)
    )


def own_codes(lines: list[str]) -> tuple[str, dict[int, str]]:
    """Text in a font with codes of its own, written downwards (Identity-V), and the objects of that font."""
    letters = sorted(set("".join(lines)))
    map_ = "\n".join(f"<{number:04x}> <{ord(letter):04x}>" for number, letter in enumerate(letters, _FIRST))
    font = fonts("zh")
    font[5] = font[5].replace("UniGB-UCS2-H", "Identity-V").replace(">>", " /ToUnicode 20 0 R>>")
    font[20] = (
        "/CIDInit /ProcSet findresource begin begincmap /CMapName /Own def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange {len(letters)} beginbfchar\n{map_}\nendbfchar endcmap end"
    )

    def write(line: str, x: float) -> str:
        codes = "".join(f"{letters.index(letter) + _FIRST:04x}" for letter in line)
        return f"BT /F1 {SIZE} Tf {x} 760 Td <{codes}> Tj ET"

    return columns(lines, write), font


@pytest.mark.parametrize("texts", TEXTS, ids=["first", "second"])
def test_upright_writing_and_turned_letters(tmp_path: Path, texts: tuple[list[str], str, str]) -> None:
    lines, title, english = texts
    down = fonts("zh")
    down[5] = down[5].replace("UniGB-UCS2-H", "UniGB-UCS2-V")
    whole = "".join(lines)
    sentences = [sentence + "。" for sentence in whole.split("。") if sentence]
    body = [seen(sentence, page=1) for sentence in sentences]
    level = "以下为合同正文，请仔细阅读。"
    coded, code_font = own_codes(lines)
    plain = columns(lines, lambda line, x: text(line, 760, x))
    turned = "\n".join(on_a_turned_page(line, number) for number, line in enumerate(lines))
    zh: dict[str, tuple[str, dict[int, str], str, list[Gold]]] = {
        "a font for it": (plain, down, "", body),
        "a font for it, drawn from the left": (columns(lines, lambda line, x: text(line, 760, x), backwards=True), down, "", body),
        "codes of its own": (coded, code_font, "", body),
        "letter by letter": (columns(lines, letter_by_letter), {}, "", body),
        "letter by letter, loosely": (columns(lines, lambda line, x: letter_by_letter(line, x, 18), gap=30), {}, "", body),
        "moved down": (columns(lines, moved_down), {}, "", body),
        "beside level text": (
            f"{text('合同编号', 700)}\n{letter_by_letter(title, 500, 18)}\n{text(level, 634)}", {}, "",
            [seen(title, page=1), seen(level, page=1)],
        ),
        "on a turned page": (turned, {}, "/Rotate 90", body),
        "letters turned left": (turned_letters(title, 90, 60, 300), {}, "", [seen(title, page=1)]),
        "letters turned right": (turned_letters(title, 270, 60, 700), {}, "", [seen(title, page=1)]),
    }  # fmt: skip
    en: dict[str, tuple[str, dict[int, str], str, list[Gold]]] = {
        "letters turned left": (turned_letters(english, 90, 60, 300), {}, "", [seen(english, page=1)]),
        "letters turned right": (turned_letters(english, 270, 60, 700), {}, "", [seen(english, page=1)]),
        "turned on a turned page": (turned_letters(english, 90, 60, 300), {}, "/Rotate 90", [seen(english, page=1)]),
    }
    figures = Figures()
    for language, cases in (("zh", zh), ("en", en)):
        for name, (content, more, page, golds) in cases.items():
            path = write_page(tmp_path / f"{language} {name}.pdf", content, language, more=more, page=page)
            figures.add(registry.read(path, quiet, ocr="off"), golds, path.name)
    figures.hold()


def test_single_letters_in_a_column_of_a_table_are_no_upright_writing(tmp_path: Path) -> None:
    head = ("姓名", "性别", "工资")
    rows = [("王小明", "男", "１２００"), ("李红", "女", "１３５０"), ("张伟", "男", "９８０"), ("刘洋", "男", "１１００")]
    content = "\n".join(
        text(cell, 700 - 18 * at, 60 + 120 * column) for at, row in enumerate([head, *rows]) for column, cell in enumerate(row)
    )
    path = write_page(tmp_path / "名单.pdf", content, "zh")
    told = [segment.text for segment in registry.read(path, quiet, ocr="off").segments]
    assert told == ["; ".join(f"{name}: {cell}" for name, cell in zip(head, row, strict=True)) for row in rows]


def test_boxes_cover_the_column(tmp_path: Path) -> None:
    lines = TEXTS[0][0]
    path = write_page(tmp_path / "列.pdf", columns(lines, letter_by_letter), "zh")
    first = registry.read(path, quiet, ocr="off").segments[0]
    left, top, right, bottom = first.locator.boxes[0]
    assert 500 / 595 - 0.01 < left < right < 516 / 595 + 0.01
    assert top < 0.11
    assert bottom > (842 - 760 + 12 * 15.5 - 2) / 842
