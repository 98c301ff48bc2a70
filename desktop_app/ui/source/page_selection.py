# SPDX-License-Identifier: Apache-2.0
"""What a person selects on the pages of a PDF, over page ends too.

Letters and their places come from the viewer process, for a page once it is on the screen.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop_app.bridge.operation import Operation
from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract.viewer_process import Box, GetPageText, PageText
from desktop_app.documents.viewing.page_letters import PageLetters

_KEPT_PAGES = 60

Spot = tuple[int, int]  # page from 0, index of a character


class PageSelection(QObject):
    """``changed``: something else is selected. ``letters_came`` carries the page whose letters are there."""

    changed = Signal()
    letters_came = Signal(int)

    def __init__(self, viewer: ViewerClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._path = self._password = ""
        self._letters: OrderedDict[int, PageLetters] = OrderedDict()
        self._asked: dict[int, Operation] = {}
        self._anchor: Spot | None = None
        self._caret: Spot | None = None
        self._begun: tuple[int, float, float] | None = None  # where the mouse was pressed, and where it went
        self._reached: tuple[int, float, float] | None = None

    def open(self, path: str, password: str) -> None:
        """Letters of this file from now on; nothing is selected."""
        self.close()
        self._path, self._password = path, password

    def close(self) -> None:
        """Nothing is selected, and no letters are kept."""
        asked, self._asked = self._asked, {}
        for operation in asked.values():
            operation.cancel()
        self._letters.clear()
        self._path = ""
        self.clear()

    def want(self, pages: Iterable[int]) -> None:
        """Get the letters of pages that are on the screen."""
        for page in pages:
            if self._path and page not in self._letters and page not in self._asked:
                operation = self._asked[page] = self._viewer.request(
                    lambda id_, page=page: GetPageText(id_, self._path, self._password, page=page)  # type: ignore[misc]
                )
                operation.succeeded.connect(partial(self._came, operation))

    def letters(self, page: int) -> PageLetters | None:
        """Of a page, where they are here."""
        return self._letters.get(page)

    # ---- selecting ----

    def begin(self, page: int, x: float, y: float) -> None:
        """Start a selection at a place of a page, in points; nothing is selected yet."""
        self.clear()
        self._begun = page, x, y
        self._anchor = self._at(page, x, y)

    def extend(self, page: int, x: float, y: float) -> None:
        """Select up to a place; as soon as the letters are here, where they are not yet."""
        self._reached = page, x, y
        spot = self._at(page, x, y)
        if self._anchor is not None and spot is not None and spot != self._caret:
            self._caret = spot
            self.changed.emit()

    def _at(self, page: int, x: float, y: float) -> Spot | None:
        letters = self._letters.get(page)
        index = letters.nearest(x, y) if letters is not None else None
        return None if index is None else (page, index)

    def take_word(self, page: int, x: float, y: float) -> None:
        """Select the word at a place."""
        letters = self._letters.get(page)
        spot = self._at(page, x, y)
        if letters is not None and spot is not None:
            start, stop = letters.word(spot[1])
            self._anchor, self._caret = (page, start), (page, stop - 1)
            self.changed.emit()

    def take_page(self, page: int) -> None:
        """Select everything on a page."""
        letters = self._letters.get(page)
        if letters is not None and letters.text:
            self._anchor, self._caret = (page, 0), (page, len(letters.text) - 1)
            self.changed.emit()

    def clear(self) -> None:
        """Nothing is selected."""
        self._anchor = self._caret = None
        self._begun = self._reached = None
        self.changed.emit()

    # ---- what is selected ----

    @property
    def text(self) -> str:
        """The selected words; "" when nothing is."""
        return "\n".join(
            letters.plain(*reach)
            for page in self._pages()
            if (letters := self._letters.get(page)) is not None and (reach := self._reach(page)) is not None
        )

    @property
    def first_page(self) -> int | None:
        """The page on which it begins; None when nothing is selected."""
        return next(iter(self._pages()), None)

    def boxes(self, page: int) -> tuple[Box, ...]:
        """The selected lines of a page, in points."""
        reach, letters = self._reach(page), self._letters.get(page)
        return letters.lines(*reach) if reach is not None and letters is not None else ()

    def _pages(self) -> range:
        if self._anchor is None or self._caret is None:
            return range(0)
        first, last = sorted((self._anchor[0], self._caret[0]))
        return range(first, last + 1)

    def _reach(self, page: int) -> tuple[int, int] | None:
        """The range of a page's characters that is selected."""
        if page not in self._pages():
            return None
        assert self._anchor is not None
        assert self._caret is not None
        letters = self._letters.get(page)
        first, last = sorted((self._anchor, self._caret))
        start = first[1] if page == first[0] else 0
        stop = last[1] + 1 if page == last[0] else len(letters.text) if letters is not None else 0
        return start, stop

    def _came(self, operation: Operation, result: PageText) -> None:
        if self._asked.get(result.page) is not operation:
            return
        del self._asked[result.page]
        self._letters[result.page] = PageLetters(result.text, result.boxes)
        while len(self._letters) > _KEPT_PAGES:
            out = next((page for page in self._letters if page not in self._pages() and page != result.page), None)
            if out is None:
                break
            del self._letters[out]
        if self._begun is not None and self._anchor is None:
            self._anchor = self._at(*self._begun)
        if self._reached is not None and self._caret is None:
            self.extend(*self._reached)
        self.letters_came.emit(result.page)
