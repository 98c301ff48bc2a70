# SPDX-License-Identifier: Apache-2.0
"""What pages and pictures share: zoom, wheel, fit to width, marks.

A mark that was scrolled to is pinned: it stays in sight when the size changes, until the reader scrolls. The amber is multiplied onto
what lies below it, so that ink keeps its contrast.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from desktop_app.foundation.errors import EnvironmentProblem, Problem
from desktop_app.ui.look import theme
from desktop_app.ui.navigation.zoom_buttons import ZoomButtons
from desktop_app.wording.place import file_name
from desktop_app.wording.problem_texts import sentence

MARGIN = 12  # px around what is shown
STEP = 1.2  # one zoom step
_LINE_PX = 40  # one step of a scroll bar
_AMBER = QColor("#FFD873")
_PALE_AMBER = QColor("#FFF0C2")
_AMBER_EDGE = QColor(theme.LIGHT.mark_edge)
_EDGE_PX = 1.4
_INK = QColor("#4A4843")  # on white in every theme: it is paper


class ZoomableArea(QAbstractScrollArea):
    """``zoom_changed`` carries the zoom, 1.0 for 100 %. A subclass lays out what it shows (``_layout``) and says what lies at a point of
    the viewport (``_spot``) and how to bring that back to one (``_scroll_to``)."""

    zoom_changed = Signal(float)

    def __init__(self, smallest: float, largest: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._smallest, self._largest = smallest, largest
        self._zoom = 1.0
        self._fit = True
        self._pinned = False
        self._softly = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.setSingleStep(_LINE_PX)
            bar.actionTriggered.connect(self._unpin)

    @property
    def zoom(self) -> float:
        return self._zoom

    def set_zoom(self, zoom: float, around: QPointF | None = None) -> None:
        """``around`` is the point of the viewport that stays where it is; without one it is in the upper middle."""
        around = around or QPointF(self.viewport().width() / 2, self.viewport().height() / 3)
        spot = self._spot(around)
        if spot is None:
            return
        self._fit = False
        self._zoom = min(max(zoom, self._smallest), self._largest)
        self._layout()
        self._scroll_to(spot, around)
        self.zoom_changed.emit(self._zoom)

    def fit_width(self) -> None:
        """As wide as the viewport, also after it changes."""
        self._fit = True
        self._layout()

    # ---- of the subclass ----

    def _layout(self) -> None:
        """Sizes and scroll bars for the zoom of the moment."""
        raise NotImplementedError

    def rotate(self, degrees: int) -> None:
        """Turn what is shown clockwise by a multiple of 90 degrees."""
        raise NotImplementedError

    def _spot(self, point: QPointF) -> Any:
        """What lies at ``point`` of the viewport; None when nothing is shown."""
        raise NotImplementedError

    def _scroll_to(self, spot: Any, point: QPointF) -> None:
        """Bring ``spot`` to ``point`` of the viewport."""
        raise NotImplementedError

    # ---- shared ----

    def _unpin(self) -> None:
        self._pinned = False

    def _paint_marks(self, painter: QPainter, marks: Iterable[QRectF]) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_PALE_AMBER if self._softly else _AMBER)
        outline = QPainterPath()
        for mark in marks:
            shape = QPainterPath()
            shape.addRoundedRect(mark.adjusted(-2, -1.5, 2, 1.5), 3, 3)
            outline = outline.united(shape)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        painter.drawPath(outline)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.strokePath(outline, QPen(_AMBER_EDGE, _EDGE_PX))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)

    # ---- Qt's side ----

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._layout()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = event.angleDelta().y() / 120
            if steps:
                self.set_zoom(self._zoom * STEP**steps, event.position())
            event.accept()
            return
        self._unpin()
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.set_zoom(self._zoom * STEP)
        elif key == Qt.Key.Key_Minus or event.text() == "−":
            self.set_zoom(self._zoom / STEP)
        elif key == Qt.Key.Key_0:
            self.fit_width()
        elif key == Qt.Key.Key_R and not event.modifiers():
            self.rotate(90)
        else:
            super().keyPressEvent(event)


def zoom_buttons(area: ZoomableArea, parent: QWidget) -> ZoomButtons:
    """The buttons that zoom, fit and turn ``area``."""
    buttons = ZoomButtons(parent, paper=True)
    buttons.stepped.connect(lambda by: area.set_zoom(area.zoom * STEP**by))
    buttons.fitted.connect(area.fit_width)
    buttons.turned.connect(lambda: area.rotate(90))
    area.zoom_changed.connect(buttons.show_zoom)
    return buttons


def paint_sentence(painter: QPainter, rect: QRectF, problem: Problem) -> None:
    """Say on the white of the paper why there is nothing else on it."""
    painter.setPen(_INK)
    painter.setFont(theme.font(theme.BASE_PX))
    told = EnvironmentProblem(problem.code, **{**problem.data, "path": file_name(problem.data.get("path", ""))})
    inner = rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, str(sentence(told)))
