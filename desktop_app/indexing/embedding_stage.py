"""The embedding stage of a run: files in, files with the vectors of their chunks out.

A window is what is sorted by length and embedded in a few calls, over the borders of files: the more, the less is padded. Its files go on
together, while calls of the next one are under way. Equal text is embedded once: the catalogue is asked, and what was computed a moment
ago and is not written yet is kept here.
"""

from __future__ import annotations

import queue
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.base import Embedder
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing.flow import Flow
from desktop_app.indexing.pace import Pace
from desktop_app.indexing.progress import ProgressMeter
from desktop_app.indexing.read_file import END, ReadFile, ReadQueue
from desktop_app.library.catalogue import Catalogue, text_hash

_WINDOW = 256  # chunks
_CALLS = 4
# Where a call ends and the next one begins, a core waits: so one more is under way, also from window to window. 2 cores, 1,882 chunks: 2.1
# core seconds idle with one call, 1.2 with two, 0.3 to 0.7 since windows follow one another without a gap.
_IN_FLIGHT = 2
# Seconds of one call to the embedding model, beside the other one: how long a pause or a cancel may wait.
_EMBED_SECONDS = 1.5
_EMBED_LEAST, _EMBED_MOST = 16, _WINDOW
# Vectors kept until they are surely written: more than there is room for between here and the catalogue.
_RECENT = 2_048


@dataclass(slots=True)
class _Window:
    """Files that go on together, the vectors of their texts by hash, and the hashes of those that are not there yet."""

    files: list[ReadFile]
    vectors: dict[bytes, bytes]
    left: set[bytes]


@dataclass(slots=True)
class _Call:
    """Texts the model computes at this moment; ``rested``: seconds of giving way before it."""

    hashes: list[bytes]
    rested: float
    result: Future[tuple[NDArray[np.float16], float]]


class EmbeddingStage:
    """``run`` is the body of a thread, once. Without an embedding model the files pass through."""

    def __init__(
        self, catalogue: Catalogue, embedder: Embedder | None, pace: Pace, meter: ProgressMeter, cancel: Cancellation
    ) -> None:
        self._catalogue = catalogue
        self._embedder = embedder
        self._pace = pace
        self._meter = meter
        self._cancel = cancel
        self._at_once = _EMBED_LEAST
        self._windows = deque[_Window]()
        self._texts: dict[bytes, str] = {}  # of the newest window, those for which no call has begun, sorted by length
        self._calls = deque[_Call]()
        self._recent: dict[bytes, bytes] = {}
        self._since = 0.0  # when the last call ended, or the first one of several began

    def run(self, flow: Flow, read: ReadQueue, embedded: ReadQueue, readers: int) -> None:
        """``readers``: how many will put an ``END``."""
        intake = _Intake(flow, read, readers)
        with ThreadPoolExecutor(_IN_FLIGHT, "call") as pool:
            while (intake.readers or self._windows) and not flow.stopped:
                while self._has_room() and (self._texts or self._open_window(intake)):
                    if self._texts:
                        self._begin(pool)
                    else:
                        self._send_on(flow, embedded)
                if self._calls:
                    self._end_one()
                self._send_on(flow, embedded)
        flow.put(embedded, END)

    def _has_room(self) -> bool:
        return len(self._calls) < (1 if self._pace.why else _IN_FLIGHT)

    def _open_window(self, intake: _Intake) -> bool:
        """Take files, and see which of their texts have no vector yet; False when there are none at this moment."""
        files = intake.take(min(_WINDOW, _CALLS * self._at_once), wait=not self._calls)
        self._cancel.check()
        if files:
            self._windows.append(self._window(files, self._embedder))
        return bool(files)

    def _window(self, files: list[ReadFile], embedder: Embedder | None) -> _Window:
        if embedder is None:
            return _Window(files, {}, set())
        texts = {text_hash(chunk.text): chunk.text for item in files for chunk in item.chunks}
        known = self._catalogue.known_vectors(list(texts), embedder.facts.fingerprint)
        vectors = {digest: self._recent[digest] for digest in texts if digest in self._recent and digest not in known}
        left = texts.keys() - known - vectors.keys()
        new = left.difference(*(window.left for window in self._windows))
        self._texts = {digest: texts[digest] for digest in sorted(new, key=lambda digest: len(texts[digest]))}
        self._meter.embedded(sum(len(item.chunks) for item in files) - len(new), 0.0)
        return _Window(files, vectors, left)

    def _begin(self, pool: ThreadPoolExecutor) -> None:
        rested = self._pace.give_way(self._cancel)
        # A wait counts as a rest, also where a call goes on meanwhile.
        self._since = self._since + rested if self._calls else self._meter.seconds
        size = _even(len(self._texts), min(self._at_once, self._pace.batch))
        hashes = list(islice(self._texts, size))
        texts = [self._texts.pop(digest) for digest in hashes]
        self._calls.append(_Call(hashes, rested, pool.submit(self._compute, texts)))

    def _compute(self, texts: list[str]) -> tuple[NDArray[np.float16], float]:
        """(a row a text, the seconds it took)."""
        assert self._embedder is not None
        began = self._meter.seconds
        rows = np.asarray(self._embedder.embed_documents(texts), dtype="<f2")
        return rows, self._meter.seconds - began

    def _end_one(self) -> None:
        """Wait for the oldest call, and give its vectors to the windows that wait for them."""
        call = self._calls.popleft()
        rows, took = call.result.result()
        made = dict(zip(call.hashes, (row.tobytes() for row in rows), strict=True))
        for window in self._windows:
            window.vectors |= {digest: made[digest] for digest in window.left & made.keys()}
            window.left -= made.keys()
        self._recent |= made
        for digest in list(self._recent)[: max(0, len(self._recent) - _RECENT)]:
            del self._recent[digest]
        worked, self._since = self._meter.seconds - self._since, self._meter.seconds
        self._at_once = _next_size(len(made), took)
        self._meter.embedded(len(made), worked, call.rested + self._pace.rest(worked, self._cancel))

    def _send_on(self, flow: Flow, embedded: ReadQueue) -> None:
        """The files of which every text has its vector."""
        while self._windows and not self._windows[0].left:
            window = self._windows.popleft()
            for item in window.files:
                if self._embedder is not None:
                    # A text two files share goes with both: the first transaction stores it, the other finds it stored.
                    own = {text_hash(chunk.text) for chunk in item.chunks}
                    item.vectors = {digest: window.vectors[digest] for digest in own if digest in window.vectors}
                flow.put(embedded, item, item.weight)


class _Intake:
    """The files that readers hand over; ``readers``: how many have not ended."""

    def __init__(self, flow: Flow, read: ReadQueue, readers: int) -> None:
        self._flow = flow
        self._read = read
        self.readers = readers

    def take(self, chunks: int, *, wait: bool) -> list[ReadFile]:
        """Files of ``chunks`` chunks or a little more; fewer when nothing more is there, none only without ``wait`` or at the end."""
        files, size = list[ReadFile](), 0
        while self.readers and size < chunks:
            try:
                item = self._flow.get(self._read) if wait and not files else self._read.get()
            except queue.Empty:
                break
            if item is END:
                self.readers -= 1
            else:
                files.append(item)
                size += len(item.chunks)
        return files


def _next_size(size: int, seconds: float) -> int:
    """How many chunks to embed in the next call, when ``size`` took ``seconds``; at most twice as many as that."""
    fitting = round(size * _EMBED_SECONDS / max(seconds, 1e-3))
    return min(max(fitting, _EMBED_LEAST), 2 * max(size, _EMBED_LEAST), _EMBED_MOST)


def _even(left: int, most: int) -> int:
    """How many to take of what is left, so that parts of at most ``most`` are about equal: a small call wastes the end of a big one."""
    return -(-left // -(-left // most))
