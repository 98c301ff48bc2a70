# SPDX-License-Identifier: Apache-2.0
"""Filters of a search, with the number of files for each value.

Words, kinds, folders, dates and languages: beside the results where there is room, else in a popup (``SearchView``). It shows what the hits have; before a search, and for a filter that
is on, whatever can be chosen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDateEdit, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.contract.file_kinds import FILE_KINDS, OTHER
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.search_page import NO_FACETS, Facets
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.search.count_row import CountRow
from desktop_app.ui.widgets.fold_line import FoldLine, QuietButton
from desktop_app.wording import scope_texts
from desktop_app.wording.place import names_apart

WIDTH = 232  # px
_DAY = 86_400
_MOST_ROWS = 8  # of a section


class FilterPanel(QScrollArea):
    """``chosen`` carries the Scope that a person made; ``folders_requested``: they want to pick folders."""

    chosen = Signal(object)
    folders_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scope = EVERYWHERE
        self._facets = NO_FACETS
        self._sources: tuple[str, ...] = ()
        self._dated = False  # the two dates are unfolded
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme.size_with_text(self, width=WIDTH)
        self.viewport().setAutoFillBackground(False)
        self.fill()

    def show_scope(self, scope: Scope, facets: Facets, sources: Sequence[str]) -> None:
        """Show what is on and what hits can be narrowed to."""
        if (scope, facets, tuple(sources)) != (self._scope, self._facets, self._sources):
            self._scope, self._facets, self._sources = scope, facets, tuple(sources)
            self.fill()

    def focus_first(self) -> None:
        """Give the keyboard to the first filter."""
        first = self.findChild(QCheckBox)
        if first is not None:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def fill(self) -> None:
        """Make every row anew; the keyboard stays on the row it was on."""
        focused = self.focusWidget()
        name = focused.text() if isinstance(focused, CountRow | QCheckBox | QuietButton) and focused.hasFocus() else ""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, theme.SPACE_S, theme.SPACE_L)
        column.setSpacing(1)
        exact = tr("Passages that hold every word as it is written; nothing found by similar meaning.")
        self._box(column, tr("Only exact words"), exact, self._scope.exact, lambda on: replace(self._scope, exact=on))
        hidden = tr(
            "Text that people who open a file do not see: hidden sheets, rows and columns, white or tiny text. It is marked as hidden."
        )
        self._box(column, tr("Search hidden text too"), hidden, self._scope.hidden, lambda on: replace(self._scope, hidden=on))
        self._section(column, tr("Type"), self._types())
        self._section(column, tr("Folder"), self._folders())
        self._choose_folders(column)
        self._section(column, tr("Changed"), self._periods())
        self._dates(column)
        self._section(column, tr("Language"), self._languages())
        column.addStretch()
        self.setWidget(page)
        page.setAutoFillBackground(False)  # Qt turns it on, and a popup has another ground
        if name:
            rows = [*page.findChildren(CountRow), *page.findChildren(QCheckBox), *page.findChildren(QuietButton)]
            again = next((row for row in rows if row.text() == name), next(iter(rows), None))
            if again is not None:
                again.setFocus()

    # ---- sections ----

    def _box(self, column: QVBoxLayout, words: str, tip: str, on: bool, scope: Callable[[bool], Scope]) -> None:
        box = QCheckBox(words)
        box.setFont(theme.font(13))
        box.setChecked(on)
        set_plain_tooltip(box, tip)
        box.toggled.connect(lambda on: self._choose(scope(on)))
        column.addWidget(box)

    def _section(self, column: QVBoxLayout, title: str, rows: Sequence[CountRow]) -> None:
        if not rows:
            return
        head = plain_label("section")
        head.setText(title)
        head.setContentsMargins(theme.SPACE_S, theme.SPACE_M, 0, theme.SPACE_XS)
        column.addWidget(head)
        for row in rows:
            column.addWidget(row)

    def _types(self) -> list[CountRow]:
        on = self._scope.types
        counts = {facet.value: facet.files for facet in self._facets.types}
        # With a filter on, the counts are of what it lets through: the others can still be chosen.
        every = [*on, *counts, *(kind for kind in FILE_KINDS if on or not counts)]
        return [
            self._row(
                scope_texts.kind_name(kind), counts.get(kind, 0), kind in on, replace(self._scope, types=_toggled(on, kind))
            )
            for kind in dict.fromkeys(every)
            if kind != OTHER
        ]

    def _folders(self) -> list[CountRow]:
        on = self._scope.below
        below = {facet.value: facet.files for facet in self._facets.folders}
        offered = list(below) or ([] if on or len(self._sources) < 2 else list(self._sources))
        names = names_apart((*on, *offered))
        rows = [self._row(names[path], 0, True, replace(self._scope, below=_toggled(on, path)), tip=path) for path in on]
        # Into a folder, not beside the one that is on.
        return rows + [
            self._row(names[path], below.get(path, 0), False, replace(self._scope, below=(path,)), tip=path)
            for path in offered[:_MOST_ROWS]
            if path not in on
        ]

    def _choose_folders(self, column: QVBoxLayout) -> None:
        if not self._sources:
            return
        button = QuietButton()
        button.set_words(tr("Choose folders…"))
        button.clicked.connect(self.folders_requested)
        column.addLayout(_indented(button))

    def _periods(self) -> list[CountRow]:
        since, until = self._scope.since, self._scope.until
        rows = []
        if since is not None or until is not None:
            every_time = replace(self._scope, since=None, until=None)
            rows.append(self._row(scope_texts.period(since, until), 0, True, every_time))
        else:
            now = time.time()
            for words, days in ((tr("Last week"), 7), (tr("Last month"), 31), (tr("Last 12 months"), 365)):
                rows.append(self._row(words, 0, False, replace(self._scope, since=now - days * _DAY)))
            for facet in self._facets.years[:_MOST_ROWS]:
                first, after = scope_texts.year(int(facet.value))
                rows.append(self._row(facet.value, facet.files, False, replace(self._scope, since=first, until=after)))
        return rows

    def _dates(self, column: QVBoxLayout) -> None:
        line = FoldLine()
        line.set_words(tr("From – to"))
        line.setChecked(self._dated)
        line.toggled.connect(self._fold_dates)
        column.addLayout(_indented(line))
        if not self._dated:
            return
        today = QDate.currentDate()
        first = _date_edit(self._scope.since, today.addMonths(-1), tr("First day"))
        last = _date_edit(self._scope.until and self._scope.until - 1, today, tr("Last day"))
        take = QPushButton(tr("Apply"))
        take.clicked.connect(lambda: self._choose(_between(self._scope, first.date(), last.date())))
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_XS)
        row.addWidget(first)
        row.addWidget(last)
        column.addLayout(row)
        column.addWidget(take)

    def _fold_dates(self, unfolded: bool) -> None:
        self._dated = unfolded
        self.fill()

    def _languages(self) -> list[CountRow]:
        on = self._scope.languages
        counts = {facet.value: facet.files for facet in self._facets.languages}
        if len({*on, *counts}) < 2 and not on:  # one language: nothing to choose
            return []
        return [
            self._row(
                scope_texts.language_name(code),
                counts.get(code, 0),
                code in on,
                replace(self._scope, languages=_toggled(on, code)),
            )
            for code in dict.fromkeys([*on, *counts])
        ]

    # ---- rows ----

    def _row(self, name: str, files: int, on: bool, scope: Scope, tip: str = "") -> CountRow:
        row = CountRow(name, files, checked=on, tip=tip)
        row.clicked.connect(lambda: self._choose(scope))
        return row

    def _choose(self, scope: Scope) -> None:
        self._scope = scope
        self.fill()
        self.chosen.emit(scope)


def _indented(widget: QWidget) -> QHBoxLayout:
    """As far in as the words of the rows."""
    row = QHBoxLayout()
    row.setContentsMargins(theme.SPACE_S, 0, 0, 0)
    row.addWidget(widget)
    row.addStretch(1)
    return row


def _toggled(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(one for one in values if one != value) if value in values else (*values, value)


def _date_edit(moment: float | None, otherwise: QDate, name: str) -> QDateEdit:
    edit = QDateEdit()
    edit.setCalendarPopup(True)
    edit.setDisplayFormat("yyyy-MM-dd")
    edit.setFont(theme.font(12))
    edit.setAccessibleName(name)
    edit.setDate(QDate.fromString(scope_texts.day(moment), "yyyy-MM-dd") if moment is not None else otherwise)
    return edit


def _between(scope: Scope, first: QDate, last: QDate) -> Scope:
    """From the first to the last day, both of them included, in whichever order they were given."""
    first, last = min(first, last, key=QDate.toJulianDay), max(first, last, key=QDate.toJulianDay)
    return replace(
        scope,
        since=float(first.startOfDay().toSecsSinceEpoch()),
        until=float(last.addDays(1).startOfDay().toSecsSinceEpoch()),
    )
