# SPDX-License-Identifier: Apache-2.0
"""Draws a chart into a widget, a picture or an SVG, in a theme's colours.

Ink for what is there, the seal's colour for what was asked for or is marked.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QImageWriter, QPainter, QPen, QPolygonF

from desktop_app.ui.charts.chart_data import ChartData
from desktop_app.ui.charts.chart_layout import ChartLayout, height_for, laid_out
from desktop_app.ui.look import theme
from desktop_app.ui.look.theme import Theme

_DOT = 3.0  # px, half of it
_DENSE = 60  # points of a line; of more only those that stand alone have a dot
_WIDTH = 640  # px of a picture, as wide as a text in Word; it is as high as it needs
_MARGIN = 16
_SHARP = 2  # pixels of a picture for one of the screen


def draw(painter: QPainter, data: ChartData, layout: ChartLayout, colours: Theme, *, line: bool, mark: int = -1) -> None:
    """Draw all of it; ``line``: its points as a line; ``mark``: the point that is marked, -1 for none."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    plot = layout.plot
    for tick in layout.ticks:
        painter.setPen(QPen(colours.colour("edge" if tick == layout.zero else "line"), 1))
        place = round(tick) + 0.5
        if layout.lying:
            painter.drawLine(QPointF(place, plot.top()), QPointF(place, plot.bottom()))
        else:
            painter.drawLine(QPointF(plot.left(), place), QPointF(plot.right(), place))
    if mark >= 0 and not line:
        painter.fillRect(layout.slots[mark] & plot, colours.colour("hover"))
    painter.setPen(colours.colour("quiet"))
    for text in layout.texts:
        painter.drawText(text.box, text.align, text.text)
    if line:
        _draw_line(painter, layout, colours, {mark} | {at for at, point in enumerate(data.points) if point.picked})
        return
    painter.setPen(Qt.PenStyle.NoPen)
    for number, (point, bar) in enumerate(zip(data.points, layout.bars, strict=True)):
        painter.setBrush(colours.colour("accent" if point.picked or number == mark else "edge"))
        painter.drawRect(bar)
    painter.setPen(colours.colour("ink"))
    for number, text in enumerate(layout.figures):
        if number != mark:  # which has it beside the mark
            painter.drawText(text.box, text.align, text.text)


def _draw_line(painter: QPainter, layout: ChartLayout, colours: Theme, marked: set[int]) -> None:
    painter.setPen(QPen(colours.colour("accent"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    dotted = list[QPointF]()
    for run in runs(layout.dots):
        if len(run) > 1:
            painter.drawPolyline(QPolygonF(run))
        if len(run) == 1 or len(layout.dots) <= _DENSE:
            dotted += run
    painter.setPen(QPen(colours.colour("paper"), 1))
    painter.setBrush(colours.colour("accent"))
    for dot in dotted:
        painter.drawEllipse(dot, _DOT, _DOT)
    painter.setPen(QPen(colours.colour("accent"), 2))
    painter.setBrush(colours.colour("paper"))
    for number, point in enumerate(layout.dots):
        if number in marked and point is not None:
            painter.drawEllipse(point, _DOT + 2, _DOT + 2)


def runs(dots: tuple[QPointF | None, ...]) -> Iterator[list[QPointF]]:
    """The stretches of a line between the points that are missing."""
    run = list[QPointF]()
    for dot in (*dots, None):
        if dot is not None:
            run.append(dot)
        elif run:
            yield run
            run = []


def picture(data: ChartData, *, line: bool) -> QImage:
    """The chart for a document: on white whatever the theme, with its title, at twice the points of a screen."""
    size, _ = _paged(data)
    image = QImage(size * _SHARP, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SHARP)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    _draw_page(painter, data, line=line)
    painter.end()
    return image


def png(data: ChartData, *, line: bool) -> bytes:
    """The picture as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(picture(data, line=line))
    return bytes(buffer.data().data())


def svg(data: ChartData, *, line: bool) -> bytes:
    """The picture as an SVG file, its letters as text."""
    from PySide6.QtSvg import QSvgGenerator  # only who saves one waits for it

    size, _ = _paged(data)
    written = QByteArray()
    buffer = QBuffer(written)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(data.title)
    painter = QPainter(generator)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), Qt.GlobalColor.white)
    _draw_page(painter, data, line=line)
    painter.end()
    return bytes(written.data())


def _paged(data: ChartData) -> tuple[QSize, QRectF]:
    """The size of a picture, and the area of the chart below its title."""
    metrics = QFontMetricsF(theme.font(theme.SMALL_PX))
    above = QFontMetricsF(_title_font()).height() + metrics.height() + theme.SPACE_M
    width = theme.scaled(_WIDTH)
    area = QRectF(_MARGIN, _MARGIN + above, width - 2 * _MARGIN, height_for(data, width - 2 * _MARGIN, metrics))
    return QSize(width, round(area.bottom()) + _MARGIN), area


def _draw_page(painter: QPainter, data: ChartData, *, line: bool) -> None:
    _, area = _paged(data)
    small = theme.font(theme.SMALL_PX)
    painter.setPen(theme.LIGHT.colour("ink"))
    painter.setFont(_title_font())
    metrics = QFontMetricsF(painter.font())
    title = metrics.elidedText(data.title, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(QRectF(area.left(), _MARGIN, area.width(), metrics.height()), Qt.AlignmentFlag.AlignLeft, title)
    painter.setFont(small)
    painter.setPen(theme.LIGHT.colour("quiet"))
    below = QRectF(area.left(), _MARGIN + metrics.height(), area.width(), QFontMetricsF(small).height())
    painter.drawText(below, Qt.AlignmentFlag.AlignLeft, data.counted)
    draw(painter, data, laid_out(data, area, QFontMetricsF(small)), theme.LIGHT, line=line)


def _title_font() -> QFont:
    return theme.font(theme.BASE_PX, weight=QFont.Weight.DemiBold)
