# SPDX-License-Identifier: Apache-2.0
"""A quote is verbatim, and its place as narrow as the format allows: lines, characters, cells, page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answering.passages import passage
from desktop_app.answering.proof.citing import cite
from desktop_app.contract.document import Locator, Piece
from desktop_app.contract.passage import Passage

THREE_LINES = "第一条 甲方应付款。\n第二条 乙方应交货，期限三十日。\n第三条 其他。"


def test_lines_and_characters_of_a_sentence() -> None:
    found = passage(THREE_LINES)
    start = THREE_LINES.index("第二条")
    citation = cite(3, found, start, THREE_LINES.index("\n第三条"))
    assert (citation.number, citation.path, citation.chunk_id) == (3, found.path, 1)
    assert citation.quote == "第二条 乙方应交货，期限三十日。"
    assert citation.locator.lines == (11, 11)
    assert citation.locator.chars == (100 + start, 100 + start + len(citation.quote))


def test_over_two_lines() -> None:
    citation = cite(1, passage(THREE_LINES), 4, THREE_LINES.index("，期限"))
    assert citation.locator.lines == (10, 11)


def test_white_space_at_the_ends_is_not_quoted() -> None:
    text = "前面。 \n  中间的话。  \n后面。"
    citation = cite(1, passage(text), 3, text.index("后面"))
    assert citation.quote == "中间的话。"
    assert text[citation.start : citation.end] == citation.quote


@given(st.integers(0, len(THREE_LINES)), st.integers(0, len(THREE_LINES)))
def test_any_stretch_is_verbatim_and_inside_its_passage(one: int, other: int) -> None:
    found = passage(THREE_LINES)
    citation = cite(1, found, min(one, other), max(one, other))
    assert citation.quote == THREE_LINES[citation.start : citation.end]
    lines, chars = citation.locator.lines, citation.locator.chars
    assert lines is not None
    assert 10 <= lines[0] <= lines[1] <= 12
    if citation.quote:
        assert chars is not None
        assert chars[0] <= 100 + citation.start
        assert chars[1] >= 100 + citation.end


def row(number: int, text: str, start: int) -> Piece:
    return Piece(start, start + len(text), Locator(sheet="供应商", cells=f"A{number}:D{number}", page=None))


def test_the_cells_of_a_row_and_of_several() -> None:
    first, second = "名称: 临川线缆; 电话: 0591; 级别: A; 备注: 水下", "名称: 海岸仪表; 电话: 0592; 级别: B; 备注: 现货"
    text = f"{first}\n{second}"
    pieces = (row(3, first, 0), row(4, second, len(first) + 1))
    found = Passage(1, 1, "/资料/名录.xlsx", text, Locator(sheet="供应商", cells="A3:D4"), 0.9, (), pieces)
    assert cite(1, found, 0, len(first)).locator.cells in ("A3:D3", "A3:D3")
    both = cite(1, found, 0, len(text)).locator
    assert (both.sheet, both.cells) == ("供应商", "A3:D4")


def test_the_characters_of_a_page() -> None:
    text = "十、附则。本制度自发布之日起施行。"
    pieces = (
        Piece(0, 5, Locator(page=7, chars=(900, 905))),
        Piece(5, len(text), Locator(page=7, chars=(905, 905 + len(text) - 5))),
    )
    found = Passage(1, 1, "/资料/手册.pdf", text, Locator(page=7, chars=(900, 917)), 0.9, (), pieces)
    place = cite(1, found, 5, len(text)).locator
    assert (place.page, place.chars) == (7, (905, 917))


@pytest.mark.parametrize("pieces", [(), (Piece(50, 60, Locator(page=9)),)])
def test_without_a_piece_the_whole_passage_is_the_place(pieces: tuple[Piece, ...]) -> None:
    found = Passage(1, 1, "/资料/手册.pdf", "一句话。", Locator(page=7), 0.9, (), pieces)
    assert cite(1, found, 0, 4).locator == Locator(page=7)
