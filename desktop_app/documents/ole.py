"""Old Office files are small file systems (OLE compound files): which streams they hold, and their bytes.

The only importer of olefile, which steps over broken allocation tables that stricter readers refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import olefile

from desktop_app.documents.model import UnreadableDocument

_LARGEST_STREAM = 400 << 20


class Streams:
    """The streams of an open compound file; names are compared without regard to case, as Windows does."""

    def __init__(self, ole: Any) -> None:
        self._ole = ole

    def has(self, *path: str) -> bool:
        return bool(self._ole.exists(list(path)))

    def read(self, *path: str) -> bytes:
        """The bytes of a stream, b"" when it is missing or broken."""
        try:
            if not self._ole.exists(list(path)) or self._ole.get_size(list(path)) > _LARGEST_STREAM:
                return b""
            with self._ole.openstream(list(path)) as stream:
                data: bytes = stream.read()
                return data
        except (OSError, ValueError, TypeError, IndexError, KeyError):
            return b""

    def folders(self, *path: str) -> list[str]:
        """Names directly below ``path`` that hold streams themselves, in the order of the file."""
        depth = len(path)
        lowered = [part.lower() for part in path]
        names: dict[str, None] = {}
        for entry in self._ole.listdir(streams=True, storages=True):
            if len(entry) > depth + 1 and [part.lower() for part in entry[:depth]] == lowered:
                names[entry[depth]] = None
        return list(names)

    def title(self) -> str:
        """The title of the summary information, "" when there is none."""
        try:
            found = self._ole.getproperties("\x05SummaryInformation", no_conversion=[])
        except Exception:  # noqa: BLE001 - whatever a broken property set makes olefile stumble over
            return ""
        title, page = found.get(2), found.get(1)
        if isinstance(title, bytes):
            codec = f"cp{page & 0xFFFF}" if isinstance(page, int) and page & 0xFFFF != 65001 else "utf-8"
            try:
                title = title.decode(codec, "replace")
            except LookupError:
                return ""
        return str(title).strip("\x00 ").strip() if isinstance(title, str) else ""


@contextmanager
def opened(path: Path) -> Iterator[Streams]:
    """Raises ``UnreadableDocument`` ("damaged")."""
    try:
        ole = olefile.OleFileIO(str(path))
    except Exception as error:  # see Streams.title
        raise UnreadableDocument("damaged", f"{type(error).__name__}: {error}"[:200]) from error
    try:
        yield Streams(ole)
    finally:
        ole.close()
