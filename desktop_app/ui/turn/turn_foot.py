# SPDX-License-Identifier: Apache-2.0
"""The line below a finished answer: what is known, what can be done.

The verdict counts sentences by what the documents say about them; without a model there is nothing to judge, because the sentences are
the documents' own.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QToolButton, QWidget

from desktop_app.contract.answer import Answer
from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import IconLabel, button_text, plain_label, set_plain_tooltip
from desktop_app.ui.turn.export_menu import ExportButton

_ICON_GAP = 6
_NARROW_PX = 420


def verdict(answer: Answer, *, quoted: bool) -> tuple[str, str, list[str]]:
    """Icon, its role, and the parts of the line. ``quoted``: the answer is made of quotes."""
    checks = answer.checks
    words: list[str] = []
    icon, role = ("check", "ok") if answer.found else ("info", "quiet")
    if not quoted and (checks.supported or checks.partly or checks.unsupported):
        if checks.supported:  # of none, what is wrong is all that matters
            words.append(trn("{n} sentence supported", "{n} sentences supported", checks.supported))
        icon, role = "check", "ok"
        if checks.partly:
            words.append(trn("{n} partly", "{n} partly", checks.partly))
            icon, role = "info", "quiet"
        if checks.unsupported:
            words.append(trn("{n} not found in the sources", "{n} not found in the sources", checks.unsupported))
            icon, role = "alert", "warn"
        if checks.corrected:
            words.append(trn("{n} citation corrected", "{n} citations corrected", checks.corrected))
    if answer.total_files:
        words.append(_searched(answer))
    if answer.dropped_turns:
        words.append(
            trn(
                "without the {n} oldest question of this conversation",
                "without the {n} oldest questions of this conversation",
                answer.dropped_turns,
            )
        )
    return icon, role, words


def _searched(answer: Answer) -> str:
    return trn(
        "searched {searched} of {total} file",
        "searched {searched} of {total} files",
        answer.total_files,
        searched=f"{answer.searched_files:,}",
        total=f"{answer.total_files:,}",
    )


class Foot(QWidget):
    """``stepped`` (-1, 1) between the answers that were given to the question; ``chosen`` carries the file of another model."""

    stepped = Signal(int)
    copied = Signal()
    regenerate = Signal()
    models_wanted = Signal()
    chosen = Signal(str)
    export_failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answer: Answer | None = None
        self._quoted = False
        self._answers = (0, 0)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, theme.SPACE_S, 0, 0)
        self._row.setSpacing(_ICON_GAP)
        self._icon = IconLabel("check", "ok", parent=self)
        self.verdict = plain_label("small", wrap=True, parent=self)
        said = QHBoxLayout()
        said.setSpacing(_ICON_GAP)
        said.addWidget(self._icon)
        said.addWidget(self.verdict, 1)
        self._row.addLayout(said, 1)
        tools = QHBoxLayout()
        tools.setSpacing(_ICON_GAP)
        tools.addStretch()
        self._row.addLayout(tools)
        self._back = _tool("chevron-left", self)
        self._number = plain_label("small", parent=self)
        self._on = _tool("chevron-right", self)
        self._back.clicked.connect(lambda: self.stepped.emit(-1))
        self._on.clicked.connect(lambda: self.stepped.emit(1))
        self.other = _tool("model", self)
        self.other.clicked.connect(self.models_wanted)
        self.again = _tool("refresh", self)
        self.again.clicked.connect(self.regenerate)
        self.copy = _tool("copy", self)
        self.copy.clicked.connect(self.copied)
        self.export = ExportButton(lambda: self._answer, self)
        self.export.failed.connect(self.export_failed)
        for widget in (self._back, self._number, self._on, self.other, self.again, self.export, self.copy):
            tools.addWidget(widget)
            if isinstance(widget, QToolButton):
                widget.setFixedSize(widget.sizeHint())  # not pressed flat while the buttons move below the words
        self._show_versions()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow column the buttons stand below the words."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW_PX
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def only_copy(self) -> None:
        """For an answer that stands beside another one."""
        self.other.hide()
        self.again.hide()

    def show_answer(self, answer: Answer, *, quoted: bool) -> None:
        """``quoted``: its text is made of quotes, which are always supported."""
        self._answer, self._quoted = answer, quoted
        self.retranslate()

    def set_versions(self, number: int, count: int) -> None:
        """This is answer ``number``, from 1, of ``count`` to the same question."""
        self._answers = (number, count)
        self._show_versions()

    def offer(self, entries: Sequence[ModelEntry]) -> None:
        """Open the menu of models that can be asked as well."""
        menu = self.menu_of(entries)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.other.mapToGlobal(self.other.rect().bottomLeft()))

    def menu_of(self, entries: Sequence[ModelEntry]) -> QMenu:
        """The menu as it would open: without the model that answered, and those that cannot."""
        menu = QMenu(self)
        asked = self._answer.model if self._answer is not None else ""
        usable = [
            entry
            for entry in entries
            if entry.kind == "llm" and not entry.problem and entry.fits != "no" and entry.path != asked
        ]
        for entry in usable:
            action = QAction(button_text(entry.name), menu)
            set_plain_tooltip(action, entry.path)
            action.triggered.connect(lambda _=False, path=entry.path: self.chosen.emit(path))
            menu.addAction(action)
        if not usable:
            action = QAction(tr("No other model in the model folder"), menu)
            action.setEnabled(False)
            menu.addAction(action)
        menu.setToolTipsVisible(True)
        return menu

    def retranslate(self) -> None:
        for button, words in (
            (self._back, tr("Earlier answer")),
            (self._on, tr("Later answer")),
            (self.other, tr("Ask another model, side by side…")),
            (self.again, tr("Answer again")),
            (self.copy, tr("Copy the answer with its places")),
        ):
            set_plain_tooltip(button, words)
            button.setAccessibleName(words)
        self.export.retranslate()
        if self._answer is None:
            return
        icon, role, words_ = verdict(self._answer, quoted=self._quoted)
        self._icon.set_icon(icon, role)
        self._icon.setVisible(bool(words_))
        self.verdict.setText(" · ".join(words_))
        total = self._answer.timings.get("total")
        set_plain_tooltip(self.verdict, tr("answered in {seconds} s", seconds=f"{total:.1f}") if total else "")
        self._show_versions()

    def _show_versions(self) -> None:
        number, count = self._answers
        for widget in (self._back, self._number, self._on):
            widget.setVisible(count > 1)
        self._number.setText(f"{number}/{count}")
        self._number.setAccessibleName(tr("Answer {number} of {count}", number=number, count=count))
        self._back.setEnabled(number > 1)
        self._on.setEnabled(number < count)


def _tool(name: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(icons.icon(name, "quiet"))
    icons.set_size(button, QSize(16, 16))
    return button
