# SPDX-License-Identifier: Apache-2.0
"""Which reranker orders found passages: a section of the models dialog.

None, one found in the model folder, or another folder.

A section of the models dialog. A choice is loaded by the engine at once, so that a folder that is none is told here and now; only one
that could be loaded is remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QVBoxLayout, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.models.card_list import CardList, card_of
from desktop_app.ui.models.model_card import ModelCard
from desktop_app.wording.place import file_name, short_path
from desktop_app.wording.problem_texts import sentence


class RerankerChoice(QWidget):
    """A section of the models dialog."""

    def __init__(self, client: EngineClient, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._entries: list[ModelEntry] = []
        self._operation: Operation | None = None
        self._problem: Problem | None = None
        self._trying = ""
        self._section = plain_label("section", parent=self)
        self._about, self._note = (plain_label("quiet", wrap=True, parent=self) for _ in range(2))
        self.cards = CardList()
        self.cards.clicked.connect(self.choose)
        self._other = QPushButton(icons.icon("folder", "quiet"), "", self)
        self._other.setProperty("role", "plain")
        self._other.clicked.connect(self._choose_other)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE_S)
        for widget in (self._section, self._about):
            column.addWidget(widget)
        column.addLayout(self.cards)
        column.addWidget(self._note)
        column.addWidget(self._other, 0, Qt.AlignmentFlag.AlignLeft)
        theme.notifier.changed.connect(self._fill)
        self.retranslate()

    def show_entries(self, entries: Sequence[ModelEntry]) -> None:
        """What lies in the model folder; entries of other kinds are passed over."""
        self._entries = [entry for entry in entries if entry.kind == "reranker"]
        self._fill()

    def choose(self, path: str) -> None:
        """Ask the engine to use ``path``, "" for none; remembered once it could be loaded."""
        if self._operation is not None:
            self._operation.cancel()
        self._trying, self._problem = path, None
        operation = self._client.request(lambda id_: messages.ChooseReranker(id=id_, reranker=path))
        self._operation = operation
        operation.succeeded.connect(lambda _: self._chosen(operation, path))
        operation.failed.connect(lambda problem: self._refused(operation, problem))
        self._show_note()

    @property
    def note(self) -> str:
        return self._note.text()

    def retranslate(self) -> None:
        self._section.setText(tr("RERANKER"))
        self._about.setText(
            tr(
                "Optional. A reranker reads question and passage together: a better order, for up to 1.5 seconds more a question."
            )
        )
        self._other.setText(tr("Another folder…"))
        self._fill()
        self._show_note()

    # ---- answers of the engine ----

    def _chosen(self, operation: Operation, path: str) -> None:
        if operation is self._operation:
            self._operation = None
            self._problem = self._settings.keep("reranker", path)
            self._fill()
            self._show_note()

    def _refused(self, operation: Operation, problem: Problem) -> None:
        if operation is self._operation:
            self._operation, self._problem = None, problem
            self._fill()
            self._show_note()

    # ---- showing ----

    def _choose_other(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("Folder of a reranker"), self._settings.text("model_folder"))
        if path:
            self.choose(path)

    def _fill(self) -> None:
        now = self._settings.text("reranker")
        self.cards.fill(self._choices(now), now)

    def _choices(self, now: str) -> Iterator[tuple[ModelCard, str]]:
        yield ModelCard(tr("None"), tr("Passages stay in the order of words and meaning.")), ""
        if now and now not in {entry.path for entry in self._entries}:
            yield ModelCard(file_name(now), short_path(now, 72)), now
        for entry in self._entries:
            yield card_of(entry), entry.path

    def _show_note(self) -> None:
        words = ""
        if self._operation is not None and self._trying:
            words = tr("Loading {name}…", name=file_name(self._trying))
        elif self._problem is not None:
            words = str(sentence(self._problem))
        self._note.setText(words)
        self._note.setVisible(bool(words))
