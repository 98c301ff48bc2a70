# SPDX-License-Identifier: Apache-2.0
"""The files that wait to be read, light enough for 100,000."""

from __future__ import annotations

import os
import sys
import threading
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from desktop_app.contract.document import SourceFile
from desktop_app.documents.process.registry import is_picture
from desktop_app.library.stores.file_store import FileRecord


@dataclass(frozen=True, slots=True)
class FileJob:
    """A file to read, as it is now. ``known`` is its ledger row: same content (by hash) and recipe need no reading after all."""

    file: SourceFile
    known: FileRecord


class Waiting:
    """Ledger ids, and the jobs that were put back. Several threads take from it."""

    def __init__(self, ids: array[int]) -> None:
        self._ids = ids
        self._next = 0
        self._back: deque[FileJob] = deque()
        self._guard = threading.Lock()

    def __bool__(self) -> bool:
        return self._next < len(self._ids) or bool(self._back)

    def add(self, job: FileJob) -> None:
        """Put a job back, behind the others."""
        with self._guard:
            self._back.append(job)

    def take(self) -> int | FileJob | None:
        """The next ledger id, or a job that was put back; None when there is none left."""
        with self._guard:
            if self._next < len(self._ids):
                self._next += 1
                return self._ids[self._next - 1]
            return self._back.popleft() if self._back else None


class FilesToRead(Sequence[SourceFile]):
    """Files as the forecast looks at them: their endings and sizes; names are not kept. 32 bytes a file, its ledger id included."""

    def __init__(self) -> None:
        self.ids = array("q")
        self._endings: list[str] = []
        self._sizes = array("q")
        self._changed = array("q")

    def add(self, file_id: int, path: str, size: int, changed: int = 0) -> None:
        """``size`` in bytes. ``changed``: of a file that can be searched as it is and is only to be read by a newer reader, its time stamp in
        nanoseconds; such files come last, the newest first."""
        self._changed.append(changed)
        self.ids.append(file_id)
        self._endings.append(sys.intern(os.path.splitext(path)[1].lower()))
        self._sizes.append(size)

    def __len__(self) -> int:
        return len(self._sizes)

    @overload
    def __getitem__(self, at: int) -> SourceFile: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[SourceFile]: ...
    def __getitem__(self, at: int | slice) -> SourceFile | Sequence[SourceFile]:
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(len(self)))]
        return SourceFile("file" + self._endings[at], self._sizes[at], 0)

    def __iter__(self) -> Iterator[SourceFile]:
        return (self[n] for n in range(len(self)))

    @property
    def sizes(self) -> frozenset[int]:
        """The sizes that occur."""
        return frozenset(self._sizes)

    def queues(self, sample: Sequence[int]) -> tuple[Waiting, Waiting]:
        """(all but pictures, pictures) to be read; those at the places ``sample`` before the others."""
        texts, pictures, chosen = array("q"), array("q"), set(sample)
        pictured = {ending: is_picture("file" + ending) for ending in set(self._endings)}
        others = sorted(
            (n for n in range(len(self)) if n not in chosen), key=lambda n: (self._changed[n] > 0, -self._changed[n])
        )
        for place in (*sample, *others):
            (pictures if pictured[self._endings[place]] else texts).append(self.ids[place])
        return Waiting(texts), Waiting(pictures)
