# SPDX-License-Identifier: Apache-2.0
"""The reader contract. One format a file; each module has ``SUFFIXES`` and ``read``; ``registry.py`` chooses.

A reader runs in a reader process (``process/reader_worker.py``) on untrusted input. It must not follow links, run macros or fetch anything,
and raises ``UnreadableDocument(reason, detail)`` for a file that gives no text. Any other exception counts as "damaged".
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from desktop_app.contract.document import Document

Progress = Callable[[int, int | None], None]
"""Called at each natural unit with (done, total or None): pages, sheets, paragraphs. Proof of life for the time-out."""


class Reader(Protocol):
    def __call__(self, path: Path, progress: Progress, /) -> Document: ...
