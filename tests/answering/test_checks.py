"""Checks on what a model wrote, in Chinese and English: odd citations, changed figures, foreign sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answering.passages import passage
from desktop_app.answering.checks import check, clean_citations

NOTICE = passage("正式员工辞职，应提前三十日书面通知公司。\n试用期员工提前三日通知。", 1)
WARRANTY = passage("质保期为十八个月，自验收合格之日起计算。", 2, path="/资料/采购合同.docx")
HOTEL = passage("A hotel room may cost 175 euros per night. The budget is 186,000 euros.", 3, path="/资料/Travel policy.docx")
SENT = [NOTICE, WARRANTY, HOTEL]


def judged(text: str) -> list[tuple[str, tuple[int, ...], str]]:
    """(sentence, citation numbers, why it is not supported) of every sentence."""
    cleaned, dropped = clean_citations(text, len(SENT))
    parts, _, _ = check(cleaned, SENT, dropped)
    return [(cleaned[part.start : part.end], part.citations, part.why) for part in parts]


@pytest.mark.parametrize(
    ("written", "cleaned", "dropped"),
    [
        ("甲[1]。", "甲[1]。", 0),
        ("甲[1, 2]。", "甲[1][2]。", 0),
        ("甲【1】［2］。", "甲[1][2]。", 0),
        ("甲[1，3、2]", "甲[1][3][2]", 0),
        ("甲[1;1]", "甲[1]", 0),
        ("甲[4]。", "甲。", 1),
        ("According to this [9].", "According to this.", 1),
        ("甲[0][1][99]。", "甲[1]。", 2),
        ("甲 [2, 7] 乙", "甲 [2] 乙", 1),
        ("没有引用", "没有引用", 0),
        ("[not a citation] [2024]", "[not a citation] [2024]", 0),
    ],
)
def test_citations_in_one_form_and_invented_ones_out(written: str, cleaned: str, dropped: int) -> None:
    assert clean_citations(written, 3) == (cleaned, dropped)


@given(st.text(alphabet="甲乙 [1234567890],，。.\n【】", max_size=80), st.integers(0, 5))
def test_no_invented_citation_survives(text: str, sent: int) -> None:
    cleaned, _ = clean_citations(text, sent)
    passages = [passage(f"第{n}段的文字", n) for n in range(1, sent + 1)]
    parts, citations, verdict = check(cleaned, passages)
    assert all(1 <= number <= sent for part in parts for number in part.citations)
    assert {citation.number for citation in citations} == {number for part in parts for number in part.citations}
    assert verdict.supported + verdict.unsupported == len(parts)
    assert all(0 <= part.start < part.end <= len(cleaned) for part in parts)


SUPPORTED = [
    "正式员工辞职应提前三十日书面通知公司[1]。",
    "正式员工辞职要提前30日通知公司[1]。",
    "质保期是18个月[2]。",
    "质保期为十八个月，从验收合格起算。[2]",
    "A hotel room may cost 175 euros per night [3].",
    "The budget is 186000 euros. [3]",
    "1. 质保期为十八个月[2]。",
    "好的。",
]


@pytest.mark.parametrize("text", SUPPORTED)
def test_what_the_passage_says_is_supported(text: str) -> None:
    assert [why for _, _, why in judged(text)] == [""]


UNSUPPORTED = [
    ("质保期为二十四个月[2]。", "number_differs"),
    ("质保期为24个月[2]。", "number_differs"),
    ("正式员工辞职应提前六十日书面通知公司[1]。", "number_differs"),
    ("A hotel room may cost 180 euros per night [3].", "number_differs"),
    ("公司每年组织两次体检和春游活动[1]。", "not_in_passage"),
    ("Employees receive free lunch in the canteen every day [3].", "not_in_passage"),
    ("质保期为十八个月，自验收合格之日起计算[1]。", "not_in_passage"),  # said of the wrong passage
    ("质保期为十八个月。", "no_citation"),
    ("A hotel room may cost 175 euros per night.", "no_citation"),
    ("质保期为十八个月[8]。", "no_citation"),
]


@pytest.mark.parametrize(("text", "why"), UNSUPPORTED)
def test_what_it_does_not_say_is_told(text: str, why: str) -> None:
    assert [found for _, _, found in judged(text)] == [why]


def test_citations_after_the_full_stop_belong_to_the_sentence_before() -> None:
    assert judged("质保期为十八个月。[2] 辞职应提前三十日通知公司。[1][2]") == [
        ("质保期为十八个月。[2]", (2,), ""),
        ("辞职应提前三十日通知公司。[1][2]", (1, 2), ""),
    ]
    assert judged("The budget is 186,000 euros. [3] A hotel room may cost 175 euros.[3]") == [
        ("The budget is 186,000 euros. [3]", (3,), ""),
        ("A hotel room may cost 175 euros.[3]", (3,), ""),
    ]


def test_a_citation_that_begins_a_line_begins_its_sentence() -> None:
    assert judged("质保期为十八个月[2]。\n[1] 规定辞职应提前三十日书面通知公司。") == [
        ("质保期为十八个月[2]。", (2,), ""),
        ("[1] 规定辞职应提前三十日书面通知公司。", (1,), ""),
    ]
    assert judged("质保期为十八个月。\n[2]") == [("质保期为十八个月。\n[2]", (2,), "")]


def test_each_sentence_of_a_list_is_judged_alone() -> None:
    text = "1. 辞职应提前三十日书面通知公司[1]。\n2. 质保期为二十个月[2]。\n3. 酒店免费[3]。"
    assert [(numbers, why) for _, numbers, why in judged(text)] == [
        ((1,), ""),
        ((2,), "number_differs"),
        ((3,), "not_in_passage"),
    ]


def test_the_quote_is_the_sentence_that_was_meant() -> None:
    cleaned, _ = clean_citations("试用期员工要提前三日通知[1]。", 3)
    _, (citation,), verdict = check(cleaned, SENT)
    assert citation.quote == "试用期员工提前三日通知。"
    assert citation.locator.lines == (11, 11)
    assert NOTICE.text[citation.start : citation.end] == citation.quote
    assert (verdict.supported, verdict.unsupported, verdict.dropped_citations) == (1, 0, 0)


def test_what_several_sentences_say_of_one_passage_gives_one_citation() -> None:
    cleaned, dropped = clean_citations("质保期为十八个月[2]。从验收合格之日起计算[2]。还有一句[7]。", 3)
    parts, citations, verdict = check(cleaned, SENT, dropped)
    assert [citation.number for citation in citations] == [2]
    assert citations[0].path == "/资料/采购合同.docx"
    assert verdict.dropped_citations == 1
    assert len(parts) == 3


@pytest.mark.parametrize("text", ["", " \n", "[1]", "。[1]"])
def test_no_sentence_no_part(text: str) -> None:
    parts, _, verdict = check(text, SENT)
    assert parts == ()
    assert verdict.unsupported == 0


def test_what_the_model_saw_around_a_passage_supports_it_too() -> None:
    sent = replace(passage("甲方应当付款。", 1), after="违约金为合同总价的百分之五。")
    parts, citations, _ = check("违约金为合同总价的百分之五。[1]", [sent])
    assert not parts[0].why
    assert citations[0].quote == "甲方应当付款。"
