# SPDX-License-Identifier: Apache-2.0
"""Lines, places and words of letters whose boxes are made up."""

from __future__ import annotations

from array import array

from desktop_app.documents.viewing.page_letters import PageLetters


def placed(text: str, *boxes: tuple[float, float, float, float]) -> PageLetters:
    return PageLetters(text, array("f", [number for box in boxes for number in box]).tobytes())


ROW = placed(
    "ab\ncd",
    (10, 10, 20, 22),
    (20, 14, 30, 22),
    (0, 0, 0, 0),
    (10, 30, 20, 42),
    (20, 30, 30, 42),
)


def test_lines_are_joined_along_the_line_only() -> None:
    assert ROW.lines(0, 5) == ((10, 10, 30, 22), (10, 30, 30, 42))
    assert ROW.lines(1, 4) == ((20, 14, 30, 22), (10, 30, 20, 42))
    assert ROW.lines(2, 3) == ()


def test_a_column_of_letters_is_one_line() -> None:
    column = placed("竖排文", (10, 10, 20, 20), (10, 22, 20, 32), (11, 34, 19, 44))
    assert column.lines(0, 3) == ((10, 10, 20, 44),)


def test_the_nearest_letter() -> None:
    assert ROW.nearest(12, 15) == 0
    assert ROW.nearest(500, 35) == 4
    assert ROW.nearest(12, 25) == 0
    assert ROW.nearest(12, 999) == 3
    assert placed("\n", (0, 0, 0, 0)).nearest(1, 1) is None


def test_words_and_plain_text() -> None:
    letters = PageLetters("See re\x02\r\nquested, 请假。\x00", b"")
    assert letters.word(1) == (0, 3)
    assert letters.word(3) == (3, 4)
    assert letters.plain(0, 99) == "See requested, 请假。"
