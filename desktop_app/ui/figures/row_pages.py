# SPDX-License-Identifier: Apache-2.0
"""All rows of a form, page after page from the engine."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.form import Form
from desktop_app.foundation.errors import Problem


class RowPages(QObject):
    """``came`` carries a ``FormRowsResult``; the next one is asked for by ``go_on``, until ``after`` of one is None. ``failed`` carries a Problem."""

    came = Signal(object)
    failed = Signal(object)

    def __init__(self, client: EngineClient, form: Form, question: str, parent: QObject) -> None:
        super().__init__(parent)
        self._client = client
        self._form, self._question = form, question
        self._operation: Operation | None = None

    def go_on(self, after: tuple[int, int] = (0, -1)) -> None:
        """Ask for the rows behind ``after``."""
        form, question = self._form, self._question
        self._operation = self._client.request(lambda id_: messages.FormRows(id=id_, form=form, after=after, question=question))
        self._operation.succeeded.connect(self.came)
        self._operation.failed.connect(self._failed)

    def _failed(self, problem: Problem) -> None:
        self.failed.emit(problem)
