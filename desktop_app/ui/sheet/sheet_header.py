# SPDX-License-Identifier: Apache-2.0
"""The head of a sheet's columns: letter, and the name in its header row.

It stays when the rows are scrolled, as a frozen header does; the sheet's own header row is not shown a second time below it.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from desktop_app.ui.look import theme
from desktop_app.ui.sheet.sheet_model import SheetModel

_PAD = 6
_LETTER_PX = 11
_NAME_PX = 13


class SheetHeader(QHeaderView):
    """Two lines where the sheet has a header, else the letters alone."""

    def __init__(self, model: SheetModel, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._model = model
        self._lines = 1
        self.setSectionsClickable(True)
        self.setHighlightSections(True)
        self.setMinimumSectionSize(36)
        self.restyle()

    def restyle(self) -> None:
        """The theme or the size of text changed."""
        self._small = theme.font(_LETTER_PX)
        self._bold = theme.font(_NAME_PX, weight=QFont.Weight.DemiBold)
        self.updateGeometry()
        self.viewport().update()

    @property
    def lines(self) -> int:
        """How many lines the longest name takes, one or two."""
        return self._lines

    def set_lines(self, lines: int) -> None:
        """How many lines the longest name takes, one or two."""
        if lines == self._lines:
            return
        self._lines = lines
        self.updateGeometry()
        self.geometriesChanged.emit()

    def name_width(self, column: int) -> int:
        """Pixels of a column in which its name stands on one line."""
        return QFontMetrics(self._bold).horizontalAdvance(self._model.name(column)) + 2 * _PAD + 2

    def sizeHint(self) -> QSize:
        height = QFontMetrics(self._small).height() + _PAD
        if self._model.header:
            height += self._lines * QFontMetrics(self._bold).height() + _PAD // 2
        return QSize(super().sizeHint().width(), height)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's name
        """Qt's own section is one line, elided; a name may take two."""
        colours = theme.current()
        painter.save()
        chosen = self._is_chosen(logicalIndex)
        painter.fillRect(rect, colours.colour("selection" if chosen else "panel"))
        painter.setPen(colours.colour("line"))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inside = rect.adjusted(_PAD, _PAD // 2, -_PAD, -_PAD // 2)
        name = self._model.name(logicalIndex)
        letters = str(self._model.headerData(logicalIndex, Qt.Orientation.Horizontal)).split("\n")[0]
        painter.setFont(self._small)
        painter.setPen(colours.colour("quiet"))
        side = Qt.AlignmentFlag.AlignLeft if self._model.header else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(inside, side | Qt.AlignmentFlag.AlignTop, letters)
        if name:
            painter.setFont(self._bold)
            painter.setPen(colours.colour("ink"))
            self._name(painter, inside.adjusted(0, QFontMetrics(self._small).height(), 0, 0), name)
        painter.restore()

    def _name(self, painter: QPainter, rect: QRect, name: str) -> None:
        """A name in at most two lines, broken where letters end, the second one cut."""
        metrics = QFontMetrics(self._bold)
        first, rest = _broken(" ".join(name.split()), metrics, rect.width())
        height = metrics.height()
        if rest and self._lines == 1:
            first, rest = metrics.elidedText(name, Qt.TextElideMode.ElideRight, rect.width()), ""
        lines = [first, metrics.elidedText(rest, Qt.TextElideMode.ElideRight, rect.width())] if rest else [first]
        for number, line in enumerate(lines):
            at = QPoint(rect.left(), rect.top() + number * height + metrics.ascent())
            painter.drawText(at, line)

    def _is_chosen(self, section: int) -> bool:
        view = self.parent()
        return isinstance(view, QTableView) and view.selectionModel().columnIntersectsSelection(section)


def _broken(text: str, metrics: QFontMetrics, width: int) -> tuple[str, str]:
    """What fits on the first line, and the rest; between words where there are any."""
    if metrics.horizontalAdvance(text) <= width:
        return text, ""
    fits = len(text)
    while fits > 1 and metrics.horizontalAdvance(text[:fits]) > width:
        fits -= 1
    space = text.rfind(" ", 0, fits + 1)
    if space > 0:
        return text[:space], text[space + 1 :]
    return text[:fits], text[fits:]
