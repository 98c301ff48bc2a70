# SPDX-License-Identifier: Apache-2.0
"""A file on its way from the reader threads to the writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.contract.document import Chunk, Document, MemberProblem, SourceFile
from desktop_app.indexing.read_queue import FileJob

# Not reasons of the ledger: the file was deleted while it waited; its disk or share went away.
GONE, AWAY = "gone", "away"


@dataclass(slots=True)
class ReadFile:
    """A file on its way: read, then written. ``same`` means the content is the one the ledger knows under this path,
    ``twin`` under another one, which is gone (``moved``) or is still there."""

    job: FileJob
    file: SourceFile
    document: Document | None = None
    chunks: Sequence[Chunk] = ()
    reason: str = ""
    detail: str = ""
    problems: tuple[MemberProblem, ...] = ()
    same: bool = False
    twin: int = 0
    moved: bool = False
    copied: int = 0  # chunks

    @property
    def weight(self) -> int:
        """Chunks, at least 1, for the queue."""
        return max(1, len(self.chunks))

    @property
    def opened(self) -> bool:
        """Whether the file was read, for what reading costs."""
        return not (self.same or self.twin or self.reason in (GONE, AWAY))
