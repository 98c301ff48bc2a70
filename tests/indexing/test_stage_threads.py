# SPDX-License-Identifier: Apache-2.0
"""Stages end together; the queues between them are bounded by weight."""

from __future__ import annotations

import queue
import threading

import pytest

from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.indexing.stage_threads import StageThreads, WeighedQueue


def test_first_in_first_out_and_bounded_by_weight() -> None:
    line = WeighedQueue[str](10)
    line.put("a", 6, 0)
    line.put("b", 4, 0)
    with pytest.raises(queue.Full):
        line.put("c", 1, 0)
    assert line.get() == "a"
    line.put("c", 6, 0)
    assert [line.get(), line.get()] == ["b", "c"]
    with pytest.raises(queue.Empty):
        line.get()


def test_something_heavier_than_the_limit_passes_alone() -> None:
    line = WeighedQueue[str](10)
    line.put("whale", 5_000, 0)
    with pytest.raises(queue.Full):
        line.put("shrimp", 1, 0)
    assert line.get() == "whale"
    line.put("shrimp", 1, 0)


def test_the_first_error_ends_all_and_is_kept() -> None:
    flow = StageThreads(Cancellation())
    line = WeighedQueue[int](1)
    waiting = flow.thread("waits", lambda: flow.get(line))

    def fail() -> None:
        raise OSError("disk")

    flow.thread("fails", fail).join()
    waiting.join(30)
    assert not waiting.is_alive()
    with pytest.raises(OSError, match="disk"):
        flow.raise_error()


def test_a_cancel_ends_whoever_waits() -> None:
    cancel = Cancellation()
    flow = StageThreads(cancel)
    full = WeighedQueue[int](1)
    full.put(1, 1, 0)
    ended = threading.Event()

    def put() -> None:
        try:
            flow.put(full, 2)
        except Cancelled:
            ended.set()
            raise

    flow.thread("puts", put)
    cancel.cancel()
    assert ended.wait(30)
