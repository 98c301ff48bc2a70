# SPDX-License-Identifier: Apache-2.0
"""Closes what Inkstone writes to the other users of this PC.

The home folder and libraries hold texts of documents, questions and answers. Each process takes every right of others from what it
makes (``begin``, before anything is made); a folder made by an older version, or by hand, is closed when it is opened (``keep``). Only
POSIX has such rights; on Windows a folder below the user's profile is closed to others by its access list, and nothing is done here.
"""

from __future__ import annotations

import logging
import os
import stat
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from desktop_app.foundation.errors import EnvironmentProblem

log = logging.getLogger(__name__)

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_WAITS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4)  # seconds


def begin() -> None:
    """Files of this process, and of those it starts, are for this user alone."""
    if sys.platform != "win32":
        os.umask(_OTHERS)


def keep(folder: Path, contents: Iterable[str] = (), *, shared: bool = False) -> None:
    """Close ``folder`` to others, and what of ours it holds: ``contents`` are patterns as of ``Path.glob``. ``shared``: the folder
    holds other things, too, and who may read those is not ours to say; then it stays as it is.

    Raises ``EnvironmentProblem("folder_of_others")`` where others may write to it and that cannot be changed: it is another user's, a
    common one such as /tmp, or on a disk without rights. Where they may only read, and that cannot be changed, it is left at that.
    """
    if sys.platform == "win32":
        return
    folder = folder.resolve()  # a link to a folder of ours has the rights of that folder
    status = folder.stat()
    ours = status.st_uid == os.geteuid() and not status.st_mode & stat.S_ISVTX
    if ours:
        for path in (*(() if shared else (folder,)), *(path for pattern in contents for path in folder.glob(pattern))):
            _close(path)
    if folder.stat().st_mode & _OTHERS_WRITE:
        raise EnvironmentProblem("folder_of_others", path=folder)


def _close(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
        if mode & _OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)
    except OSError as error:  # it has gone meanwhile, or the disk knows no rights
        log.info("%s stays open to others: %s", path, error)


def opener(path: str, flags: int) -> int:
    """For ``open``: a file for this user alone, also where it exists already or another program's process runs this."""
    descriptor = os.open(path, flags, stat.S_IRUSR | stat.S_IWUSR)
    if sys.platform != "win32":
        os.fchmod(descriptor, stat.S_IRUSR | stat.S_IWUSR)
    return descriptor


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole, for this user alone: under another name first, so that it is never half there. Raises ``OSError``."""
    making = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with open(making, "wb", opener=opener) as stream:
            stream.write(data)
        replace(making, path)
    except OSError:
        making.unlink(missing_ok=True)
        raise


def replace(source: Path, target: Path) -> None:
    """``os.replace`` of what this process has made. On Windows a virus scanner or a search index opens a new file for a moment, and
    nothing can be renamed meanwhile: then it is tried again, for a second. Raises ``OSError``."""
    for wait in (*_WAITS, None):
        try:
            os.replace(source, target)
        except PermissionError:
            if sys.platform == "win32" and wait is not None:
                time.sleep(wait)
            else:
                raise
        else:
            return
