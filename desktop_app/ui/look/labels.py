# SPDX-License-Identifier: Apache-2.0
"""Labels and tooltips that show foreign text as it is written.

The others are labels that Qt lacks: an elided one, and an icon.

Qt takes any text that looks like markup for markup: a tooltip with the name ``<img src="file://server/x.png">.docx`` makes Qt open
that address, past every guard of ours. Therefore all words come on the screen through here: ``plain_label`` and ``plain_tip`` show
them literally, ``rich_label`` is for the few places that bring markup of their own and escape what is foreign in it.
``tests/test_plain_text.py`` forbids Qt's own calls elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QToolTip, QWidget

from desktop_app.analysis.script import WIDE, is_wide
from desktop_app.foundation.shown import shown_lines, shown_name
from desktop_app.ui.look import icons, theme

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QPaintEvent

_LONGEST_TIP = 600  # characters of a line
_UNWRAPPED = 72  # columns, of which a Chinese character takes two; longer lines are wrapped
_TIP_PX = 480
_MOST_CELLS = 12  # of a row in a tooltip
_NARROWEST = 120  # px: a word that is wider is cut instead of widening the window
_MARKUP = frozenset("&<>\"'")  # what ``html.escape`` escapes; without any of it ``html`` is not imported
_LONGEST_RUN = 60  # letters in which Qt finds no place to break the line; Chinese has one behind every character


class _Label(QLabel):
    """A label that no word is too long for."""

    def minimumSizeHint(self) -> QSize:
        size = super().minimumSizeHint()
        return QSize(min(size.width(), _NARROWEST), size.height()) if self.wordWrap() else size


class PlainLabel(_Label):
    """A label that takes nothing for markup; marks that would turn its text round or hide some of it are shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, text: str) -> None:
        super().setText(shown_lines(text))


def plain_label(role: str = "", *, wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """A plain-text label with one of the roles of the style sheet."""
    label = PlainLabel(parent)
    label.setWordWrap(wrap)
    if role:
        label.setProperty("role", role)
    return label


def rich_label(parent: QWidget | None = None) -> QLabel:
    """A label for markup of our own. Whoever writes into it escapes every foreign part with ``html.escape``."""
    label = _Label(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.RichText)
    return label


def plain_tip(*lines: str, title: str = "", cells: Sequence[tuple[str, str]] = ()) -> str:
    """What a tooltip must be given so that ``lines`` are shown literally, each on a line, wrapped; ``title`` bold above them, and below
    them ``cells``, the headers and values of a row of a table."""
    words = [_literally(line) for line in lines if line]
    if title:
        words.insert(0, f"<b>{_literally(title)}</b>")
    told = "<br>".join(words)
    # Left to itself Qt makes a tip as narrow as a quarter of this.
    if any(_columns(line) > _UNWRAPPED for line in (title, *lines)):
        cell = f"<td style='white-space:pre-wrap'>{told}</td>"
        told = f"<table width='{_TIP_PX}' cellspacing='0' cellpadding='0'><tr>{cell}</tr></table>"
    elif told:
        told = f"<p style='white-space:pre; margin:0'>{told}</p>" if cells else f"<p style='white-space:pre'>{told}</p>"
    return told + _tip_cells(cells)


def _tip_cells(cells: Sequence[tuple[str, str]]) -> str:
    """A line a cell, the header before it; the first dozen."""
    quiet = theme.current().quiet
    rows = [
        f"<tr><td style='white-space:pre; color:{quiet}'>{_literally(header)}</td><td>{_literally(value)}</td></tr>"
        for header, value in cells[:_MOST_CELLS]
    ]
    if len(cells) > _MOST_CELLS:
        rows.append("<tr><td>…</td><td></td></tr>")
    return f"<table cellspacing='0' cellpadding='2' style='margin-top:4px'>{''.join(rows)}</table>" if rows else ""


def _columns(line: str) -> int:
    return sum(2 if is_wide(character) else 1 for character in line)


def _literally(line: str) -> str:
    line = shown_name(line, _LONGEST_TIP)
    if len(line) > _LONGEST_RUN:
        line = _unbroken().sub("\\1\u200b", line)
    if _MARKUP.isdisjoint(line):
        return line
    from html import escape

    return escape(line)


@lru_cache(maxsize=1)
def _unbroken() -> re.Pattern[str]:
    """Compiled for the first long line: that takes 3 ms, which the window's first picture need not wait for."""
    return re.compile(rf"([^\s/\\\-{WIDE}]{{{_LONGEST_RUN}}})(?=[^\s/\\\-{WIDE}])")


class _Tipped(Protocol):
    def setToolTip(self, text: str, /) -> None: ...


def set_plain_tooltip(target: _Tipped, *lines: str, cells: Sequence[tuple[str, str]] = ()) -> None:
    """The tooltip of a widget, an action or an item: ``lines`` as they are written, and ``cells`` of a row below them."""
    target.setToolTip(plain_tip(*lines, cells=cells))
    if isinstance(target, QWidget):
        # Screen readers are given the tooltip where nothing else is said, and would read its markup out.
        target.setAccessibleDescription("\n".join([*lines, *(f"{header}: {value}" for header, value in cells)]))


def show_tip(position: QPoint, tip: str, widget: QWidget) -> None:
    """Show a tip made by ``plain_tip`` at a place of the screen; "" hides the one that is there."""
    if tip:
        QToolTip.showText(position, tip, widget)
    else:
        QToolTip.hideText()


def button_text(name: str) -> str:
    """A name as the text of a button or a menu entry, where Qt would make "&" an underline."""
    return shown_name(name).replace("&", "&&")


class ElidedLabel(QWidget):
    """One line of text in the colour of ``role``, cut in the middle (``Qt.TextElideMode``) when it does not fit."""

    def __init__(
        self,
        role: str = "ink",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = ""
        self._role = role
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        return self._text

    def set_text(self, text: str, role: str | None = None) -> None:
        """Show ``text`` on one line; ``role`` is a role of the style sheet, None leaves it."""
        text = shown_name(text)
        if role is not None:
            self._role = role
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._text) + 1, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, QFontMetrics(self.font()).height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        painter = QPainter(self)
        painter.setPen(theme.current().colour(self._role))
        painter.setFont(self.font())
        text = QFontMetrics(self.font()).elidedText(self._text, self._mode, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class IconLabel(QWidget):
    """An icon in the colour of a role; right in every theme, because it is painted when it is needed."""

    def __init__(self, name: str, role: str = "quiet", size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._role = role
        theme.size_with_text(self, width=size, height=size)

    def set_icon(self, name: str, role: str) -> None:
        """Another icon, in the colour of a role."""
        self._name, self._role = name, role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        painter = QPainter(self)
        icons.paint(painter, QRectF(self.rect()), self._name, self._role)


def hairline(parent: QWidget | None = None) -> QFrame:
    """A line of one pixel between two parts."""
    line = QFrame(parent)
    line.setProperty("role", "line")
    return line
