# SPDX-License-Identifier: Apache-2.0
"""A line that offers the multilingual embedding model.

It is offered to a library of the light English model; the new one knows Chinese and a hundred more languages.

Hidden where there is nothing to offer, and for this session once it was declined. The change is prepared from the stored texts while the
light model goes on answering.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.translation import tr
from desktop_app.ui.widgets.in_place_question import InPlaceQuestion
from desktop_app.wording.problem_texts import sentence


class ModelOffer(InPlaceQuestion):
    """``accepted``: the model is wanted; the next index run prepares it."""

    accepted = Signal()

    def __init__(self, client: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._offered = ""
        self._declined = False
        self._problem: Problem | None = None
        self._choosing: Operation | None = None
        self.agreed.connect(self._accept)
        self.declined.connect(self._decline)
        self.retranslate()

    def set_overview(self, overview: messages.OverviewResult) -> None:
        """What the library uses, and which model it could change to."""
        self._offered = overview.embedding_offered
        self._show()

    def retranslate(self) -> None:
        self.yes.setText(tr("Change"))
        self.no.setText(tr("Later"))
        self._show()

    def _show(self) -> None:
        text = tr(
            "This library is searched with the light English model. The new one also understands Chinese and a hundred other "
            "languages; until it is ready, the light one goes on answering."
        )
        self.words.setText(str(sentence(self._problem)) if self._problem is not None else text)
        self.yes.setVisible(self._problem is None)
        self.setVisible(bool(self._offered) and not self._declined)

    def _accept(self) -> None:
        self.yes.setEnabled(False)
        self._choosing = self._client.request(lambda id_: messages.ChooseEmbedding(id=id_, embedding=self._offered))
        self._choosing.succeeded.connect(self._chosen)
        self._choosing.failed.connect(self._refused)

    def _chosen(self, _: object) -> None:
        self.yes.setEnabled(True)
        self._offered = ""
        self._show()
        self.accepted.emit()

    def _refused(self, problem: Problem) -> None:
        self.yes.setEnabled(True)
        self._problem = problem
        self._show()

    def _decline(self) -> None:
        self._declined = True
        self._show()
