# SPDX-License-Identifier: Apache-2.0
"""Forms of computed answers through the engine: changed, with what they may name, and all their rows."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.contract import messages as m
from desktop_app.contract.form import EQUAL, Condition
from engine.conftest import Start
from engine.engine_process import EngineProcess

pytestmark = pytest.mark.slow

QUESTION = "What is the total amount of the orders from Bern?"


@pytest.fixture
def engine(start: Start, library: Path, tmp_path: Path) -> EngineProcess:
    folder = tmp_path / "orders"
    folder.mkdir()
    with (folder / "orders.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Order", "City", "Amount (EUR)"])
        rows.writerows([f"O-{n:04d}", "Bern" if n % 2 else "Graz", n] for n in range(1, 1_201))
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(folder)])
    engine.ask(m.Index)
    return engine


def test_a_form_is_changed_and_its_rows_are_all_there(engine: EngineProcess) -> None:
    first = engine.ask(m.Ask, question=QUESTION)
    computed = first.answer.computed
    assert computed is not None
    assert computed.value == sum(range(1, 1_201, 2))
    choices = engine.ask(m.TableChoices, form=computed.form, column="City")
    assert [column.name for column in choices.columns] == ["Order", "City", "Amount (EUR)"]
    assert (choices.values, choices.more) == (["Bern", "Graz"], False)

    changed = replace(computed.form, conditions=(Condition("City", EQUAL, ("Graz",)),))
    again = engine.ask(m.Ask, question=QUESTION, form=changed, conversation=first.conversation, turn=first.turn)
    assert (again.answer.computed.value, again.turn) == (sum(range(2, 1_201, 2)), first.turn)
    kept = engine.ask(m.OpenConversation, conversation=first.conversation).turns[0]
    assert kept.answer.computed.form == again.answer.computed.form
    assert [answer.computed.value for answer in kept.earlier] == [computed.value]  # nothing is lost

    rows, after = list[str](), (0, -1)
    while after is not None:
        page = engine.ask(m.FormRows, form=again.answer.computed.form, after=after, question=QUESTION)
        rows += [row.values[0] for row in page.rows]
        assert bool(page.rule) == (after == (0, -1))
        if page.rule:
            assert page.rule.startswith("Sum of Amount (EUR) where City is Graz. From orders.csv: 600 rows.")
            assert page.total == 600
        after = page.after
    assert rows == [f"O-{n:04d}" for n in range(2, 1_201, 2)]

    follow = engine.ask(m.Ask, question="average instead", conversation=first.conversation)
    assert follow.answer.computed.value == 601  # of Graz: what follows leans on the changed form


def test_a_form_that_does_not_fit_fails_and_the_answer_before_it_stays(engine: EngineProcess) -> None:
    first = engine.ask(m.Ask, question=QUESTION)
    unfit = replace(first.answer.computed.form, column="City")
    failed = engine.ask(m.Ask, question=QUESTION, form=unfit, conversation=first.conversation, turn=first.turn)
    assert failed.code == "form_unfit"
    kept = engine.ask(m.OpenConversation, conversation=first.conversation).turns[0]
    assert [answer.computed.value for answer in kept.earlier] == [first.answer.computed.value]
