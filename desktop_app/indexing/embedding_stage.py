"""The embedding stage of a run: files in, files with the vectors of their chunks out.

A window is what is sorted by length and embedded in a few calls, over the borders of files: the more, the less is padded. Its files go on
together, while calls of the next one are under way. Equal text is embedded once: the catalogue is asked, and what was computed a moment
ago and is not written yet is kept here.
"""

from __future__ import annotations

import queue
from collections import deque
from dataclasses import dataclass

from desktop_app.embedding.base import Embedder
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing.embedding_calls import MOST, EmbeddingCalls
from desktop_app.indexing.flow import Flow
from desktop_app.indexing.pace import Pace
from desktop_app.indexing.progress import ProgressMeter
from desktop_app.indexing.read_file import END, ReadFile, ReadQueue
from desktop_app.library.catalogue import Catalogue, text_hash

_WINDOW = MOST  # chunks
_CALLS = 4
# Vectors kept until they are surely written: more than there is room for between here and the catalogue.
_RECENT = 2_048


@dataclass(slots=True)
class _Window:
    """Files that go on together, the vectors of their texts by hash, and the hashes of those that are not there yet."""

    files: list[ReadFile]
    vectors: dict[bytes, bytes]
    left: set[bytes]


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
        self._windows = deque[_Window]()
        self._texts: dict[bytes, str] = {}  # of the newest window, those for which no call has begun, sorted by length
        self._recent: dict[bytes, bytes] = {}

    def run(self, flow: Flow, read: ReadQueue, embedded: ReadQueue, readers: int) -> None:
        """``readers``: how many will put an ``END``."""
        intake = _Intake(flow, read, readers)
        if self._embedder is None:
            while files := intake.take(1, wait=True):
                for item in files:
                    flow.put(embedded, item, item.weight)
        else:
            self._run(intake, flow, embedded, self._embedder)
        flow.put(embedded, END)

    def _run(self, intake: _Intake, flow: Flow, embedded: ReadQueue, embedder: Embedder) -> None:
        with EmbeddingCalls(embedder, self._pace, self._cancel, lambda: self._meter.seconds) as calls:
            while (intake.readers or self._windows) and not flow.stopped:
                while calls.has_room and (self._texts or self._open_window(intake, calls, embedder)):
                    if self._texts:
                        calls.begin(self._texts)
                    else:
                        self._send_on(flow, embedded)
                if calls:
                    self._end_one(calls)
                self._send_on(flow, embedded)

    def _open_window(self, intake: _Intake, calls: EmbeddingCalls, embedder: Embedder) -> bool:
        """Take files, and see which of their texts have no vector yet; False when there are none at this moment."""
        files = intake.take(min(_WINDOW, _CALLS * calls.at_once), wait=not calls)
        self._cancel.check()
        if not files:
            return False
        texts = {text_hash(chunk.text): chunk.text for item in files for chunk in item.chunks}
        known = self._catalogue.known_vectors(list(texts), embedder.facts.fingerprint)
        vectors = {digest: self._recent[digest] for digest in texts if digest in self._recent and digest not in known}
        left = texts.keys() - known - vectors.keys()
        new = left.difference(*(window.left for window in self._windows))
        self._texts = {digest: texts[digest] for digest in sorted(new, key=lambda digest: len(texts[digest]))}
        self._meter.embedded(sum(len(item.chunks) for item in files) - len(new), 0.0)
        self._windows.append(_Window(files, vectors, left))
        return True

    def _end_one(self, calls: EmbeddingCalls) -> None:
        """Wait for the oldest call, and give its vectors to the windows that wait for them."""
        made = calls.end_oldest()
        for window in self._windows:
            window.vectors |= {digest: made.vectors[digest] for digest in window.left & made.vectors.keys()}
            window.left -= made.vectors.keys()
        self._recent |= made.vectors
        for digest in list(self._recent)[: max(0, len(self._recent) - _RECENT)]:
            del self._recent[digest]
        self._meter.embedded(len(made.vectors), made.worked, made.rested)

    def _send_on(self, flow: Flow, embedded: ReadQueue) -> None:
        """The files of which every text has its vector."""
        while self._windows and not self._windows[0].left:
            window = self._windows.popleft()
            for item in window.files:
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
