# SPDX-License-Identifier: Apache-2.0
"""Which tables a question of figures is about, and what they give.

The form is filled for each table that may be meant; the one in which most of the question has a meaning is computed. Sheets of one file with the same
columns ("Q1", "Q2") count together unless the question tells them apart. Measured on 60 questions over 14 tables and 2,446 that ask for text: the
first have a share without meaning below 0.45 and a score above 0, of the others 1 in 1,000.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from desktop_app.analysis.script import HAN
from desktop_app.contract import form as forms
from desktop_app.contract.form import Computed, Form, Side
from desktop_app.contract.typed_table import StoredTable
from desktop_app.tables import asking
from desktop_app.tables.computing.calculation import Calculator, CannotCompute
from desktop_app.tables.filling import Filled, fill
from desktop_app.tables.following import follow
from desktop_app.tables.form_choices import FormChoices, has_sign
from desktop_app.tables.named_places import AskedText
from desktop_app.tables.periods import TimeSpan
from desktop_app.tables.table_view import TableView

_LONGEST_QUESTION = 400  # characters; 4,000 took 25 seconds, and nobody asks for one figure in so many
_MOST_HELD = 40  # tables that a question is held against word by word
_LEFT, _SCORE = 0.45, 0.0
_SURE_LEFT, _SURE_SCORE = 0.35, 1.0
_SURE_CELL, _SURE_IMPLIED = 0.25, 0.15
_MOST_COMPUTED = 4
_SAME_THINGS = 0.7
_MOST_READ, _CLOSE = 2, 2.0  # tables that a language model is shown, and how close those are that no rule filled


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was computed. ``sure``: the question means this and nothing else; ``rivals``: what else it may mean, ``older``: what an older version of the file
    gives, ``read``: what a language model takes it for, each with another result; ``beside``: further figures that the question asks of the same rows.
    ``by_model``: the rules gave nothing, the model did."""

    computed: Computed
    sure: bool
    rivals: tuple[Computed, ...] = ()
    older: tuple[Computed, ...] = ()
    beside: tuple[Computed, ...] = ()
    read: Computed | None = None
    by_model: bool = False


class TableChooser:
    """Over the tables of one library; ``hidden`` ones are computed where a form to be followed names them, and chosen by no question."""

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], tables: Sequence[StoredTable], hidden: Sequence[StoredTable] = ()
    ) -> None:
        self._views = [TableView(connect, table) for table in tables]
        self._calculator = Calculator(connect, (*tables, *hidden))
        changed = dict(connect().execute("SELECT path, mtime_ns FROM files WHERE id IN (SELECT file FROM tables)").fetchall())
        self._newer = _versions(self._views, changed)

    def answer(self, question: str, near: Collection[str] = ()) -> Chosen | None:
        """What the tables give for the question, None where it asks for no figures of theirs; ``near``: files that a search found for it."""
        if len(question) > _LONGEST_QUESTION:
            return None
        asked = AskedText(question)
        found = sorted(self._filled(asked, near), key=lambda one: -one[0].score)
        results = list[tuple[Filled, Computed, tuple[Computed, ...]]]()
        for filled, view in found:
            if len(results) == _MOST_COMPUTED or filled.left > _LEFT or filled.score < _SCORE:
                break
            if filled.form.measure == forms.SUM and filled.left > _most_left(filled.form, asked):
                continue  # nothing says that a sum is asked for
            try:
                computed, *beside = (
                    self._calculator.compute(self._over_siblings(asked, form, view)) for form in (filled.form, *filled.beside)
                )
            except CannotCompute:
                continue
            if not computed.is_nothing or self._is_uncalculated(computed):
                results.append((filled, computed, tuple(beside)))
        if not results:
            return None
        best, computed, others = results[0]
        rivals = tuple(
            other for filled, other, _ in results[1:] if filled.score > best.score - 0.5 and _value(other) != _value(computed)
        )
        sure = best.left <= _most_left(best.form, asked) and best.score >= _SURE_SCORE and not rivals
        return Chosen(computed, sure, rivals, self._older(computed.form, computed), others)

    def _is_uncalculated(self, computed: Computed) -> bool:
        """Whether rows were found, and the cell of each has a formula without a value."""
        doubts = {doubt for view in self._views if view.table.id in computed.form.tables for doubt in view.table.head.doubts}
        return 0 < computed.matched == computed.empty and "not_calculated" in doubts

    def follow(self, question: str, form: Form) -> Chosen | None:
        """What the form of the last answer gives as a follow-up question changes it, None where it changes nothing of it."""
        if len(question) > _LONGEST_QUESTION:
            return None
        asked = AskedText(question)
        views = {view.table.id: view for view in self._views}
        first = views.get(form.tables[0]) if form.tables else None
        if first is None:
            return None
        others = [other for other in self._views if asked.periods and other is not first and _are_siblings(first, other)]
        for view in [first, *others]:
            changed = follow(asked, view, form)
            if changed is None:
                continue
            if not asked.periods and view is first:
                changed = replace(changed, tables=form.tables)
            if changed == form:
                continue
            with suppress(CannotCompute):
                computed = self._calculator.compute(changed)
                if not computed.is_nothing:
                    return Chosen(computed, sure=True)
        return None

    def choices(self, question: str, near: Collection[str] = ()) -> FormChoices | None:
        """What a language model may choose for the form of a question, None where it has no sign of a computation or is near no table."""
        if len(question) > _LONGEST_QUESTION:
            return None
        asked = AskedText(question)
        if not has_sign(asked):
            return None
        filled = sorted(self._filled(asked, near), key=lambda one: -one[0].score)
        first = [view for one, view in filled if one.left <= _LEFT]
        ranked = sorted(
            ((_closeness(view, asked, near), view) for view in self._views if self._is_meant(view, asked)),
            key=lambda one: -one[0],
        )
        rest = [view for closeness, view in ranked if closeness >= _CLOSE]
        views = list(dict.fromkeys([*first, *rest]))[:_MOST_READ]
        return FormChoices(asked, views) if views else None

    def read(self, choices: FormChoices, question: str, written: str) -> Computed | None:
        """What the form gives that a language model wrote of its ``choices``; None where it is none, is refused, or gives nothing."""
        found = choices.read(written)
        if found is None:
            return None
        try:
            computed = self._calculator.compute(self._over_siblings(AskedText(question), *found))
        except CannotCompute:
            return None
        return None if computed.is_nothing else computed

    def _filled(self, asked: AskedText, near: Collection[str]) -> list[tuple[Filled, TableView]]:
        views = [view for view in self._views if self._is_meant(view, asked)]
        if len(views) > _MOST_HELD:
            views = sorted(views, key=lambda view: -view.nearness(asked) - 3 * (view.table.path in near))[:_MOST_HELD]
        filled = ((fill(asked, view), view) for view in views)
        return [(one, view) for one, view in filled if one is not None]

    def _is_meant(self, view: TableView, asked: AskedText) -> bool:
        """Not an older version of another table, unless the question says which by what differs in their names."""
        newer = self._newer.get(view.table.id)
        if newer is None:
            return not any(other is view and _named_apart(old, view, asked) for old, other in self._pairs())
        return _named_apart(view, newer, asked)

    def _pairs(self) -> Iterator[tuple[TableView, TableView]]:
        """Each older version with the newest."""
        return ((view, self._newer[view.table.id]) for view in self._views if view.table.id in self._newer)

    def _older(self, form: Form, computed: Computed) -> tuple[Computed, ...]:
        """What older versions of its table give, where that is another result."""
        given = []
        for old, new in self._pairs():
            if form.tables == (new.table.id,):
                sides = tuple(replace(side, table=old.table.id) for side in form.sides)
                with suppress(CannotCompute):
                    other = self._calculator.compute(replace(form, tables=(old.table.id,), sides=sides))
                    if _value(other) != _value(computed):
                        given.append(other)
        return tuple(given)

    def _over_siblings(self, asked: AskedText, form: Form, view: TableView) -> Form:
        """The form over the sheets of the same columns, where the question does not tell them apart; a difference between two of them."""
        siblings = [other for other in self._views if _are_siblings(view, other)]
        if len(siblings) < 2:
            return form
        if form.measure == forms.VALUE and len(asked.periods) == 2 and asking.is_difference(asked.folded):
            sides = [_of_time(siblings, period) for period in asked.periods]
            if all(sides) and sides[0] is not sides[1]:
                tables = tuple(side.table.id for side in sides if side)
                return replace(form, measure=forms.DIFFERENCE, tables=tables, sides=tuple(Side(table) for table in tables))
        if form.measure in (forms.VALUE, forms.DIFFERENCE) or form.sides:
            return form
        if any(sheet and sheet in asked.folded for sheet in [view.sheet]) and not all(
            other.sheet in asked.folded for other in siblings
        ):
            return form
        meant = [other for other in siblings if other.time is None or all(_holds(period, other) for period in asked.periods)]
        if view not in meant or len(meant) < 2:
            return form
        return replace(form, tables=tuple(other.table.id for other in meant))


def checked(chosen: Chosen | None, read: Computed) -> Chosen:
    """What the rules chose beside what a language model read. Both the same: sure. The rules nothing: the model's, never sure."""
    if chosen is None:
        return Chosen(read, sure=False, by_model=True)
    if _is_same(chosen.computed, read):
        return replace(chosen, sure=True)
    known = {_said_value(other) for other in (chosen.computed, *chosen.rivals)}
    return chosen if _said_value(read) in known else replace(chosen, read=read)


def _is_same(one: Computed, other: Computed) -> bool:
    """Whether two forms measure the same of the same rows."""

    def what(form: Form) -> tuple[object, ...]:
        return form.measure, form.column, form.times, form.plus, form.group, form.part, form.pick, form.named, form.limit

    rows = [[(row.table, row.number) for row in computed.rows] for computed in (one, other)]
    return (
        what(one.form) == what(other.form)
        and sorted(one.form.tables) == sorted(other.form.tables)
        and (one.matched, rows[0], _value(one)) == (other.matched, rows[1], _value(other))
    )


def _closeness(view: TableView, asked: AskedText, near: Collection[str]) -> float:
    """How much of a question stands in a table: words of its names, values, and whether a search found its file."""
    said = sum(value.same and value.end - value.start > 1 for value in view.values.mentions(asked)[:4])
    return view.nearness(asked) + 2 * said + 3 * (view.table.path in near)


def _said_value(computed: Computed) -> object:
    """The result, a list of one as that one."""
    value = computed.value if computed.value is not None or len(computed.listed) != 1 else computed.listed[0]
    return (
        value,
        () if value is not None else computed.listed,
        computed.groups if computed.form.group and not computed.form.pick else (),
    )


def _most_left(form: Form, asked: AskedText) -> float:
    """The largest share of the question that may have no meaning where the answer is sure. Little where nothing asks for a sum and one is meant:
    "the cost of the outage of the file server" is no sum over file servers."""
    if form.measure == forms.VALUE:
        return _SURE_CELL
    if form.measure != forms.SUM or form.group or asking.asks_for(asked.folded, forms.SUM, forms.COUNT, forms.MAX, forms.MIN):
        return _SURE_LEFT
    return _SURE_IMPLIED if form.conditions else -1.0


def _versions(views: Sequence[TableView], changed: Mapping[str, int]) -> dict[int, TableView]:
    """Of tables of the same columns and mostly the same things in several files, the older ones, each with the newest."""
    alike = dict[tuple[str, ...], list[TableView]]()
    for view in views:
        alike.setdefault(tuple(column.name for column in view.head.columns), []).append(view)
    newer = dict[int, TableView]()
    for group in alike.values():
        group.sort(key=lambda view: -changed.get(view.table.path, 0))
        for place, view in enumerate(group):
            for newest in group[:place]:
                if (
                    newest.table.id not in newer
                    and newest.table.path != view.table.path
                    and newest.sheet == view.sheet
                    and _same_things(view, newest)
                ):
                    newer[view.table.id] = newest
                    break
    return newer


def _same_things(one: TableView, other: TableView) -> bool:
    if one.key < 0 or one.time != other.time:
        return False
    keys = [set(view.values.texts[view.key]) for view in (one, other)]
    return bool(keys[0]) and len(keys[0] & keys[1]) >= _SAME_THINGS * min(map(len, keys))


def _named_apart(one: TableView, other: TableView, asked: AskedText) -> bool:
    """Whether the question names ``one`` by what its name has and that of ``other`` has not."""
    pieces = re.findall(rf"[a-z\d]{{2,}}|[{HAN}]{{2,}}", re.sub(r"[_()（）-]", " ", one.named))
    return any(piece not in other.named and piece in asked.folded for piece in pieces)


def _holds(period: TimeSpan, view: TableView) -> bool:
    return view.time is None or period.holds(view.time)


def _of_time(views: Sequence[TableView], period: TimeSpan) -> TableView | None:
    return next((view for view in views if view.time is not None and period.holds(view.time) and view.time.holds(period)), None)


def _are_siblings(one: TableView, other: TableView) -> bool:
    return one.table.path == other.table.path and [c.name for c in one.head.columns] == [c.name for c in other.head.columns]


def _value(computed: Computed) -> object:
    return computed.value, computed.listed, computed.groups
