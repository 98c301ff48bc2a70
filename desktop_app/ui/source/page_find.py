# SPDX-License-Identifier: Apache-2.0
"""Words looked for in the shown PDF: the hits, and the one gone to.

The viewer process searches page by page, from the page on the screen on; hits come while it goes on.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop_app.bridge.operation import Operation
from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract.viewer_process import Box, FindText, PageHits
from desktop_app.ipc.message import PartialReply


@dataclass(frozen=True, slots=True, order=True)
class FoundWords:
    """A hit: page from 0, its place in the page's text, a box for each line in points."""

    page: int
    start: int
    stop: int
    boxes: tuple[Box, ...]


class PageFind(QObject):
    """``changed``: hits came, the search ended, or another hit is the current one. ``gone_to`` carries the hit to bring into sight."""

    changed = Signal()
    gone_to = Signal(object)

    def __init__(self, viewer: ViewerClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._operation: Operation | None = None
        self._hits: list[FoundWords] = []
        self._current: FoundWords | None = None

    @property
    def hits(self) -> list[FoundWords]:
        """In the order of the document."""
        return self._hits

    @property
    def current(self) -> FoundWords | None:
        """The one that was gone to last."""
        return self._current

    @property
    def number(self) -> int:
        """Of the current hit, from 1; 0 where there is none."""
        return self._hits.index(self._current) + 1 if self._current is not None else 0

    @property
    def searching(self) -> bool:
        """Whether more hits may come."""
        return self._operation is not None

    def start(self, path: str, password: str, text: str, page: int) -> None:
        """Look for ``text``; the first hit from ``page`` on is gone to. An empty text clears the hits."""
        self.clear()
        if not text.strip():
            return
        operation = self._operation = self._viewer.request(lambda id_: FindText(id_, path, password, text=text, first=page))
        operation.progressed.connect(partial(self._came, operation))
        operation.ended.connect(partial(self._ended, operation))

    def clear(self) -> None:
        """No hits, and no search."""
        operation, self._operation = self._operation, None
        if operation is not None:
            operation.cancel()
        self._hits, self._current = [], None
        self.changed.emit()

    def step(self, by: int) -> None:
        """To the next (1) or previous (-1) hit; round at the ends."""
        if self._hits:
            at = self._hits.index(self._current) if self._current is not None else -1
            self._go(self._hits[(at + by) % len(self._hits)])

    def on_page(self, page: int) -> list[FoundWords]:
        """The hits on a page."""
        first = bisect_right(self._hits, page - 1, key=lambda hit: hit.page)
        return self._hits[first : bisect_right(self._hits, page, key=lambda hit: hit.page)]

    def _came(self, operation: Operation, message: PartialReply) -> None:
        if operation is not self._operation or not isinstance(message, PageHits):
            return
        hits = [FoundWords(message.page, hit.start, hit.stop, hit.boxes) for hit in message.hits]
        at = bisect_right(self._hits, message.page, key=lambda hit: hit.page)
        self._hits[at:at] = hits
        if self._current is None and hits:
            self._go(hits[0])
        else:
            self.changed.emit()

    def _go(self, hit: FoundWords) -> None:
        self._current = hit
        self.gone_to.emit(hit)
        self.changed.emit()

    def _ended(self, operation: Operation) -> None:
        if operation is self._operation:
            self._operation = None
            self.changed.emit()
