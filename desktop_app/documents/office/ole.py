# SPDX-License-Identifier: Apache-2.0
"""The streams of compound files (OLE), of which old Office files consist.

The only importer of olefile, which steps over broken allocation tables that stricter readers refuse.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desktop_app.contract.document import UnreadableDocument
from desktop_app.documents.text.code_pages import codec_of

_LARGEST_STREAM = 400 << 20
_MOST_PROPERTIES = 64  # a summary has about fifteen
_NARROW, _WIDE = 30, 31  # types of text


class Streams:
    """The streams of an open compound file; names are compared without regard to case, as Windows does."""

    def __init__(self, ole: Any) -> None:
        self._ole = ole

    def has(self, *path: str) -> bool:
        """Whether there is such a stream or folder."""
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

    def names(self, *path: str) -> list[str]:
        """Names of the streams directly below ``path``."""
        lowered = [part.lower() for part in path]
        entries = self._ole.listdir(streams=True, storages=False)
        return [entry[-1] for entry in entries if [part.lower() for part in entry[:-1]] == lowered]

    def title(self) -> str:
        """The title of the summary information, "" when there is none.

        Parsed here: olefile's own parser believes every count it finds, and a broken one keeps it busy for hours.
        """
        try:
            return _title(self.read("\x05SummaryInformation"))
        except (struct.error, LookupError):
            return ""


def _title(data: bytes) -> str:
    """[MS-OLEPS]: one set of properties, each a number and an offset; 1 is the code page, 2 the title."""
    if len(data) < 48:
        return ""
    start = struct.unpack_from("<I", data, 44)[0]
    count = struct.unpack_from("<I", data, start + 4)[0]
    places = dict(struct.unpack_from("<II", data, start + 8 + 8 * number) for number in range(min(count, _MOST_PROPERTIES)))
    if 2 not in places:
        return ""
    kind, size = struct.unpack_from("<II", data, start + places[2])
    text = data[start + places[2] + 8 :]
    if kind == _WIDE:
        return text[: 2 * size].decode("utf-16-le", "replace").split("\x00")[0].strip()
    page = struct.unpack_from("<IH", data, start + places[1])[1] if 1 in places else 1252
    codec = codec_of(page)
    return text[:size].decode(codec, "replace").split("\x00")[0].strip() if kind == _NARROW and codec else ""


@contextmanager
def opened(source: Path | bytes) -> Iterator[Streams]:
    """The streams of a file, or of one that is held in memory. Raises ``UnreadableDocument`` ("damaged")."""
    import olefile

    try:
        ole = olefile.OleFileIO(source if isinstance(source, bytes) else str(source))
    except Exception as error:  # olefile checks few of the offsets it follows: any kind of error means a broken file
        raise UnreadableDocument("damaged", f"{type(error).__name__}: {error}"[:200]) from error
    try:
        yield Streams(ole)
    finally:
        ole.close()
