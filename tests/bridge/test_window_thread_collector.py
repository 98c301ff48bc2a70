# SPDX-License-Identifier: Apache-2.0
"""Qt objects in cycles are destroyed in the window's thread, whichever thread allocates."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from desktop_app.bridge.window_thread_collector import WindowThreadCollector, collect


@pytest.fixture
def owner(qtbot: QtBot) -> Iterator[QObject]:  # qtbot: an application must exist
    gc.collect()
    made = QObject()
    yield made
    gc.enable()


def cycle(freed_in: list[int]) -> None:
    """A timer that runs, in a cycle that only the collector can free."""
    timer = QTimer()
    timer.start(60_000)
    timer.itself = timer  # type: ignore[attr-defined]
    weakref.finalize(timer, lambda: freed_in.append(threading.get_ident()))


def allocate() -> list[list[int]]:
    """Enough that a collection is due for as long as it is held."""
    return [[number] for number in range(200_000)]


def test_a_reading_thread_destroys_nothing_of_the_window(owner: QObject) -> None:
    WindowThreadCollector(owner)
    freed_in: list[int] = []
    cycle(freed_in)
    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()
    assert freed_in == []
    held = allocate()
    collect()
    del held
    assert freed_in == [threading.get_ident()]


def test_the_timer_collects(owner: QObject, qtbot: QtBot) -> None:
    WindowThreadCollector(owner)
    freed_in: list[int] = []
    cycle(freed_in)
    held = allocate()
    qtbot.waitUntil(lambda: freed_in == [threading.get_ident()])
    del held


def test_collection_is_automatic_again_when_the_last_owner_has_gone(owner: QObject, qtbot: QtBot) -> None:
    other = QObject()
    WindowThreadCollector(owner)
    WindowThreadCollector(other)
    living = WindowThreadCollector._living
    with qtbot.waitSignal(other.destroyed):
        other.deleteLater()
    assert WindowThreadCollector._living == living - 1
    assert not gc.isenabled()
