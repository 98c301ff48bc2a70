# SPDX-License-Identifier: Apache-2.0
"""Walks a picked folder or file with ``stat``; nothing is opened.

The walk goes in the order of whole paths, as the ledger's index has them, so that the two can be compared side by side without
holding either (``plan``): memory is that of the folders on the way down. Symbolic links to folders are not followed (a loop, or a
way out of what was picked). A folder that may not be listed is reported, so that its files are not taken for removed.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from operator import itemgetter

from desktop_app.contract.exclude_rules import ExcludeRules
from desktop_app.foundation import windows_paths
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.policy.policy_limits import DocumentLimits
from desktop_app.indexing import mounted
from desktop_app.indexing.excludes import Matcher

# (path, size in bytes, time stamp in nanoseconds, ledger reason not to open it or "", detail)
Found = tuple[str, int, int, str, str]

_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_TEMPORARY_STARTS = ("~$", ".~lock.")
_TEMPORARY_ENDINGS = (".tmp", ".temp", ".part", ".crdownload", ".swp", "~")
# The last four letters of the names above: a name with another ending, as nearly all have, needs no closer look.
_TAILS = frozenset({".tmp", "temp", "part", "load", ".swp", "s.db", ".ini"})
_HIDDEN_ON_WINDOWS = 0x2  # FILE_ATTRIBUTE_HIDDEN
_SYSTEM_ON_WINDOWS = 0x4  # FILE_ATTRIBUTE_SYSTEM
_HIDDEN_ON_MAC = 0x8000  # UF_HIDDEN
_WINDOWS = sys.platform == "win32"
_MAC = sys.platform == "darwin"
_CHECKED_EVERY = 200  # files between two looks at whether the walk was stopped or paused; a folder begins with one
_LATEST = 2**63 - 1
_key = itemgetter(0)


class Walk:
    """Iterate once over everything below ``root`` (a folder or a file; nothing is seen of one that does not exist).

    ``closed`` are the folders that could not be listed so far: each before anything that would lie behind it. ``mounts`` are the
    folders below ``root`` where another disk shows and files were seen so far. ``passed_over`` are folders that are never entered
    (``excludes.never_entered``).
    """

    def __init__(
        self, root: str, cancel: Cancellation, matcher: Matcher | None = None, passed_over: frozenset[str] = frozenset()
    ) -> None:
        self._root = root
        self._place = windows_paths.extended(root)  # where it is walked; below it paths differ in their beginning alone
        self._cancel = cancel
        self._rules = matcher or Matcher(ExcludeRules())
        self._passed_over = passed_over
        self._limits = DocumentLimits()
        self.closed: list[str] = []
        self.mounts: set[str] = set()

    def __iter__(self) -> Iterator[Found]:
        if os.path.isdir(self._place):
            return self._walk()
        return iter([self._single()] if os.path.lexists(self._place) else [])

    def _walk(self) -> Iterator[Found]:  # noqa: C901 - one loop, run for every file
        rules, check = self._rules, self._cancel.check
        asks, limit = rules.asks_files, rules.max_bytes
        relative, odd, seen, limits = "", not _is_text(self._root), 0, self._limits
        root, cut = self._root, len(self._place)
        device = os.stat(self._place).st_dev
        waiting = [self._list(self._place, relative)]
        ways = [(relative, odd)]
        while waiting:
            if not waiting[-1]:
                waiting.pop()
                ways.pop()
                continue
            relative, odd = ways[-1]
            key, entry, is_folder = waiting[-1].pop()
            name = entry.name
            if is_folder:
                waiting.append(self._list(entry.path, relative + name + "/"))
                ways.append((relative + name + "/", odd or not _is_text(name)))
                continue
            seen += 1
            if not seen % _CHECKED_EVERY:
                check()
            path = root + entry.path[cut:]
            try:
                status = entry.stat()
            except OSError as error:
                yield _printable(path), 0, 0, "unreadable", error.strerror or str(error)
                continue
            mode, size = status.st_mode, status.st_size
            if status.st_dev != device and not _WINDOWS and not odd:
                device = status.st_dev
                self.mounts.update(mounted.above(path, root))
            if odd or key is not name:
                # A name in another encoding than the system's (GBK names on a UTF-8 Linux) cannot be stored or passed on as text.
                yield _printable(path), size, mtime_ns(status), "unreadable", "file name"
                continue
            reason = detail = ""
            if name[0] in ".~" or name[-1] == "~" or name[-4:].lower() in _TAILS or _WINDOWS or _MAC:
                reason = self._set_aside(name, status)
            if not reason and limits and not limits.allow(path):
                reason = "not_allowed"
            if not reason and asks:
                detail = rules.file(relative + name, name)
                reason = "excluded" if detail else ""
            if not reason:
                if mode & 0o170000 != stat.S_IFREG:
                    reason = "unreadable"
                elif not size:
                    reason = "empty"
                elif size > limit:
                    reason, detail = "excluded", f"> {limit // 1_000_000} MB"
            yield path, size, mtime_ns(status), reason, detail

    def _list(self, folder: str, relative: str) -> list[tuple[str, os.DirEntry[str], bool]]:
        """What lies in a folder, last first, by the text of its name; folders with the separator at its end, so that whole paths are
        in order. A file's text is its very name object unless that could not be stored."""
        self._cancel.check()
        listed: list[tuple[str, os.DirEntry[str], bool]] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    name = entry.name
                    if not name.isascii():
                        name = _printable(name)
                    try:
                        is_folder = entry.is_dir()
                    except OSError:
                        is_folder = False  # its ``stat`` will say
                    if not is_folder:
                        listed.append((name, entry, False))
                    elif not entry.is_symlink() and self._enters(entry, relative):
                        listed.append((name + os.sep, entry, True))
        except OSError:
            self.closed.append(self._picked(folder))
            return []
        listed.sort(key=_key, reverse=True)
        return listed

    def _picked(self, place: str) -> str:
        return self._root + place[len(self._place) :]

    def _enters(self, entry: os.DirEntry[str], relative: str) -> bool:
        if self._picked(entry.path) in self._passed_over or self._rules.folder(relative + entry.name):
            return False
        if not self._rules.hidden:
            return True
        # A hidden folder (.Trash, AppData) holds nothing a person means by "my documents".
        if entry.name.startswith("."):
            return False
        if _WINDOWS or _MAC:
            try:
                return not _is_marked_hidden(entry.stat(follow_symlinks=False))
            except OSError:
                return True  # listing it will say
        return True

    def _single(self) -> Found:
        """A file that was picked by itself: no pattern and no size leaves it out."""
        try:
            status = os.stat(self._place)
        except OSError as error:
            return _printable(self._root), 0, 0, "unreadable", error.strerror or str(error)
        reason, detail = self._set_aside(os.path.basename(self._root), status), ""
        if not _is_text(self._root):
            reason, detail = "unreadable", "file name"
        elif not reason and self._limits and not self._limits.allow(self._root):
            reason = "not_allowed"
        elif not reason and not stat.S_ISREG(status.st_mode):
            reason = "unreadable"
        elif not reason and not status.st_size:
            reason = "empty"
        return _printable(self._root), status.st_size, mtime_ns(status), reason, detail

    def _set_aside(self, name: str, status: os.stat_result) -> str:
        if is_temporary(name):
            return "temporary"
        if name.lower() in _SYSTEM_FILES or getattr(status, "st_file_attributes", 0) & _SYSTEM_ON_WINDOWS:
            return "hidden"
        return "hidden" if self._rules.hidden and (name.startswith(".") or _is_marked_hidden(status)) else ""


def mtime_ns(status: os.stat_result) -> int:
    """The time stamp within what SQLite can keep (64 bits with a sign, the year 2262); some cameras and archives set later ones."""
    return max(-_LATEST, min(_LATEST, status.st_mtime_ns))


def is_temporary(name: str) -> bool:
    """Whether a file name is that of another program's lock or temporary file."""
    lower = name.lower()
    return lower.startswith(_TEMPORARY_STARTS) or lower.endswith(_TEMPORARY_ENDINGS)


def _is_marked_hidden(status: os.stat_result) -> bool:
    return bool(
        getattr(status, "st_file_attributes", 0) & _HIDDEN_ON_WINDOWS or getattr(status, "st_flags", 0) & _HIDDEN_ON_MAC
    )


def _is_text(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _printable(path: str) -> str:
    """The path as storable text."""
    return path if _is_text(path) else os.fsencode(path).decode("utf-8", "backslashreplace")
