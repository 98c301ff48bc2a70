# SPDX-License-Identifier: Apache-2.0
"""What kind of thing a question asks for, and which sentences hold one."""

from __future__ import annotations

import pytest

from desktop_app.analysis.asked_kind import (
    AMOUNT,
    CONTACT,
    COUNT,
    DATE,
    DURATION,
    PERSON,
    PLACE,
    REASON,
    YES_NO,
    asked,
    holds,
)

ASKED = [
    ("What is the total of invoice RE-20260417?", AMOUNT),
    ("How much is the deposit?", AMOUNT),
    ("合同总金额是多少？", AMOUNT),
    ("去外地住酒店，一晚能报多少钱？", AMOUNT),
    ("How many people must be there for a vote to count?", COUNT),
    ("合同一共几份？", COUNT),
    ("When does the lease end?", DATE),
    ("What is the due date?", DATE),
    ("工资几号发？", DATE),
    ("仓库隔多长时间点一回数？", DURATION),
    ("中饭从几点吃到几点？", DATE),
    ("How long is the notice period?", DURATION),
    ("How many days of leave are there?", DURATION),
    ("机器用坏了，免费给修多久？", DURATION),
    ("结婚能歇几天？", DURATION),
    ("Who signs the lease?", PERSON),
    ("电脑坏了找谁修？", PERSON),
    ("打印机没墨了找哪个科室？", PERSON),
    ("Where do I park my bike?", PLACE),
    ("烟瘾犯了去哪儿抽？", PLACE),
    ("In which room is the kick-off?", PLACE),
    ("前台电话是多少？", CONTACT),
    ("What is the phone number of the caretaker?", CONTACT),
    ("Why did the server stop?", REASON),
    ("服务器为什么停机？", REASON),
    ("May I bring my dog to work?", YES_NO),
    ("可以带宠物上班吗？", YES_NO),
]


@pytest.mark.parametrize(("question", "kind"), ASKED)
def test_the_kind_that_is_asked_for(question: str, kind: str) -> None:
    assert asked(question)[0] == kind


@pytest.mark.parametrize("question", ["Tell me about the fair", "质保条款", "What happens when the power fails?", "Who?"[:0]])
def test_no_kind(question: str) -> None:
    assert asked(question) == ()


HELD = [
    (AMOUNT, "合同总金额为人民币123,456元。", "合同编号：HT-2026-0317"),
    (AMOUNT, "Total incl. VAT 1,339.20 CHF", "Invoice no. RE-20260417"),
    (AMOUNT, "违约金为合同总价千分之三", "违约金另行约定"),
    (AMOUNT, "押金三千元整", "押金于期满退还"),
    (AMOUNT, "A gift may be worth up to 30 pounds.", "A gift is told to the manager."),
    (AMOUNT, "Item: Rent; Amount: 1200", "Item: Rent; Amount: none"),
    (DATE, "Salaries are paid on the 25th.", "Salaries are paid by bank."),
    (COUNT, "The parties hold two copies each.", "The contract is in English."),
    (COUNT, "本合同一式四份，双方各执两份。", "本合同以中文书写。"),
    (DATE, "于二〇二六年三月五日交货", "按时交货"),
    (DATE, "It ends on 30 June 2026.", "It ends with a party."),
    (DATE, "薪酬于每月十日发放。", "薪酬由财务部发放。"),
    (DATE, "Lunch is from 11:20 to 13:00.", "Lunch is in the canteen."),
    (DURATION, "质保期为十八个月。", "质保期自验收之日起计算。"),
    (DURATION, "货到后45日内付款", "2026年3月5日付款"),
    (DURATION, "within five working days of receipt", "on working days only"),
    (PERSON, "该合同由王建国签署", "该合同一式两份"),
    (PERSON, "It is signed by Olga Brandt for the owner.", "It has two copies."),
    (PERSON, "Press enquiries go to the duty controller.", "Press enquiries are welcome."),
    (PLACE, "在一号楼收发室的智能柜", "由专人保管"),
    (PLACE, "We meet in the canteen of building 4.", "We meet every week."),
    (CONTACT, "销售部：021-5555-1234", "销售部成立于2009年"),
    (CONTACT, "Write to o.brandt@harrow.example", "Write to Ms Brandt"),
    (REASON, "停机是因为电源故障。", "服务器停机两小时。"),
    (REASON, "The server stopped because the power failed.", "The server stopped at noon."),
    (YES_NO, "Pets are not admitted to the premises.", "Pets like the premises."),
    (YES_NO, "禁止携带宠物进入办公区。", "办公区在三楼。"),
]


@pytest.mark.parametrize(("kind", "text", "other"), HELD)
def test_the_sentence_that_holds_it(kind: str, text: str, other: str) -> None:
    assert holds(kind, text)
    assert not holds(kind, other)


def test_full_width_figures_and_spaced_out_ones() -> None:
    assert holds(AMOUNT, "金额１２３，４５６元")
    assert holds(AMOUNT, "押 金 三 千 元 整")
    assert holds(DURATION, "十 五 日 内 退 还")
