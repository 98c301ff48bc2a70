# SPDX-License-Identifier: Apache-2.0
"""The models that check written answers, where one was found.

Nothing is chosen here: a checker in the model folder is used by itself (``engine.checker_slot``), the first by name that can be.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation.errors import problem_from
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.models.model_card import facts
from desktop_app.wording.place import file_name
from desktop_app.wording.problem_texts import sentence


class CheckerNote(QWidget):
    """A section of the models dialog; hidden where there is no checker."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[ModelEntry] = []
        self._section = plain_label("section", parent=self)
        self._about = plain_label("quiet", wrap=True, parent=self)
        self._cards = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.SPACE_S, 0, 0)
        column.setSpacing(theme.SPACE_S)
        column.addWidget(self._section)
        column.addWidget(self._about)
        column.addLayout(self._cards)
        self.hide()

    def show_entries(self, entries: Sequence[ModelEntry]) -> None:
        """What lies in the model folder; entries of other kinds are passed over."""
        self._entries = [entry for entry in entries if entry.kind == "checker"]
        while (item := self._cards.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for entry in self._entries:
            self._cards.addWidget(_card(entry, self))
        self.setVisible(bool(self._entries))

    def retranslate(self) -> None:
        self._section.setText(tr("CHECKING MODEL"))
        self._about.setText(
            tr("Found in the model folder and used by itself: it judges whether a passage supports a written sentence.")
        )
        self.show_entries(self._entries)


def _card(entry: ModelEntry, parent: QWidget) -> QFrame:
    card = QFrame(parent)
    card.setProperty("role", "card")
    name = plain_label(parent=card)
    name.setFont(theme.font(theme.BASE_PX, weight=QFont.Weight.DemiBold))
    name.setText(shown_name(entry.name))
    about = plain_label("quiet", wrap=True, parent=card)
    problem = problem_from(entry.problem, {**entry.data, "path": file_name(entry.path)}) if entry.problem else None
    about.setText(str(sentence(problem)) if problem is not None else facts(entry))
    column = QVBoxLayout(card)
    column.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_S)
    column.setSpacing(2)
    column.addWidget(name)
    column.addWidget(about)
    return card
