# SPDX-License-Identifier: Apache-2.0
"""The model that checks written answers, if there is one.

Found in the model folder and loaded in the background beside the first written answer.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.foundation.errors import Problem
from desktop_app.foundation.policy import policy_limits
from desktop_app.modelfiles import checker_folder

if TYPE_CHECKING:  # NumPy and the tokenizer, needed only by those who have one
    from desktop_app.embedding.checking.checker import FolderChecker

log = logging.getLogger(__name__)


class CheckerSlot:
    """``model_folder``: where a checker may lie, "" for nowhere. Thread-safe."""

    def __init__(self, model_folder: str) -> None:
        self._folder = model_folder
        self._checker: FolderChecker | None = None
        self._begun = threading.Lock()
        self._loading: threading.Thread | None = None

    def ready(self) -> FolderChecker | None:
        """The checker if it is loaded; the first call has it looked for. Never waits, never fails: without it the program's own checks do."""
        with self._begun:
            if self._folder and self._loading is None:
                self._loading = threading.Thread(target=self._load, name="load-checker", daemon=True)
                self._loading.start()
        return self._checker

    def wait(self) -> FolderChecker | None:
        """The checker, once it was looked for; None where there is none that can be used."""
        self.ready()
        if self._loading is not None:
            self._loading.join()
        return self._checker

    def _load(self) -> None:
        for entry in checker_folder.find(self._folder):
            problem = entry.problem or policy_limits.model_problem(entry.path)
            if problem:
                log.warning("a checker cannot be used: %s", problem)
                continue
            try:
                from desktop_app.embedding.checking.checker import FolderChecker

                self._checker = FolderChecker(Path(entry.path))
            except (Problem, ImportError) as problem:
                log.warning("a checker cannot be used: %s", problem)
            else:
                return
