# SPDX-License-Identifier: Apache-2.0
"""Questions of figures read by a language model: what agrees, what differs, what is refused, and a model that fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from desktop_app.answering.answerer import Answerer
from desktop_app.answering.asked import Asked
from desktop_app.answering.form_reading import written_form
from desktop_app.answering.listener import Listener
from desktop_app.contract.answer import Answer
from desktop_app.contract.document import SourceFile
from desktop_app.contract.ledger import EVERYWHERE
from desktop_app.contract.passage import ANSWER, PERHAPS
from desktop_app.documents.process import registry
from desktop_app.documents.text import splitting
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.library.library import Library
from desktop_app.models.language_model import LanguageModel
from desktop_app.models.process import ModelProcess
from desktop_app.retrieval.retriever import Retriever
from desktop_app.tables.choosing import TableChooser, checked
from tests.answering.scripted_model import Scripted

ROWS = [
    ("Order", "Region", "Ordered on", "Amount (GBP)", "State"),
    ("SO-1", "North", "2026-01-05", 100, "paid"),
    ("SO-2", "North", "2026-02-10", 40, "open"),
    ("SO-3", "South", "2026-02-20", 70, "paid"),
    ("SO-4", "South", "2026-03-01", 5, "open"),
    ("SO-5", "East", "2026-03-09", 11, "void"),
]
SUM_NORTH = '{"table":1,"measure":"sum","column":"Amount (GBP)","where":[["Region","=","North"]]}'
QUESTION = "What is the total amount of the orders from the North region?"
ODD = "Pool the amount of all that went North, how much is that?"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("orders")
    book = Workbook()
    assert book.active is not None
    for row in ROWS:
        book.active.append(row)
    book.save(folder / "orders.xlsx")
    with closing(Library(folder / "library")) as opened:
        document = registry.read(folder / "orders.xlsx", lambda _done, _total: None, (), "off", ())
        chunks = splitting.split(document, count_tokens=splitting.estimate_tokens, max_tokens=254)
        file = SourceFile(str(folder / "orders.xlsx"), 1, 1, "orders")
        opened.catalogue.files.store(file, chunks, state="indexed", document=document, recipe="test")
        yield opened


@pytest.fixture
def chooser(library: Library) -> TableChooser:
    return TableChooser(library.catalogue.database.connection, library.catalogue.tables.all_in(EVERYWHERE))


def ask(
    library: Library,
    question: str,
    load: Callable[[], LanguageModel],
    cancel: Cancellation | None = None,
    listener: Listener | None = None,
) -> Answer:
    answerer = Answerer(library, Retriever(library, lambda: None))
    return answerer.answer(Asked(question), listener=listener or Listener(), cancel=cancel or Cancellation(), model=load)


def by_rules(library: Library, question: str) -> Answer:
    answerer = Answerer(library, Retriever(library, lambda: None))
    return answerer.answer(Asked(question), listener=Listener(), cancel=Cancellation())


def test_a_model_that_agrees_changes_nothing_of_a_sure_answer(library: Library) -> None:
    model = Scripted([SUM_NORTH])
    before, shown = by_rules(library, QUESTION), list[Answer]()
    answer = ask(library, QUESTION, lambda: model, listener=Listener(quoted=shown.append))
    assert (answer.text, answer.certainty) == (before.text, ANSWER)
    assert answer.computed is not None
    assert answer.computed.value == 140
    assert [one.text for one in shown] == [before.text]  # the rules' answer is seen before the model has read
    assert "Region: North/South" in model.asked[0][-1].content


def test_another_reading_is_told_beside_a_sure_answer(library: Library) -> None:
    answer = ask(library, QUESTION, lambda: Scripted([SUM_NORTH.replace('"sum"', '"average"')]))
    assert answer.certainty == ANSWER
    assert answer.text.startswith("**140 GBP**")
    assert "The language model reads it as: **70 GBP** – Average of Amount (GBP) where Region is North." in answer.text


def test_what_only_the_model_reads_may_answer(library: Library) -> None:
    assert by_rules(library, ODD).computed is None
    answer = ask(library, ODD, lambda: Scripted([SUM_NORTH]))
    assert answer.computed is not None
    assert (answer.computed.value, answer.certainty, answer.found) == (140, PERHAPS, False)
    assert "The language model read the question this way" in answer.text


@pytest.mark.parametrize(
    "written",
    [
        SUM_NORTH.replace("North", "East"),  # the question does not say East
        '{"table":1,"measure":"sum","column":"Amount (GBP)"}',  # and it says North
        '{"table":1,"measure":"sum","column":"Amount (GBP)","where":[["Region","=","North"],["State","=","paid"]]}',
        SUM_NORTH.replace('"table":1', '"table":7'),
        SUM_NORTH.replace("Amount (GBP)", "Amounts"),
        SUM_NORTH[:-5],
        "",
        "North",
    ],
)
def test_a_form_of_another_question_is_refused(library: Library, written: str) -> None:
    answer = ask(library, QUESTION, lambda: Scripted([written]))
    assert answer.text == by_rules(library, QUESTION).text
    assert ask(library, ODD, lambda: Scripted([written])).computed is None


def test_a_question_without_a_sign_of_a_computation_is_not_read(library: Library) -> None:
    model = Scripted(["Nothing."])
    ask(library, "Where does the North region begin?", lambda: model)
    assert all("JSON" not in messages[0].content for messages in model.asked)


def test_a_model_that_does_not_load_costs_the_second_reading(library: Library) -> None:
    def fails() -> LanguageModel:
        raise EnvironmentProblem("llm_crashed", path="model.gguf", detail="signal 11")

    assert ask(library, QUESTION, fails).text == by_rules(library, QUESTION).text


def test_a_model_that_dies_while_it_writes_costs_the_second_reading(library: Library) -> None:
    def dies(number: int) -> None:
        if number:
            raise EnvironmentProblem("llm_crashed", path="model.gguf", detail="signal 11")

    model = Scripted([SUM_NORTH[:10], SUM_NORTH[10:]], meanwhile=dies)
    assert ask(library, QUESTION, lambda: model).text == by_rules(library, QUESTION).text


def test_stopped_while_the_model_reads_gives_what_the_rules_gave(library: Library) -> None:
    cancel = Cancellation()
    pieces = [SUM_NORTH.replace("sum", "average")[:10], SUM_NORTH.replace("sum", "average")[10:]]
    model = Scripted(pieces, meanwhile=lambda number: cancel.cancel() if number else None)
    answer = ask(library, QUESTION, lambda: model, cancel)
    assert answer.stopped
    assert "reads it as" not in answer.text
    assert answer.text == by_rules(library, QUESTION).text


def test_figures_and_dates_come_from_the_question(chooser: TableChooser) -> None:
    choices = chooser.choices("How many orders from February 2026 have an amount of more than 50 GBP?")
    assert choices is not None
    assert '"\\"2026-02-01..2026-02-28\\""' in choices.grammar
    assert '"50"' in choices.grammar
    form = {
        "table": 1,
        "measure": "count",
        "where": [["Ordered on", "in", "2026-02-01..2026-02-28"], ["Amount (GBP)", ">", 50]],
    }
    question = "How many orders from February 2026 have an amount of more than 50 GBP?"
    read = chooser.read(choices, question, json.dumps(form))
    assert read is not None
    assert read.value == 1
    del form["where"][0]  # type: ignore[attr-defined]
    assert chooser.read(choices, question, json.dumps(form)) is None  # February is left out


def test_the_grammar_has_what_the_question_has_words_for(chooser: TableChooser) -> None:
    def grammar(question: str) -> str:
        choices = chooser.choices(question)
        assert choices is not None
        return choices.grammar

    plain = grammar(QUESTION)
    assert r"\"North\"" in plain
    assert r"\"South\"" not in plain
    assert r"\"each\"" not in plain
    each = grammar("What is the total amount for each region?")
    assert r"\"each\"" in each
    assert r"\"pick\"" not in each
    average = grammar("What is the average amount of the orders from the North region?")
    assert r"\"sum\"" not in average
    assert r"\"average\"" in average


def test_only_the_same_form_makes_an_unsure_answer_sure(chooser: TableChooser) -> None:
    chosen, choices = chooser.answer(QUESTION), chooser.choices(QUESTION)
    assert chosen is not None
    assert choices is not None
    unsure = replace(chosen, sure=False)
    same = chooser.read(choices, QUESTION, SUM_NORTH)
    other = chooser.read(choices, QUESTION, SUM_NORTH.replace("sum", "max"))
    assert same is not None
    assert other is not None
    assert checked(unsure, same).sure
    assert (checked(unsure, other).sure, checked(unsure, other).read) == (False, other)


@pytest.mark.needs("llama_cpp")
def test_a_real_model_writes_a_form_that_is_read(chooser: TableChooser, tiny_gguf: Path) -> None:
    choices, told = chooser.choices(QUESTION), list[int]()
    assert choices is not None
    with closing(ModelProcess()) as model:
        model.load(str(tiny_gguf))
        listener = Listener(reading=lambda done, _total, _left: told.append(done))
        written = json.loads(written_form(QUESTION, choices, model, listener, Cancellation()))
        assert written_form(QUESTION, choices, model, listener, Cancellation(), seconds=0) == ""  # too slow
    assert (written["table"], written["where"][0][::2]) == (1, ["Region", "North"])
    assert written["measure"] in ("count", "sum", "average", "list", "value", "min", "max")
    assert told[-1] > 0
