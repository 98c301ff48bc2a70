# SPDX-License-Identifier: Apache-2.0
"""Recommended models by name, and how to bring one here offline.

Inkstone downloads nothing: each card names the publisher's page, to be opened on a PC with internet, and the files to take from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.contract.model_entry import RecommendedModel
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.models.model_card import badge_of, fit_words
from desktop_app.wording import recommended_texts
from desktop_app.wording.quantities import parameters, size


class RecommendedPage(QWidget):
    """A page of the models dialog."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models: Sequence[RecommendedModel] = ()
        self.cards: list[RecommendedCard] = []
        self._how = plain_label(wrap=True, parent=self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.SPACE_XL, theme.SPACE_M, theme.SPACE_XL, theme.SPACE_XL)
        self._column.setSpacing(theme.SPACE_S)
        self._column.addWidget(self._how)
        theme.notifier.changed.connect(self._show)

    def show_models(self, models: Sequence[RecommendedModel]) -> None:
        """Those of the kept list, with what fits this PC and what is here."""
        self._models = models
        self._show()

    def retranslate(self) -> None:
        self._show()

    def _show(self) -> None:
        self._how.setText(
            tr(
                "Inkstone downloads nothing. Open the publisher's page on a PC with internet, download the files named on the card, "
                "carry them over on a USB stick, and drop them on this window."
            )
        )
        while (item := self._column.takeAt(1)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.cards = []
        titles = {"llm": tr("ANSWER MODEL"), "embedding": tr("EMBEDDING MODEL"), "reranker": tr("RERANKER")}
        for kind, models in groupby(self._models, key=lambda model: model.kind):
            self._column.addSpacing(theme.SPACE_S)
            section = plain_label("section", parent=self)
            section.setText(titles[kind])
            self._column.addWidget(section)
            for model in models:
                card = RecommendedCard(model, self)
                self.cards.append(card)
                self._column.addWidget(card)
        self._column.addStretch(1)


class RecommendedCard(QFrame):
    """One model: facts, what it is for, its files, and the publisher's page."""

    def __init__(self, model: RecommendedModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.setProperty("role", "card")
        name = plain_label(parent=self)
        name.setFont(theme.font(theme.BASE_PX, weight=QFont.Weight.DemiBold))
        name.setText(model.name)
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE_S)
        head.addWidget(name, 1)
        here = ("check", "ok", tr("on this PC"))
        head.addWidget(badge_of(here if model.path else fit_words(model.fits), self))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_S)
        column.setSpacing(2)
        column.addLayout(head)
        self.about = plain_label(wrap=True, parent=self)
        self.about.setText(recommended_texts.purpose(model.purpose))
        self.facts = plain_label("quiet", wrap=True, parent=self)
        self.facts.setText(facts(model))
        column.addWidget(self.about)
        column.addWidget(self.facts)
        if model.path:
            set_plain_tooltip(self, model.path)
            return
        self.page = plain_label("quiet", wrap=True, parent=self)
        self.page.setText(model.page)
        self.page.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.page.setAccessibleName(tr("Publisher's page of {name}", name=model.name))
        self.copy = QPushButton(icons.icon("copy", "quiet"), tr("Copy the address"), self)
        self.copy.setProperty("role", "plain")
        self.copy.setAutoDefault(False)
        self.copy.setAccessibleName(tr("Copy the address of {name}", name=model.name))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(model.page))
        foot = QHBoxLayout()
        foot.setSpacing(theme.SPACE_S)
        foot.addWidget(self.page, 1)
        foot.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(foot)


def facts(model: RecommendedModel) -> str:
    """Size, parameters, memory, languages, licence on a line; the files to take on the next."""
    parts = [tr("about {size}", size=size(model.size)), parameters(model.parameters)]
    parts.append(tr("needs {memory} of memory", memory=size(model.memory)))
    parts.append(recommended_texts.languages(model.languages))
    parts.append(tr("licence {licence}", licence=model.licence))
    files = tr(", ").join(model.files)
    told = trn("File: {files}", "Files: {files}", len(model.files), files=files)
    return "\n".join([" · ".join(parts), f"{model.publisher} · {told}"])
