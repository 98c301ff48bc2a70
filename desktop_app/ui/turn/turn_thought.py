# SPDX-License-Identifier: Apache-2.0
"""What a model thinks before it answers: a folded line with the seconds.

Thoughts are of no use to most readers and several times as long as the answer, so they are written into a text only once the line is
unfolded.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.answer.flow_text import FlowText
from desktop_app.ui.look import theme
from desktop_app.ui.widgets.fold_line import FoldLine

_SECOND_MS = 1000
_FRAME_MS = 60


class Thought(QWidget):
    """Unfolds to what was thought."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._shown = 0  # characters of it that stand in the text
        self._began = 0.0
        self._seconds = -1.0  # -1: not known, as of a thought that was kept
        self._view: FlowText | None = None
        self.line = FoldLine(self)
        self.line.toggled.connect(lambda _: self._show_text())
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, theme.SPACE_XS)
        self._column.setSpacing(0)
        self._column.addWidget(self.line)
        self._clock = QTimer(self)
        self._clock.setInterval(_SECOND_MS)
        self._clock.timeout.connect(self.retranslate)
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(_FRAME_MS)
        self._frame.timeout.connect(self._show_text)

    @property
    def text(self) -> str:
        return self._text

    def append(self, text: str) -> None:
        """More of it, while it is thought."""
        if not self._clock.isActive():
            self._began = time.monotonic()
            self._clock.start()
            self.retranslate()
        self._text += text
        if self.line.isChecked() and not self._frame.isActive():
            self._frame.start()

    def end(self, text: str = "") -> None:
        """It is thought to its end; ``text``: the whole of it, where it is known."""
        if self._clock.isActive():
            self._clock.stop()
            self._seconds = time.monotonic() - self._began
        if text and text != self._text:
            self._text, self._shown = text, 0
            if self._view is not None:
                self._view.clear()
        self._show_text()
        self.retranslate()

    def retranslate(self) -> None:
        if self._clock.isActive():
            words = tr("Thinking… {seconds} s", seconds=round(time.monotonic() - self._began))
        elif self._seconds >= 0:
            words = tr("Thought for {seconds} s", seconds=max(1, round(self._seconds)))
        else:
            words = tr("What the model thought before it answered")
        self.line.set_words(words)
        if self._view is not None:
            self._view.setAccessibleName(tr("What the model thought before it answered"))

    def restyle(self) -> None:
        if self._view is not None:
            self._view.setTextColor(theme.current().colour("quiet"))
            self._view.setPlainText(self._text)

    def _show_text(self) -> None:
        unfolded = self.line.isChecked()
        if self._view is not None:
            self._view.setVisible(unfolded)
        if not unfolded:
            return
        if self._view is None:
            self._view = FlowText(13, self)
            self._view.setTextColor(theme.current().colour("quiet"))
            self._column.addWidget(self._view)
            self._view.show()
            self.retranslate()
        cursor = QTextCursor(self._view.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        form = cursor.charFormat()
        form.setForeground(theme.current().colour("quiet"))
        cursor.insertText(self._text[self._shown :], form)
        self._shown = len(self._text)
