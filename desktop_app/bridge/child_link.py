# SPDX-License-Identifier: Apache-2.0
"""Brings messages of child processes to the window's thread.

A message may arrive when its client is deleted already: the signal of a deleted object raises, in the thread that reads. So the signal
belongs to an object of its own, which the reading thread keeps alive.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from desktop_app.ipc.message import Message


class ChildLink(QObject):
    """``queue``: what arrived, with the number of its process or request; None: that process has ended."""

    arrived = Signal()  # from a reading thread: there is something in ``queue``

    def __init__(self) -> None:
        super().__init__()
        self.queue: deque[tuple[int, Message | None]] = deque()

    def receiver(self, number: int) -> Callable[[Message | None], None]:
        """Takes the messages of one process, in its reading thread."""

        def received(message: Message | None) -> None:
            self.queue.append((number, message))
            with suppress(RuntimeError):  # Qt has deleted the window's side; the process is on its way out
                self.arrived.emit()

        return received
