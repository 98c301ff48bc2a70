# SPDX-License-Identifier: Apache-2.0
"""Questions of figures over real and made tables: how many are right, and how many wrong ones are given as certain.

Half "tune" of the made questions was used while the rules were written, half "keep" was looked at once and then used too; the real half B is kept apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop_app.contract.form import Computed
from desktop_app.contract.ledger import EVERYWHERE
from desktop_app.library.catalogue import Catalogue
from tests.tables import made_tables
from tests.tables.stored_tables import catalogue_of, chooser_of

HERE = Path(__file__).parent
OFFICE = Path(__file__).parents[3] / "shared" / "data" / "office"


@dataclass
class Tally:
    right: int = 0
    with_cells: int = 0
    wrong: int = 0
    wrong_as_certain: int = 0
    silent: int = 0

    def __str__(self) -> str:
        return (
            f"{self.right} right ({self.with_cells} with all cells within the label), {self.wrong} wrong, {self.wrong_as_certain} of them as "
            f"certain, {self.silent} left to the search"
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    folder = tmp_path_factory.mktemp("made")
    (folder / "files").mkdir()
    catalogue = catalogue_of(made_tables.make(folder / "files"), folder / "library")
    yield catalogue
    catalogue.close()


def test_made_questions_are_answered(made: Catalogue) -> None:
    tally = measured(made, _read(HERE / "made_questions.jsonl"))
    print(f"made questions, 160: {tally}")
    assert tally.right >= 140
    assert tally.wrong_as_certain <= 2
    assert tally.with_cells >= 0.9 * tally.right


def test_what_the_tables_do_not_know_is_left_to_the_search(made: Catalogue) -> None:
    tally = measured(made, _read(HERE / "made_unanswerable.jsonl"))
    print(f"questions that no table answers, 60: {tally}")
    assert tally.wrong_as_certain <= 2
    assert tally.wrong <= 8


@pytest.mark.skipif(not OFFICE.exists(), reason="needs ../shared/data")
def test_office_questions_are_answered(tmp_path: Path) -> None:
    catalogue = catalogue_of(sorted((OFFICE / "tables").iterdir()), tmp_path)
    tally = measured(catalogue, _read(OFFICE / "tables.questions.jsonl"))
    catalogue.close()
    print(f"office questions, 60: {tally}")
    assert tally.right >= 58
    assert tally.wrong_as_certain == 0
    assert tally.with_cells >= 0.9 * tally.right


@pytest.mark.skipif(not OFFICE.exists(), reason="needs ../shared/data")
@pytest.mark.slow
def test_questions_of_texts_are_not_taken_for_figures(made: Catalogue) -> None:
    """The issue allows 0.5 %."""
    files = [OFFICE / "meaning.questions.jsonl", *sorted((OFFICE.parent / "retrieval").glob("*.questions.jsonl"))]
    questions = [one["question"] for file in files for one in _read(file)]
    questions += [turn["question"] for one in _read(OFFICE / "followups.jsonl") for turn in one["turns"]]
    chooser = chooser_of(made)
    taken = [question for question in questions if chooser.answer(question) is not None]
    print(f"taken for figures: {len(taken)} of {len(questions)}: {taken}")
    assert len(taken) <= 0.005 * len(questions)


def measured(catalogue: Catalogue, questions: Sequence[dict[str, Any]]) -> Tally:
    """How the questions are answered; the answer None means that no table has one."""
    chooser, tally = chooser_of(catalogue), Tally()
    paths = {table.id: Path(table.path).name for table in catalogue.tables.all_in(EVERYWHERE)}
    for question in questions:
        chosen = chooser.answer(question["question"])
        if chosen is None:
            tally.silent += 1
            tally.right += question["answer"] is None
        elif is_right(chosen.computed, question) and paths[chosen.computed.form.tables[0]] == question["file"]:
            tally.right += 1
            named = {cell for one in chosen.computed.cells for cell in _cells(one.ranges)}
            tally.with_cells += named <= _cells(question["cells"])
        else:
            tally.wrong += 1
            tally.wrong_as_certain += chosen.sure
            print(
                "wrong:", question["question"], chosen.computed.value, chosen.computed.listed, "certain" if chosen.sure else ""
            )
    return tally


def is_right(computed: Computed, question: dict[str, Any]) -> bool:
    """Whether a result is what the label says: numbers within .005, percentages in percent, lists in any order."""
    wanted, unit = question["answer"], question["unit"]
    if wanted is None:
        return False
    if isinstance(wanted, list) and wanted and isinstance(wanted[0], list):
        return {str(key): round(value, 2) for key, value in computed.groups} == {
            str(key): round(value, 2) for key, value in wanted
        }
    values = [computed.value] if computed.value is not None else list(computed.listed)
    if isinstance(wanted, list):
        return sorted(map(str, values)) == sorted(map(str, wanted))
    if isinstance(wanted, int | float):
        if len(values) != 1 or not isinstance(values[0], int | float):
            return False
        percent = unit in ("%", "percentage points")
        return abs(values[0] * (100 if percent else 1) - wanted) <= (0.051 if percent else 0.0051)
    return [str(value) for value in values] == [str(wanted)]


def _cells(ranges: Sequence[str]) -> set[tuple[str, int]]:
    found = set[tuple[str, int]]()
    for one in ranges:
        match = re.fullmatch(r"([A-Z]+)(\d+)(?::[A-Z]+(\d+))?", one.split("!")[-1])
        assert match is not None
        found.update((match[1], row) for row in range(int(match[2]), int(match[3] or match[2]) + 1))
    return found


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
