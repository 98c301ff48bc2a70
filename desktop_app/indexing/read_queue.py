# SPDX-License-Identifier: Apache-2.0
"""What waits to be read, light enough for 100,000 files."""

from __future__ import annotations

import threading
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from desktop_app.contract.document import SourceFile
from desktop_app.library.stores.file_store import FileRecord


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read, as it is now. ``known`` is its ledger row: same content (by hash) and recipe need no reading after all."""

    file: SourceFile
    known: FileRecord


class Waiting:
    """Ledger ids, and the jobs that were put back. Several threads take from it."""

    def __init__(self, ids: array[int]) -> None:
        self._ids = ids
        self._next = 0
        self._back: deque[Job] = deque()
        self._guard = threading.Lock()

    def __bool__(self) -> bool:
        return self._next < len(self._ids) or bool(self._back)

    def add(self, job: Job) -> None:
        with self._guard:
            self._back.append(job)

    def take(self) -> int | Job | None:
        with self._guard:
            if self._next < len(self._ids):
                self._next += 1
                return self._ids[self._next - 1]
            return self._back.popleft() if self._back else None


class Outlines(Sequence[SourceFile]):
    """Files as the forecast looks at them: their endings and sizes; names and times are not kept. 16 bytes a file."""

    def __init__(self) -> None:
        self._endings: list[str] = []
        self._sizes = array("q")

    def add(self, ending: str, size: int) -> None:
        self._endings.append(ending)
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

    def ending(self, at: int) -> str:
        return self._endings[at]

    @property
    def endings(self) -> frozenset[str]:
        return frozenset(self._endings)

    @property
    def sizes(self) -> frozenset[int]:
        return frozenset(self._sizes)
