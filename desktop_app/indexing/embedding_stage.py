"""The embedding stage of a run: files in, files with the vectors of their chunks out.

A window is what is sorted by length and embedded in a few calls, over the borders of files: the more, the less is padded. Its files go on
together. Equal text is embedded once: the catalogue is asked, and what was computed a moment ago and is not written yet is kept here.
"""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

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
# Where a call ends and the next one begins, a core waits: so one more is under way (2 cores: 2.1 core seconds of 45 idle, now 1.2).
_IN_FLIGHT = 2
# Seconds of one call to the embedding model, beside the other one: how long a pause or a cancel may wait.
_EMBED_SECONDS = 1.5
_EMBED_LEAST, _EMBED_MOST = 16, _WINDOW
# Vectors kept until they are surely written: more than there is room for between here and the catalogue.
_RECENT = 2_048


class EmbeddingStage:
    """``run`` is the body of a thread. Without an embedding model the files pass through."""

    def __init__(
        self, catalogue: Catalogue, embedder: Embedder | None, pace: Pace, meter: ProgressMeter, cancel: Cancellation
    ) -> None:
        self._catalogue = catalogue
        self._embedder = embedder
        self._pace = pace
        self._meter = meter
        self._cancel = cancel
        self._at_once = _EMBED_LEAST
        self._recent: dict[bytes, bytes] = {}

    def run(self, flow: Flow, read: ReadQueue, embedded: ReadQueue, readers: int) -> None:
        """Collects documents until a window is full or nothing more is waiting. ``readers``: how many will put an ``END``."""
        ended = 0
        while ended < readers and not flow.stopped:
            window, size = list[ReadFile](), 0
            item = flow.get(read)
            while True:
                if item is END:
                    ended += 1
                else:
                    window.append(item)
                    size += len(item.chunks)
                if size >= min(_WINDOW, _CALLS * self._at_once) or ended == readers:
                    break
                try:
                    item = read.get()
                except queue.Empty:
                    break
            self._cancel.check()
            if self._embedder is not None:
                self._embed(window, self._embedder)
            for item in window:
                flow.put(embedded, item, item.weight)
        flow.put(embedded, END)

    def _embed(self, window: Sequence[ReadFile], embedder: Embedder) -> None:
        recent = self._recent
        texts = {text_hash(chunk.text): chunk.text for item in window for chunk in item.chunks}
        known = self._catalogue.known_vectors(list(texts), embedder.facts.fingerprint)
        missing = [digest for digest in texts if digest not in known and digest not in recent]
        missing.sort(key=lambda digest: len(texts[digest]))
        self._meter.embedded(sum(len(item.chunks) for item in window) - len(missing), 0.0)
        self._compute(missing, texts, embedder)
        for item in window:
            # A text two files share goes with both: the first transaction stores it, the other finds it stored.
            own = {text_hash(chunk.text) for chunk in item.chunks}
            item.vectors = {digest: recent[digest] for digest in own if digest in recent}
        for digest in list(recent)[: max(0, len(recent) - _RECENT)]:
            del recent[digest]

    def _compute(self, missing: list[bytes], texts: Mapping[bytes, str], embedder: Embedder) -> None:
        """Vectors of the texts with these hashes, into ``_recent``."""
        with ThreadPoolExecutor(_IN_FLIGHT, "call") as calls:
            begun = deque[tuple[list[bytes], float, Future[tuple[NDArray[np.float16], float]]]]()
            since = self._meter.seconds
            while missing or begun:
                while missing and len(begun) < (1 if self._pace.why else _IN_FLIGHT):
                    rested = self._pace.give_way(self._cancel)
                    # A wait counts as a rest, also where a call goes on meanwhile.
                    since = since + rested if begun else self._meter.seconds
                    size = _even(len(missing), min(self._at_once, self._pace.batch))
                    block, missing = missing[:size], missing[size:]
                    begun.append((block, rested, calls.submit(self._call, embedder, [texts[digest] for digest in block])))
                block, rested, call = begun.popleft()
                rows, took = call.result()
                self._recent.update(zip(block, (row.tobytes() for row in rows), strict=True))
                worked, since = self._meter.seconds - since, self._meter.seconds
                self._at_once = _next_size(len(block), took)
                self._meter.embedded(len(block), worked, rested + self._pace.rest(worked, self._cancel))

    def _call(self, embedder: Embedder, texts: list[str]) -> tuple[NDArray[np.float16], float]:
        """(a row a text, the seconds it took)."""
        began = self._meter.seconds
        rows = np.asarray(embedder.embed_documents(texts), dtype="<f2")
        return rows, self._meter.seconds - began


def _next_size(size: int, seconds: float) -> int:
    """How many chunks to embed in the next call, when ``size`` took ``seconds``; at most twice as many as that."""
    fitting = round(size * _EMBED_SECONDS / max(seconds, 1e-3))
    return min(max(fitting, _EMBED_LEAST), 2 * max(size, _EMBED_LEAST), _EMBED_MOST)


def _even(left: int, most: int) -> int:
    """How many to take of what is left, so that parts of at most ``most`` are about equal: a small call wastes the end of a big one."""
    return -(-left // -(-left // most))
