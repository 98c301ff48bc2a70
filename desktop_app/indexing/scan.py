"""What lies below a picked folder or file: a walk with ``stat``, nothing opened.

Symbolic links to folders are not followed (a loop, or a way out of what was picked). A folder that may not be listed is
reported, so that the planner does not take its files for removed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop_app.documents.model import SourceFile
from desktop_app.foundation.cancellation import Cancellation

_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_TEMPORARY_ENDINGS = (".tmp", ".temp", ".part", ".crdownload", ".swp", "~")
_HIDDEN_ON_WINDOWS = 0x2 | 0x4  # FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM


@dataclass(slots=True)
class Seen:
    """``skip`` maps paths to a ledger reason; ``closed`` are folders that could not be listed."""

    files: dict[str, SourceFile] = field(default_factory=dict)
    skip: dict[str, str] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)


def scan(root: str, cancel: Cancellation) -> Seen:
    """Walk ``root`` (a folder or a file; nothing is seen of one that does not exist)."""
    seen = Seen()
    if os.path.isdir(root):
        for entry in _walk(root, seen, cancel):
            _note(entry.path, entry.name, seen, entry)
    elif os.path.lexists(root):
        _note(root, os.path.basename(root), seen, None)
    return seen


def _walk(root: str, seen: Seen, cancel: Cancellation) -> Iterator[os.DirEntry[str]]:
    waiting = [root]
    while waiting:
        cancel.check()
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            seen.closed.append(folder)
            continue
        for entry in listed:
            try:
                is_folder = entry.is_dir(follow_symlinks=False)
            except OSError:
                is_folder = False
            if is_folder:
                # A hidden folder (.git, .Trash) holds nothing a person means by "my documents".
                if not entry.name.startswith((".", "$RECYCLE.BIN")):
                    waiting.append(entry.path)
            elif not (entry.is_symlink() and os.path.isdir(entry.path)):
                yield entry


def _note(path: str, name: str, seen: Seen, entry: os.DirEntry[str] | None) -> None:
    shown, odd = _printable(path)
    try:
        status = entry.stat() if entry is not None else os.stat(path)
    except OSError as error:
        seen.files[shown] = SourceFile(shown, 0, 0)
        seen.skip[shown] = "unreadable"
        seen.details[shown] = error.strerror or str(error)
        return
    seen.files[shown] = SourceFile(shown, status.st_size, status.st_mtime_ns)
    reason = _reason_to_skip(name, status)
    if odd:
        # A name in another encoding than the system's (GBK names on a UTF-8 Linux) cannot be stored or passed on as text.
        seen.skip[shown], seen.details[shown] = "unreadable", "file name"
    elif reason:
        seen.skip[shown] = reason


def _reason_to_skip(name: str, status: os.stat_result) -> str:
    lower = name.lower()
    if lower.startswith(("~$", ".~lock.")) or lower.endswith(_TEMPORARY_ENDINGS):
        return "temporary"
    attributes = getattr(status, "st_file_attributes", 0)
    if name.startswith(".") or lower in _SYSTEM_FILES or attributes & _HIDDEN_ON_WINDOWS:
        return "hidden"
    if not stat.S_ISREG(status.st_mode):
        return "unreadable"
    return "" if status.st_size else "empty"


def _printable(path: str) -> tuple[str, bool]:
    """The path as storable text, and whether it had to be changed for that."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(path).decode("utf-8", "backslashreplace"), True
    return path, False
