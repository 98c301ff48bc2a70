# SPDX-License-Identifier: Apache-2.0
"""Saves an answer or a conversation as a file.

The menu of formats, the question where, and what went wrong.

    ExportButton | Exports(widget).menu_of_turn(turn) | .menu_of_conversation(client, id)
        ->  format  ->  place  ->  saved(path) | failed(problem)

The file is made beside the window's work, because a long conversation takes Word and PDF some seconds (40 ms a question), and replaces an
older one only when it is whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, QStandardPaths, Qt, QThreadPool, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.contract.answer import Answer
from desktop_app.contract.conversation import Turn
from desktop_app.foundation.errors import Problem, UsageProblem, as_problem
from desktop_app.foundation.translation import tr
from desktop_app.ui.exporting.saving import may_export, suggested_name, write
from desktop_app.ui.look import icons
from desktop_app.ui.look.labels import set_plain_tooltip
from desktop_app.wording.problem_texts import sentence

if TYPE_CHECKING:
    from desktop_app.ui.exporting.contents import Contents

Take = Callable[[str, Sequence[Turn]], None]
"""What is given the title and the turns, at once or when the engine has told them."""

KINDS = ("docx", "pdf", "html", "md")


def kind_words(kind: str) -> str:
    """The name of a format in the menu."""
    words = {
        "docx": tr("Word document"),
        "pdf": tr("PDF"),
        "html": tr("Web page"),
        "md": tr("Markdown"),
    }
    return words[kind]


class Exports(QObject):
    """Belongs to the widget that offers it. ``saved`` carries the file's path, ``failed`` a Problem."""

    saved = Signal(str)
    failed = Signal(object)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)

    def menu_of_turn(self, turn: Turn, parent: QWidget | None = None) -> QMenu:
        """The menu of formats for one turn."""
        return self._menu(lambda take: take(turn.question, [turn]), parent)

    def menu_of_conversation(self, client: EngineClient, conversation: int, parent: QWidget | None = None) -> QMenu:
        """The menu of formats for a whole conversation, asked for from the engine."""

        def give(take: Take) -> None:
            operation = client.request(lambda id_: messages.OpenConversation(id=id_, conversation=conversation))
            operation.succeeded.connect(lambda result: take(result.head.title, result.turns))
            operation.failed.connect(self.failed)

        return self._menu(give, parent)

    def _menu(self, give: Callable[[Take], None], parent: QWidget | None) -> QMenu:
        menu = QMenu(tr("Export"), parent or self._widget)
        menu.setIcon(icons.icon("download"))
        for kind in KINDS:
            menu.addAction(f"{kind_words(kind)} (.{kind})", partial(give, partial(self._ask_where, kind)))
        menu.menuAction().setEnabled(may_export())
        return menu

    def _ask_where(self, kind: str, title: str, turns: Sequence[Turn]) -> None:
        dialog = QFileDialog(self._widget, tr("Export"), self._folder, f"{kind_words(kind)} (*.{kind})")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)  # which asks before it overwrites
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"{suggested_name(title)}.{kind}")
        dialog.fileSelected.connect(lambda path: self.save(path, kind, title, turns))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, path: str, kind: str, title: str, turns: Sequence[Turn]) -> None:
        """Make the file and put it at ``path``; ``saved`` or ``failed`` tells the end."""
        self._folder = os.path.dirname(path)
        work = _Work()
        work.done.connect(self._ended, Qt.ConnectionType.QueuedConnection)
        QThreadPool.globalInstance().start(lambda: work.run(path, kind, title, turns))

    def _ended(self, path: str, problem: Problem | None) -> None:
        if problem is None:
            self.saved.emit(path)
        else:
            self.failed.emit(problem)


class _Work(QObject):
    """Kept apart, so that a file that is finished after its window has somewhere to report to."""

    done = Signal(str, object)

    def run(self, path: str, kind: str, title: str, turns: Sequence[Turn]) -> None:
        problem = None
        try:
            from desktop_app.ui.exporting.contents import contents

            write(path, made(kind, contents(title, turns, datetime.now().astimezone())))
        except Exception as error:  # noqa: BLE001 - whatever happens in the pool must be told
            problem = as_problem(error)
        self.done.emit(path, problem)


class ExportButton(QToolButton):
    """Opens the menu of formats for the answer that ``answer`` gives at that moment."""

    failed = Signal(object)

    def __init__(self, answer: Callable[[], Answer | None], parent: QWidget) -> None:
        super().__init__(parent)
        self._answer = answer
        self.exports = Exports(self)
        self.exports.failed.connect(self.failed)
        self.setIcon(icons.icon("download", "quiet"))
        icons.set_size(self, QSize(16, 16))
        self.clicked.connect(self._open)
        self.retranslate()

    def menu_now(self) -> QMenu | None:
        """The menu as it would open; None while there is no answer."""
        answer = self._answer()
        return self.exports.menu_of_turn(Turn(0, answer.question, answer)) if answer is not None else None

    def retranslate(self) -> None:
        self.setEnabled(may_export())
        set_plain_tooltip(self, tr("Export the answer…") if may_export() else str(sentence(UsageProblem("export_off"))))
        self.setAccessibleName(tr("Export the answer…"))

    def _open(self) -> None:
        menu = self.menu_now()
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.mapToGlobal(self.rect().bottomLeft()))


def made(kind: str, exported: Contents) -> bytes:
    """The file's bytes; the writer of a format is imported when it is wanted."""
    if kind == "docx":
        from desktop_app.ui.exporting.to_docx import to_docx

        return to_docx(exported)
    if kind == "pdf":
        from desktop_app.ui.exporting.to_pdf import to_pdf

        return to_pdf(exported)
    if kind == "html":
        from desktop_app.ui.exporting.to_html import to_html

        return to_html(exported)
    from desktop_app.ui.exporting.to_markdown import to_markdown

    return to_markdown(exported)
