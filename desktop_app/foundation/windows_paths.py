# SPDX-License-Identifier: Apache-2.0
r"""Paths in the form in which Windows opens whatever their length or name.

Windows takes a path over 259 characters as one that is not there, unless the PC is set up for long ones, which office PCs mostly are not;
"aux.txt" as a device; "report." as "report". Such files come from shared folders, from OneDrive, from Linux. After ``\\?\`` it takes a path
as it stands. Used where a document is looked at or opened, never shown and never stored. On other systems a path stays what it is.
"""

from __future__ import annotations

import ntpath
import os
import sys

_LONGEST = 259  # characters, as Windows counts them: "😀" is two
_PREFIX, _SHARE = "\\\\?\\", "\\\\?\\UNC\\"
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³")}
)
_HERE = sys.platform == "win32"


def extended(path: str) -> str:
    """An absolute path as it is opened; one that is not absolute stays as it is."""
    return on_windows(path) if _HERE else path


def plain(path: str) -> str:
    """What ``extended`` was made of."""
    if not _HERE:
        return path
    return "\\\\" + path.removeprefix(_SHARE) if path.startswith(_SHARE) else path.removeprefix(_PREFIX)


def absolute(path: str) -> str:
    """As ``os.path.abspath``, which on Windows turns "aux.txt" into a device and drops the dot of "report."."""
    if not _HERE:
        return os.path.abspath(path)
    return ntpath.normpath(ntpath.join(os.getcwd(), plain(path)))


def on_windows(path: str) -> str:
    """``extended`` on Windows, by the text alone."""
    if path.startswith((_PREFIX, "\\\\.\\")):
        return path
    whole = ntpath.normpath(path)
    if whole.startswith("\\\\"):
        return _SHARE + whole[2:]
    return _PREFIX + whole if whole[1:3] == ":\\" else path


def is_long(path: str, below: int = 0) -> bool:
    """Whether ``path``, with so many characters after it, is longer than every program on Windows takes it."""
    return len(path.encode("utf-16-le", "surrogatepass")) // 2 + below > _LONGEST


def has_kept_name(path: str) -> bool:
    """Whether a name in ``path`` is one that Windows keeps for a device, or ends in a dot or a blank, which it drops."""
    names = ntpath.splitdrive(path)[1].replace("/", "\\").split("\\")
    return any(name.endswith((".", " ")) or name.partition(".")[0].rstrip().lower() in _DEVICES for name in names)
