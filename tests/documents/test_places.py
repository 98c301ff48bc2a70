"""Arithmetic with locators."""

from __future__ import annotations

from desktop_app.documents.model import Locator, Piece, Segment
from desktop_app.documents.places import column_name, column_number, locate, merged, narrowed, union_cells


def test_cells() -> None:
    assert union_cells(["B2:C2", "A3", "AA4:AB4"]) == "A2:AB4"
    assert union_cells(["C7"]) == "C7"
    assert all(column_number(column_name(number)) == number for number in range(1, 800))
    assert (column_name(26), column_name(27), column_name(702), column_name(703)) == ("Z", "AA", "ZZ", "AAA")


def test_merging_keeps_what_agrees() -> None:
    first = Locator(page=3, chars=(10, 20), lines=(1, 2), headings=("一", "二"))
    second = Locator(page=3, chars=(25, 40), lines=(4, 6), headings=("一", "三"))
    assert merged([first, second]) == Locator(page=3, chars=(10, 40), lines=(1, 6), headings=("一",))
    assert merged([first, Locator(page=3)]).chars is None


def test_narrowing_counts_lines() -> None:
    segment = Segment("甲\n乙\n丙", Locator(chars=(100, 105), lines=(7, 9)))
    assert narrowed(segment, 2, 3) == Locator(chars=(102, 103), lines=(8, 8))
    assert narrowed(segment, 0, 5) == segment.locator


def test_a_quote_is_traced_to_its_place() -> None:
    text = "甲乙丙\n丁戊"
    pieces = (Piece(0, 3, Locator(page=1, chars=(10, 13))), Piece(4, 6, Locator(page=1, chars=(20, 22))))
    assert locate(text, pieces, 1, 2) == Locator(page=1, chars=(11, 12))
    assert locate(text, pieces, 2, 5) == Locator(page=1, chars=(12, 21))
    assert locate(text, pieces, 3, 4) is None
