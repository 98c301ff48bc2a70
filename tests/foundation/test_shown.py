# SPDX-License-Identifier: Apache-2.0
"""Foreign names are shown, not carried out: by a terminal, by the rules of writing direction, by a line end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.foundation.shown import shown_lines, shown_name, shown_text, table_cell


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("报价 2026.docx", "报价 2026.docx"),
        ("R&D <plan>.txt", "R&D <plan>.txt"),
        ("invoice\u202efdp.exe", r"invoice\u202efdp.exe"),
        ("a\u2066b\u2069\u200e\u200f\u061c", r"a\u2066b\u2069\u200e\u200f\u061c"),
        ("two\nlines\r\u2028.txt", r"two\nlines\r\u2028.txt"),
        ("\x1b[2Jcleared\x9b\x07\x00", r"\x1b[2Jcleared\x9b\x07\x00"),
        ("half\ud83d", r"half\ud83d"),
        ("👩\u200d🔬.png", "👩\u200d🔬.png"),  # one picture of two, not a mark of direction
        ("קובץ.txt", "קובץ.txt"),
    ],
)
def test_names(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_a_long_name_keeps_start_and_end() -> None:
    shown = shown_name("文" * 4000 + ".docx", 40)
    assert len(shown) == 40
    assert shown.startswith("文文")
    assert shown.endswith("文.docx")


def test_our_lines_stay_lines() -> None:
    assert shown_lines("one\n\ttwo\u202e\x1b") == "one\n\ttwo\\u202e\\x1b"
    assert shown_text("one\n\ttwo\u202e\x1b") == "one\n\ttwo\u202e\\x1b"


@given(st.text(), st.integers(2, 60))
def test_no_name_breaks_a_line_or_turns_it_round(name: str, longest: int) -> None:
    shown = shown_name(name, longest)
    assert len(shown) <= longest
    assert len((shown + "x").splitlines()) == 1
    assert not set(shown) & set("\x1b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\r\n")
    shown.encode("utf-8")


@pytest.mark.parametrize("name", ["=cmd|calc!A0.xlsx", '+HYPERLINK("http://x")', "-1+1", "@SUM(A1)"])
def test_no_cell_that_is_copied_is_a_formula(name: str) -> None:
    assert table_cell(name) == f"'{name}"
    assert table_cell(f"报价 {name}") == f"报价 {name}"


def test_a_cell_is_on_one_line() -> None:
    assert table_cell("甲\n\t=乙\u202e") == "甲 =乙\\u202e"
