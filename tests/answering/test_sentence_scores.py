"""Which sentence of the found passages answers: its own words first, then its heading and neighbours."""

from __future__ import annotations

import pytest

from answering.passages import passage
from desktop_app.analysis import words
from desktop_app.answering.extractive import choose, write
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


def test_at_most_three_each_a_paragraph() -> None:
    found = scored("质保期", *(passage(f"质保期第{n}种情况。", n) for n in range(1, 6)))
    text, parts, citations = write(choose(found))
    assert [citation.number for citation in citations] == [1, 2, 3]
    assert text.count("\n\n") == 2
    assert [text[part.start : part.end] for part in parts] == text.split("\n\n")
