# SPDX-License-Identifier: Apache-2.0
"""Runs Python's cyclic garbage collection in the window's thread alone.

A cycle may hold widgets and timers, and whoever collects it destroys them. Qt objects must be destroyed in their own thread; a collection
that began in a thread which reads the engine's messages ended the window ("Timers cannot be stopped from another thread", then a crash).
So automatic collection, which begins in whichever thread allocates, is off, and a timer of the window's thread does the same work.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 500


class WindowThreadCollector(QObject):
    """Lives as long as its parent; while one lives, automatic collection is off. Made in the window's thread."""

    _living = 0

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        WindowThreadCollector._living += 1
        gc.disable()
        timer = QTimer(self)
        timer.setInterval(_INTERVAL_MS)
        timer.timeout.connect(collect)
        timer.start()
        parent.destroyed.connect(_ended)


def collect() -> None:
    """Collect the oldest generation that is due by Python's own thresholds, and the younger ones with it."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation] > 0:
            gc.collect(generation)
            return


def _ended() -> None:
    WindowThreadCollector._living -= 1
    if not WindowThreadCollector._living:
        gc.enable()
