# SPDX-License-Identifier: Apache-2.0
"""Arithmetic with locators."""

from __future__ import annotations

from desktop_app.contract.document import Locator, Piece, Segment
from desktop_app.documents.text.locators import column_name, column_number, locate, merged, narrowed, union_cells


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


LINES = ((0.1, 0.1, 0.9, 0.13), (0.1, 0.15, 0.9, 0.18), (0.1, 0.2, 0.5, 0.23))


def test_a_quote_keeps_the_boxes_of_the_lines_it_touches() -> None:
    text = "一" * 50
    segment = Segment(text, Locator(page=3, boxes=LINES))
    assert narrowed(segment, 0, 10).boxes == LINES[:1]
    assert narrowed(segment, 15, 35).boxes == LINES[:2]
    assert narrowed(segment, 42, 50).boxes == LINES[2:]
    assert narrowed(segment, 0, 50).boxes == LINES
    assert narrowed(segment, 20, 21).boxes  # on the border of two lines: one of them
    assert narrowed(segment, 0, 10).page == 3


def test_boxes_of_neighbours_are_joined_on_one_line_and_lost_between_pages() -> None:
    first = Locator(page=1, boxes=((0.1, 0.1, 0.5, 0.13),))
    second = Locator(page=1, boxes=((0.51, 0.1, 0.9, 0.13), (0.1, 0.15, 0.3, 0.18)))
    assert merged([first, second]).boxes == ((0.1, 0.1, 0.9, 0.13), (0.1, 0.15, 0.3, 0.18))
    assert merged([first, Locator(page=2, boxes=LINES)]).boxes == ()
    assert merged([first, Locator(page=1, chars=(0, 5))]).boxes == ()
