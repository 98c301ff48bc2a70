# SPDX-License-Identifier: Apache-2.0
"""The bar that asks what to do with a model that was dropped.

a folder with documents and models   read the documents | the model only | both
a model                              copy it into the model folder | use it where it lies | not now
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation import paths
from desktop_app.foundation.errors import Problem, problem_from
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr, tr_noop, translate, trn
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import IconLabel, plain_label
from desktop_app.ui.models.card_list import title_of
from desktop_app.ui.widgets import escape_key
from desktop_app.wording.place import file_name, folder_of, short_name, short_path
from desktop_app.wording.problem_texts import sentence
from desktop_app.wording.quantities import size

_NAME = 64  # characters of a model's or folder's name


class ModelDropBar(QFrame):
    """``chosen``: kind and path of a model to use; ``documents_wanted``: a folder whose documents are to be read."""

    chosen = Signal(str, str)
    documents_wanted = Signal(str)

    def __init__(self, client: EngineClient, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._waiting: list[ModelEntry] = []
        self._mixed: list[str] = []
        self._copying: Operation | None = None
        self._copied = (0, 0)  # bytes, of how many
        self._problem: Problem | None = None
        self.setProperty("role", "card")
        self._icon = IconLabel("model", "accent_text", parent=self)
        self.words = plain_label(wrap=True, parent=self)
        self._about = plain_label("quiet", wrap=True, parent=self)
        self.buttons = [QPushButton(self) for _ in range(3)]
        self.buttons[0].setProperty("role", "primary")
        self.buttons[2].setProperty("role", "plain")
        for number, button in enumerate(self.buttons):
            button.clicked.connect(partial(self._pressed, number))
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.words)
        texts.addWidget(self._about)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE_L, theme.SPACE_S, theme.SPACE_L, theme.SPACE_S)
        row.setSpacing(theme.SPACE_S)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        for button in self.buttons:
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def ask(self, models: Sequence[ModelEntry], mixed: Sequence[str]) -> None:
        """Ask about these models, after those that wait already; ``mixed``: folders that hold documents as well."""
        known = {entry.path for entry in self._waiting}
        self._waiting += [entry for entry in models if entry.path not in known]
        self._mixed += [folder for folder in mixed if folder not in self._mixed]
        self._show()
        self.buttons[0].setFocus()

    def retranslate(self) -> None:
        self._show()

    # ---- showing ----

    def _show(self) -> None:
        self.setVisible(bool(self._waiting))
        if not self._waiting:
            return
        entry = self._waiting[0]
        more = len(self._waiting) - 1
        labels: tuple[str, str, str]
        if self._copying is not None:
            self.words.setText(tr("Copying {name}…", name=_name(entry)))
            self._about.setText(tr("{done} of {total}", done=size(self._copied[0]), total=size(self._copied[1])))
            labels = ("", "", tr("Stop"))
        elif self._problem is not None:
            self.words.setText(str(sentence(self._problem)))
            self._about.setText("")
            labels = ("", tr("Use it where it lies"), tr("Not now"))
        elif self._mixed:
            folder = self._mixed[0]
            inside = [one for one in self._waiting if _is_in(one.path, folder)]
            self.words.setText(
                trn(
                    "“{folder}” holds documents and the model {name}.",
                    "“{folder}” holds documents and {n} models, among them {name}.",
                    len(inside) or 1,
                    folder=short_name(file_name(folder), _NAME),
                    name=_name(inside[0] if inside else entry),
                )
            )
            self._about.setText(tr("Documents are read; a model is only offered."))
            labels = (tr("Read the documents"), tr("Documents and model"), tr("The model only"))
        elif entry.problem:
            data = {**entry.data, "path": file_name(entry.path)}
            self.words.setText(str(sentence(problem_from(entry.problem, data))))
            self._about.setText("")
            labels = ("", "", tr("Close"))
        else:
            self.words.setText(translate(_KINDS[entry.kind]).format(name=_name(entry)))
            self._about.setText(self._facts(entry, more))
            here = self._lies_in_model_folder(entry.path)
            labels = (
                "" if here else tr("Copy to the model folder"),
                tr("Use it") if here else tr("Use it where it lies"),
                tr("Not now"),
            )
        self._about.setVisible(bool(self._about.text()))
        for button, words in zip(self.buttons, labels, strict=True):
            button.setText(words)
            button.setVisible(bool(words))
        self.setAccessibleName(self.words.text())

    def _facts(self, entry: ModelEntry, more: int) -> str:
        fits = {
            "yes": tr("fits this PC"),
            "tight": tr("needs more memory than is free now"),
            "no": tr("needs more memory than this PC has"),
        }[entry.fits]
        parts = [size(entry.size), fits, short_path(folder_of(entry.path), 48)]
        if more:
            parts.append(trn("{n} more model after this", "{n} more models after this", more))
        return " · ".join(parts)

    def _lies_in_model_folder(self, path: str) -> bool:
        folder = self._settings.text("model_folder")
        return bool(folder) and _is_in(path, folder)

    # ---- what is pressed ----

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._copying is None:
            self._decline()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        return escape_key.kept(event) or super().event(event)

    def _pressed(self, number: int, _checked: bool = False) -> None:
        if self._copying is not None:
            self._copying.cancel()
        elif self._problem is None and self._mixed:
            self._answer_mixed(number)
        elif number == 0:
            self._copy()
        elif number == 1:
            self._use(self._waiting[0].path)
        else:
            self._decline()

    def _answer_mixed(self, number: int) -> None:
        folder = self._mixed.pop(0)
        if number < 2:
            self.documents_wanted.emit(folder)
        if number == 0:
            self._waiting = [entry for entry in self._waiting if not _is_in(entry.path, folder)]
        self._show()

    def _decline(self) -> None:
        self._problem = None
        if self._mixed:
            self._mixed.pop(0)
        self._waiting.pop(0)
        self._show()

    def _use(self, path: str) -> None:
        entry = self._waiting.pop(0)
        self._problem = None
        self._show()
        self.chosen.emit(entry.kind, path)

    def _copy(self) -> None:
        folder = self._settings.text("model_folder") or str(paths.home() / "models")
        path = self._waiting[0].path
        self._copied = (0, self._waiting[0].size)
        operation = self._copying = self._client.request(lambda id_: messages.ImportModel(id=id_, path=path, folder=folder))
        operation.progressed.connect(self._progressed)
        operation.succeeded.connect(lambda reply: self._imported(folder, reply.path))
        operation.failed.connect(self._failed)
        operation.was_cancelled.connect(self._stopped)
        self._show()

    # ---- answers of the engine ----

    def _progressed(self, reply: object) -> None:
        if isinstance(reply, messages.Progress):
            self._copied = (reply.done, reply.total or 0)
            self._show()

    def _imported(self, folder: str, path: str) -> None:
        self._copying = None
        if not self._settings.text("model_folder"):
            self._problem = self._settings.keep("model_folder", folder)
        self._use(path)

    def _failed(self, problem: Problem) -> None:
        self._copying, self._problem = None, problem
        self._show()

    def _stopped(self) -> None:
        self._copying = None
        self._show()


def _name(entry: ModelEntry) -> str:
    return short_name(title_of(entry), _NAME)


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/\\") + ("\\" if "\\" in folder else "/"))


_KINDS = {
    "llm": tr_noop("{name} is an answer model, not a document."),
    "embedding": tr_noop("{name} is an embedding model, not a document."),
    "reranker": tr_noop("{name} is a reranker, not a document."),
    "checker": tr_noop("{name} is a checking model, not a document."),
}
