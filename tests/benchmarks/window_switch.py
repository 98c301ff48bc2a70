# SPDX-License-Identifier: Apache-2.0
"""What a change of language, theme or size of text takes the window, in milliseconds of processor time.

The real window on the scripted engine, with an answer, its source, a search and the list of conversations; from the choice until all is
drawn anew. Offscreen, and processor
time, so that the figure is the program's own work and not that of a busy machine. Wanted: at most 150 ms each.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from statistics import median

_ROUNDS = 10


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="砚-") as home:
        os.environ["INKSTONE_HOME"] = home
        for name, times in _measured().items():
            print(f"{name:<10} median {median(times):5.0f} ms, worst {max(times):5.0f} ms; wanted: at most 150")


def _measured() -> dict[str, list[float]]:
    from PySide6.QtCore import QEvent

    from desktop_app.ui.look import theme
    from tests.benchmarks.scripted_window import opened

    app, client, window = opened(1440, 900)

    def until(condition: Callable[[], object]) -> None:
        while not condition():
            app.processEvents()

    until(lambda: window.runs.overview is not None and not window.runs.running and window.conversations.heads)
    window.centre.set_mode("search")
    view = window.centre.search_view()
    view.search("请假 hotel costs")
    until(lambda: not view.searching)
    window.centre.set_mode("ask")
    for _ in range(3):
        window.conversation.ask("怎么请假？")
        until(lambda: window.conversation.turns[-1].over)
    window.source.show_citation(window.conversation.turns[-1].answer, 1)  # type: ignore[arg-type]
    window.connections.watch(False)
    settled = time.perf_counter() + 0.5
    until(lambda: time.perf_counter() > settled)

    def timed(change: Callable[[], object]) -> float:
        started = time.process_time()
        change()
        app.processEvents()
        window.repaint()
        taken = (time.process_time() - started) * 1000
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # which no loop does here
        return taken

    times: dict[str, list[float]] = {"language": [], "theme": [], "text size": []}
    for turn in range(_ROUNDS + 1):
        language, look, percent = ("zh_CN", "dark", 110) if turn % 2 == 0 else ("en", "light", 100)
        here = {
            "language": timed(partial(window.appearance.choose_language, language)),
            "theme": timed(partial(window.appearance.choose_theme, look)),
            "text size": timed(partial(theme.set_text_zoom, app, percent)),
        }
        if turn:  # the first fills caches of letters and icons
            for name, milliseconds in here.items():
                times[name].append(milliseconds)
    window.close()
    client.close()
    return times


if __name__ == "__main__":
    main()
