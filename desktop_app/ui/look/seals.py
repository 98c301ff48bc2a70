# SPDX-License-Identifier: Apache-2.0
"""The seal: a small numbered square that stands for a citation.

Its colour is cinnabar; it stands in running text, on chips and on cards.

In a text document a seal is one object character with the citation's number as a property; it is painted here, in the colours
of the moment, so that no picture has to be made again when the theme, the scale or the current citation changes.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QPyTextObject, QTextCharFormat, QTextDocument, QTextFormat

from desktop_app.ui.look import theme

OBJECT = int(QTextFormat.ObjectTypes.UserObject) + 1
NUMBER = int(QTextFormat.Property.UserProperty) + 1  # the citation's number, an int
SIDE = 16.0  # px, beside reading text of 15 px; this and the others at the usual size of text
_BEFORE, _AFTER = 3.0, 1.5  # px of air
_SINK = 3.0  # px below the baseline, so that the square is centred on Chinese characters and on capitals alike


def width_of(number: int, side: float = SIDE) -> float:
    """A seal is square up to 9 and grows with its digits; ``side`` at the usual size of text, the result as it is drawn."""
    drawn = theme.scaled(round(side))
    return max(drawn, QFontMetricsF(_font(drawn)).horizontalAdvance(str(number)) + drawn * 0.5)


def paint(painter: QPainter, rect: QRectF, number: int, *, current: bool = False) -> None:
    """A seal into ``rect``; the current citation is carved the other way round, ink on paper."""
    colours = theme.current()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if current:
        painter.setBrush(colours.colour("paper"))
        painter.setPen(QPen(colours.colour("accent"), 1.5))
        painter.drawRoundedRect(rect.adjusted(0.75, 0.75, -0.75, -0.75), 3, 3)
        painter.setPen(colours.colour("accent_text"))
    else:
        painter.setBrush(colours.colour("accent"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(rect, 3, 3)
        painter.setPen(colours.colour("accent_ink"))
    font = _font(rect.height())
    painter.setFont(font)
    # By the digits' own height, not the line's: CJK faces put figures visibly above the middle of their line.
    tall = QFontMetricsF(font).tightBoundingRect("0")
    text = str(number)
    left = rect.center().x() - QFontMetricsF(font).horizontalAdvance(text) / 2
    painter.drawText(QPointF(left, rect.center().y() - tall.center().y()), text)
    painter.restore()


def _font(side: float) -> QFont:
    return theme.font(round(theme.unscaled(round(side)) * 0.69), weight=QFont.Weight.DemiBold)


class SealObject(QPyTextObject):
    """Draws the seals of one document. ``current`` is the number shown in the source panel, 0 for none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.current = 0

    def intrinsicSize(self, doc: QTextDocument, posInDocument: int, format: QTextFormat) -> QSizeF:  # noqa: A002, ARG002, N803
        side = theme.scaled(round(SIDE))
        return QSizeF(width_of(int(format.property(NUMBER) or 0)) + _BEFORE + _AFTER, side * (1 - _SINK / SIDE))

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        doc: QTextDocument,  # noqa: ARG002 - Qt's signature
        posInDocument: int,  # noqa: ARG002, N803
        format: QTextFormat,  # noqa: A002
    ) -> None:
        number = int(format.property(NUMBER) or 0)
        square = QRectF(rect.x() + _BEFORE, rect.y(), rect.width() - _BEFORE - _AFTER, theme.scaled(round(SIDE)))
        paint(painter, square, number, current=number == self.current)


def char_format(number: int) -> QTextCharFormat:
    """The format of the object character that stands for citation ``number``."""
    result = QTextCharFormat()
    result.setObjectType(OBJECT)
    result.setProperty(NUMBER, number)
    return result
