# SPDX-License-Identifier: Apache-2.0
"""Draws the frame of a chip or card that opens a source."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.ui.look import theme


def paint_frame(painter: QPainter, widget: QWidget, *, current: bool, pressed: bool = False) -> None:
    """``current``: its source is the one that is open."""
    colours = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colours.colour("focus" if widget.hasFocus() or current else "line"), 1))
    painter.setBrush(colours.colour("hover" if widget.underMouse() or pressed else "raised"))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
