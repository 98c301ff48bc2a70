# SPDX-License-Identifier: Apache-2.0
"""One log file per role, rotated, plus warnings to standard error."""

from __future__ import annotations

import logging
import sys
from io import TextIOWrapper

from desktop_app.foundation import paths, private
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.shown import shown_lines

_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s:%(lineno)d: %(message)s"
_MEGABYTE = 1 << 20


def start(role: str) -> None:
    """Log this process to ``logs/<role>.log`` (two files of 2 MiB) and warnings to standard error.

    Never logs document text or questions: a log may be sent to someone for help.
    """
    from logging.handlers import RotatingFileHandler  # not before the window's first picture: it brings a dozen modules

    class PrivateFile(RotatingFileHandler):
        def _open(self) -> TextIOWrapper:
            return open(self.baseFilename, "a", encoding=self.encoding, opener=private.opener)

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
            """Nothing: that a log cannot be written (a full disk) is no news for the user."""

    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for noisy in ("chromadb", "httpx", "sentence_transformers", "transformers", "langchain"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    console = logging.StreamHandler(sys.stderr)
    console.setLevel(logging.WARNING)
    console.setFormatter(_Shown("inkstone: %(levelname)s %(name)s: %(message)s"))
    root.addHandler(console)
    try:
        folder = paths.logs()
        folder.mkdir(parents=True, exist_ok=True)
        file = PrivateFile(folder / f"{role}.log", maxBytes=2 * _MEGABYTE, backupCount=1, encoding="utf-8", delay=True)
    except (OSError, Problem):
        return  # a log that cannot be written must not stop the program
    file.setFormatter(_Shown(_FORMAT))
    root.addHandler(file)


class _Shown(logging.Formatter):
    """A file's name in a message commands no terminal, neither now nor where the log is read."""

    def format(self, record: logging.LogRecord) -> str:
        return shown_lines(super().format(record))
