# SPDX-License-Identifier: Apache-2.0
"""Calls to the embedding model, two under way, so that no core waits.

They are as large as fits a second or so, smaller and one by one when the run goes gently, and started between whatever goes first. 2 cores,
1,882 chunks in calls of at most 256: 2.1 core seconds idle with one call, 1.2 with two, 0.3 to 0.7 since windows of files follow one another
without a gap.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Self

import numpy as np

from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing.throttle import Throttle

_UNDER_WAY = 2
# Seconds of one call to the embedding model, beside the other one: how long a pause or a cancel may wait.
_SECONDS = 1.5
_LEAST, MOST = 16, 256  # texts


@dataclass(frozen=True, slots=True)
class Made:
    """Vectors of texts by hash, float16 bytes; the seconds that they took, and those in which nothing was done before and after."""

    vectors: dict[bytes, bytes]
    worked: float
    rested: float


@dataclass(slots=True)
class _Call:
    hashes: list[bytes]
    rested: float
    result: Future[tuple[dict[bytes, bytes], float]]


class EmbeddingCalls:
    """For one thread, within ``with``, which waits for the calls that are under way. ``clock`` in seconds."""

    def __init__(self, embedder: Embedder, throttle: Throttle, cancel: Cancellation, clock: Callable[[], float]) -> None:
        self._embedder = embedder
        self._throttle = throttle
        self._cancel = cancel
        self._clock = clock
        self._pool = ThreadPoolExecutor(_UNDER_WAY, "call")
        self._calls = deque[_Call]()
        self._since = 0.0  # when the last call ended, or the first one of several began
        self.at_once = _LEAST

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self._pool.shutdown()

    def __len__(self) -> int:
        return len(self._calls)

    @property
    def has_room(self) -> bool:
        """Whether another call may begin."""
        return len(self._calls) < (1 if self._throttle.reason else _UNDER_WAY)

    def holds(self, digest: bytes) -> bool:
        """Whether the text with this hash is being computed."""
        return any(digest in call.hashes for call in self._calls)

    def begin(self, texts: dict[bytes, str]) -> None:
        """Take a part out of ``texts`` (by hash, from the front) and compute it. Waits while something goes first. Raises ``Cancelled``."""
        rested = self._throttle.give_way(self._cancel)
        # A wait counts as a rest, also where a call goes on meanwhile.
        self._since = self._since + rested if self._calls else self._clock()
        hashes = list(islice(texts, _even(len(texts), min(self.at_once, self._throttle.batch))))
        some = {digest: texts.pop(digest) for digest in hashes}
        self._calls.append(_Call(hashes, rested, self._pool.submit(self._compute, some)))

    def end_oldest(self) -> Made:
        """Wait for the call that was started first; gently, rest after it. Raises what the model raises, and ``Cancelled``."""
        call = self._calls[0]
        vectors, took = call.result.result()
        worked, self._since = self._clock() - self._since, self._clock()
        self.at_once = _next_size(len(vectors), took)
        rested = call.rested + self._throttle.rest(worked, self._cancel)
        self._calls.popleft()
        return Made(vectors, worked, rested)

    def end_all(self) -> dict[bytes, bytes]:
        """Wait for all that is under way, after a cancel; their vectors by hash."""
        return {digest: vector for call in self._calls for digest, vector in call.result.result()[0].items()}

    def _compute(self, texts: dict[bytes, str]) -> tuple[dict[bytes, bytes], float]:
        """(vectors by hash, the seconds they took)."""
        began = self._clock()
        rows = np.asarray(self._embedder.embed_documents(list(texts.values())), dtype="<f2")
        took = self._clock() - began
        return dict(zip(texts, (row.tobytes() for row in rows), strict=True)), took


def _next_size(size: int, seconds: float) -> int:
    """How many texts to embed in the next call, when ``size`` took ``seconds``; at most twice as many as that."""
    fitting = round(size * _SECONDS / max(seconds, 1e-3))
    return min(max(fitting, _LEAST), 2 * max(size, _LEAST), MOST)


def _even(left: int, most: int) -> int:
    """How many to take of what is left, so that parts of at most ``most`` are about equal: a small call wastes the end of a big one."""
    return -(-left // -(-left // most))
