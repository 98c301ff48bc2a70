# SPDX-License-Identifier: Apache-2.0
"""Stages end together; the queues between them are bounded by weight."""

from __future__ import annotations

import threading

import pytest

from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.indexing.stage_threads import StageThreads, WeighedQueue


def test_first_in_first_out_and_bounded_by_weight() -> None:
    threads = StageThreads(Cancellation())
    line = WeighedQueue[str](10, threads)
    line.put("a", 6)
    line.put("b", 4)
    late = threads.thread("puts", lambda: line.put("c", 6))
    late.join(0.3)
    assert late.is_alive(), "there is no room for it"
    assert line.get() == "a"
    late.join(30)
    assert [line.get(), line.get()] == ["b", "c"]


def test_something_heavier_than_the_limit_passes_alone() -> None:
    threads = StageThreads(Cancellation())
    line = WeighedQueue[str](10, threads)
    line.put("whale", 5_000)
    late = threads.thread("puts", lambda: line.put("shrimp"))
    late.join(0.3)
    assert late.is_alive()
    assert line.get() == "whale"
    assert line.get() == "shrimp"


def test_the_first_error_ends_all_and_is_kept() -> None:
    threads = StageThreads(Cancellation())
    line = WeighedQueue[int](1, threads)
    waiting = threads.thread("waits", line.get)

    def fail() -> None:
        raise OSError("disk")

    threads.thread("fails", fail).join()
    waiting.join(30)
    assert not waiting.is_alive()
    with pytest.raises(OSError, match="disk"):
        threads.raise_error()


def test_a_cancel_ends_whoever_waits() -> None:
    cancel = Cancellation()
    threads = StageThreads(cancel)
    full = WeighedQueue[int](1, threads)
    full.put(1)
    ended = threading.Event()

    def put() -> None:
        try:
            full.put(2, 2)
        except Cancelled:
            ended.set()
            raise

    threads.thread("puts", put)
    cancel.cancel()
    assert ended.wait(30)
