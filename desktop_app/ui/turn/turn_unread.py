# SPDX-License-Identifier: Apache-2.0
"""Says that an answer came before all files were read, and what to do.

An answer from a quarter of the files looked like one from all of them. Where nothing was found, the question is answered again by itself
when the rest is read; else a button asks for that. Of an empty library it says that it is empty.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop_app.contract.answer import Answer
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import IconLabel, plain_label


def is_early(answer: Answer) -> bool:
    """Whether there is anything to tell: files were still to be read, or there were none at all."""
    return answer.unread_files > 0 or not answer.total_files


class Unread(QWidget):
    """``wanted``: whether the question is to be answered again when all is read. ``again``: it is to be answered again now."""

    wanted = Signal(bool)
    again = Signal()
    add_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answer: Answer | None = None
        self._files = -1
        self._unread = 0
        self._waits = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.SPACE_S, 0, theme.SPACE_S)
        row.setSpacing(theme.SPACE_S)
        self._icon = IconLabel("info", "quiet", parent=self)
        self.words = plain_label("quiet", wrap=True, parent=self)
        self.button = QPushButton(self)
        icons.set_size(self.button, icons.BESIDE_TEXT)
        self.button.clicked.connect(self._pressed)
        row.addWidget(self._icon)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)

    def show_answer(self, answer: Answer) -> None:
        """Tell of ``answer``."""
        self._answer = answer
        self.retranslate()

    def set_reading(self, files: int, unread: int, *, waits: bool) -> None:
        """``files`` of the library now (-1: not known) and how many of them are still to be read. ``waits``: the question is answered again
        when they are."""
        self._files, self._unread, self._waits = files, unread, waits
        self.retranslate()

    def retranslate(self) -> None:
        answer = self._answer
        if answer is None:
            return
        words = self._said(answer)
        button, icon = tr("Answer again"), "refresh"
        if self._empty:
            button, icon = tr("Add a folder"), "folder-plus"
        elif self._waits:
            words += tr(" This is then answered again, if Inkstone is still open.")
            button, icon = tr("Cancel"), "close"
        elif self._unread:
            button = tr("Answer again when they are read")
        self.words.setText(words)
        self.button.setText(button)
        self.button.setIcon(icons.icon(icon))

    @property
    def _empty(self) -> bool:
        return self._answer is not None and not self._answer.total_files and self._files <= 0

    def _said(self, answer: Answer) -> str:
        if self._empty:
            return tr("There is nothing in your library yet.")
        if self._unread:
            now = min(self._unread, answer.unread_files or self._unread)
            total = max(answer.total_files, now)
            return trn(
                "{n} of {total} file is still being read.",
                "{n} of {total} files are still being read.",
                now,
                total=f"{total:,}",
            )
        if not answer.total_files:
            return tr("There was nothing in your library when this was answered.")
        return trn(
            "{n} file had not been read when this was answered.",
            "{n} files had not been read when this was answered.",
            answer.unread_files,
        )

    def _pressed(self) -> None:
        if self._empty:
            self.add_requested.emit()
        elif self._unread:
            self.wanted.emit(not self._waits)
        else:
            self.again.emit()
