# SPDX-License-Identifier: Apache-2.0
"""Which rows and columns of a quoted table are shown, and what is marked in them; Markdown's signs are left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.answering.proof.citing import cite
from desktop_app.contract.passage import Passage
from desktop_app.wording import quoted_tables
from desktop_app.wording.quoted_words import is_markdown, without_signs
from tests.table_passages import HEADER, LIMITS, passages

SHEET, WORD, NOTES = passages("/资料")


def line(passage: Passage, number: int) -> tuple[int, int]:
    lines = passage.text.split("\n")
    start = sum(len(one) + 1 for one in lines[:number])
    return start, start + len(lines[number])


def test_a_quoted_row_shows_its_first_column_and_those_asked_for() -> None:
    table = quoted_tables.of_citation(cite(1, SHEET, *line(SHEET, 1)), SHEET, 3)
    assert table is not None
    assert table.columns == ("编号", "供应商名称", "账期（天）")
    assert [cell.text for cell in table.rows[0]] == ["S-008", "上海蓝海物流有限公司", "20"]
    assert [cell.marked for cell in table.rows[0]] == [False, True, True], "a column that the question names is marked"
    assert [cell.marks for cell in table.rows[0]] == [(), ((2, 4),), ()]
    assert table.right == (False, False, True)
    assert table.hidden == len(HEADER) - 3


def test_a_value_with_a_semicolon_stays_one_cell() -> None:
    table = quoted_tables.of_citation(cite(1, SHEET, *line(SHEET, 1)), SHEET, 20)
    assert table is not None
    assert table.hidden == 0
    assert table.rows[0][-1].text == "含税; 月结"


def test_a_quote_without_its_passage_is_still_a_table() -> None:
    table = quoted_tables.of_citation(cite(1, SHEET, *line(SHEET, 0)), None)
    assert table is not None
    assert table.rows[0][0].text == "S-007"


def test_a_sentence_is_no_table() -> None:
    assert quoted_tables.of_citation(cite(1, NOTES, 0, len(NOTES.text)), NOTES) is None
    assert quoted_tables.of_citation(cite(1, WORD, 0, len(WORD.text)), WORD) is None, "a sentence with rows below it"


def test_a_sentence_that_speaks_of_its_table_has_it_below() -> None:
    table = quoted_tables.below(cite(1, WORD, *line(WORD, 0)), WORD)
    assert table is not None
    assert [[cell.text for cell in row] for row in table.rows] == [["上海", "500", "700"], ["苏州", "350", "500"]]
    cut = replace(WORD, text=LIMITS, after=WORD.text[len(LIMITS) + 1 :], pieces=WORD.pieces[:1], marks=())
    assert quoted_tables.below(cite(1, cut, 0, len(LIMITS)), cut) == replace(
        table, rows=tuple(tuple(replace(cell, marks=(), marked=False) for cell in row) for row in table.rows)
    ), "the table may begin the next passage"


def test_other_sentences_have_no_table_below() -> None:
    other = replace(WORD, text=WORD.text.replace("在下表的", "在规定"), marks=())
    assert quoted_tables.below(cite(1, other, 0, other.text.index("\n")), other) is None


def test_a_card_shows_the_rows_with_the_words_or_the_words_above_a_table() -> None:
    span, table = quoted_tables.of_passage(SHEET, 3)
    assert span[0] == span[1]
    assert table is not None
    assert [row[0].text for row in table.rows] == ["S-008"]
    span, table = quoted_tables.of_passage(WORD, 3)
    assert WORD.text[slice(*span)].strip() == LIMITS
    assert table is not None
    assert [row[0].text for row in table.rows] == ["上海", "苏州"]
    assert quoted_tables.of_passage(NOTES, 3) == ((0, len(NOTES.text)), None)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**Radio coverage.** Every site.", "Radio coverage. Every site."),
        ("新供应商须提供*营业执照*。", "新供应商须提供营业执照。"),
        ("2*3*4, __init__.py, a_b_c", "2*3*4, __init__.py, a_b_c"),
        ("See [the rules](https://a.b/c) and `x*y`.", "See the rules and x*y."),
        ("## Title\n> said", "Title\nsaid"),
        (r"5 \* 3", "5 * 3"),
        ("** no emphasis **", "** no emphasis **"),
    ],
)
def test_markdown_without_its_signs(text: str, shown: str) -> None:
    assert without_signs(text)[0] == shown


def test_marks_move_with_their_words() -> None:
    text = "**Radio** coverage"
    shown, marks = without_signs(text, [(2, 7), (10, 18)])
    assert [shown[slice(*mark)] for mark in marks] == ["Radio", "coverage"]


def test_only_markdown_files_lose_signs() -> None:
    assert is_markdown("/a/Notes.MD")
    assert is_markdown("/a/x.zip", "docs/readme.md")
    assert not is_markdown("/a/x.md.txt")
