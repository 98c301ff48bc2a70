"""Marks stand where the words of the question stand, in any of their forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.analysis import words
from desktop_app.analysis.marking import marks


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        ("质保期有多长", "合同的质保期为十八个月。", ["质保期"]),
        ("电脑", "公司的電腦。", ["電腦"]),
        ("car kilometres", "Cars: 0.42 euros a Kilometre", ["Cars", "Kilometre"]),
        ("Verträge", "Der Vertrag gilt", ["Vertrag"]),
        ("договоров", "Новый договор", ["договор"]),
        ("2024-03-05", "签于2024年3月5日。", ["2024年3月5日"]),
        ("HT20230417", "编号：HT-2023-0417。", ["HT-2023-0417"]),
        ("hotel", "nothing here", []),
    ],
)
def test_marks(question: str, text: str, marked: list[str]) -> None:
    found = [text[start:end] for start, end in marks(text, words.question_terms(question))]
    assert found == marked


@given(st.text(max_size=60), st.text(max_size=40))
def test_marks_are_ranges_of_the_text_in_order(text: str, question: str) -> None:
    found = marks(text, words.question_terms(question))
    flat = [place for span in found for place in span]
    assert flat == sorted(set(flat))
    assert all(0 <= place <= len(text) for place in flat)
