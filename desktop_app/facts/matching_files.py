# SPDX-License-Identifier: Apache-2.0
"""Which files a question of facts is about: certain ones and perhaps more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from desktop_app.contract import form as forms
from desktop_app.contract.form import Condition
from desktop_app.facts import versions
from desktop_app.facts.file_questions import FactQuestion, named
from desktop_app.library.stated_fact import AMOUNT, END, KIND, OPEN, PARTY, FileStatement, StatedFact

T = TypeVar("T", Fraction, str)

_NO, _MAYBE, _YES = 0, 1, 2


@dataclass(frozen=True, slots=True)
class MatchedFiles:
    """``certain`` files are of the kind and state what is asked for; ``perhaps`` ones state it less clearly. ``looked_at``: files of the kind, with
    those that may be; ``unstated``: those among them that do not state what is compared; ``older``: not counted, because a newer version or an equal
    file is. ``question``: with its name as a condition."""

    question: FactQuestion
    certain: tuple[FileStatement, ...]
    perhaps: tuple[FileStatement, ...]
    looked_at: int
    unstated: int
    older: tuple[FileStatement, ...]


def matched(question: FactQuestion, statements: Sequence[FileStatement]) -> MatchedFiles | None:
    """The files that a question is about; None where there is none of their kind, or where nobody has the name it asks for."""
    alike = [one for one in statements if _of_kind(one, question)]
    counted, older = versions.newest(alike)
    asked = named(question, (fact.value for one in counted for fact in one.of(PARTY)))
    if not counted or asked is None:
        return None
    grades = [
        (min([_of_kind(one, asked), *(_grade(one, test, asked.currency) for test in asked.conditions)]), one) for one in counted
    ]
    compared = [test.column for test in asked.conditions if test.test != forms.NOTHING]
    if asked.pick is not None:
        compared.append(asked.pick[0])
        grades = _picked(grades, *asked.pick)
    unstated = sum(any(not _with_value(one, about) for about in compared) for one in counted)
    certain = tuple(one for grade, one in grades if grade == _YES)
    perhaps = tuple(one for grade, one in grades if grade == _MAYBE)
    matching = {one.file for one in older if min([_YES, *(_grade(one, test, asked.currency) for test in asked.conditions)])}
    return MatchedFiles(asked, certain, perhaps, len(counted), unstated, tuple(one for one in older if one.file in matching))


def totals(files: Sequence[FileStatement]) -> tuple[dict[str, Fraction], int]:
    """The sure amounts of these files added up by currency, and how many files have none."""
    sums, without = dict[str, Fraction](), 0
    for one in files:
        amount = next((fact for fact in one.of(AMOUNT) if fact.sure and fact.unit), None)
        if amount is None:
            without += 1
        else:
            sums[amount.unit] = sums.get(amount.unit, Fraction(0)) + Fraction(amount.value)
    return dict(sorted(sums.items(), key=lambda one: (-one[1], one[0]))), without


def _picked(grades: Sequence[tuple[int, FileStatement]], about: str, which: str) -> list[tuple[int, FileStatement]]:
    """Those with the largest or smallest value, of amounts in each currency; and as perhaps those whose unsure value would beat it."""
    sign = 1 if which == forms.MAX else -1

    def of(one: FileStatement, *, sure: bool) -> list[tuple[str, Fraction]]:
        facts = [fact for fact in _with_value(one, about) if fact.sure == sure]
        return [(fact.unit, sign * _ordinal(fact.value, about)) for fact in facts]

    best = dict[str, Fraction]()
    for grade, one in grades:
        for unit, value in of(one, sure=True) if grade == _YES else ():
            best[unit] = max(value, best.get(unit, value))
    picked = list[tuple[int, FileStatement]]()
    for grade, one in grades:
        if grade == _YES and any(value == best[unit] for unit, value in of(one, sure=True)):
            picked.append((_YES, one))
        elif grade and any(
            unit not in best or value >= best[unit] for sure in (True, False) for unit, value in of(one, sure=sure)
        ):
            picked.append((_MAYBE, one))
    return picked


def _ordinal(value: str, about: str) -> Fraction:
    return Fraction(value) if about == AMOUNT else Fraction(value.replace("-", ""))


def _of_kind(one: FileStatement, question: FactQuestion) -> int:
    said = one.of(KIND)
    if not said or (question.kind and said[0].value != question.kind):
        return _NO
    return _YES if said[0].sure else _MAYBE


def _with_value(one: FileStatement, about: str) -> tuple[StatedFact, ...]:
    return tuple(fact for fact in one.of(about) if fact.value)


def _grade(one: FileStatement, test: Condition, currency: str) -> int:
    if test.test == forms.NOTHING:
        facts = one.of(test.column)
        return _YES if not facts or (test.column == END and any(OPEN in fact.notes for fact in facts)) else _NO
    return max((_held(fact, test, currency) for fact in _with_value(one, test.column)), default=_NO)


def _held(fact: StatedFact, test: Condition, currency: str) -> int:
    if test.column == AMOUNT:
        if currency and fact.unit and fact.unit != currency:
            return _NO
        holds = _compare(Fraction(fact.value), test.test, Fraction(str(test.values[0])))
        return (_YES if fact.sure else _MAYBE) if holds else _NO
    if test.test == forms.ONE_OF:
        holds = fact.value in test.values
    elif test.test == forms.BETWEEN:
        holds = str(test.values[0]) <= fact.value <= str(test.values[1])
    else:
        holds = _compare(fact.value, test.test, str(test.values[0]))
    return (_YES if fact.sure else _MAYBE) if holds else _NO


def _compare(one: T, test: str, other: T) -> bool:
    if test in (forms.MORE, forms.AT_LEAST):
        return one > other or (test == forms.AT_LEAST and one == other)
    return one < other or (test == forms.AT_MOST and one == other)
