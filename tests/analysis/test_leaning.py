# SPDX-License-Identifier: Apache-2.0
"""Which questions lean on the conversation, and how; complete questions never do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop_app.analysis.leaning import leaning
from desktop_app.analysis.leaning.leaning_kinds import ALONE, BARE, POINTS, REPLY, SHIFT, WHICH, WHY


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("那临时工呢？", SHIFT),
        ("周日呢", SHIFT),
        ("换成出租方提出呢，须提前多少天？", SHIFT),
        ("超过九十天呢？", SHIFT),
        ("它什么时候退？", POINTS),
        ("上面那条从什么时候算起？", POINTS),
        ("其有效期多久？", POINTS),
        ("从什么时候算起？", POINTS),
        ("周末也收吗？", POINTS),
        ("找谁批准？", POINTS),
        ("为什么？", WHY),
        ("那为什么这么急？", WHY),
        ("为什么不一样？", WHY),
        ("哪个更贵？", WHICH),
        ("这两种里，哪一种更重？", WHICH),
        ("对，B1。", REPLY),
        ("是的", REPLY),
        ("兼职的怎么算？", BARE),
        ("And for lunch?", SHIFT),
        ("What about abroad?", SHIFT),
        ("and 3 days?", SHIFT),
        ("On weekends?", SHIFT),
        ("Are contractors paid back for them too?", POINTS),
        ("How early does it have to be cancelled?", POINTS),
        ("What do late ones need?", POINTS),
        ("And how long does confidentiality last there?", POINTS),
        ("Does that include travel?", POINTS),
        ("When does this apply?", POINTS),
        ("Until when?", SHIFT),
        ("Who signs?", POINTS),
        ("Why?", WHY),
        ("Why more often?", WHY),
        ("Which of the two costs more?", WHICH),
        ("Which is cheaper?", WHICH),
        ("Yes, C3.", REPLY),
        ("yes please", REPLY),
        ("Motorcycles?", BARE),
    ],
)
def test_a_question_that_leans(question: str, kind: str) -> None:
    assert leaning.leaning(question) == kind


@pytest.mark.parametrize(
    "question",
    [
        "",
        "？",
        "怎么请假？",
        "丢了门卡怎么办？",
        "年休假怎么申请呢？",
        "天平和水分仪哪个更贵？",
        "员工离职后他的电脑怎么处理？",
        "设备坏了，它的维修费谁出？",
        "“那实习生呢”这句话出自哪里？",
        "这个月的发薪日是哪天？",
        "其他费用怎么报？",
        "合同及其附件怎么保管？",
        "对公账户是多少？",
        "可以带宠物吗？",
        "为什么打卡要用指纹？",
        "How often do employees change their password?",
        "When an employee is ill, must he send a note?",
        "What must a visitor do when he leaves?",
        "How long does it take to get a badge?",
        "Is it allowed to smoke in the yard?",
        "Is there a gym?",
        "还款期限是多久？",
        "还车时间是几点？",
        "还价的权限归谁？",
        "哪家供应商更便宜？",
        "Yes or no: is overtime paid?",
        "And what is the emergency number?",
        "What about the canteen hours on public holidays?",
        "How many days off are there?",
        "Which printer is faster, C1 or C3?",
        "Which of the two printers prints A3?",
        "Does the printer have its own toner?",
        "Why do we pay a deposit?",
        "Which documents that expire must be renewed?",
        "What is due this month?",
        "What if the power goes out in the middle of a test?",
        # Languages without rules.
        "А для стажёров?",
        "そしてインターンは？",
        "وماذا عن المتدربين؟",
        "Und für Praktikanten?",
    ],
)
def test_a_question_that_stands_alone(question: str) -> None:
    assert leaning.leaning(question) == ALONE


def test_complete_questions_of_others_stand_alone(shared: Path) -> None:
    """Of 190 office questions none, and of 1,634 about paragraphs 2 in 100: those that say "this hymn" or "它的"."""
    office = shared / "data" / "office"
    for name in ("meaning", "tables", "library"):
        assert [one for one in _questions(office / f"{name}.questions.jsonl") if leaning.leaning(one)] == []
    paragraphs = [one for code in ("en", "zh") for one in _questions(shared / "data" / "retrieval" / f"{code}.questions.jsonl")]
    leans = [one for one in paragraphs if leaning.leaning(one)]
    assert len(leans) <= 0.025 * len(paragraphs), leans


def _questions(file: Path) -> list[str]:
    return [json.loads(line)["question"] for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("question", "own"),
    [
        ("那实习生呢？", "实习生"),
        ("换成法定节假日值班呢？", "法定节假日值班"),
        ("对，B1。", "B1"),
        ("是的。", ""),
        ("And for lunch?", "for lunch"),
        ("What about interns?", "interns"),
        ("Yes, please.", ""),
        ("它什么时候退？", "它什么时候退"),
    ],
)
def test_the_words_that_a_question_adds(question: str, own: str) -> None:
    assert leaning.own_words(question) == own


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("设备租赁合同的押金是多少？", "设备租赁合同的押金"),
        ("年休假最晚在什么时候用完？", "年休假 用完"),
        ("Who approves domestic flights?", "approves domestic flights"),
        ("What is the annual fee for Averley?", "the annual fee for Averley"),
    ],
)
def test_what_a_question_is_about(question: str, topic: str) -> None:
    assert " ".join(leaning.topic(question).split()) == topic
