# SPDX-License-Identifier: Apache-2.0
"""A value that hits can be narrowed to, with its number of files."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import trn
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import set_plain_tooltip

_TICK = 14


class CountRow(QAbstractButton):
    """Checked while hits are narrowed to it; the arrow keys go to the next row. ``files``: 0 where the number is not known."""

    def __init__(
        self, name: str, files: int = 0, *, checked: bool = False, tip: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._files = files
        self.setFont(theme.font(13))
        self.setCheckable(True)
        self.setChecked(checked)
        self.setText(shown_name(name))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if tip:
            set_plain_tooltip(self, tip)
        said = trn("{n} file", "{n} files", files) if files else ""
        self.setAccessibleName(", ".join(filter(None, (self.text(), said))))

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self.text()) + 72, metrics.height() + 10)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, QFontMetrics(self.font()).height() + 10)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        colours, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = "selection" if self.isChecked() else "hover" if self.underMouse() else ""
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(colours.colour(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colours.colour("focus"), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, 4, 4)
        metrics = QFontMetrics(self.font())
        painter.setFont(self.font())
        inside = self.rect().adjusted(theme.SPACE_S, 0, -theme.SPACE_S, 0)
        right = 0
        if self.isChecked():
            place = QRectF(inside.right() - _TICK, (self.height() - _TICK) / 2, _TICK, _TICK)
            icons.paint(painter, place, "close", "ink")
            right = _TICK + theme.SPACE_S
        elif self._files:
            told = f"{self._files:,}"
            right = metrics.horizontalAdvance(told) + theme.SPACE_S
            painter.setPen(colours.colour("quiet"))
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, told)
        painter.setPen(colours.colour("ink"))
        words = metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, inside.width() - right)
        place_of_words = QRect(inside.x(), 0, inside.width() - right, self.height())
        painter.drawText(place_of_words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
