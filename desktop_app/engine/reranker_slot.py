# SPDX-License-Identifier: Apache-2.0
"""The reranker in use, if any: loaded once, exchanged on choice."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.foundation.errors import Problem
from desktop_app.foundation.policy import policy_limits
from desktop_app.modelfiles import reranker_folder

if TYPE_CHECKING:  # NumPy and the tokenizer, needed only by those who have one
    from desktop_app.embedding.reranker import CrossEncoderReranker

log = logging.getLogger(__name__)


class RerankerSlot:
    """``choice``: a folder, or "" for none. Thread-safe; loading takes seconds and happens on whoever calls ``wait`` first."""

    def __init__(self, choice: str, *, patient: bool = False) -> None:
        """``patient``: who waits for the reranker waits until its backends are measured, too, so that it happens once at all where the
        program runs for a single question."""
        self.choice = choice
        self.problem: Problem | None = None
        self._patient = patient
        self._reranker: CrossEncoderReranker | None = None
        self._lock = threading.Lock()

    def ready(self) -> CrossEncoderReranker | None:
        """The reranker if it is loaded; never waits, never fails: without it passages come in their first order."""
        return self._reranker

    def wait(self) -> CrossEncoderReranker | None:
        """The reranker, loading it now if that has not happened; None when none is chosen. Raises ``EnvironmentProblem``:
        reranker_missing, reranker_not_a_model, reranker_pickled, reranker_remote_code, reranker_failed."""
        with self._lock:
            if self.choice and self._reranker is None and self.problem is None:
                try:
                    self._reranker = _open(self.choice)
                except Problem as problem:
                    log.warning("the reranker cannot be used: %s", problem)
                    self.problem = problem
                else:
                    if self._patient:
                        self._reranker.settle()
            if self.problem is not None:
                raise self.problem
            return self._reranker

    def choose(self, choice: str) -> None:
        """Exchange it. On failure the old one stays in use and the ``Problem`` is raised."""
        with self._lock:
            if choice == self.choice and self.problem is None and (self._reranker is not None or not choice):
                return
            reranker = _open(choice) if choice else None
            old, self._reranker, self.choice, self.problem = self._reranker, reranker, choice, None
        if old is not None:
            old.close()

    def close(self) -> None:
        """End its processes. One that is still being loaded is not waited for: its measuring process ends with this one."""
        if self._lock.acquire(blocking=False):
            try:
                if self._reranker is not None:
                    self._reranker.close()
            finally:
                self._lock.release()


def _open(choice: str) -> CrossEncoderReranker:
    folder = Path(choice)
    policy_limits.check_fixed("reranker", choice)
    policy_limits.check_model(folder)
    reranker_folder.check(folder)
    from desktop_app.embedding.reranker import CrossEncoderReranker

    return CrossEncoderReranker(folder)
