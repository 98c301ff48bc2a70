# SPDX-License-Identifier: Apache-2.0
"""Shows an answer while it is written and when it is finished.

Calm Markdown with seals, growing without a flicker.

    begin(numbers) -> append(text)... -> finish(answer)          or at once: finish(answer)

While streaming, whole blocks settle and only the last one is written anew, at most every 40 ms and never more often than a quarter
of the time it takes (measured: 1 to 3 ms a time in a 20,000-character answer). The finished answer, in which sentences are checked
and numbers may have changed, is written into a second document in slices of 8 ms and shown in one piece, so that neither the
reader's place nor the window's pulse is lost. What is selected stays selected throughout.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QWidget

from desktop_app.contract.answer import Answer, AnswerPart
from desktop_app.foundation.translation import tr
from desktop_app.ui.answer import answer_parser
from desktop_app.ui.answer.answer_blocks import AnswerBlock, BlockReader, groups_of
from desktop_app.ui.answer.answer_document import WHY, Renderer, prepare
from desktop_app.ui.answer.answer_marks import streamed
from desktop_app.ui.answer.code_copy import CodeCopy
from desktop_app.ui.answer.flow_text import FlowText
from desktop_app.ui.look import seals
from desktop_app.ui.look.labels import plain_tip, show_tip
from desktop_app.wording import problem_texts
from desktop_app.wording.passage_texts import names_in
from desktop_app.wording.place import names_apart, place
from desktop_app.wording.quoted_tables import MOST_COLUMNS, pairs_of
from desktop_app.wording.quoted_words import is_markdown, without_signs

_FRAME_MS = 40
_SLICE_SECONDS = 0.008
_QUOTE_LENGTH = 280  # characters of a quote in a tooltip


class AnswerView(FlowText):
    """``seal_clicked`` carries a citation's number."""

    seal_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(tr("Answer"))
        self._seal = seals.SealObject(self)
        self._sources: Mapping[int, tuple[str, str, str]] = {}
        self._marked: list[AnswerPart] = []
        self._answer: Answer | None = None
        self._most_columns = MOST_COLUMNS
        self._text = ""
        self._tail = ""
        self._tail_position = 0
        self._tail_empty = True
        self._pressed = 0
        self._slices: Iterator[None] | None = None
        self._next_document: QTextDocument | None = None
        prepare(self.document(), self._seal)
        self._renderer = Renderer(self.document())
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.timeout.connect(self._flush)
        self._code_copy = CodeCopy(self)
        self._slicer = QTimer(self)
        self._slicer.timeout.connect(self._slice)

    # ---- writing ----

    @property
    def text(self) -> str:
        """The Markdown shown, as streamed or as finished."""
        return self._answer.text if self._answer is not None else self._text

    def begin(self, sources: Mapping[int, tuple[str, str, str]]) -> None:
        """Start an empty answer. ``sources``: number -> path, place, quote of what [n] may point to."""
        self._stop_slices()
        self._answer = None
        self._sources = sources
        self._marked = []
        self._text = self._tail = ""
        self._tail_position, self._tail_empty = 0, True
        self.document().clear()
        self._renderer = Renderer(self.document())

    def append(self, text: str) -> None:
        """More of the answer; shown with the next frame."""
        self._text += text
        self._tail += text
        if not self._frame.isActive():
            self._frame.start(_FRAME_MS)

    def finish(self, answer: Answer, most_columns: int = MOST_COLUMNS) -> None:
        """The whole answer, checked. Shown at once when it is short, else as soon as it is ready. ``most_columns`` of a quoted row."""
        self._frame.stop()
        self._stop_slices()
        self._answer = answer
        self._sources = {
            citation.number: (citation.path, place(citation.locator), citation.quote) for citation in answer.citations
        }
        self._most_columns = most_columns
        groups, self._marked = groups_of(answer, most_columns)
        document = QTextDocument(self)
        prepare(document, self._seal)
        self._next_document = document
        self._slices = _written(document, groups, self._marked)
        self._slice()

    def redraw(self) -> None:
        """The theme changed: formats that hold colours are made anew."""
        if self._answer is not None:
            self.finish(self._answer, self._most_columns)
        elif self._text:
            text, sources = self._text, self._sources
            self.begin(sources)
            self._text = self._tail = text
            self._flush()

    def _flush(self) -> None:
        """Write the unsettled end anew, and settle all of it but its last block."""
        started = time.perf_counter()
        groups = list(answer_parser.top_level(answer_parser.parser().parse(streamed(self._tail, self._sources))))
        reader = BlockReader()
        chosen = self._selection()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        if self._tail_empty:
            self.document().clear()
        else:
            cursor.setPosition(self._tail_position)
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
        self._renderer.rewind(empty=self._tail_empty)
        for group in groups[:-1]:
            self._renderer.write(reader.blocks(group))
        if len(groups) > 1:
            self._tail_position = self.document().characterCount() - 1
            self._tail_empty = self._renderer.empty
            first = groups[-1][0].map
            lines = self._tail.split("\n")
            self._tail = "\n".join(lines[first[0] :]) if first else self._tail
        if groups:
            self._renderer.write(reader.blocks(groups[-1]))
        cursor.endEditBlock()
        self._select_again(chosen)
        took_ms = (time.perf_counter() - started) * 1000
        self._frame.setInterval(max(_FRAME_MS, round(4 * took_ms)))

    def _slice(self) -> None:
        if self._slices is None or self._next_document is None:
            return
        until = time.perf_counter() + _SLICE_SECONDS
        for _ in self._slices:
            if time.perf_counter() > until:
                self._slicer.start(0)
                return
        document = self._next_document
        self._next_document = None
        self._stop_slices()
        document.setTextWidth(self.viewport().width())
        chosen = self._selection()
        self.show_document(document)
        self._select_again(chosen)

    def _stop_slices(self) -> None:
        self._slicer.stop()
        self._slices = None
        if self._next_document is not None:
            self._next_document.deleteLater()
            self._next_document = None

    # ---- what is selected ----

    def _selection(self) -> tuple[int, int, str] | None:
        """Where the selection began, where it ends now, and its letters."""
        cursor = self.textCursor()
        return (cursor.anchor(), cursor.position(), cursor.selectedText()) if cursor.hasSelection() else None

    def _select_again(self, chosen: tuple[int, int, str] | None) -> None:
        """Select the same letters in the text written anew, where they now stand; seals may have come or gone before them."""
        if chosen is None:
            return
        anchor, position, letters = chosen
        cursor = self.textCursor()
        if (cursor.anchor(), cursor.position()) == (anchor, position) and cursor.selectedText() == letters:
            return
        start = min(anchor, position)
        for first in sorted(self._places_of(letters), key=lambda place_: abs(place_ - start)):
            cursor.setPosition(first + (anchor - start))
            cursor.setPosition(first + (position - start), QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)
            return

    def _places_of(self, letters: str) -> Iterator[int]:
        """Where ``letters`` stand in the document, in its own positions, which count UTF-16 units."""
        text = _units(self.document().toRawText())
        wanted = _units(letters)
        at = text.find(wanted)
        while at >= 0:
            yield at
            at = text.find(wanted, at + 1)

    # ---- seals ----

    @property
    def current(self) -> int:
        """The number of the seal that is open in the source panel, 0 for none."""
        return self._seal.current

    def set_current(self, number: int) -> None:
        """Show ``number`` as the citation that is open in the source panel; 0 for none."""
        if number != self._seal.current:
            self._seal.current = number
            self.viewport().update()

    def numbers(self) -> list[int]:
        """Citations in the order in which their first seals stand in the text."""
        return list(dict.fromkeys(number for _, number in self._seal_positions()))

    def seal_rect(self, number: int) -> QRect:
        """Where the first seal of ``number`` stands, in this widget; empty when there is none."""
        for position, found in self._seal_positions():
            if found == number:
                cursor = QTextCursor(self.document())
                cursor.setPosition(position)
                left = self.cursorRect(cursor)
                return QRect(left.x(), left.y(), round(seals.width_of(number)) + 4, left.height())
        return QRect()

    def _seal_positions(self) -> Iterator[tuple[int, int]]:
        block = self.document().begin()
        while block.isValid():
            if "\ufffc" in block.text():
                iterator = block.begin()
                while not iterator.atEnd():
                    fragment = iterator.fragment()
                    form = fragment.charFormat()
                    if form.objectType() == seals.OBJECT:
                        for offset in range(fragment.length()):
                            yield fragment.position() + offset, int(form.property(seals.NUMBER))
                    iterator += 1
            block = block.next()

    def _number_at(self, point: QPoint) -> int:
        """The seal below a point of the viewport, 0 for none."""
        form = self._format_at(point)
        return int(form.property(seals.NUMBER)) if form is not None and form.objectType() == seals.OBJECT else 0

    def _format_at(self, point: QPoint) -> QTextCharFormat | None:
        position = self.document().documentLayout().hitTest(QPointF(point), Qt.HitTestAccuracy.ExactHit)
        if position < 0:
            return None
        cursor = QTextCursor(self.document())
        # The hit is a place between characters: the character is before or after it.
        for place_ in (position, position + 1):
            cursor.setPosition(min(place_, self.document().characterCount() - 1))
            form = cursor.charFormat()
            if form.objectType() == seals.OBJECT and self._covers(cursor.position() - 1, point):
                return form
        cursor.setPosition(min(position + 1, self.document().characterCount() - 1))
        return cursor.charFormat()

    def _covers(self, position: int, point: QPoint) -> bool:
        """Whether the character at ``position`` lies below ``point``."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(max(0, position))
        left = self.cursorRect(cursor)
        cursor.setPosition(position + 1)
        right = self.cursorRect(cursor)
        if right.y() != left.y():
            return left.y() <= point.y() <= left.bottom() and point.x() >= left.x()
        return left.x() <= point.x() <= right.x() and left.y() <= point.y() <= left.bottom() + 2

    # ---- hands ----

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._code_copy.follow(event.position().toPoint())
        over = self._number_at(event.position().toPoint()) != 0
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.IBeamCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._number_at(event.position().toPoint()) if event.button() == Qt.MouseButton.LeftButton else 0
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        number, self._pressed = self._pressed, 0
        if number and number == self._number_at(event.position().toPoint()) and not self.textCursor().hasSelection():
            self.seal_clicked.emit(number)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            show_tip(event.globalPos(), self.tip_at(event.pos()), self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._code_copy.hide()
        return super().viewportEvent(event)

    def tip_at(self, point: QPoint) -> str:
        """What hovering there says: quote and place of a seal, or why a sentence is not supported."""
        form = self._format_at(point)
        if form is None:
            return ""
        if form.objectType() == seals.OBJECT:
            return self._seal_tip(int(form.property(seals.NUMBER)))
        why = form.property(WHY)
        if why is not None and int(why) < len(self._marked):
            part = self._marked[int(why)]
            return plain_tip(*problem_texts.unsupported(part.why, part.missing).split("\n"))
        return ""

    def _seal_tip(self, number: int) -> str:
        source = self._sources.get(number)
        if source is None:
            return ""
        path, where, quote = source
        sources = (one for one, _, _ in self._sources.values())
        name = (names_in(self._answer) if self._answer is not None else names_apart(sources))[path]
        title = " · ".join(part for part in (name, where) if part)
        cells = pairs_of(quote)
        if cells:
            return plain_tip(title=title, cells=cells)
        quote = without_signs(quote)[0] if is_markdown(path) else quote
        short = quote if len(quote) <= _QUOTE_LENGTH else quote[:_QUOTE_LENGTH].rstrip() + "…"
        return plain_tip(*short.expandtabs(4).splitlines(), title=title)

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Answer"))
        self._code_copy.retranslate()


def _written(document: QTextDocument, groups: Iterator[list[AnswerBlock]], marked: Sequence[AnswerPart]) -> Iterator[None]:
    """Write block by block; the caller decides when to go on."""
    renderer = Renderer(document, marked)
    yield
    for group in groups:
        renderer.write(group)
        yield


def _units(text: str) -> str:
    """One character for each UTF-16 unit."""
    data = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(unit) for unit in memoryview(data).cast("H"))
