# SPDX-License-Identifier: Apache-2.0
"""What a search found: files by name, passages by file, near misses.

The near misses stay folded below one line, and their cards are made when it is unfolded: a search always has a nearest passage, and
showing it like a hit made thirty of nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.contract.passage import Passage, SearchResult
from desktop_app.foundation.translation import trn
from desktop_app.ui.look import theme
from desktop_app.ui.search.file_rows import FileHead, NamedFileRow
from desktop_app.ui.widgets.fold_line import FoldLine
from desktop_app.ui.widgets.passage_card import PassageCard

_AT_ONCE = 8  # cards


def grouped(passages: Sequence[Passage]) -> dict[str, list[Passage]]:
    """Passages by file, files in the order of their first passage."""
    groups: dict[str, list[Passage]] = {}
    for passage in sorted(passages, key=lambda passage: passage.rank):
        groups.setdefault(passage.path, []).append(passage)
    return groups


class SearchResults(QWidget):
    """``passage_requested`` carries a Passage, ``file_requested`` and ``only_wanted`` a path, ``similar`` a Passage; ``more_requested``:
    further hits are wanted; ``walked``: an arrow key, 1 for down, -1 for up."""

    passage_requested = Signal(object)
    file_requested = Signal(str)
    only_wanted = Signal(str)
    similar = Signal(object)
    more_requested = Signal()
    walked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: SearchResult | None = None
        self._near: list[Passage] = []
        self._waiting: list[tuple[str, int, Passage]] = []  # path where a head comes first, passages of the file, passage
        self._place = 0  # in the layout, of the next card
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._add_some)
        self.cards: list[PassageCard] = []
        self.files: list[NamedFileRow] = []
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.SPACE_S)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_result(self, result: SearchResult | None, *, at_once: bool = False) -> None:
        """Show another result; None: nothing. The first cards are there at once, the others come a few at a time, because thirty take 140 ms
        of the window's time; ``at_once``: all of them, to scroll to where one was."""
        self._result = result
        self._clear()
        if result is None:
            return
        for file in result.named:
            row = NamedFileRow(file, self)
            row.opened.connect(self.file_requested)
            self.files.append(row)
            self._rows.addWidget(row)
        hits = [passage for passage in result.passages if passage.hit]
        self._near = [passage for passage in result.passages if not passage.hit]
        self._place = self._rows.count()
        if result.hits > len(hits) and hits:
            more = QPushButton(trn("Show more of {n} passage", "Show more of {n} passages", result.hits), self)
            more.clicked.connect(self.more_requested)
            self._rows.addWidget(more, 0, Qt.AlignmentFlag.AlignHCenter)
        if self._near:
            self._rows.addWidget(self._fold_line())
        self._add(hits)
        while at_once and self._waiting:
            self._add_some()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Taken here, because the page around would scroll."""
        step = {int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_Up): -1}.get(event.key(), 0)
        if step:
            self.walked.emit(step)
        else:
            super().keyPressEvent(event)

    def walk(self) -> list[QWidget]:
        """What the arrow keys go through, from top to bottom."""
        return [*self.files, *self.cards]

    @property
    def near_line(self) -> FoldLine | None:
        """The line above the near misses, None without any."""
        return self.findChild(FoldLine, "near", Qt.FindChildOption.FindDirectChildrenOnly)

    def restyle(self) -> None:
        """After a change of theme: the words of the cards carry colours."""
        for card in self.cards:
            card.retranslate()

    def _fold_line(self) -> FoldLine:
        line = FoldLine(self)
        line.setObjectName("near")
        line.set_words(trn("{n} less certain passage", "{n} less certain passages", len(self._near)))
        line.toggled.connect(self._unfold)
        return line

    def _unfold(self, unfolded: bool) -> None:
        shown = len([passage for passage in self._result.passages if passage.hit]) if self._result else 0
        while self._waiting and unfolded:  # hits
            self._add_some()
        self._waiting = []
        if unfolded:
            self._place = self._rows.count()
            self._add(self._near)
        else:
            first = self._rows.indexOf(self.near_line) + 1 if self.near_line is not None else self._rows.count()
            while (item := self._rows.takeAt(first)) is not None:
                _drop(item.widget())
            del self.cards[shown:]

    def _add(self, passages: Sequence[Passage]) -> None:
        self._waiting = [
            (path if number == 0 else "", len(of_file), passage)
            for path, of_file in grouped(passages).items()
            for number, passage in enumerate(of_file)
        ]
        self._add_some()

    def _add_some(self) -> None:
        """A few more cards, each file's first one below its head."""
        now, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
        for path, count, passage in now:
            if path:
                head = FileHead(path, count, self)
                head.only_wanted.connect(self.only_wanted)
                self._insert(head)
            self._insert(self._card(passage))
        if self.isVisible():  # all layouts above before the next picture, or cards are seen squeezed for a moment
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        if self._waiting:
            self._next.start()

    def _card(self, passage: Passage) -> PassageCard:
        question = self._result.question if self._result is not None else ""
        card = PassageCard(passage, question, named=False, more=True, parent=self)
        card.opened.connect(self.passage_requested)
        card.similar.connect(self.similar)
        self.cards.append(card)
        return card

    def _insert(self, widget: QWidget) -> None:
        self._rows.insertWidget(self._place, widget)
        self._place += 1

    def _clear(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            _drop(item.widget())
        self.cards.clear()
        self.files.clear()
        self._near, self._waiting = [], []


def _drop(widget: QWidget | None) -> None:
    if widget is not None:
        widget.setObjectName("")
        widget.hide()
        widget.deleteLater()
