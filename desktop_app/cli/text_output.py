# SPDX-License-Identifier: Apache-2.0
"""What commands share in writing: short lines, columns, one live line."""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

import msgspec

from desktop_app.foundation import windows_paths
from desktop_app.foundation.shown import shown_text
from desktop_app.foundation.translation import tr, trn

if TYPE_CHECKING:
    from desktop_app.contract.document import Locator


OutOfReach = Callable[[Sequence[str]], Collection[str]]
"""Which of files that are missing are only out of reach (``Engine.out_of_reach``)."""


def all_gone(_missing: Sequence[str]) -> Collection[str]:
    """None of them is out of reach."""
    return ()


def flat(text: str, limit: int = 0) -> str:
    """Running text on one line, cut to ``limit`` characters."""
    text = shown_text(" ".join(text.split()))
    return text if not limit or len(text) <= limit else text[:limit] + "…"


def width(text: str) -> int:
    """Columns of a terminal that ``text`` takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def fitting(text: str, columns: int) -> str:
    """The start of ``text`` that fits into ``columns``; a line that wraps cannot be written over."""
    used = 0
    for index, character in enumerate(text):
        used += width(character)
        if used > columns:
            return text[:index]
    return text


class LiveLine:
    """One line that is written over itself on a terminal; nothing on anything else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()

    def show(self, text: str) -> None:
        """Write ``text`` over what the line shows, cut to the width of the terminal."""
        if self._live:
            self._write(fitting(text, shutil.get_terminal_size().columns - 1))

    def clear(self) -> None:
        """Leave the line empty, for other output."""
        if self._live:
            self._write("")

    def _write(self, text: str) -> None:
        self._stream.write(f"\r\x1b[2K{text}")
        self._stream.flush()


def nothing_indexed() -> str:
    """For a library without files."""
    return tr("This library holds no documents yet.") + " " + tr("Add a folder first.")


def nothing_searched(total: int) -> str:
    """Why nothing was found where no file was searched, of ``total`` in the library."""
    return tr("No file of the library matches what you narrowed the search to.") if total else tr("Nothing found.")


def coverage(searched: int, total: int) -> str:
    """How many of all files were searched."""
    if not total:
        return nothing_indexed()
    return trn(
        "Searched {searched} of {total} file.", "Searched {searched} of {total} files.", total, searched=searched, total=total
    )


def is_missing(path: str) -> bool:
    """Whether the file that a text was read from is no longer at its place. Asks the disk, which only a command may wait for."""
    return not os.path.lexists(windows_paths.extended(path))


def missing_files(paths: Iterable[str], out_of_reach: OutOfReach) -> dict[str, str]:
    """The sentence below what is quoted from each of the files that is missing."""
    missing = [path for path in dict.fromkeys(paths) if is_missing(path)]
    away = out_of_reach(missing) if missing else ()
    there = tr("The disk or folder of this file cannot be reached now; the text above is as it was read.")
    gone = tr("The file is no longer there; the text above is as it was read.")
    return {path: there if path in away else gone for path in missing}


def locator_json(locator: Locator) -> dict[str, Any]:
    """A locator for scripts: only the fields that are set."""
    plain: dict[str, Any] = msgspec.to_builtins(locator)
    return {name: value for name, value in plain.items() if value not in (None, [], ())}
