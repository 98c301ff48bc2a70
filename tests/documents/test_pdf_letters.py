# SPDX-License-Identifier: Apache-2.0
"""Ligatures in PDFs are read as their letters; radicals stay what the file says, and both are found by the usual letters."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.analysis import folding
from desktop_app.documents.process import registry
from documents.labelled import Figures, seen
from documents.making import quiet
from documents.raw_pdf import write_page

LIGATURES = {
    "fi": (["the ", "\ufb01", "nal o", "\ufb00", "er"], "the final offer"),
    "ffi": (["our o", "\ufb03", "ce hours"], "our office hours"),
    "ffl": (["the ba", "\ufb04", "e plate"], "the baffle plate"),
    "fl": (["a ", "\ufb02", "at fee"], "a flat fee"),
    "long s": (["the la", "\ufb06", " word"], "the last word"),
    "as letters": (["our o", "ffi", "ce door"], "our office door"),
    "as letters, twice": (["e", "ff", "icient sta", "ff", " work"], "efficient staff work"),
    "st": (["Augu", "\ufb06", " rent"], "August rent"),
}
MORE_LIGATURES = {
    "fi": (["bene", "\ufb01", "t plan"], "benefit plan"),
    "ffi": (["su", "\ufb03", "cient funds"], "sufficient funds"),
    "ff": (["ta", "\ufb00", "y pulls"], "taffy pulls"),
    "fl": (["cash ", "\ufb02", "ow"], "cash flow"),
    "ffl": (["wa", "\ufb04", "e iron"], "waffle iron"),
    "as letters": (["tra", "ffi", "c light"], "traffic light"),
    "as letters, f": (["sta", "ff", " list"], "staff list"),
    "st": (["fir", "\ufb06", " class"], "first class"),
}
RADICALS = {
    "⽂件": "文件",
    "甲⼄双⽅签署": "甲乙双方签署",
    "⼀式两份": "一式两份",
    "⾦额为⼈⺠币": "金额为人民币",
    "⻓期有效": "长期有效",
    "⻅附件": "见附件",
    "⻋辆⻔牌": "车辆门牌",
    "⻛险⾃负": "风险自负",
}
MORE_RADICALS = {
    "⽉租⾦": "月租金",
    "⽤⼈单位": "用人单位",
    "⻚码": "页码",
    "⻉壳⼴场": "贝壳广场",
    "⻢年⽜年": "马年牛年",
    "⽔电⽓费": "水电气费",
    "⽇期⾄": "日期至",
    "⻘岛⽀⾏": "青岛支行",
}


def coded(path: Path, pieces: list[str]) -> Path:
    """Each piece is one glyph or more, named by the font's map to Unicode: a ligature is one glyph, whatever letters it is named by."""
    glyphs = [glyph for piece in pieces for glyph in ([piece] if piece in ("ffi", "ff") else piece)]
    codes = {glyph: number for number, glyph in enumerate(dict.fromkeys(glyphs), 33)}
    pairs = "\n".join(f"<{code:02x}> <{glyph.encode('utf-16-be').hex()}>" for glyph, code in codes.items())
    to_unicode = (
        "/CIDInit /ProcSet findresource begin begincmap /CMapName /Own def\n1 begincodespacerange <00> <ff> endcodespacerange "
        f"{len(codes)} beginbfchar\n{pairs}\nendbfchar endcmap end"
    )
    font = "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 20 0 R>>"
    shown = "".join(f"{codes[glyph]:02x}" for glyph in glyphs)
    return write_page(path, f"BT /F1 14 Tf 60 700 Td <{shown}> Tj ET", more={5: font, 20: to_unicode})


def folded(text: str) -> str:
    return "".join(folding.fold(text).split())


@pytest.mark.parametrize(
    ("ligatures", "radicals"), [(LIGATURES, RADICALS), (MORE_LIGATURES, MORE_RADICALS)], ids=["first", "second"]
)
def test_ligatures_and_radicals(tmp_path: Path, ligatures: dict[str, tuple[list[str], str]], radicals: dict[str, str]) -> None:
    figures = Figures()
    found = wanted = 0
    inputs = [(name, pieces, usual, usual) for name, (pieces, usual) in ligatures.items()]
    inputs += [(name, [*name], name, usual) for name, usual in radicals.items()]
    for number, (name, pieces, gold, usual) in enumerate(inputs):
        path = coded(tmp_path / f"{number}.pdf", pieces)
        document = registry.read(path, quiet, ocr="off")
        figures.add(document, [seen(gold, page=1)], name)
        wanted += 1
        found += folded(usual) in "".join(folded(segment.text) for segment in document.segments)
    print(f"{found} of {wanted} found by the usual letters")
    figures.hold()
    assert found == wanted
