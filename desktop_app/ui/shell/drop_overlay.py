# SPDX-License-Identifier: Apache-2.0
"""Takes files dropped anywhere on the window, and shows that it will."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QDropEvent, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.widgets.drops import dropped_paths


class DropOverlay(QWidget):
    """Covers the window while files are dragged over it. ``dropped`` carries their paths."""

    dropped = Signal(list)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window:
            if isinstance(event, QDropEvent) and event.type() in (QEvent.Type.DragEnter, QEvent.Type.Drop):
                self._take(event)
                return True
            if event.type() == QEvent.Type.DragLeave:
                self.hide()
        return super().eventFilter(watched, event)

    def _take(self, event: QDropEvent) -> None:
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self.hide()
            if paths:
                self.dropped.emit(paths)
        elif paths:
            self.setGeometry(self._window.rect())
            self.raise_()
            self.show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = colours.colour("paper")
        veil.setAlpha(235)
        painter.fillRect(self.rect(), veil)
        pen = QPen(colours.colour("accent"), 2)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        frame = QRectF(self.rect()).adjusted(20, 20, -20, -20)
        painter.drawRoundedRect(frame, 12, 12)
        middle = frame.center()
        icons.paint(painter, QRectF(middle.x() - 24, middle.y() - 64, 48, 48), "folder-plus", "accent_text")
        painter.setPen(colours.colour("ink"))
        painter.setFont(theme.font(theme.TITLE_PX, weight=QFont.Weight.DemiBold))
        line = QRectF(frame.x(), middle.y(), frame.width(), 32)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, tr("Drop to add to the library"))
        painter.setPen(colours.colour("quiet"))
        painter.setFont(theme.font())
        line.translate(0, 32)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, tr("Files stay where they are; Inkstone only reads them."))
