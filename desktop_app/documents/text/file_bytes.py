# SPDX-License-Identifier: Apache-2.0
"""Bytes of a file, with the system's refusals as ledger reasons."""

from __future__ import annotations

import bisect
from pathlib import Path

from desktop_app.contract.document import UnreadableDocument
from desktop_app.documents.text import encodings
from desktop_app.documents.text.encodings import Decoded


def read_bytes(path: Path) -> bytes:
    """Raises ``UnreadableDocument`` ("unreadable", "empty")."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument("unreadable", error.strerror or type(error).__name__) from error
    if not data:
        raise UnreadableDocument("empty")
    return data


def read_text(path: Path, declared: str = "") -> Decoded:
    """The decoded text of a file. Raises ``UnreadableDocument`` ("unreadable", "empty", "unknown_format" for binary data)."""
    data = read_bytes(path)
    if encodings.looks_binary(data):
        raise UnreadableDocument("unknown_format", "binary data")
    decoded = encodings.decode(data, declared)
    if not decoded.text.strip():
        raise UnreadableDocument("empty", "white space only")
    return decoded


def remarks(decoded: Decoded) -> tuple[str, str]:
    """(partial, detail) of a document made from decoded text: an encoding other than UTF-8 is worth a remark."""
    return ("" if decoded.sure else "encoding_unsure"), ("" if decoded.encoding == "UTF-8" else decoded.encoding)


class Lines:
    """Line numbers of a text, from 1."""

    def __init__(self, text: str) -> None:
        self.starts = [0]
        position = text.find("\n")
        while position >= 0:
            self.starts.append(position + 1)
            position = text.find("\n", position + 1)
        self._length = len(text)

    def at(self, position: int) -> int:
        """The line, from 1, of a character index."""
        return bisect.bisect_right(self.starts, position)

    def of(self, start: int, end: int) -> tuple[int, int]:
        """The inclusive line range of characters ``start`` to ``end``."""
        return self.at(start), self.at(max(start, end - 1))

    def start(self, line: int) -> int:
        """Character index at which line ``line`` starts; past the end: the length of the text."""
        return self.starts[line - 1] if line <= len(self.starts) else self._length
