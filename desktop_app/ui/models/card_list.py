# SPDX-License-Identifier: Apache-2.0
"""A list of model cards of which one is chosen."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation.errors import problem_from
from desktop_app.ui.look import theme
from desktop_app.ui.models.model_card import ModelCard, facts, fit_words
from desktop_app.wording.place import file_name
from desktop_app.wording.problem_texts import sentence


def title_of(entry: ModelEntry) -> str:
    """A GGUF by the name of its file, as in the question box and in the folder itself; what its header says may be anything. A folder
    by the name of its model: in a cache the folder is named by a number."""
    name = file_name(entry.path)
    return name[: -len(".gguf")] if name.lower().endswith(".gguf") else entry.name


def card_of(entry: ModelEntry, action: str = "") -> ModelCard:
    """What there is to know of a model; of one that cannot be used, why. ``action`` as of ``ModelCard``."""
    if entry.problem:
        # The file's name stands above; inside the sentence it is enough, the whole path is in the tooltip.
        data = {**entry.data, "path": file_name(entry.path)}
        return ModelCard(title_of(entry), str(sentence(problem_from(entry.problem, data))), usable=False, hint=entry.path)
    return ModelCard(title_of(entry), facts(entry), badge=fit_words(entry.fits), hint=entry.path, action=action)


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

    def put_below(self, value: str, widget: QWidget) -> None:
        """``widget``, which stays the caller's, directly below the card with this value; at the end where there is none."""
        self.removeWidget(widget)
        places = [index for index in range(self.count()) if self._value_at(index) == value]
        self.insertWidget(places[0] + 1 if places else self.count(), widget)

    def _value_at(self, index: int) -> object:
        item = self.itemAt(index)
        card = item.widget() if item is not None else None
        return card.radio.property("value") if isinstance(card, ModelCard) else None

    def _clear(self) -> None:
        for button in self.group.buttons():
            self.group.removeButton(button)
        while (item := self.takeAt(0)) is not None:
            widget = item.widget()
            if isinstance(widget, ModelCard):  # not what was put below one
                widget.hide()
                widget.deleteLater()

    def _clicked(self, value: str, _checked: bool = True) -> None:
        self.clicked.emit(value)
