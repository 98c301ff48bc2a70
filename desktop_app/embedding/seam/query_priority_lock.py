# SPDX-License-Identifier: Apache-2.0
"""Priority lock: a question is embedded before waiting document batches."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class QueryPriorityLock:
    """Batches are small, so that a question waits for at most the ones that are being computed."""

    def __init__(self) -> None:
        self._guard = threading.Condition()
        self._ahead = 0

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """Around what somebody waits for."""
        with self._guard:
            self._ahead += 1
        try:
            yield
        finally:
            with self._guard:
                self._ahead -= 1
                self._guard.notify_all()

    def give_way(self) -> None:
        """Before each batch of what nobody waits for."""
        with self._guard:
            self._guard.wait_for(lambda: not self._ahead)
