# SPDX-License-Identifier: Apache-2.0
"""A line that offers the multilingual embedding model.

It is offered to a library of the light English model; the new one knows Chinese and a hundred more languages.

Hidden where there is nothing to offer, and for this session once it was declined. The change is prepared from the stored texts while the
light model goes on answering.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.widgets.drops import DropFrame
from desktop_app.wording.problem_texts import sentence


class ModelOffer(DropFrame):
    """``accepted``: the model is wanted; the next index run prepares it."""

    accepted = Signal()

    def __init__(self, client: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._offered = ""
        self._declined = False
        self._problem: Problem | None = None
        self._choosing: Operation | None = None
        self._words = plain_label(wrap=True, parent=self)
        self._yes, self._no = QPushButton(self), QPushButton(self)
        self._no.setProperty("role", "plain")
        self._yes.clicked.connect(self._accept)
        self._no.clicked.connect(self._decline)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE_S)
        buttons.addWidget(self._yes)
        buttons.addWidget(self._no)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_S)
        column.addWidget(self._words)
        column.addLayout(buttons)
        self.retranslate()

    def set_overview(self, overview: messages.OverviewResult) -> None:
        """What the library uses, and which model it could change to."""
        self._offered = overview.embedding_offered
        self._show()

    def retranslate(self) -> None:
        self._yes.setText(tr("Change"))
        self._no.setText(tr("Later"))
        self._show()

    def _show(self) -> None:
        text = tr(
            "This library is searched with the light English model. The new one also understands Chinese and a hundred other "
            "languages; until it is ready, the light one goes on answering."
        )
        self._words.setText(str(sentence(self._problem)) if self._problem is not None else text)
        self._yes.setVisible(self._problem is None)
        self.setVisible(bool(self._offered) and not self._declined)

    def _accept(self) -> None:
        self._yes.setEnabled(False)
        self._choosing = self._client.request(lambda id_: messages.ChooseEmbedding(id=id_, embedding=self._offered))
        self._choosing.succeeded.connect(self._chosen)
        self._choosing.failed.connect(self._refused)

    def _chosen(self, _: object) -> None:
        self._yes.setEnabled(True)
        self._offered = ""
        self._show()
        self.accepted.emit()

    def _refused(self, problem: Problem) -> None:
        self._yes.setEnabled(True)
        self._problem = problem
        self._show()

    def _decline(self) -> None:
        self._declined = True
        self._show()
