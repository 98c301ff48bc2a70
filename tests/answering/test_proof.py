# SPDX-License-Identifier: Apache-2.0
"""What a model wrote, proven: its sentences find their sources, its markers are corrected, what is not there is marked."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answering.passages import passage
from desktop_app.answering.proof.proof import Proof, prove
from desktop_app.contract.answer import PARTLY, SUPPORTED, UNSUPPORTED

NOTICE = passage("正式员工辞职，应提前三十日书面通知公司。\n试用期员工提前三日通知。", 1)
WARRANTY = passage("质保期为十八个月，自验收合格之日起计算。", 2, path="/资料/采购合同.docx")
HOTEL = passage("A hotel room may cost 175 euros per night. The budget is 186,000 euros.", 3, path="/资料/Travel policy.docx")
SENT = [NOTICE, WARRANTY, HOTEL]


def judged(text: str, question: str = "") -> list[tuple[str, tuple[int, ...], str]]:
    """(sentence, citation numbers, why it is not supported) of every sentence."""
    proof = prove(text, SENT, question=question)
    return [(proof.text[part.start : part.end], part.citations, part.why) for part in proof.parts]


def quotes(proof: Proof) -> dict[int, str]:
    return {citation.number: citation.quote for citation in proof.citations}


# ---- markers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "shown", "dropped", "corrected"),
    [
        ("质保期为十八个月[2]。", "质保期为十八个月[1]。", 0, 0),
        ("质保期为十八个月。", "质保期为十八个月[1]。", 0, 0),
        ("质保期为十八个月。[2]", "质保期为十八个月[1]。", 0, 0),
        ("质保期为十八个月【2】。", "质保期为十八个月[1]。", 0, 0),
        ("质保期为十八个月［2, 9］。", "质保期为十八个月[1]。", 1, 0),
        ("质保期为十八个月[1]。", "质保期为十八个月[1]。", 0, 1),
        ("质保期为十八个月[2][3]。", "质保期为十八个月[1]。", 0, 1),
        ("质保期为十八个月[0][99]。", "质保期为十八个月[1]。", 2, 0),
        ("The budget is 186000 euros.", "The budget is 186000 euros [1].", 0, 0),
        ("The budget is 186000 euros. [3]", "The budget is 186000 euros [1].", 0, 0),
        ("According to [3], the budget is 186,000 euros.", "According to [1], the budget is 186,000 euros.", 0, 0),
        ("- 质保期为十八个月", "- 质保期为十八个月[1]", 0, 0),
        ("**质保期为十八个月**", "**质保期为十八个月** [1]", 0, 0),
    ],
)
def test_markers_become_what_the_program_found(written: str, shown: str, dropped: int, corrected: int) -> None:
    proof = prove(written, SENT)
    assert proof.text == shown
    assert (proof.checks.dropped_citations, proof.checks.corrected) == (dropped, corrected)
    assert [citation.number for citation in proof.citations] == [1]


def test_numbers_follow_the_text_and_name_one_sentence_each() -> None:
    text = "质保期为十八个月。正式员工提前三十日书面通知公司。试用期员工提前三日通知。质保期自验收合格之日起计算。"
    proof = prove(text, SENT)
    assert (
        proof.text
        == "质保期为十八个月[1]。正式员工提前三十日书面通知公司[2]。试用期员工提前三日通知[3]。质保期自验收合格之日起计算[1]。"
    )
    assert quotes(proof) == {1: WARRANTY.text, 2: "正式员工辞职，应提前三十日书面通知公司。", 3: "试用期员工提前三日通知。"}
    assert [citation.path for citation in proof.citations] == [WARRANTY.path, NOTICE.path, NOTICE.path]
    assert proof.citations[2].locator.lines == (11, 11)


def test_brackets_of_the_source_stay_text() -> None:
    source = passage("参见附件清单[3]中的设备。质保期为十八个月。")
    proof = prove("参见附件清单[3]中的设备[1]。质保期为十八个月[1]。", [source])
    assert proof.text == "参见附件清单[3]中的设备[1]。质保期为十八个月[2]。"
    assert proof.checks.dropped_citations == 0


def test_a_literal_bracket_keeps_its_number_to_itself() -> None:
    source = passage("The method follows Smith [1]. It takes two days.")
    proof = prove("The method follows Smith [1]. It takes two days.", [source])
    assert proof.text == "The method follows Smith [1] [2]. It takes two days [3]."
    assert set(quotes(proof)) == {2, 3}


@given(st.text(alphabet="甲乙 [1234567890],，。.\n【】质保期十八月|*`", max_size=80), st.integers(0, 5))
def test_whatever_is_written_has_parts_and_citations_that_fit(text: str, sent: int) -> None:
    proof = prove(text, [passage(f"第{n}段的文字，质保期十八个月。", n) for n in range(1, sent + 1)])
    numbers = {citation.number for citation in proof.citations}
    assert numbers == {number for part in proof.parts for number in part.citations}
    assert all(f"[{number}]" in proof.text for number in numbers)
    checks = proof.checks
    assert checks.supported + checks.unsupported + checks.partly == len(proof.parts)
    assert all(0 <= part.start < part.end <= len(proof.text) for part in proof.parts)
    assert [part.start for part in proof.parts] == sorted(part.start for part in proof.parts)
    # Nothing but markers comes or goes.
    assert re.sub(r"[\[\]【】\d,，\s]", "", proof.text) == re.sub(r"[\[\]【】\d,，\s]", "", text)


@pytest.mark.parametrize(
    "text", ["", " \n", "[1]", "。[1]", "好的。", "Here is the answer:", "# Notice", "```\nprint(1)\n```", "希望对您有帮助。"]
)
def test_what_says_nothing_is_no_part(text: str) -> None:
    proof = prove(text, SENT)
    assert proof.parts == ()
    assert not proof.proven


# ---- what is supported ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("正式员工辞职要提前30日通知公司。", "正式员工辞职，应提前三十日书面通知公司。"),
        ("质保期为18个月，从验收合格起算。", WARRANTY.text),
        ("1. 质保期为十八个月。", WARRANTY.text),
        ("A hotel room may cost up to 175 EUR a night.", "A hotel room may cost 175 euros per night."),
        ("| 质保期 | 十八个月 |", WARRANTY.text),
        ("Eighteen months, from acceptance.", WARRANTY.text),
    ],
)
def test_what_a_passage_says_is_supported_and_finds_its_sentence(text: str, quote: str) -> None:
    proof = prove(text, SENT)
    assert [(part.verdict, part.why) for part in proof.parts] == [(SUPPORTED, "")]
    assert list(quotes(proof).values()) == [quote]
    assert proof.proven


def test_two_sentences_side_by_side_are_quoted_together() -> None:
    proof = prove("正式员工辞职提前三十日通知公司，试用期员工提前三日。", SENT)
    assert [part.verdict for part in proof.parts] == [SUPPORTED]
    assert list(quotes(proof).values()) == [NOTICE.text]


def test_two_passages_are_both_cited() -> None:
    proof = prove("质保期为十八个月，正式员工辞职提前三十日书面通知公司。", SENT)
    assert [part.verdict for part in proof.parts] == [SUPPORTED]
    assert set(quotes(proof).values()) == {WARRANTY.text, "正式员工辞职，应提前三十日书面通知公司。"}


def test_headings_and_file_names_may_be_said() -> None:
    source = passage("The limit is 175 euros.", 1, "3. Hotels in the capital", path="/资料/Travel policy 2025.docx")
    proof = prove("Under the Travel policy of 2025, the limit for hotels in the capital is 175 euros.", [source])
    assert [(part.verdict, part.why) for part in proof.parts] == [(SUPPORTED, "")]


def test_what_stands_around_a_passage_supports_it_too() -> None:
    sent = replace(passage("甲方应当付款。", 1), after="违约金为合同总价的百分之五。")
    proof = prove("违约金为合同总价的百分之五。", [sent])
    assert proof.parts[0].verdict == SUPPORTED
    assert list(quotes(proof).values()) == ["甲方应当付款。"]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("质保期有多长？", "18个月。"),
        ("质保期有多长？", "十八个月"),
        ("What may a hotel room cost per night?", "175 euros."),
        ("正式员工辞职要提前几天？", "30天。"),
        ("Is the budget 186,000 euros?", "Yes."),
        ("Is the budget 186,000 euros?", "Yes, the budget is 186,000 euros."),
    ],
)
def test_a_short_answer_is_judged_with_its_question(question: str, text: str) -> None:
    assert [why for _, _, why in judged(text, question)] == [""]


# ---- what is not ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "verdict", "why", "missing"),
    [
        ("质保期为二十四个月。", UNSUPPORTED, "number_differs", ("二十四个月",)),
        ("质保期为24个月。", UNSUPPORTED, "number_differs", ("24个月",)),
        ("质保期为十八天。", UNSUPPORTED, "unit_differs", ("十八天",)),
        ("A hotel room may cost 180 euros per night.", UNSUPPORTED, "number_differs", ("180 euros",)),
        ("A hotel room may cost 175 dollars per night.", UNSUPPORTED, "unit_differs", ("175 dollars",)),
        ("正式员工辞职不必提前三十日书面通知公司。", UNSUPPORTED, "says_opposite", ("正式员工辞职不必提前三十日书面通知公司",)),
        ("公司每年组织两次体检和春游活动。", UNSUPPORTED, "not_in_passage", ()),
        ("Employees receive free lunch in the canteen every day.", UNSUPPORTED, "not_in_passage", ()),
        ("质保期为十八个月，自发货离港之日起计算。", PARTLY, "words_differ", ("发货离港",)),
        ("质保期为十八个月，乙方还应当免费提供上门培训服务。", PARTLY, "says_more", ("乙方还应当免费提供上门培训服务",)),
        ("正式员工辞职，应提前三十日书面通知公司的董事长王小明。", PARTLY, "name_differs", ("王小明",)),
    ],
)
def test_what_is_not_said_is_marked(text: str, verdict: str, why: str, missing: tuple[str, ...]) -> None:
    (part,) = prove(text, SENT).parts
    assert (part.verdict, part.why, part.missing) == (verdict, why, missing)


def test_a_figure_of_another_line_is_no_proof() -> None:
    """ "Up to 190 euros" stands in the passage, but of hotels abroad."""
    source = passage(
        "A hotel room may cost up to 140 euros a night, breakfast included.\nPlace: Abroad; Limit per night: 190 EUR; Breakfast: extra"
    )
    (part,) = prove("A hotel room may cost up to 190 euros a night, breakfast included.", [source]).parts
    assert (part.verdict, part.missing) == (UNSUPPORTED, ("190 euros",))
    (part,) = prove("Abroad the limit per night is 190 euros.", [source]).parts
    assert part.verdict == SUPPORTED


@pytest.mark.parametrize(
    ("text", "verdict", "missing"),
    [
        ("笔记本电脑每年更换一次。", UNSUPPORTED, ("每年",)),
        ("笔记本电脑四年更换一次。", SUPPORTED, ()),
        ("Filters are changed every month.", UNSUPPORTED, ("every month",)),
        ("Filters are changed every six months.", SUPPORTED, ()),
        ("Quotations issued before March keep the old prices.", PARTLY, ("March",)),
        ("Quotations issued before 1 March keep the old prices.", SUPPORTED, ()),
        ("12月前提交的单据计入当年。", PARTLY, ("12月",)),
        ("12月10日前提交的单据计入当年。", SUPPORTED, ()),
    ],
)
def test_how_often_and_until_which_day_are_figures(text: str, verdict: str, missing: tuple[str, ...]) -> None:
    source = passage(
        "笔记本电脑每四年更换，旧机由使用人购买。\nFilters are changed every six months.\n"
        "Quotations issued before 1 March keep the old prices.\n12月10日前提交的单据计入当年。"
    )
    (part,) = prove(text, [source], question="笔记本电脑几年更换一次？" if not text.isascii() else "").parts
    assert (part.verdict, part.missing) == (verdict, missing)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Do not forward the mail, and do not open attachments.", True),
        ("Do not forward the mail, but open attachments.", False),
        ("You may not forward the mail.", True),
        ("It may be refused without a reason.", False),
    ],
)
def test_negations_are_held_against_the_clause_they_are_said_of(text: str, right: bool) -> None:
    source = passage(
        "Do not forward the mail, and do not open its attachments. Tell the service desk. It must not be refused without a reason."
    )
    (part,) = prove(text, [source]).parts
    assert (part.verdict == SUPPORTED) == right


@pytest.mark.parametrize(("word", "right"), [("不可以。", True), ("可以。", False), ("No.", True), ("Yes.", False)])
def test_yes_where_the_source_says_no(word: str, right: bool) -> None:
    source = passage("普通U盘不能在公司电脑上使用。\nPrivate memory sticks must not be used on company computers.")
    question = (
        "Can private memory sticks be used on company computers?" if word.isascii() else "普通U盘可以在公司电脑上使用吗？"
    )
    (part,) = prove(word, [source], question=question).parts
    assert (part.verdict == SUPPORTED) == right


def test_a_short_answer_from_another_sentence_is_none() -> None:
    sent = [
        passage("The dog patrol checks the fence at midnight.", 1),
        passage("Dental cover includes two check-ups a year.", 2),
    ]
    (part,) = prove("Two check-ups a year.", sent, question="When does the dog patrol check the fence?").parts
    assert part.verdict == UNSUPPORTED


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("公司的股票代码是多少？", "公司的股票代码是1234567890。"),
        ("员工的学费可以报销几次？", "员工的学费可以报销两次。"),
        ("Who won the match against the hotel?", "Zhang Aske won the match against the hotel."),
    ],
)
def test_the_words_of_the_question_are_no_support(question: str, text: str) -> None:
    sent = [*SENT, passage("子女年满三周岁以前，父母双方每年各有育儿假。员工有疑问的，可以询问公司。", 4)]
    proof = prove(text, sent, question=question)
    assert [part.verdict for part in proof.parts] == [UNSUPPORTED]
    assert not proof.proven


def test_a_wrong_answer_is_not_proven_and_names_nothing() -> None:
    proof = prove("The moon is made of green cheese [2].", SENT)
    assert not proof.proven
    assert proof.text == "The moon is made of green cheese."
    assert proof.citations == ()
    assert (proof.checks.unsupported, proof.checks.corrected) == (1, 1)


def test_without_passages_nothing_is_proven() -> None:
    proof = prove("质保期为十八个月[1]。", [])
    assert (proof.text, proof.proven) == ("质保期为十八个月。", False)
    assert [part.why for part in proof.parts] == ["not_in_passage"]


def test_five_sentences_over_five_long_passages_take_a_tenth_of_a_second() -> None:
    sent = [
        passage("\n".join(f"第{n}{k}条规定：部门{k}应当在{k + 3}日内完成第{n}项工作，并通知办公室。" for k in range(12)), n)
        for n in range(1, 6)
    ]
    text = "".join(f"部门{k}要在{k + 3}天内做完第{k}项工作，通知办公室。" for k in range(1, 6))
    prove(text, sent)
    least = min(_seconds(lambda: prove(text, sent)) for _ in range(5))
    assert least < 0.1


def _seconds(work: object) -> float:
    started = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - started


# ---- a checker's word ------------------------------------------------------------------------------------------------


class Checker:
    """Says what the test wants, and remembers what it was asked."""

    def __init__(self, likely: float) -> None:
        self.likely = likely
        self.asked: list[tuple[str, str, str]] = []

    def supported(self, claims: Sequence[tuple[str, str, str]], /) -> list[float]:
        self.asked += claims
        return [self.likely] * len(claims)


UNSURE = "公司要求辞职的员工书面打招呼。"


@pytest.mark.parametrize(
    ("text", "likely", "verdict", "why"),
    [
        (UNSURE, 0.9, SUPPORTED, ""),
        (UNSURE, 0.1, UNSUPPORTED, "checker_doubts"),
        ("公司每年组织两次体检和春游活动。", 0.9, UNSUPPORTED, "not_in_passage"),
        ("Lunch is served in the canteen.", 0.9, SUPPORTED, ""),
        ("Lunch is served in the canteen.", 0.1, UNSUPPORTED, "not_in_passage"),
        ("质保期为二十四个月。", 0.9, UNSUPPORTED, "number_differs"),
        ("正式员工辞职不必提前三十日书面通知公司。", 0.9, UNSUPPORTED, "says_opposite"),
        ("质保期为十八个月。", 0.1, SUPPORTED, ""),
    ],
)
def test_a_checker_decides_what_is_not_sure(text: str, likely: float, verdict: str, why: str) -> None:
    (part,) = prove(text, SENT, question="", checker=Checker(likely)).parts
    assert (part.verdict, part.why) == (verdict, why)


def test_a_checker_is_asked_with_the_passage_and_the_question() -> None:
    checker = Checker(0.9)
    proof = prove(f"质保期为十八个月。{UNSURE}", SENT, question="怎么辞职？", checker=checker)
    assert checker.asked == [("怎么辞职？", NOTICE.text, UNSURE)]
    assert quotes(proof)[2] == "正式员工辞职，应提前三十日书面通知公司。"


def test_a_checker_that_fails_changes_nothing() -> None:
    class Failing:
        def supported(self, _claims: Sequence[tuple[str, str, str]], /) -> list[float]:
            raise RuntimeError

    assert prove(UNSURE, SENT, checker=Failing()) == prove(UNSURE, SENT)


@pytest.mark.parametrize("written", ["It is " + "1" * 4_400 + ".", "押金为3." + "1" * 6_000 + "元。"])
def test_a_figure_longer_than_any_is_no_fault(written: str) -> None:
    proof = prove(written, [passage("押金为五百元。", 1)], question="1" * 5_000)
    assert SUPPORTED not in [part.verdict for part in proof.parts]
