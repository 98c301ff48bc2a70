# SPDX-License-Identifier: Apache-2.0
"""The chart on the screen: its figures on hover, by keyboard and by ear.

Arrow keys move a mark from point to point, and a screen reader is told each; Escape takes the mark away.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.charts.chart_data import ChartData
from desktop_app.ui.charts.chart_layout import ChartLayout, height_for, laid_out
from desktop_app.ui.charts.chart_painting import draw
from desktop_app.ui.look import theme
from desktop_app.ui.look.announcer import announce

_INSET = 3  # px around it, for the line of the focus
_BUBBLE = 6
_MOST_TOLD = 60  # points in the description; of more the table tells all


class ChartView(QWidget):
    """``copy_wanted``: the keys that copy were pressed; ``menu_wanted`` carries where on the screen."""

    copy_wanted = Signal()
    menu_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: ChartData | None = None
        self._line = False
        self._layout: ChartLayout | None = None
        self.mark = -1
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_data(self, data: ChartData, *, line: bool) -> None:
        """Show ``data``, its points as a ``line`` or as bars."""
        self._data, self._line, self.mark = data, line, -1
        self.retranslate()
        self._anew()

    def retranslate(self) -> None:
        data = self._data
        if data is None:
            return
        self.setAccessibleName(tr("Chart: {title}", title=data.title))
        told = [data.said(number) for number in range(min(len(data.points), _MOST_TOLD))]
        count = sum(point.value is not None for point in data.points)
        kind = trn("Line of {n} value", "Line of {n} values", count) if self._line else trn("{n} bar", "{n} bars", count)
        self.setAccessibleDescription("; ".join([f"{kind}, {data.counted}", *told]))
        self._anew()

    # ---- its places ----

    def layout_now(self) -> ChartLayout | None:
        """Where everything is, at the size and with the letters of now; None without data."""
        if self._layout is None and self._data is not None:
            area = QRectF(self.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET)
            self._layout = laid_out(self._data, area, self._metrics())
        return self._layout

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(theme.font(theme.SMALL_PX))

    def _anew(self) -> None:
        self._layout = None
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._data is None:
            return 0
        return round(height_for(self._data, width - 2 * _INSET, self._metrics())) + 2 * _INSET

    def sizeHint(self) -> QSize:
        width = max(self.width(), theme.scaled(320))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.scaled(200), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002 - Qt's signature
        self._layout = None

    def changeEvent(self, event: QEvent) -> None:
        """Another theme, size of text or language."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._anew()

    # ---- hands ----

    def set_mark(self, number: int) -> None:
        """Mark a point, -1 for none."""
        if number != self.mark:
            self.mark = number
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        layout = self.layout_now()
        if layout is not None:
            self.set_mark(layout.at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: ARG002 - Qt's signature
        self.set_mark(-1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.set_mark(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        data = self._data
        if data is None:
            return
        last = len(data.points) - 1
        moved = {
            Qt.Key.Key_Right: min(self.mark + 1, last),
            Qt.Key.Key_Down: min(self.mark + 1, last),
            Qt.Key.Key_Left: max(self.mark - 1, 0),
            Qt.Key.Key_Up: max(self.mark - 1, 0),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if event.key() in moved:
            self.set_mark(moved[Qt.Key(event.key())])
            announce(self, data.said(self.mark))
        elif event.key() == Qt.Key.Key_Escape and self.mark >= 0:
            self.set_mark(-1)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    # ---- drawing ----

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        layout, data = self.layout_now(), self._data
        if layout is None or data is None:
            return
        colours, painter = theme.current(), QPainter(self)
        painter.setFont(theme.font(theme.SMALL_PX))
        draw(painter, data, layout, colours, line=self._line, mark=self.mark)
        if self.mark >= 0:
            self._draw_bubble(painter, layout, data.said(self.mark))
        if self.hasFocus():
            painter.setPen(QPen(colours.colour("focus"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)

    def _draw_bubble(self, painter: QPainter, layout: ChartLayout, words: str) -> None:
        """The figure of the marked point, beside it and within the chart."""
        metrics, colours = QFontMetricsF(painter.font()), theme.current()
        words = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, self.width() - 4 * _BUBBLE)
        bubble = QRectF(0, 0, metrics.horizontalAdvance(words) + 2 * _BUBBLE, metrics.height() + _BUBBLE)
        point = _tip(layout, self.mark, line=self._line)
        if layout.lying:
            bubble.moveCenter(QPointF(point.x() + bubble.width() / 2 + _BUBBLE, point.y()))
        else:
            bubble.moveCenter(QPointF(point.x(), point.y() - bubble.height() / 2 - 2 * _BUBBLE))
        bubble.moveLeft(min(max(bubble.left(), 1), self.width() - bubble.width() - 2))
        bubble.moveTop(min(max(bubble.top(), 1), self.height() - bubble.height() - 2))
        painter.setPen(QPen(colours.colour("edge"), 1))
        painter.setBrush(colours.colour("raised"))
        painter.drawRoundedRect(bubble, 4, 4)
        painter.setPen(colours.colour("ink"))
        painter.drawText(bubble, Qt.AlignmentFlag.AlignCenter, words)


def _tip(layout: ChartLayout, number: int, *, line: bool) -> QPointF:
    """Where the bubble of a point begins."""
    dot, bar = layout.dots[number], layout.bars[number]
    if line and dot is not None:
        return dot
    return QPointF(bar.right(), bar.center().y()) if layout.lying else QPointF(bar.center().x(), bar.top())
