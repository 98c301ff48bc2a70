# SPDX-License-Identifier: Apache-2.0
"""The file that the viewer opened last, open until another is wanted.

A person turns the pages of one file; every request names it anew. Size and time of change are looked at each time, so that a file that
was replaced meanwhile is opened again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from desktop_app.contract.document import UnreadableDocument
from desktop_app.foundation import windows_paths


class Closable(Protocol):
    """What can be kept open."""

    def close(self) -> None:
        """Let go of the file."""


Opened = TypeVar("Opened", bound=Closable)


class KeptFile:
    """Holds one open file, or none."""

    def __init__(self) -> None:
        self._stamp: tuple[object, ...] = ()
        self._opened: Closable | None = None

    @property
    def version(self) -> str:
        """Of the file that is open: another one after it was changed."""
        return "-".join(str(part) for part in self._stamp[-2:])

    def get(self, path: str, password: str, open_file: Callable[[Path, str], Opened]) -> Opened:
        """What ``open_file`` makes of a path and a password, kept from before where the file is the same. Raises what it raises, and
        ``UnreadableDocument("unreadable")``."""
        file = Path(windows_paths.extended(path))
        try:
            status = file.stat()
        except OSError as error:
            self.close()
            raise UnreadableDocument("unreadable", str(error)) from error
        stamp = (open_file, path, password, status.st_size, status.st_mtime_ns)
        if self._opened is None or stamp != self._stamp:
            self.close()
            self._opened = open_file(file, password)
            self._stamp = stamp
        return self._opened  # type: ignore[return-value]  # made by this very function, which is part of the stamp

    def close(self) -> None:
        """Let go of the file."""
        opened, self._opened = self._opened, None
        self._stamp = ()  # the password is part of it
        if opened is not None:
            opened.close()
