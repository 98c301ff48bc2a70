# SPDX-License-Identifier: Apache-2.0
"""A chip of a cited source: number, file, place; a click opens it.

It names the language where that is another one than the question's.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop_app.contract.answer import Answer, Citation
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import seals, theme
from desktop_app.ui.look.labels import set_plain_tooltip
from desktop_app.ui.widgets.drag_out import DraggedQuote, DragOut
from desktop_app.ui.widgets.source_frame import paint_frame
from desktop_app.wording import passage_texts
from desktop_app.wording.place import place
from desktop_app.wording.quoted_tables import pairs_of
from desktop_app.wording.quoted_words import is_markdown, without_signs

_HEIGHT = 30
_WIDEST_NAME = 236
_WIDEST_PLACE = 320
_QUOTE_LENGTH = 280  # characters in the tooltip
_PAD = 7.0
_SEAL = 15


def _short(citation: Citation) -> str:
    """The quote on one line, for the tooltip."""
    bare = is_markdown(citation.path, citation.locator.part)
    quote = " ".join((without_signs(citation.quote)[0] if bare else citation.quote).split())
    return quote if len(quote) <= _QUOTE_LENGTH else quote[:_QUOTE_LENGTH].rstrip() + "…"


class CitationChip(QAbstractButton):
    """A click or Enter opens the source; dragged, it gives its quote with its place."""

    def __init__(self, citation: Citation, answer: Answer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.citation = citation
        self._name = passage_texts.names_in(answer)[citation.path]
        self._question = answer.question
        self._passage = passage_texts.passage_of(answer, citation)
        self._current = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFont(theme.font(13))
        DragOut(self, lambda: DraggedQuote(citation.quote, self._name, citation.locator))
        self.retranslate()

    def set_current(self, *, current: bool) -> None:
        """Whether its source is the one that is open."""
        self._current = current
        self.update()

    def retranslate(self) -> None:
        name, where = self._name, self._where()
        self.setAccessibleName(tr("Citation {number}: {file} {place}", number=self.citation.number, file=name, place=where))
        cells = pairs_of(self.citation.quote)
        quote = "" if cells else _short(self.citation)
        set_plain_tooltip(self, *filter(None, (self.citation.path, where, quote)), cells=cells)
        self.updateGeometry()
        self.update()

    def _language(self) -> str:
        return passage_texts.other_language(self._passage, self._question) if self._passage else ""

    def _where(self) -> str:
        return " · ".join(filter(None, (place(self.citation.locator), self._language())))

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        words = min(metrics.horizontalAdvance(self._name), theme.scaled(_WIDEST_NAME))
        where = self._where()
        if where:
            # The language is there to be read.
            words += (
                min(metrics.horizontalAdvance(where), theme.scaled(_WIDEST_PLACE) + metrics.horizontalAdvance(self._language()))
                + 8
            )
        return QSize(round(_PAD + seals.width_of(self.citation.number, _SEAL) + 7 + words + _PAD + 4), theme.scaled(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, theme.scaled(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        colours = theme.current()
        painter = QPainter(self)
        paint_frame(painter, self, current=self._current, pressed=self.isDown())
        width = seals.width_of(self.citation.number, _SEAL)
        middle = self.height() / 2
        side = theme.scaled(_SEAL)
        seals.paint(painter, QRectF(_PAD, middle - side / 2, width, side), self.citation.number, current=self._current)
        painter.setFont(self.font())
        metrics = QFontMetricsF(self.font())
        left = _PAD + width + 7
        room = self.width() - left - _PAD - 2
        # The name gives way first, in its middle, so that its end and the place stay; a very long place gives way after that.
        language = self._language()
        least = min(metrics.horizontalAdvance(self._name), 0.4 * room)
        share = room - metrics.horizontalAdvance(language) - least - 8
        spot = metrics.elidedText(place(self.citation.locator), Qt.TextElideMode.ElideRight, share)
        where = " · ".join(filter(None, (spot, language)))
        where_width = metrics.horizontalAdvance(where) + 8 if where else 0.0
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideMiddle, room - where_width + 1)
        line = QRectF(left, 0, room + 2, self.height())
        painter.setPen(colours.colour("ink"))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        if where:
            line.setLeft(left + metrics.horizontalAdvance(name) + 8)
            painter.setPen(colours.colour("quiet"))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, where)
