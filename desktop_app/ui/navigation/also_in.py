# SPDX-License-Identifier: Apache-2.0
"""The other places of a passage: copies and versions, the newest first.

A line that unfolds a short list; a row opens the passage there. The list stays the same while one goes from one place to another.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.contract.passage import Copy
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import set_plain_tooltip
from desktop_app.ui.widgets.fold_line import FoldLine, QuietButton
from desktop_app.wording.place import file_name, folder_of, names_apart, place
from desktop_app.wording.scope_texts import day

_MOST_ROWS = 8  # a passage that stands in a hundred forms is not told from its places


class AlsoIn(QWidget):
    """``opened`` carries a ``Copy``."""

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: Sequence[Copy] = ()
        self._shown = 0
        self.line = FoldLine(self)
        self.line.toggled.connect(self._unfold)
        self._list = QWidget(self)
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(theme.SPACE_M, 0, 0, 0)
        self._rows.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE_L, 0, theme.SPACE_S, theme.SPACE_XS)
        column.setSpacing(0)
        column.addWidget(self.line)
        column.addWidget(self._list)
        self._list.hide()
        self.hide()

    def show_places(self, places: Sequence[Copy], shown: int) -> None:
        """All places of the passage, and the chunk id of the one that is shown."""
        if {one.chunk_id for one in places} != {one.chunk_id for one in self._places}:
            self.line.setChecked(False)
        self._places = sorted(places, key=lambda one: -one.modified)
        self._shown = shown
        self.retranslate()

    def newer(self) -> Copy | None:
        """The newest place, where it is newer than the one that is shown and says it in other words."""
        here = next((one for one in self._places if one.chunk_id == self._shown), None)
        newest = self._places[0] if self._places else None
        if here is None or newest is None or newest.modified <= here.modified or (newest.same and here.same):
            return None
        return newest

    def retranslate(self) -> None:
        others = [one for one in self._places if one.chunk_id != self._shown]
        self.setVisible(bool(others))
        self.line.set_words(trn("Also in {n} other place", "Also in {n} other places", len(others)))
        while (item := self._rows.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.hide()
                row.deleteLater()
        names = names_apart(copy.path for copy in self._places)
        for copy in others[:_MOST_ROWS]:
            row = QuietButton(self._list)
            row.set_words(_words(copy, names[copy.path], newest=copy is self._places[0]))
            set_plain_tooltip(row, copy.path, place(copy.locator))
            row.clicked.connect(lambda _=False, copy=copy: self.opened.emit(copy))
            self._rows.addWidget(row)
            row.show()

    def _unfold(self, unfolded: bool) -> None:
        self._list.setVisible(unfolded)


def _words(copy: Copy, name: str, *, newest: bool) -> str:
    changed = day(copy.modified) if copy.modified else ""
    likeness = tr("word for word") if copy.same else tr("in other words")
    folder = file_name(folder_of(copy.path)) if name == file_name(copy.path) else ""  # else the name has it
    told = [name, folder, changed, likeness]
    if newest:
        told.append(tr("newest"))
    return " · ".join(filter(None, told))
