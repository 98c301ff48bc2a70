# SPDX-License-Identifier: Apache-2.0
"""The form of a computed answer as a row of chips that can be changed.

    measure, column, each condition, group, which of the groups, what is hidden, "+"

Each change is a form of its own, which the engine computes anew. What can be chosen are the columns and texts of the first table, asked for when
the answer is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.answer import Answer
from desktop_app.contract.form import AVERAGE, COUNT, HIDDEN_TOO, MAX, MIN, SHARE, SHOWN_ONLY, SUM, Condition, Form
from desktop_app.contract.typed_table import CODE, DATE, TEXT, Column
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.translation import tr
from desktop_app.ui.figures import form_changes, form_words
from desktop_app.ui.figures.condition_popup import ConditionPopup
from desktop_app.ui.figures.form_chip import FormChip
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import button_text, set_plain_tooltip
from desktop_app.ui.widgets.flow_layout import FlowLayout
from desktop_app.wording.problem_texts import sentence

Entry = tuple[str, Form]
_NEW = "new"


class FormChips(QWidget):
    """``changed`` carries the Form that somebody made of the one that is shown."""

    changed = Signal(object)

    def __init__(self, client: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._answer: Answer | None = None
        self._form = Form((), COUNT)
        self._columns: Sequence[Column] = ()
        self._table: tuple[int, ...] = ()  # that the columns are of
        self._gone = ""  # why nothing can be changed
        self._at = ""  # the chip that was changed last, which gets the focus back
        self.chips: list[FormChip] = []
        self.popup: ConditionPopup | None = None
        self._flow = FlowLayout(self, theme.SPACE_XS)
        self._flow.setContentsMargins(0, theme.SPACE_S, 0, 0)
        self.more = QToolButton(self)
        self.more.setIcon(icons.icon("plus", "quiet"))
        icons.set_size(self.more, QSize(16, 16))
        self.more.clicked.connect(self._open_more)

    def show_answer(self, answer: Answer) -> None:
        """Show the form of a computed answer."""
        if answer is self._answer or answer.computed is None:
            return
        self._answer, self._form = answer, answer.computed.form
        form = self._form
        if form.tables[:1] != self._table:
            self._table, self._columns, self._gone = form.tables[:1], (), ""
            operation = self._client.request(lambda id_: messages.TableChoices(id=id_, form=form))
            operation.succeeded.connect(self._columns_came)
            operation.failed.connect(self._no_columns)
        self._make()

    def _columns_came(self, result: messages.TableChoicesResult) -> None:
        self._columns = result.columns
        self._make()

    def _no_columns(self, problem: Problem) -> None:
        self._gone = str(sentence(problem))
        self._make()

    # ---- the chips ----

    def _make(self) -> None:
        while self._flow.takeAt(0) is not None:
            pass
        for chip in self.chips:
            chip.hide()
            chip.deleteLater()
        self.chips = list(self._parts(self._form))
        for chip in self.chips:
            self._flow.addWidget(chip)
            chip.show()
            chip.setEnabled(not self._gone)
            if self._gone:
                set_plain_tooltip(chip.words, self._gone)
        self._flow.addWidget(self.more)
        self.more.setEnabled(bool(self._columns))
        words = tr("Add a condition or a group")
        self.more.setAccessibleName(words)
        set_plain_tooltip(self.more, self._gone or words)
        self.setAccessibleName(tr("What was computed"))
        self.updateGeometry()
        self._focus_again()

    def _focus_again(self) -> None:
        if not self._at or not self._columns:
            return
        chip = self.chip(self._at) or (self.chips[0] if self.chips else None)
        self._at = ""
        if chip is not None:
            chip.setFocus()

    def chip(self, name: str) -> FormChip | None:
        """The chip of a part of the form: "measure", "column", "named", "group", "rank", "hidden", "condition 0"."""
        return next((chip for chip in self.chips if chip.name == name), None)

    def _parts(self, form: Form) -> Iterable[FormChip]:
        measure = form_words.measure_name(form.measure)
        yield self._choice("measure", measure, tr("What is computed: {name}", name=measure), self.measures)
        column = form_words.column_words(form)
        yield self._choice("column", column, tr("Computed of: {name}", name=column), self.columns)
        if form.named:
            named = tr("shown as {column}", column=form_words.short(form.named))
            yield self._choice("named", named, named, self.names)
        kinds = {one.name: one.kind for one in self._columns}
        for place, condition in enumerate(form.conditions):
            words = form_words.condition_words(condition, kinds.get(condition.column, ""))
            chip = FormChip(f"condition {place}", words, tr("Condition: {name}", name=words), self, removable=True)
            chip.pressed.connect(partial(self.edit_condition, place))
            chip.removed.connect(partial(self._change, chip.name, form_changes.with_condition(form, place, None)))
            yield chip
        for side in reversed(form.sides):
            words = form_words.side_words(side)
            if words:
                chip = FormChip("side", words, words, self)
                chip.words.setEnabled(False)
                yield chip
        if form.group:
            words = form_words.group_words(form)
            yield self._choice("group", words, words, self.groups, without=form_changes.with_group(form, ""))
        if form.group or form.measure in (MIN, MAX):
            words = form_words.rank_words(form)
            yield self._choice("rank", words, tr("Which are shown: {name}", name=words), self.ranks)
        computed = self._answer.computed if self._answer is not None else None
        if form.hidden or (computed is not None and (computed.hidden or computed.left_out)):
            words = form_words.hidden_words(form.hidden)
            yield self._choice("hidden", words, words, self.hidden)

    def _choice(
        self, name: str, words: str, told: str, entries: Callable[[], Iterable[Entry]], without: Form | None = None
    ) -> FormChip:
        chip = FormChip(name, words, told, self, removable=without is not None)
        chip.pressed.connect(lambda: chip.open_menu(self.menu_of(name, entries(), chip)))
        if without is not None:
            chip.removed.connect(partial(self._change, name, without))
        return chip

    def menu_of(self, name: str, entries: Iterable[Entry], parent: QWidget) -> QMenu:
        """The menu of a chip; what holds now is checked."""
        menu = QMenu(parent)
        for words, form in entries:
            action = menu.addAction(button_text(words), partial(self._change, name, form))
            action.setCheckable(True)
            action.setChecked(form == self._form)
        menu.setEnabled(bool(menu.actions()))
        return menu

    def _change(self, name: str, form: Form) -> None:
        if form != self._form:
            self._at = name
            self.changed.emit(form)

    # ---- what can be chosen ----

    def measures(self) -> Iterable[Entry]:
        """The other figures of the same rows."""
        form = self._form
        offered = form_changes.measures(form, self._columns)
        for one in offered if form.measure in offered else (form.measure, *offered):
            changed = form if one == form.measure else form_changes.with_measure(form, one, self._columns)
            yield form_words.measure_name(one), changed

    def columns(self) -> Iterable[Entry]:
        """The columns that it can be computed of."""
        form = self._form
        if form.measure in (COUNT, SHARE):
            yield tr("rows"), form_changes.with_column(form, "")
        if form.group and form.measure == COUNT:
            return
        for column in form_changes.measured(form, self._columns):
            changed = form_changes.with_column(form, column.name)
            yield form_words.column_words(changed), form if column.name == form.column else changed

    def names(self) -> Iterable[Entry]:
        """What is told of the row with the largest or smallest value."""
        yield tr("the value itself"), replace(self._form, named="")
        for column in self._columns:
            if column.kind in (TEXT, CODE, DATE):
                yield tr("shown as {column}", column=form_words.short(column.name)), replace(self._form, named=column.name)

    def groups(self) -> Iterable[Entry]:
        """What it can be grouped by."""
        for column in self._columns:
            name = form_words.short(column.name)
            if column.kind in (TEXT, CODE):
                yield tr("by {column}", column=name), form_changes.with_group(self._form, column.name)
            elif column.kind == DATE:
                for part in form_changes.PARTS:
                    yield form_words.by_part(part, name), form_changes.with_group(self._form, column.name, part)

    def ranks(self) -> Iterable[Entry]:
        """How many of the largest or smallest are shown."""
        form = self._form
        if form.group:
            yield tr("all groups"), form_changes.with_rank(form, "", 0)
        for pick in (MAX, MIN) if form.group else (form.measure,):
            for limit in form_changes.LIMITS:
                same = (pick, max(1, limit)) == (form.pick or form.measure, max(1, form.limit))
                yield form_words.one_rank(pick, limit), form if same else form_changes.with_rank(form, pick, limit)

    def hidden(self) -> Iterable[Entry]:
        """What of the hidden may count."""
        for one in ("", HIDDEN_TOO, SHOWN_ONLY):
            yield form_words.hidden_words(one), replace(self._form, hidden=one)

    # ---- conditions ----

    def edit_condition(self, place: int) -> None:
        """Open the condition at ``place``; behind the last one a new one."""
        if not self._columns:
            return
        before = self._form.conditions[place] if place < len(self._form.conditions) else None
        at: QWidget = self.chip(f"condition {place}") or self.more
        self.popup = ConditionPopup(self._columns, self._want_values, before, self)
        self.popup.made.connect(partial(self._made, place))
        self.popup.hidden.connect(self._closed)
        self.popup.open_at(at.mapToGlobal(QPoint(0, at.height() + 2)))

    def _closed(self) -> None:
        self.popup = None

    def _made(self, place: int, condition: Condition) -> None:
        self._change(f"condition {place}", form_changes.with_condition(self._form, place, condition))

    def _want_values(self, column: str) -> Operation:
        form = self._form
        return self._client.request(lambda id_: messages.TableChoices(id=id_, form=form, column=column))

    def menu_of_more(self) -> QMenu:
        """What can be added."""
        menu = QMenu(self)
        menu.addAction(tr("Add a condition…"), lambda: self.edit_condition(len(self._form.conditions)))
        groups = list(self.groups()) if self._form.measure in (COUNT, SUM, AVERAGE) and not self._form.sides else []
        if groups and not self._form.group:
            below = self.menu_of("group", groups, menu)
            below.setTitle(tr("Group"))
            menu.addMenu(below)
        return menu

    def _open_more(self) -> None:
        menu = self.menu_of_more()
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 2)))

    def retranslate(self) -> None:
        self._make()
