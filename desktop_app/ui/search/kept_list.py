# SPDX-License-Identifier: Apache-2.0
"""Kept and recent searches, shown while the search field is empty."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop_app.contract.search_page import KeptSearch
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import ElidedLabel, plain_label, set_plain_tooltip
from desktop_app.ui.search.filter_chips import parts_of
from desktop_app.ui.widgets import escape_key
from desktop_app.ui.widgets.fold_line import QuietButton


def told(search: KeptSearch) -> str:
    """What is searched for, with its filters."""
    return " · ".join((search.query, *(words for words, _ in parts_of(search.scope))))


class _Row(QWidget):
    """One search: a button that makes it again, and what else can be done with it."""

    def __init__(self, search: KeptSearch, owner: KeptList) -> None:
        super().__init__(owner)
        self._search, self._owner = search, owner
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.SPACE_XS)
        self.run = QPushButton(self)
        self.run.setProperty("role", "plain")
        theme.size_with_text(self.run, minimum_height=34)
        inside = QHBoxLayout(self.run)
        inside.setContentsMargins(theme.SPACE_S, 0, theme.SPACE_S, 0)
        name = ElidedLabel(parent=self.run)
        name.set_text(search.name or told(search))
        if search.name:
            name.setFont(theme.font(theme.BASE_PX, weight=QFont.Weight.DemiBold))
        inside.addWidget(name)
        if search.name:
            query = ElidedLabel("quiet", parent=self.run)
            query.setFont(theme.font(13))
            query.set_text(told(search))
            inside.addWidget(query)
        inside.addStretch(1)
        self.run.setAccessibleName(tr("Search again: {name}", name=search.name or told(search)))
        self.run.clicked.connect(lambda: owner.chosen.emit(search))
        self._row.addWidget(self.run, 1)
        if search.name:
            self._tool("pencil", tr("Rename"), self._rename)
        else:
            self._tool("pin", tr("Keep under a name"), self._rename)
        self._tool("trash", tr("Delete"), lambda: owner.forgotten.emit(search.id))

    def _tool(self, icon: str, words: str, act: object) -> None:
        button = QToolButton(self)
        button.setIcon(icons.icon(icon, "quiet"))
        set_plain_tooltip(button, words)
        button.setAccessibleName(f"{words}: {self._search.name or told(self._search)}")
        button.clicked.connect(act)
        self._row.addWidget(button)

    def _rename(self) -> None:
        edit = _NameEdit(self)
        edit.setText(self._search.name or self._search.query)
        edit.setAccessibleName(tr("Name"))
        edit.named.connect(lambda name: self._owner.renamed.emit(self._search.id, name))
        edit.left.connect(partial(self._leave, edit))
        self.run.hide()
        self._row.insertWidget(0, edit, 1)
        edit.selectAll()
        edit.setFocus()

    def _leave(self, edit: QLineEdit) -> None:
        edit.deleteLater()
        self.run.show()
        self.run.setFocus()


class _NameEdit(QLineEdit):
    """``named`` on Enter, ``left`` on Esc."""

    named = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMaxLength(80)
        self.returnPressed.connect(self._take)

    def _take(self) -> None:
        if self.text().strip():
            self.named.emit(self.text().strip())

    def event(self, event: QEvent) -> bool:
        if escape_key.kept(event):
            self.left.emit()
            return True
        return super().event(event)


class KeptList(QWidget):
    """``chosen`` carries a KeptSearch, ``renamed`` its id and a name, ``forgotten`` its id, 0 for all recent ones."""

    chosen = Signal(object)
    renamed = Signal(int, str)
    forgotten = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.searches: list[KeptSearch] = []
        self.rows: list[_Row] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def show_searches(self, searches: Sequence[KeptSearch]) -> None:
        """Show them: those with a name, then the recent ones."""
        self.searches = list(searches)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = []
        named = [one for one in searches if one.name]
        recent = [one for one in searches if not one.name]
        self._section(tr("Saved searches"), named, clear=False)
        self._section(tr("Recent searches"), recent, clear=True)

    def retranslate(self) -> None:
        self.show_searches(self.searches)

    def _section(self, title: str, searches: Sequence[KeptSearch], *, clear: bool) -> None:
        if not searches:
            return
        head = QWidget(self)
        row = QHBoxLayout(head)
        row.setContentsMargins(theme.SPACE_S, theme.SPACE_M, 0, theme.SPACE_XS)
        words = plain_label("section", parent=head)
        words.setText(title)
        row.addWidget(words)
        row.addStretch(1)
        if clear:
            button = QuietButton(head)
            button.set_words(tr("Clear"))
            button.setAccessibleName(tr("Clear recent searches"))
            button.clicked.connect(lambda: self.forgotten.emit(0))
            row.addWidget(button)
        self._column.addWidget(head)
        for search in searches:
            made = _Row(search, self)
            self.rows.append(made)
            self._column.addWidget(made)
