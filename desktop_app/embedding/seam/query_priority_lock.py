# SPDX-License-Identifier: Apache-2.0
"""Priority lock: a question is embedded before waiting document batches."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class QueryPriorityLock:
    """Batches are small, so that a query waits at most for the ones that are being computed."""

    def __init__(self) -> None:
        self._guard = threading.Condition()
        self._queries = 0

    @contextmanager
    def query(self) -> Iterator[None]:
        """Hold batches back while a query is computed, or documents that somebody waits for."""
        with self._guard:
            self._queries += 1
        try:
            yield
        finally:
            with self._guard:
                self._queries -= 1
                self._guard.notify_all()

    def wait_for_queries(self) -> None:
        """To be called before each batch of documents: returns once no query is being computed."""
        with self._guard:
            self._guard.wait_for(lambda: not self._queries)
