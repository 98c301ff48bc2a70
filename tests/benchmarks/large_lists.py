# SPDX-License-Identifier: Apache-2.0
"""A ledger of 100,000 files in the real window: first page, a jump to the middle, a filter, a sort, and whether the window went on.

The catalogue is filled by SQL, the engine is the real process, the dialog is offscreen and painted. Each figure is the time from the
request to the painted rows; a timer asks for a tick every 10 ms meanwhile. Wanted: no gap between ticks over 100 ms. Beside it, in
the same run, the same with 1,000 files: a list is quick when its length does not show.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from desktop_app.library.library import Library
from tests.benchmarks.figures import percentile

_SIZES = (1_000, 100_000)
_REASONS = ("", "", "", "", "", "", "password", "damaged", "no_text", "partly_read")
_TICK_MS = 10


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    told: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="砚-") as place:
        os.environ["INKSTONE_HOME"] = f"{place}/用户"
        for size in _SIZES:
            library = Path(place) / f"资料库 {size}"
            fill(library, size)
            told[size] = measure(str(library), size)
    print(f"{'':<28}" + "".join(f"{size:>12,} files" for size in _SIZES) + "   ratio")
    for name in told[_SIZES[0]]:
        few, many = (told[size][name] for size in _SIZES)
        print(f"{name:<28}{few:>14.1f} ms{many:>14.1f} ms   {many / few if few else 0:.1f}")
    print("wanted: longest gap between ticks under 100 ms")


def fill(folder: Path, size: int) -> None:
    folder.mkdir(parents=True)
    (folder / "library.toml").write_text('name = "大"\nformat = 1\nembedding = "none"\n', encoding="utf-8")
    Library(folder).close()
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    rows = []
    for n in range(size):
        reason = _REASONS[n % 10]
        state = "partial" if reason == "partly_read" else "failed" if reason else "indexed"
        name = f"/资料/第{n // 500:03d}组/关于印发《员工考勤管理办法》的通知 {n:06d}.pdf"
        rows.append((name, 100_000, 1, state, reason, 0 if state == "failed" else 7))
    with connection:
        connection.execute("INSERT INTO sources VALUES ('/资料', 'folder', 1, 0, 0)")
        connection.executemany(
            "INSERT INTO files (path, size, mtime_ns, state, reason, chunks) VALUES (?, ?, ?, ?, ?, ?)", rows
        )
    connection.close()


def measure(library: str, size: int) -> dict[str, float]:
    import desktop_app.bridge  # noqa: F401, I001 - before Qt
    from PySide6.QtCore import QEventLoop, QTimer, Qt
    from PySide6.QtWidgets import QApplication

    from desktop_app.bridge.client import EngineClient
    from desktop_app.ui.look import theme
    from desktop_app.foundation import paths
    from desktop_app.foundation.settings import Settings
    from desktop_app.ui.library.ledger_dialog import LedgerDialog
    from desktop_app.ui.library.ledger_model import FILE, STATE
    from desktop_app.ui.library.run_controller import RunController

    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([])
    theme.apply(app, "light")
    client = EngineClient(library)
    gaps: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append((now - last) * 1000)
        last = now

    def until(condition: Callable[[], bool]) -> float:
        loop = QEventLoop()
        look = QTimer()
        look.timeout.connect(lambda: loop.quit() if condition() else None)
        began = time.perf_counter()
        look.start(1)
        loop.exec()
        dialog.grab()  # painted, not only known
        return (time.perf_counter() - began) * 1000

    dialog = LedgerDialog(client, Settings(paths.home() / "settings.toml"), RunController(client))
    client.start()
    until(lambda: client.state == "ready")
    ticks = QTimer()
    ticks.setTimerType(Qt.TimerType.PreciseTimer)
    ticks.timeout.connect(tick)
    table, model = dialog._table, dialog.model
    told: dict[str, float] = {}

    def here(row: int) -> bool:
        return model.rowCount() > row and model.row(row) is not None

    last = time.perf_counter()
    ticks.start(_TICK_MS)
    dialog.open_fresh(view="all")
    told["opened, first page"] = until(lambda: here(0))
    middle = size // 2
    table.scrollTo(model.index(middle, FILE))
    told["jump to the middle"] = until(lambda: here(middle))
    table.scrollToBottom()
    told["jump to the end"] = until(lambda: here(size - 1))
    model.set_text(f"{size - 7:06d}")
    told["one file by its name"] = until(lambda: model.rowCount() == 1 and here(0))
    model.set_text("password")
    told["every tenth by its reason"] = until(lambda: model.rowCount() == size // 10 and here(0))
    model.set_text("")
    until(lambda: model.rowCount() == size and here(0))
    model.sort(STATE, Qt.SortOrder.DescendingOrder)
    told["sorted by state"] = until(lambda: here(0))
    copied: list[int] = []
    model.whole(lambda rows: copied.append(len(rows)))
    told["whole list gathered"] = until(lambda: copied == [size])
    ticks.stop()
    told["95 of 100 gaps within"] = percentile(gaps, 0.95)
    told["longest gap between ticks"] = max(gaps)
    dialog.close()
    client.close()
    return told


if __name__ == "__main__":
    main()
