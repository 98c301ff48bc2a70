# SPDX-License-Identifier: Apache-2.0
"""Numbers of lists as Word counts them, in every style that offices use."""

from __future__ import annotations

import pytest

from desktop_app.documents.text.list_numbers import LEVELS, Level, ListNumbers
from desktop_app.documents.text.number_styles import BY_CODE, number_text

STYLES = {
    "decimal": {0: "0", 3: "3", 1_000: "1000"},
    "decimalZero": {3: "03", 12: "12"},
    "upperRoman": {4: "IV", 9: "IX", 1_994: "MCMXCIV"},
    "lowerRoman": {1: "i", 14: "xiv"},
    "lowerLetter": {1: "a", 26: "z", 27: "aa", 53: "aaa"},
    "upperLetter": {2: "B", 28: "BB"},
    "ordinal": {1: "1st", 2: "2nd", 3: "3rd", 11: "11th", 22: "22nd", 112: "112th"},
    "cardinalText": {1: "One", 42: "Forty-two", 105: "One hundred five"},
    "ordinalText": {1: "First", 12: "Twelfth", 20: "Twentieth", 21: "Twenty-first", 100: "One hundredth"},
    "hex": {255: "FF"},
    "chicago": {1: "*", 5: "**"},
    "chineseCountingThousand": {
        1: "一",
        10: "十",
        12: "十二",
        20: "二十",
        101: "一百零一",
        110: "一百一十",
        1_010: "一千零一十",
    },
    "chineseCounting": {3: "三", 21: "二十一"},
    "chineseLegalSimplified": {3: "叁", 10: "壹拾", 105: "壹佰零伍", 10_010: "壹万零壹拾"},
    "ideographLegalTraditional": {3: "參", 20: "貳拾"},
    "ideographDigital": {10: "一〇", 21: "二一"},
    "ideographTraditional": {1: "甲", 10: "癸", 11: "11"},
    "ideographZodiac": {3: "寅"},
    "ideographZodiacTraditional": {1: "甲子", 60: "癸亥"},
    "decimalEnclosedCircle": {1: "①", 20: "⑳", 21: "㉑", 50: "㊿", 51: "51"},
    "decimalEnclosedParen": {2: "⑵"},
    "decimalFullWidth": {12: "１２"},
    "japaneseCounting": {11: "十一", 110: "百十"},
    "koreanCounting": {11: "십일"},
    "ganada": {2: "나"},
    "russianLower": {2: "б"},
    "none": {3: ""},
    "bullet": {3: ""},
    "aStyleOfTheFuture": {3: "3"},
}


@pytest.mark.parametrize("style", STYLES)
def test_a_number_in_its_style(style: str) -> None:
    assert {value: number_text(value, style) for value in STYLES[style]} == STYLES[style]


@pytest.mark.parametrize("style", sorted({*BY_CODE, *STYLES}))
def test_a_damaged_number_stays_short(style: str) -> None:
    """A list may start at any number of 32 bits."""
    assert all(len(number_text(value, style)) < 120 for value in (-1, 0, 99_999, 100_000, 2**31))


def levels(*given: Level) -> tuple[Level, ...]:
    return (*given, *[Level(text="")] * (LEVELS - len(given)))


LEGAL = levels(
    Level(text="%1."), Level(text="%1.%2"), Level(style="lowerLetter", text="(%3)"), Level(text="%1.%2.%4", restart=0)
)


def counted(given: tuple[Level, ...], *order: int) -> list[str]:
    numbers = ListNumbers()
    return [numbers.label("0", given, level) for level in order]


def test_levels_count_below_each_other() -> None:
    labels = counted(LEGAL, 0, 1, 0, 1, 1, 2, 2, 1, 2, 0)
    assert [label.strip() for label in labels] == ["1.", "1.1", "2.", "2.1", "2.2", "(a)", "(b)", "2.3", "(a)", "3."]


def test_a_level_above_that_was_not_used_shows_its_first_number() -> None:
    assert counted(LEGAL, 1, 1, 0) == ["1.1 ", "1.2 ", "1. "]


def test_a_level_may_go_on_where_the_ones_above_change() -> None:
    assert counted(LEGAL, 0, 3, 3, 0, 3)[-1] == "2.1.3 "
    only_by_the_first = levels(Level(text="%1"), Level(text="%2"), Level(text="%3", restart=1))
    assert counted(only_by_the_first, 0, 1, 2, 1, 2, 0, 1, 2) == ["1 ", "1 ", "1 ", "2 ", "2 ", "2 ", "1 ", "1 "]


def test_all_numbers_in_figures_where_the_level_says_so() -> None:
    chapters = levels(Level(style="chineseCountingThousand", text="第%1章"), Level(text="%1.%2", plain=True))
    assert counted(chapters, 0, 0, 1) == ["第一章 ", "第二章 ", "2.1 "]


def test_what_stands_between_number_and_text() -> None:
    assert counted(levels(Level(style="chineseCounting", text="（%1）", between="")), 0) == ["（一）"]


def test_a_list_that_begins_anew_does_so_once() -> None:
    numbers = ListNumbers()
    own = levels(Level(text="%1)", start=5))
    first = [numbers.label("0", own, 0, "1") for _ in range(2)]
    again = [numbers.label("0", own, 0, "2", {0}) for _ in range(2)]
    assert first + again == ["5) ", "6) ", "5) ", "6) "]
    assert numbers.label("0", own, 0, "1") == "7) "


def test_zeros_in_front() -> None:
    assert counted(levels(Level(style="custom", pattern="001, 002, 003, ...", text="%1")), 0, 0) == ["001 ", "002 "]


def test_bullets_have_no_number() -> None:
    assert counted(levels(Level(style="bullet", text="•"), Level(text="%2.")), 0, 1) == ["", "1. "]
