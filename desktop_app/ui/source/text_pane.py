# SPDX-License-Identifier: Apache-2.0
"""The whole text of a file, with a bar that says where one is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract.document import Locator
from desktop_app.contract.messages import ContextResult, FindInFile, FindInFileResult, FoundInFile
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.navigation.zoom_buttons import ZoomButtons
from desktop_app.ui.source.loaded_text import LoadedText
from desktop_app.ui.source.text_view import TextView
from desktop_app.ui.source.zoomable_area import STEP


class TextPane(QWidget):
    """``place_changed``: the number of the chunk that is read, and the character of it; ``found`` as in ``Findable``;
    ``problem``: more of the text could not be had."""

    place_changed = Signal(int, int)
    found = Signal(str, int, int, bool)
    problem = Signal(object)

    def __init__(self, client: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self.view = TextView(self)
        self.text = LoadedText(client, self)
        self._finding: Operation | None = None
        self._places: list[FoundInFile] = []
        self._words, self._now, self._more = "", -1, False
        self._goal: Callable[[], None] | None = None  # what to do once the wanted chunk is here
        self.text.near = self.view.near_screen
        self.text.changed.connect(self._changed)
        self.text.arrived.connect(self._arrived)
        self.text.problem.connect(self.problem)
        self.view.near_end.connect(self.text.more)
        self.view.edge_wanted.connect(self.go_to_edge)
        self.view.scrolled_to.connect(self._scrolled_to)

        self._place = plain_label("quiet", parent=self)
        self.zoom = ZoomButtons(self, paper=False)
        self.zoom.stepped.connect(lambda by: self.view.set_zoom(self.view.zoom * STEP**by))
        self.view.zoom_changed.connect(self.zoom.show_zoom)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.SPACE_L, 0, theme.SPACE_S, theme.SPACE_XS)
        bar.setSpacing(theme.SPACE_XS)
        bar.addWidget(self._place)
        bar.addStretch(1)
        bar.addWidget(self.zoom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self.retranslate()
        self.view.verticalScrollBar().rangeChanged.connect(lambda *_: self._show_place(self.place[0]))
        self.view.verticalScrollBar().valueChanged.connect(lambda _: self._show_place(self.place[0]))

    def show_context(self, result: ContextResult, quote: tuple[int, int] | None, *, cited: bool = True) -> None:
        """Begin where a passage stands; ``quote`` is a half-open range of the text of the chunk ``result.chunk_id``. Not ``cited``: at the
        beginning of the file, without a mark."""
        self._goal = None
        self._forget_found()
        self.text.start(result)
        self.view.show_chunks(self.text.chunks, self.text.first, result.chunk_id if cited else 0, quote)
        self._show_place(self.text.first)

    def clear_text(self) -> None:
        """Show nothing."""
        self._forget_found()
        self.text.clear()
        self.view.clear_text()

    def go_to(self, chunk: int, start: int = 0) -> None:
        """Scroll to character ``start`` of chunk ``chunk`` (its number in the file), which is loaded first where it is not here."""
        self._go(chunk, lambda: self.view.go_to(chunk, start))

    def go_to_edge(self, step: int) -> None:
        """To the end (1) or the beginning (-1) of the file."""
        self._go(self.text.total - 1 if step > 0 else 0, lambda: self.view.go_to_edge(step))

    def selected_locator(self) -> Locator | None:
        """Where the selection begins."""
        at = self.view.selected_place()
        if at is None or not self.text.first <= at[0] < self.text.end:
            return None
        chunk = self.text.chunks[at[0] - self.text.first]
        return next((piece.locator for piece in chunk.pieces if piece.start <= at[1] < piece.end), chunk.locator)

    @property
    def place(self) -> tuple[int, int]:
        """The number of the chunk that is read, and the character of it."""
        return max(self.view.place, (self.text.first, 0))

    # ---- what is looked for ----

    def look_for(self, words: str) -> None:
        """Look for ``words`` in the whole file; "" for nothing any more."""
        self._forget_found()
        path = self.text.path
        if not words or not path:
            return
        self._finding = self._client.request(lambda id_: FindInFile(id=id_, path=path, words=words))
        self._finding.succeeded.connect(self._found)
        self._finding.failed.connect(self.problem)

    def step_found(self, by: int) -> None:
        """To the next (1) or previous (-1) place of what is looked for; round at the ends."""
        if self._places:
            self._show_found((self._now + by) % len(self._places))

    def _show_found(self, number: int) -> None:
        self._now = number
        self.view.mark_found(self._places, number)
        self.go_to(self._places[number].chunk, self._places[number].start)
        self.found.emit(self._words, number + 1, len(self._places), self._more)

    def _found(self, result: FindInFileResult) -> None:
        self._finding = None
        self._places, self._words, self._more = result.found, result.words, result.more
        if not self._places:
            self.found.emit(self._words, 0, 0, False)
            return
        top = self.place[0]
        self._show_found(next((number for number, place in enumerate(self._places) if place.chunk >= top), 0))

    def _forget_found(self) -> None:
        if self._finding is not None:
            self._finding.succeeded.disconnect(self._found)
            self._finding.failed.disconnect(self.problem)
            self._finding.cancel()
            self._finding = None
        if self._places:
            self._places = []
            self.view.mark_found((), -1)

    def retranslate(self) -> None:
        self.zoom.retranslate()
        self.view.retranslate()
        self._show_place(self.place[0])

    def _go(self, chunk: int, goal: Callable[[], None]) -> None:
        self._goal = goal
        self.text.go_to(chunk)

    def _arrived(self, _number: int) -> None:
        goal, self._goal = self._goal, None
        if goal is not None:
            goal()
            QTimer.singleShot(0, self, goal)  # once more, when what was drawn anew has its final height

    def _changed(self) -> None:
        self.view.replace_chunks(self.text.chunks, self.text.first)

    def _scrolled_to(self, chunk: int, start: int) -> None:
        self._show_place(chunk)
        self.place_changed.emit(chunk, start)

    def _show_place(self, chunk: int) -> None:
        """How far one has read: nothing where all of the file is on the screen."""
        bar, text = self.view.verticalScrollBar(), self.text
        all_here = len(text.chunks) == text.total
        at_end = text.end == text.total and bar.value() == bar.maximum()
        self._place.setText(tr("{percent} % of the file", percent=100 if at_end else 100 * chunk // max(text.total, 1)))
        self._place.setVisible(text.total > 0 and not (all_here and bar.maximum() == 0))
