# SPDX-License-Identifier: Apache-2.0
"""Stop and pause, shared between two threads."""

from __future__ import annotations

import threading

import pytest

from desktop_app.foundation.cancellation import Cancellation, Cancelled


def test_goes_on_until_cancelled() -> None:
    cancel = Cancellation()
    cancel.check()
    cancel.cancel()
    assert cancel.cancelled
    with pytest.raises(Cancelled):
        cancel.check()


@pytest.mark.parametrize("end", ["resume", "cancel"])
def test_a_pause_ends_by_going_on_or_by_stopping(end: str) -> None:
    cancel = Cancellation()
    cancel.pause()
    outcome: list[str] = []
    asked = threading.Event()

    def work() -> None:
        asked.set()
        try:
            cancel.check()
        except Cancelled:
            outcome.append("cancel")
        else:
            outcome.append("resume")

    thread = threading.Thread(target=work)
    thread.start()
    asked.wait()
    assert cancel.paused
    assert outcome == []
    getattr(cancel, end)()
    thread.join(10)
    assert outcome == [end]
    assert not cancel.paused
