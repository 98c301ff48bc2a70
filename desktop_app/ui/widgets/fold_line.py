# SPDX-License-Identifier: Apache-2.0
"""Quiet buttons, and a line of words that unfolds what belongs to it.

Thoughts, quotes, passages and unsupported text stay folded below such a line, so that an answer is short to read and complete to check.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop_app.foundation.shown import shown_name
from desktop_app.ui.look import icons, theme

_HEIGHT = 28
_CHEVRON = 14
_GAP = 4


class QuietButton(QAbstractButton):
    """Words in the colour of small print, cut in their middle where they do not fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(theme.font(13))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_words(self, words: str) -> None:
        """Show other words."""
        words = shown_name(words)
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(words)
            self.updateGeometry()

    def _chevron(self) -> str:
        """The icon behind the words, "" for none."""
        return ""

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self.text()) + 2
        return QSize(width + (_GAP + _CHEVRON if self._chevron() else 0), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, _HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chevron = self._chevron()
        live = self.focusPolicy() != Qt.FocusPolicy.NoFocus and (self.underMouse() or self.isDown())
        role = "ink" if live else "quiet"
        painter.setPen(colours.colour(role))
        painter.setFont(self.font())
        metrics = QFontMetrics(self.font())
        room = self.width() - (_GAP + _CHEVRON if chevron else 0)
        words = metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        if chevron:
            place = QRectF(metrics.horizontalAdvance(words) + _GAP, (self.height() - _CHEVRON) / 2, _CHEVRON, _CHEVRON)
            icons.paint(painter, place, chevron, role)
        if self.hasFocus():
            painter.setPen(QPen(colours.colour("focus"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 1.5, -0.5, -1.5), 4, 4)


class FoldLine(QuietButton):
    """Checked while unfolded. ``set_foldable``: whether there is anything below it; without, it is a line of words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)

    def set_foldable(self, *, foldable: bool) -> None:
        """Whether there is anything below it to unfold."""
        if foldable == self.isCheckable():
            return
        self.setCheckable(foldable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if foldable else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if foldable else Qt.CursorShape.ArrowCursor)
        self.updateGeometry()
        self.update()

    def _chevron(self) -> str:
        if not self.isCheckable():
            return ""
        return "chevron-down" if self.isChecked() else "chevron-right"
