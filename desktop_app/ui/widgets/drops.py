# SPDX-License-Identifier: Apache-2.0
"""Dropped files: their paths, and the frame that takes them."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from desktop_app.ui.look import theme


def dropped_paths(data: QMimeData) -> list[str]:
    """The local files and folders of a drag, each once, in order; web addresses and the like are left out."""
    if not data.hasUrls():
        return []
    return list(dict.fromkeys(url.toLocalFile() for url in data.urls() if url.isLocalFile() and url.toLocalFile()))


class DropFrame(QFrame):
    """A rounded frame, dashed where things may be dropped, in the accent colour while something hangs over it."""

    def __init__(self, parent: QWidget | None = None, *, dashed: bool = False) -> None:
        super().__init__(parent)
        self._dashed = dashed
        self._hot = False

    def set_hot(self, *, hot: bool) -> None:
        """Whether something hangs over it."""
        self._hot = hot
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(colours.accent if self._hot else colours.edge), 1.5 if self._hot else 1)
        if self._dashed:
            pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(
            QColor(colours.hover if self._hot else colours.raised) if self._hot or not self._dashed else Qt.BrushStyle.NoBrush
        )
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), theme.RADIUS, theme.RADIUS)
