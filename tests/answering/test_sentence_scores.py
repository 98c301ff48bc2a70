# SPDX-License-Identifier: Apache-2.0
"""Which sentence of the found passages answers: its own words first, then its heading and neighbours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answering.passages import passage
from desktop_app.analysis import words
from desktop_app.answering.extractive import choose, of_each, write
from desktop_app.answering.sentence_scores import ScoredSentence, add_cosines, score_sentences
from desktop_app.contract.passage import Passage


def best(question: str, *passages: Passage) -> str:
    return max(scored(question, *passages), key=lambda sentence: sentence.score).text


def scored(question: str, *passages: Passage) -> list[ScoredSentence]:
    terms = words.question_terms(question)
    return score_sentences(question, terms, dict.fromkeys(terms, 1.0), passages)


CASES = [
    ("质保期有多长？", "本合同由双方签订。质保期为十八个月。违约金另计。", "质保期为十八个月。"),
    ("辞职要提前多少天？", "辞职须书面提出。辞职应提前三十日。辞职信交人事部。", "辞职应提前三十日。"),
    ("为什么停机？", "服务器停机两小时。停机是因为电源故障。停机已记录。", "停机是因为电源故障。"),
    (
        "How much may a hotel cost?",
        "Hotels are booked online. A hotel may cost 175 euros. Hotel bills are kept.",
        "A hotel may cost 175 euros.",
    ),
    (
        "Why did the server stop?",
        "The server did stop at noon. The server did stop because the power failed.",
        "The server did stop because the power failed.",
    ),
]


@pytest.mark.parametrize(("question", "text", "answer"), CASES)
def test_the_sentence_that_answers_wins(question: str, text: str, answer: str) -> None:
    assert best(question, passage(text)) == answer


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        (
            "Was an advance received?",
            "Amount claimed: 1,845.60 EUR\n☒ Advance received\n☐ Rental car used\nCost centre: Marketing",
            "☒ Advance received",
        ),
        ("是否已预付？", "申请金额：1845元\n☒ 已预付\n☐ 已租车\n成本中心：市场部", "☒ 已预付"),
    ],
)
def test_a_box_of_a_form_is_no_title(question: str, text: str, answer: str) -> None:
    assert best(question, passage(text)) == answer


NAMED = [
    (
        "What is the net pay of Sabine Huber?",
        "Payslip March 2026\nEmployee: Sabine Huber, personnel no. 2217\nGross pay: 4,820.00\nSocial insurance: 611.40\nNet pay: 3,611.25",
        "Net pay: 3,611.25",
    ),
    (
        "What is the total of invoice RE-20260417?",
        (
            "INVOICE\nInvoice no. RE-20260417 of 17 April 2026\nKeller Bau AG, Bern\nSteel beams 4 x 310.00 1,240.00\n"
            "Total incl. VAT 1,339.20 CHF\nPayable within 30 days."
        ),
        "Total incl. VAT 1,339.20 CHF",
    ),
    (
        "HT-2026-0317的合同总金额是多少？",
        "采购合同\n合同编号：HT-2026-0317\n甲方：江城机电有限公司\n合同总金额为人民币123,456元。\n合同自签订之日起生效。",
        "合同总金额为人民币123,456元。",
    ),
    (
        "How much is the offer of Weber Bau?",
        (
            "Offer by Weber Bau GmbH for the roof of hall 3\nWe thank you for your enquiry.\nThe total price is 48,300 euros.\n"
            "The offer is valid until 30 June."
        ),
        "The total price is 48,300 euros.",
    ),
    (
        "What is the amount of the 2024 invoice?",
        "Invoice 2024-118\nInvoice date: 12 March 2024\nAmount due: 2,150.00 EUR\nInvoices are payable in 2024.",
        "Amount due: 2,150.00 EUR",
    ),
    (
        "What is the total of INVOICE 2026-118?",
        "INVOICE 2026-118\nMetzger AG, Olten\nService of the lift 845.00\nTotal 912.60 EUR",
        "Total 912.60 EUR",
    ),
    (
        "Until when is the offer of Weber Bau valid?",
        "Offer by Weber Bau GmbH for the roof of hall 3\nThe total price is 48,300 euros.\nIt is binding up to 30 June 2026.",
        "It is binding up to 30 June 2026.",
    ),
    (
        "李晓梅的实发工资是多少？",
        "工资单 2026年3月\n姓名：李晓梅，工号2217\n应发工资：12,800元\n代扣社保：1,344元\n实发工资：10,265元",
        "实发工资：10,265元",
    ),
    (
        "江城机电有限公司的联系电话是多少？",
        "供应商：江城机电有限公司\n江城机电有限公司成立于2009年。\n销售部：021-5555-1234",
        "销售部：021-5555-1234",
    ),
    (
        "设备租赁合同由谁签字？",
        "设备租赁合同\n设备租赁合同一式两份。\n文本经法务部经理周敏签署后生效。",
        "文本经法务部经理周敏签署后生效。",
    ),
    (
        "Who signs the lease of the warehouse?",
        "Lease of the warehouse\nThe lease of the warehouse has two copies.\nIt is signed by Olga Brandt for the owner.",
        "It is signed by Olga Brandt for the owner.",
    ),
    (
        "Where is the spring party of Harrow Ltd?",
        "Spring party of Harrow Ltd\nHarrow Ltd looks forward to the spring party.\nWe meet in the canteen of building 4.",
        "We meet in the canteen of building 4.",
    ),
    (
        "How long is the notice period of the lease?",
        "Lease\nThe notice period of the lease is for both sides the same.\nEither side may end it 60 days before the end of a quarter.",
        "Either side may end it 60 days before the end of a quarter.",
    ),
    (
        "How many copies of the Harrow contract are there?",
        "Harrow contract\nThe Harrow contract is in English.\nThe parties hold two copies each.",
        "The parties hold two copies each.",
    ),
]


@pytest.mark.parametrize(("question", "text", "answer"), NAMED)
def test_the_words_that_name_the_document_do_not_pick_the_sentence(question: str, text: str, answer: str) -> None:
    assert best(question, passage(text)) == answer


MAIL = {
    ">": "Our stand is C14 in hall 2.\n\n> Which stand do we have at the spring fair?\n>> Please reserve stand B02 at the spring fair for us.",
    "-----Original Message-----": "Our stand is C14 in hall 2.\n\n-----Original Message-----\nFrom: Olga Brandt\n"
    "Please reserve stand B02 at the spring fair for us.",
    "wrote:": "Our stand is C14 in hall 2.\n\nOn 3 March 2026 Olga Brandt wrote:\nPlease reserve stand B02 at the spring fair for us.",
    "发件人": "Our stand is C14 in hall 2.\n\n发件人: 李晓梅\n发送时间: 2026年3月3日\nPlease reserve stand B02 at the spring fair for us.",
    "写道": "Our stand is C14 in hall 2.\n\n李晓梅 于2026年3月3日写道：\nPlease reserve stand B02 at the spring fair for us.",
}


@pytest.mark.parametrize("text", MAIL.values(), ids=list(MAIL))
def test_quoted_mail_yields_to_the_newest_text(text: str) -> None:
    assert best("Which stand do we have at the spring fair?", passage(text)) == "Our stand is C14 in hall 2."


def test_the_head_of_a_mail_is_no_answer() -> None:
    text = "Subject: Kick-off of the audit\nFrom: Olga Brandt <o.brandt@harrow.example>\nDate: Mon, 2 Mar 2026 10:00\nWe meet on 10 March."
    assert best("When is the kick-off of the audit?", passage(text, 1, "Kick-off of the audit")) == "We meet on 10 March."


def test_a_row_keeps_its_own_name() -> None:
    rows = "Order: HT-0316; Customer: Weber; Sum: 500\nOrder: HT-0317; Customer: Huber; Sum: 900\nOrder: HT-0318; Customer: Lang; Sum: 700"
    assert best("What is the sum of order HT-0317?", passage(rows)) == "Order: HT-0317; Customer: Huber; Sum: 900"
    prose = "The unit B1 costs 60 euros a month. The unit B2 costs 75 euros a month. The unit B3 costs 90 euros a month."
    assert best("What does unit B2 cost?", passage(prose)) == "The unit B2 costs 75 euros a month."


def test_a_price_is_no_article_number() -> None:
    rows = "Article: ART-020; Description: Bracket type 20; Unit price: 40.00\nArticle: ART-040; Description: Bracket type 40; Unit price: 70.00"
    assert best("What does bracket type 40 cost?", passage(rows)).startswith("Article: ART-040")
    assert best("What costs 40?", passage(rows)).startswith("Article: ART-040")
    assert best("Was kostet 2900?", passage("Das kostet 2,900 Euro. Das kostet 1,900 Euro.")) == "Das kostet 2,900 Euro."


def test_few_words_that_are_shared_say_less_than_the_kind_that_is_asked_for() -> None:
    by_chance, by_meaning = passage("结婚照由摄影社团拍。", 1, score=0.9), passage("初次组成家庭的，可休十三天。", 2, score=0.8)
    assert best("结婚能歇几天？", by_chance, by_meaning) == "初次组成家庭的，可休十三天。"


def test_the_file_name_names_too() -> None:
    text = "The Weber contract was signed.\nThe rent is 900 euros."
    assert (
        best("How much is the rent of the Weber contract?", passage(text, path="/资料/Weber contract.docx"))
        == "The rent is 900 euros."
    )


def test_every_sentence_in_reading_order_with_its_place() -> None:
    text = "第一句。第二句？\n第三句没有句号"
    found = scored("第二句", passage(text))
    assert [sentence.text for sentence in found] == ["第一句。", "第二句？", "第三句没有句号"]
    assert [text[sentence.start : sentence.end] for sentence in found] == [sentence.text for sentence in found]


def test_the_heading_says_what_a_sentence_is_about() -> None:
    about, other = passage("应提前三十日书面提出。", 1, "9.1 辞职"), passage("应提前三十日书面提出。", 2, "4.2 休假")
    found = scored("辞职应提前多久提出？", about, other)
    assert found[0].score > found[1].score


def test_a_title_names_the_subject_and_answers_nothing() -> None:
    assert best("质保期多长", passage("质保期\n质保期为十八个月，自验收之日起算。")) == "质保期为十八个月，自验收之日起算。"


def test_a_row_of_a_table_is_a_full_sentence() -> None:
    found = scored("上海住宿限额", passage("城市: 上海; 住宿限额: 550; 职级: 普通员工"))
    assert found[0].share == 1.0


def test_a_better_passage_counts_more() -> None:
    high, low = passage("质保期为十八个月。", 1, score=0.9), passage("质保期为两年整。", 2, score=0.5)
    found = scored("质保期", high, low)
    assert found[0].score > found[1].score


def test_no_passages_no_sentences() -> None:
    assert scored("质保期") == []
    assert choose([]) == []
    assert write([]) == ("", (), ())


def test_meaning_can_decide() -> None:
    found = scored("accommodation", passage("Trains are cheap. Hotels are dear."))
    assert add_cosines(found, [0.1, 0.7])[1].score > add_cosines(found, [0.1, 0.7])[0].score
    assert add_cosines(found, [-1.0, 0.0])[0].score == found[0].score


def test_cosines_that_lie_close_together_are_told_apart() -> None:
    found = scored("accommodation", passage("Trains are cheap. Hotels are dear. Planes are loud. Roads are long."))
    best_two = sorted(add_cosines(found, [0.80, 0.86, 0.81, 0.79]), key=lambda sentence: -sentence.score)[:2]
    assert best_two[0].text == "Hotels are dear."
    assert best_two[0].score > 1.5 * best_two[1].score


def test_sentences_of_another_language_have_their_own_scale() -> None:
    texts = [
        "Trains are cheap.",
        "Hotels are dear.",
        "Planes are loud.",
        "Roads are long.",
        "火车便宜。",
        "酒店昂贵。",
        "飞机吵。",
        "路长。",
    ]
    found = scored("accommodation", *(passage(text, number) for number, text in enumerate(texts)))
    ranked = sorted(add_cosines(found, [0.84, 0.88, 0.84, 0.84, 0.74, 0.79, 0.74, 0.74]), key=lambda sentence: -sentence.score)
    assert {sentence.text for sentence in ranked[:2]} == {"Hotels are dear.", "酒店昂贵。"}


def test_the_same_text_is_quoted_once_and_weak_ones_not() -> None:
    found = scored(
        "质保期", passage("质保期为十八个月。", 1), passage("质保期为 十八个月。", 2), passage("无关的话在这里。", 3)
    )
    chosen = choose(found)
    assert len(chosen) == 1
    text, parts, citations = write(chosen)
    assert text == "质保期为十八个月。 [1]"
    assert (parts[0].start, parts[0].end, parts[0].citations) == (0, len(text), (1,))
    assert citations[0].quote == "质保期为十八个月。"


def test_a_sentence_with_every_word_stands_alone() -> None:
    text = "A tyre change for the Model 3 costs 89 euro.\nA yearly service for the Model 3 costs 310 euro."
    chosen = choose(scored("How much is a tyre change for the Model 3?", passage(text)))
    assert [sentence.text for sentence in chosen] == ["A tyre change for the Model 3 costs 89 euro."]


def test_at_most_three_each_a_paragraph() -> None:
    found = scored("质保期", *(passage(f"质保期第{n}种情况。", n) for n in range(1, 6)))
    text, parts, citations = write(choose(found))
    assert [citation.number for citation in citations] == [1, 2, 3]
    assert text.count("\n\n") == 2
    assert [text[part.start : part.end] for part in parts] == text.split("\n\n")


def test_where_nothing_is_sure_the_best_sentence_of_each_passage_in_their_order() -> None:
    """A few shared words lead elsewhere: 怎么请假 is answered by the passage that is nearest in meaning, which shares none."""
    nearest = passage("员工申请休假需填写OA表单。经理当天审批。", 1, score=0.5)
    shares_words = passage("请假条放在前台的抽屉里。钥匙在保安处。", 2, score=0.49)
    copy = passage("员工申请休假需填写OA表单。", 3, score=0.4)
    sentences = scored("怎么请假？", nearest, shares_words, copy)
    assert max(sentences, key=lambda one: one.score).passage is shares_words
    chosen = of_each(sentences, [nearest, shares_words, copy])
    assert [one.passage for one in chosen] == [nearest, shares_words]
    assert chosen[0].text == "员工申请休假需填写OA表单。"


def test_where_nothing_is_sure_a_sentence_without_what_is_asked_for_comes_later() -> None:
    nearest = passage("Salaries are reviewed by the panel.", 1, score=0.5)
    next_one = passage("Wages arrive on 25 March.", 2, score=0.45)
    chosen = of_each(scored("When do we get our money?", nearest, next_one), [nearest, next_one])
    assert [one.passage for one in chosen] == [next_one, nearest]
    chosen = of_each(scored("Who looks after our money?", nearest, next_one), [nearest, next_one])
    assert [one.passage for one in chosen] == [nearest, next_one]


def test_where_nothing_is_sure_a_heading_is_not_quoted_above_its_text() -> None:
    """A heading of two words is nearer to 怎么请假 in meaning than the sentence below it, which answers."""
    chapter = passage("第二章 休假\n员工申请休假需填写OA表单。", 1)  # of a PDF without bookmarks
    known = passage("Time off\nForms are on the intranet.", 2, "Time off", score=0.7)
    alone = passage("第三章 办公环境", 3, score=0.6)
    sentences = scored("怎么请假？", chapter, known, alone)
    nearer = [replace(one, score=1.0 if one.start == 0 else 0.5) for one in sentences]
    quoted = [one.text for one in of_each(nearer, [chapter, known, alone])]
    assert quoted == ["员工申请休假需填写OA表单。", "Forms are on the intranet.", "第三章 办公环境"]


def test_of_passages_that_are_equally_near_the_better_sentence_comes_first() -> None:
    texts = ("On 11 February the file server stood still for 6 hours.", "The estimated cost is 3,900 euros.")
    passages = [passage(text, number, score=0.5) for number, text in enumerate(texts, start=1)]
    chosen = of_each(scored("What was the estimated cost of the outage?", *passages), passages)
    assert chosen[0].text == "The estimated cost is 3,900 euros."


def test_a_name_in_another_passage_of_the_file_counts() -> None:
    head = passage(
        "Outage of the file server at Port Alder.\nThe outage of the file server is closed.", 1, path="/资料/Report.pdf"
    )
    costs = passage("The loss is put at 3,900 euros. Three people lost files.", 2, path="/资料/Report.pdf")
    assert best("How much was the loss by the outage of the file server?", head, costs) == "The loss is put at 3,900 euros."


def test_the_asked_word_alone_is_no_person() -> None:
    assert best("Who is the manager?", passage("Manager:\nmanager: Hugo Bellamy")) == "manager: Hugo Bellamy"
    assert best("负责人是谁？", passage("负责人：\n负责人须在场。\n项目由王建国主持。\n负责人：王建国")) == "负责人：王建国"
