# SPDX-License-Identifier: Apache-2.0
"""The nearest passages, where nothing answers: cards below their title."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.contract.passage import Passage
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.widgets.passage_card import PassageCard


class Nearest(QWidget):
    """``opened`` carries a Passage."""

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[PassageCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, theme.SPACE_S, 0, theme.SPACE_S)
        self._column.setSpacing(theme.SPACE_S)
        self._title = plain_label("section", parent=self)
        self._column.addWidget(self._title)
        self.retranslate()

    def show_passages(self, passages: Sequence[Passage], question: str) -> None:
        """A card for each passage that was found for ``question``."""
        for card in self.cards:
            card.hide()
            card.deleteLater()
        paths = [passage.path for passage in passages]
        self.cards = [PassageCard(passage, question, named=True, beside=paths, parent=self) for passage in passages]
        for card in self.cards:
            card.opened.connect(self.opened)
            self._column.addWidget(card)
            card.show()
        self.setVisible(bool(self.cards))

    def set_current(self, passage: Passage | None) -> None:
        """Mark the card of the passage that is open; None marks none."""
        for card in self.cards:
            card.set_current(current=passage is not None and card.passage == passage)

    def retranslate(self) -> None:
        """Also after a change of theme: the words of the cards carry colours."""
        self._title.setText(tr("Nearest passages"))
        for card in self.cards:
            card.retranslate()
