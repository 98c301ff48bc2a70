# SPDX-License-Identifier: Apache-2.0
"""A list of model cards of which one is chosen."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout

from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation.errors import problem_from
from desktop_app.ui.look import theme
from desktop_app.ui.models.model_card import ModelCard, facts, fit_words
from desktop_app.wording.place import file_name
from desktop_app.wording.problem_texts import sentence


def card_of(entry: ModelEntry) -> ModelCard:
    """What there is to know of a model; of one that cannot be used, why."""
    if entry.problem:
        # The file's name stands above; inside the sentence it is enough, the whole path is in the tooltip.
        data = {**entry.data, "path": file_name(entry.path)}
        return ModelCard(entry.name, str(sentence(problem_from(entry.problem, data))), usable=False, hint=entry.path)
    return ModelCard(entry.name, facts(entry), badge=fit_words(entry.fits), hint=entry.path)


class CardList(QVBoxLayout):
    """``clicked`` carries the value of the card that was chosen."""

    clicked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setSpacing(theme.SPACE_S)
        self.group = QButtonGroup(self)

    def fill(self, cards: Iterable[tuple[ModelCard, str]], now: str) -> None:
        """Show these cards, each with its value, and choose that of ``now``. The keyboard stays in the list if it was in it."""
        focused = any(button.hasFocus() for button in self.group.buttons())
        self._clear()
        for card, value in cards:
            card.radio.setProperty("value", value)
            card.radio.setChecked(value == now)
            card.radio.clicked.connect(partial(self._clicked, value))
            self.group.addButton(card.radio)
            self.addWidget(card)
            card.show()  # a layout shows its widgets one turn of the event loop later, and the list would flash empty meanwhile
        if focused:
            self.focus_chosen()

    def focus_chosen(self) -> None:
        """The keyboard to the card that is chosen."""
        chosen = self.group.checkedButton()
        if chosen is not None:
            chosen.setFocus()

    def _clear(self) -> None:
        for button in self.group.buttons():
            self.group.removeButton(button)
        while (item := self.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _clicked(self, value: str, _checked: bool = True) -> None:
        self.clicked.emit(value)
