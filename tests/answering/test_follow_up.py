# SPDX-License-Identifier: Apache-2.0
"""Questions that lean on the conversation: what is searched for in their place, where, and what they are quoted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import overload

import pytest
from benchmarks.followups import OURS, follow, open_set, share
from library.making import chunk, source_file

from desktop_app.answering import follow_up
from desktop_app.answering.answerer import Answerer
from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.contract.answer import Answer, Citation
from desktop_app.contract.document import Locator
from desktop_app.contract.ledger import Scope
from desktop_app.contract.passage import PERHAPS, Passage
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.library.library import Library
from desktop_app.retrieval.retriever import Retriever

TEXTS = {
    "/office/Model 3.txt": [
        "Price list of the Model 3. A service of the Model 3 costs 240 euro.",
        "A new windscreen for the Model 3 costs 510 euro.",
    ],
    "/office/Model 5.txt": [
        "Price list of the Model 5. A service of the Model 5 costs 330 euro.",
        "A new windscreen for the Model 5 costs 690 euro.",
    ],
    "/资料/采购合同.txt": ["质保期为十八个月，自每批产品验收合格之日起计算。", "押金为三千元，退租后二十日内退还。"],
    "/资料/借款办法.txt": ["借款应当在出差结束后三十日内结清，从回程之日起算。"],
}


def answered(
    question: str, source: str = "", *, path: str = "/资料/甲.txt", said: str = "", searched_as: str = "", chunk: int = 1
) -> Answer:
    citations = (Citation(1, chunk, path, Locator(), source, 0, len(source)),) if source else ()
    sent = (Passage(chunk, 1, path, source, Locator(), 0.9),) if source else ()
    return Answer(
        question, said or source, bool(source), "extractive", citations=citations, sent=sent,
        said=said, searched_as=searched_as, follows=bool(searched_as),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("earlier", "question", "searched_as"),
    [
        (["员工年休假有几天？"], "那实习生呢？", "员工年休假有几天？ 实习生"),
        (["合同的押金是多少？"], "它什么时候退？", "它什么时候退 (合同的押金)"),
        (["年休假最晚在什么时候用完？"], "为什么？", "为什么 (年休假 用完)"),
        (["How much is claimed for dinner?"], "And for lunch?", "How much is claimed for dinner? for lunch"),
        (["What does printer C1 print?"], "And C3?", "What does printer C3 print?"),
        (["HT-2026-0317的金额是多少？"], "HT-2026-0318呢？", "HT-2026-0318的金额是多少？"),
        (["What is the fee for Averley?"], "How early is it paid?", "How early is it paid (the fee for Averley)"),
    ],
)
def test_what_is_searched_for(earlier: list[str], question: str, searched_as: str) -> None:
    found = follow_up.stand_alone(question, [answered(one, "一句原文。") for one in earlier])
    assert (found.searched_as, found.follows) == (searched_as, True)


def test_topics_chain_over_turns() -> None:
    """The third turn leans on the second, which leaned on the first; "Why?" between them does not change what is asked."""
    first = answered("Who approves domestic flights?", "The head does.")
    why = answered("Why?", "Trains are better.", searched_as="Why (approves domestic flights)")
    found = follow_up.stand_alone("And international ones?", [first, why])
    assert found.searched_as == "Who approves domestic flights? international ones"
    fee = answered("What is the fee for Averley?", "18,600 pounds.")
    other = answered("And for Sundcote?", "11,250 pounds.", searched_as="What is the fee for Averley? for Sundcote")
    assert "Averley" in (both := follow_up.stand_alone("Which of the two costs more?", [fee, other]).searched_as)
    assert "Sundcote" in both
    assert follow_up.stand_alone("And for Leeds?", [fee, other]).searched_as == "What is the fee for Averley? for Leeds"


@pytest.mark.parametrize(
    ("said", "reply", "searched_as"),
    [
        ("50 per person. Shall I look up the other printer, C3, as well?", "Yes, C3.", "What does printer C3 print?"),
        ("A4. Would you like to know about the paper?", "Yes, please.", "about the paper printer C1 print"),
        ("A4.", "Yes, C3.", "What does printer C3 print?"),
    ],
)
def test_yes_answers_what_was_asked_back(said: str, reply: str, searched_as: str) -> None:
    found = follow_up.stand_alone(reply, [answered("What does printer C1 print?", "Printer C1 prints A4.", said=said)])
    assert (found.searched_as, found.follows) == (searched_as, True)


def test_yes_and_a_code_in_chinese() -> None:
    before = answered("天平校准有没有加急的级别？", "B1级（加急）。", said="有，是B1级。您要看B1级的完成时间和价格吗？")
    assert follow_up.stand_alone("对，B1。", [before]).searched_as == "B1级的完成时间和价格 天平校准 加急的级别"


@pytest.mark.parametrize(
    "question",
    [
        "外籍访客须提前几天登记？",
        "OK, when is the service desk open on Saturdays?",
        "А для стажёров?",
        "Parking?",
        "怎么请假？",
        "？",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    before = answered("上门校准须提前几天预约？", "须提前七天预约。")
    assert follow_up.stand_alone(question, [before]) == follow_up.FollowUp(question)


def test_a_bare_word_leans_where_the_last_source_speaks_of_it() -> None:
    before = answered("What is paid per mile for cars?", "Cars are paid 41 pence a mile, motorcycles 24 pence.")
    assert follow_up.stand_alone("Motorcycles?", [before]).follows
    assert not follow_up.stand_alone("Hotels?", [before]).follows


def test_nothing_leans_without_a_conversation_or_against_the_persons_will() -> None:
    assert follow_up.of(Asked("为什么？")) == follow_up.FollowUp("为什么？")
    before = (answered("年休假几天？", "十五天。"),)
    assert follow_up.of(Asked("为什么？", earlier=before, as_typed=True)) == follow_up.FollowUp("为什么？")
    assert follow_up.of(Asked("为什么？", earlier=before, searched_as="年休假为什么")) == follow_up.FollowUp("年休假为什么")


class Counted(Sequence[Answer]):
    """A conversation that counts the answers that were looked at."""

    def __init__(self, answers: list[Answer]) -> None:
        self._answers = answers
        self.looked_at = 0

    def __len__(self) -> int:
        return len(self._answers)

    @overload
    def __getitem__(self, place: int) -> Answer: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Answer]: ...
    def __getitem__(self, place: int | slice) -> Answer | Sequence[Answer]:
        found = self._answers[place]
        self.looked_at += len(found) if isinstance(found, list) else 1
        return found


def test_a_conversation_of_500_turns_takes_no_more_work_than_a_short_one() -> None:
    earlier = [answered("合同的押金是多少？", "押金为三千元。")]
    for _ in range(499):
        found = follow_up.stand_alone("那它呢？", earlier)
        earlier.append(answered("那它呢？", "押金为三千元。", searched_as=found.searched_as))
    for question in ("那五层呢？", "它什么时候退？", "为什么？", "And for interns?"):
        turns = Counted(earlier)
        found = follow_up.stand_alone(question, turns)
        assert len(found.searched_as) < 600
        assert 0 < turns.looked_at < 50


def test_the_source_of_the_last_answer_stays_within_the_scope() -> None:
    found = follow_up.stand_alone("为什么？", [answered("年休假几天？", "十五天。", path="/资料/人事/手册.txt")])
    assert found.source(Scope(types=("txt",))) == Scope(("/资料/人事/手册.txt",), ("txt",))
    assert found.source(Scope(("/资料/人事",))) == Scope(("/资料/人事/手册.txt",))
    assert found.source(Scope(("/资料/财务",))) is None


# ---- with a library, by words alone -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    with closing(Library(tmp_path_factory.mktemp("资料库") / "办公室")) as library:
        for path, texts in TEXTS.items():
            chunks = [chunk(text, line=number) for number, text in enumerate(texts, start=1)]
            library.catalogue.files.store(source_file(path, sha256=path), chunks, state="indexed")
        yield Answerer(library, Retriever(library, lambda: None))


def talk(answerer: Answerer, *questions: str, scope: Scope | None = None) -> list[Answer]:
    earlier = list[Answer]()
    for question in questions:
        asked = Asked(question, scope or Scope(), tuple(earlier))
        earlier.append(answerer.answer(asked, listener=Listener(), cancel=Cancellation()))
    return earlier


def test_follow_ups_stay_with_the_model_that_was_spoken_of(answerer: Answerer) -> None:
    """Case R4: "What about a service?" found nothing, and "and windscreen?" the other model."""
    _, service, windscreen = talk(
        answerer, "What does a new windscreen for the Model 3 cost?", "What about a service?", "and windscreen?"
    )
    assert "240 euro" in service.citations[0].quote
    assert "510 euro" in windscreen.citations[0].quote
    assert service.follows
    assert service.searched_as == "What does a new windscreen for the Model 3 cost? a service"


def test_since_when_is_answered_from_the_same_contract(answerer: Answerer) -> None:
    """Case A10: it was answered about loans."""
    _, since = talk(answerer, "质保期有多长？", "从什么时候算起？")
    assert "验收合格之日" in since.citations[0].quote
    assert since.follows


def test_a_complete_question_gives_the_same_as_in_a_new_conversation(answerer: Answerer) -> None:
    question = "What does a service of the Model 5 cost?"
    _, later = talk(answerer, "质保期有多长？", question)
    (alone,) = talk(answerer, question)
    assert replace(later, timings={}) == replace(alone, timings={})
    assert (later.follows, later.searched_as) == (False, "")


def test_what_stands_nowhere_is_no_answer_for_sure(answerer: Answerer) -> None:
    """The words of the earlier question stand in its source whatever is asked next."""
    _, zebras = talk(answerer, "质保期有多长？", "那斑马迁徙呢？")
    assert (zebras.follows, zebras.found, zebras.certainty) == (True, False, PERHAPS)


def test_a_leaning_question_is_asked_within_the_scope(answerer: Answerer) -> None:
    scope = Scope(("/资料",))
    earlier = talk(answerer, "What does a new windscreen for the Model 3 cost?")
    asked = Asked("What about a service?", scope, tuple(earlier))
    answer = answerer.answer(asked, listener=Listener(), cancel=Cancellation())
    assert all(one.path.startswith("/资料") for one in answer.citations)
    assert all(one.path.startswith("/资料") for one in answer.nearest)


# ---- whole dialogues ---------------------------------------------------------------------------------------------------


def told(folder: Path, file: Path, files: Path) -> tuple[float, float]:
    """Of the leaning turns, the share whose answer is among the first three quotes; of the others, that as in a new conversation."""
    dialogues = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    with closing(open_set(folder / "资料库", files)) as engine:
        turns = [turn for dialogue in dialogues for turn in follow(engine, dialogue)]
    leaning = [turn.hit for turn in turns if not turn.stands_alone]
    return share(leaning), share([turn.same for turn in turns if turn.stands_alone])


@pytest.mark.slow
def test_our_own_dialogues(tmp_path: Path, default_embedder: Embedder) -> None:
    leaning, alone = told(tmp_path, OURS / "dialogues.jsonl", OURS / "files")
    assert alone == 1.0
    assert leaning >= 0.9


@pytest.mark.slow
def test_office_dialogues(tmp_path: Path, shared: Path, default_embedder: Embedder) -> None:
    office = shared / "data" / "office"
    leaning, alone = told(tmp_path, office / "followups.jsonl", office / "followups")
    assert alone == 1.0
    assert leaning >= 0.9
