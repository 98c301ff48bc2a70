# SPDX-License-Identifier: Apache-2.0
"""Where each part of a chart is drawn, from its size and font.

Columns stand up while their names fit below them, and lie down as bars where they do not; dates go from left to right always, with as many of
their names as fit.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF

from desktop_app.contract.typed_table import MONEY, PERCENT
from desktop_app.ui.charts.axis_steps import Axis, axis_for, exactly
from desktop_app.ui.charts.chart_data import ChartData

_GAP = 8.0  # px between a name and what it names
_PLOT_LINES = 11  # lines of text that a standing chart is high, without its names
_ROW_LINES = 1.6  # of a lying bar
_THICKEST = 44.0  # px of a bar
_LONGEST_NAME = 0.34  # of the width, beside lying bars
_TICK_LINES = 2.6  # between two ticks, at least
_TICK_PX = 72.0


@dataclass(frozen=True, slots=True)
class DrawnText:
    """A text, cut to fit, and the box that it stands in as ``align`` says."""

    text: str
    box: QRectF
    align: Qt.AlignmentFlag


@dataclass(frozen=True, slots=True)
class ChartLayout:
    """``plot`` is the area within the axes, ``slots`` the areas of the points in it, ``bars`` theirs, empty for a point without a figure; ``dots``
    the points of a line; ``ticks`` the places of the axis, x where ``lying``, else y; ``zero`` that of 0; ``figures`` those at the bars, "" where they
    have no room."""

    plot: QRectF
    axis: Axis
    lying: bool
    slots: tuple[QRectF, ...]
    bars: tuple[QRectF, ...]
    dots: tuple[QPointF | None, ...]
    ticks: tuple[float, ...]
    zero: float
    texts: tuple[DrawnText, ...]
    figures: tuple[DrawnText, ...]

    def at(self, place: QPointF) -> int:
        """The point below the mouse, -1 for none."""
        inside = [slot for slot in self.slots if slot.contains(place)]
        return self.slots.index(inside[-1]) if inside else -1


def is_lying(data: ChartData, width: float, metrics: QFontMetricsF) -> bool:
    """Whether the bars lie, because their names are too long to stand below them."""
    slot = (width - _widest(metrics, ["0,000,000"])) / len(data.points)
    return not data.timed and _widest(metrics, [point.label for point in data.points]) + _GAP > slot


def height_for(data: ChartData, width: float, metrics: QFontMetricsF) -> float:
    """How high a chart is that is ``width`` wide."""
    lines = _ROW_LINES * len(data.points) if is_lying(data, width, metrics) else _PLOT_LINES
    return metrics.height() * (lines + 1) + 2 * _GAP


def laid_out(data: ChartData, area: QRectF, metrics: QFontMetricsF) -> ChartLayout:
    """The chart in ``area``."""
    lying = is_lying(data, area.width(), metrics)
    values = [point.value for point in data.points if point.value is not None]
    across, down = (1 - _LONGEST_NAME) * area.width() / _TICK_PX, area.height() / (metrics.height() * _TICK_LINES)
    steps = int(across if lying else down)
    whole = data.kind != PERCENT and all(value.is_integer() for value in values)
    axis = axis_for(min(values), max(values), min(steps, 6), whole=whole)
    words = axis.words(data.unit, percent=data.kind == PERCENT)
    return _lying(data, area, metrics, axis, words) if lying else _standing(data, area, metrics, axis, words)


def _lying(data: ChartData, area: QRectF, metrics: QFontMetricsF, axis: Axis, words: list[str]) -> ChartLayout:
    names = min(_widest(metrics, [point.label for point in data.points]), _LONGEST_NAME * area.width())
    figures = [_figure(data, point.value) for point in data.points]
    below = _widest(metrics, [text for text, point in zip(figures, data.points, strict=True) if (point.value or 0) < 0])
    above = _widest(metrics, [text for text, point in zip(figures, data.points, strict=True) if (point.value or 0) >= 0])
    plot = area.adjusted(names + _GAP, 0, 0, -metrics.height() - _GAP)
    last = _widest(metrics, words[-1:]) / 2  # which stands below the end of the axis
    inner = plot.adjusted(below + _GAP if below else 0, 0, -max(above + _GAP if above else 0, last), 0)
    ticks = [inner.left() + axis.share(tick) * inner.width() for tick in axis.ticks]
    zero = inner.left() + axis.share(0) * inner.width()
    row = plot.height() / len(data.points)
    slots, bars, texts, drawn = list[QRectF](), list[QRectF](), list[DrawnText](), list[DrawnText]()
    for number, (point, figure) in enumerate(zip(data.points, figures, strict=True)):
        slot = QRectF(area.left(), plot.top() + number * row, area.width(), row)
        name = metrics.elidedText(point.label, Qt.TextElideMode.ElideMiddle, names)
        texts.append(DrawnText(name, QRectF(area.left(), slot.top(), names, row), _RIGHT))
        end = inner.left() + axis.share(point.value or 0) * inner.width()
        thick = min(row * 0.68, _THICKEST)
        bar = QRectF(
            QPointF(min(zero, end), slot.center().y() - thick / 2), QPointF(max(zero, end), slot.center().y() + thick / 2)
        )
        if (point.value or 0) < 0:
            drawn.append(DrawnText(figure, QRectF(end - below - 4, slot.top(), below, row), _RIGHT))
        else:
            drawn.append(DrawnText(figure, QRectF(end + 4, slot.top(), above, row), _LEFT))
        slots.append(slot)
        bars.append(bar)
    for word, x in zip(words, ticks, strict=True):
        half = _widest(metrics, [word]) / 2
        texts.append(DrawnText(word, QRectF(x - half, plot.bottom() + _GAP / 2, 2 * half, metrics.height()), _MIDDLE))
    return ChartLayout(
        plot, axis, True, tuple(slots), tuple(bars), (None,) * len(bars), tuple(ticks), zero, tuple(texts), tuple(drawn)
    )


def _standing(data: ChartData, area: QRectF, metrics: QFontMetricsF, axis: Axis, words: list[str]) -> ChartLayout:
    line = metrics.height()
    left = _widest(metrics, words)
    plot = area.adjusted(left + _GAP, line + 2, 0, -line - _GAP)
    lowest = min(point.value or 0 for point in data.points)
    inner = plot.adjusted(0, 0, 0, -line - 2 if lowest < 0 else 0)  # figures stand above the bars, below those of less than 0
    ticks = [inner.bottom() - axis.share(tick) * inner.height() for tick in axis.ticks]
    zero = inner.bottom() - axis.share(0) * inner.height()
    texts = [
        DrawnText(word, QRectF(area.left(), y - line / 2, left, line), _RIGHT) for word, y in zip(words, ticks, strict=True)
    ]
    slot_width = plot.width() / len(data.points)
    figures = [_figure(data, point.value) for point in data.points]
    roomy = _widest(metrics, figures) + 4 <= slot_width
    slots, bars, dots, drawn = list[QRectF](), list[QRectF](), list[QPointF | None](), list[DrawnText]()
    for number, (point, figure) in enumerate(zip(data.points, figures, strict=True)):
        slot = QRectF(plot.left() + number * slot_width, area.top(), slot_width, area.height())
        end = inner.bottom() - axis.share(point.value or 0) * inner.height()
        thick = min(slot_width * 0.62, _THICKEST)
        x = slot.center().x()
        bars.append(QRectF(QPointF(x - thick / 2, min(zero, end)), QPointF(x + thick / 2, max(zero, end))))
        dots.append(QPointF(x, end) if point.value is not None else None)
        slots.append(slot)
        top = end + 2 if (point.value or 0) < 0 else end - line - 2
        drawn.append(DrawnText(figure if roomy else "", QRectF(slot.left(), top, slot_width, line), _MIDDLE))
    if data.points[-1].at:  # days, as far apart as in time
        first, last = slots[0].center().x(), slots[-1].center().x()
        whole = data.points[-1].at
        dots = [
            QPointF(first + (last - first) * point.at / whole, dot.y())
            for point, dot in zip(data.points, dots, strict=True)
            if dot
        ]
    texts += _names(data, slots, dots, plot, metrics)
    return ChartLayout(
        plot, axis, False, tuple(slots), tuple(bars), tuple(dots), tuple(ticks), zero, tuple(texts), tuple(drawn)
    )


def _names(
    data: ChartData, slots: list[QRectF], dots: list[QPointF | None], plot: QRectF, metrics: QFontMetricsF
) -> list[DrawnText]:
    """Names below the points, as many as have room."""
    made, free = list[DrawnText](), plot.left() - _GAP
    for point, slot, dot in zip(data.points, slots, dots, strict=True):
        width = metrics.horizontalAdvance(point.label) + 2
        x = dot.x() if dot is not None else slot.center().x()
        left = min(max(x - width / 2, plot.left() - _GAP), plot.right() - width)
        if left < free:
            continue
        made.append(DrawnText(point.label, QRectF(left, plot.bottom() + _GAP / 2, width, metrics.height()), _MIDDLE))
        free = left + width + _GAP
    return made


def _figure(data: ChartData, value: float | None) -> str:
    return "" if value is None else exactly(value, "", percent=data.kind == PERCENT, money=data.kind == MONEY)


def _widest(metrics: QFontMetricsF, texts: list[str]) -> float:
    return max((metrics.horizontalAdvance(text) + 1 for text in texts), default=0.0)


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_MIDDLE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
