# SPDX-License-Identifier: Apache-2.0
"""What memory the window has after each 100 of 1,000 questions.

    python -m tests.benchmarks window_memory         INKSTONE_QUESTIONS=300 for a shorter one

The real window on the scripted engine: each question is answered with citations, of which one is opened; every tenth begins a new
conversation, and every tenth is searched for as well. Resident memory of the window's process. Wanted: flat after the first 200.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable

import psutil

_QUESTIONS = int(os.environ.get("INKSTONE_QUESTIONS", "1000"))
_A_LINE = 100
_A_CONVERSATION = 10


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="砚-") as home:
        os.environ["INKSTONE_HOME"] = home
        _run()


def _run() -> None:
    from PySide6.QtCore import QEvent, QEventLoop

    from tests.benchmarks.scripted_window import opened

    app, client, window = opened(1280, 800)

    def until(condition: Callable[[], object]) -> None:
        while not condition():
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # which no loop does here

    until(lambda: window.runs.overview is not None and not window.runs.running)
    chat, process, started = window.conversation, psutil.Process(), time.perf_counter()
    first = 0.0
    for number in range(1, _QUESTIONS + 1):
        chat.ask(f"怎么请假？ {number}")
        until(lambda: not chat.running)
        answer = chat.turns[-1].answer
        assert answer is not None
        window.source.show_citation(answer, 1 + number % len(answer.citations))
        until(lambda: window.source.is_open)
        if number % _A_CONVERSATION == 0:
            view = window.centre.search_view()
            view.search(f"请假 {number}")
            until(lambda: not window.centre.search_view().searching)
            window.centre.open_conversation()
            until(lambda: not chat.turns)
        if number % _A_LINE == 0:
            memory = process.memory_info().rss / 1e6
            first = first or memory
            seconds = (time.perf_counter() - started) / number
            print(f"{number:>5} questions {memory:6.0f} MB, {memory - first:+5.0f}; {seconds * 1000:.0f} ms each", flush=True)
    window.close()
    client.close()


if __name__ == "__main__":
    main()
