# SPDX-License-Identifier: Apache-2.0
"""The stretch of a file's text that is loaded, and loading more of it.

A file may have 100,000 chunks, so that only those around the place on the screen are here: what is read on is asked for before it is
needed, and what is far away is let go. Requests go one at a time; an answer for another file, or for a place that was left, is dropped.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.foundation.errors import Problem

_STEP = 16  # chunks loaded at once
_MOST_PIECES = 160  # paragraphs and rows kept beside what is near the screen: 120 of a text are drawn in 46 ms at load 9, of a table in 160


class LoadedText(QObject):
    """``changed``: other chunks are here than before; ``arrived``: the chunk of this number, which was wanted, is among them. ``near``
    gives the numbers of the first and the last chunk that are so near the screen that they must stay; or loading would never end."""

    changed = Signal()
    arrived = Signal(int)
    problem = Signal(object)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._path = ""
        self._operation: Operation | None = None
        self._wanted = -1
        self.near: Callable[[], tuple[int, int]] = lambda: (self.first, self.end)
        self.chunks: list[messages.ContextChunk] = []
        self.first = 0
        self.total = 0

    @property
    def path(self) -> str:
        """Of the file, "" for none."""
        return self._path

    @property
    def end(self) -> int:
        """The number behind that of the last chunk that is here."""
        return self.first + len(self.chunks)

    def start(self, result: messages.ContextResult) -> None:
        """Begin with what is around a passage."""
        self.clear()
        self._path, self.chunks, self.first = result.path, list(result.chunks), result.first
        self.total = max(result.total, self.end)

    def clear(self) -> None:
        """Let go of everything."""
        self._drop()
        self._path, self.chunks, self.first, self.total = "", [], 0, 0

    def more(self, step: int) -> None:
        """Load what comes after (1) or before (-1), if there is any."""
        if step > 0 and self.end < self.total:
            self._ask(self.end, min(_STEP, self.total - self.end))
        elif step < 0 and self.first > 0:
            start = max(0, self.first - _STEP)
            self._ask(start, self.first - start)

    def go_to(self, number: int) -> None:
        """Load the chunk of this number, unless it is here; ``arrived`` comes in either case."""
        if self.first <= number < self.end:
            self.arrived.emit(number)
            return
        self._drop()
        self._wanted = number
        start = max(0, min(number - _STEP // 2, self.total - _STEP))
        self._ask(start, _STEP)

    def _ask(self, first: int, count: int) -> None:
        if self._operation is not None or not self._path:
            return
        path = self._path
        self._operation = self._client.request(lambda id_: messages.FileChunks(id=id_, path=path, first=first, count=count))
        self._operation.succeeded.connect(self._came)
        self._operation.failed.connect(self._failed)

    def _came(self, result: messages.FileChunksResult) -> None:
        self._operation = None
        wanted, self._wanted = self._wanted, -1
        if not result.chunks:  # the file was read again, and is shorter now
            self.total = self.end
            return
        self.total = result.total
        if result.first == self.end:
            self.chunks += result.chunks
            low = self.near()[0]
            while self.first < low and self._pieces() > _MOST_PIECES:
                self.chunks.pop(0)
                self.first += 1
        elif result.first + len(result.chunks) == self.first:
            high = self.near()[1]
            self.chunks, self.first = result.chunks + self.chunks, result.first
            while self.end - 1 > high and self._pieces() > _MOST_PIECES:
                self.chunks.pop()
        else:
            self.chunks, self.first = list(result.chunks), result.first
        self.changed.emit()
        if wanted >= 0:
            self.arrived.emit(min(wanted, self.end - 1))

    def _pieces(self) -> int:
        return sum(max(1, len(chunk.pieces)) for chunk in self.chunks)

    def _failed(self, problem: Problem) -> None:
        self._operation, self._wanted = None, -1
        self.problem.emit(problem)

    def _drop(self) -> None:
        self._wanted = -1
        if self._operation is not None:
            self._operation.succeeded.disconnect(self._came)
            self._operation.failed.disconnect(self._failed)
            self._operation.cancel()
            self._operation = None
