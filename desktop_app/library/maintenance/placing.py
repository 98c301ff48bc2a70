# SPDX-License-Identifier: Apache-2.0
"""Makes files beside their place, and puts them there when they are whole.

A working folder has a name that nobody can guess, so that a call never takes what another call or a person put there for its own. It holds
a lock: one that is free was left by a process that was killed, and the next call beside it takes the folder away.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock

from desktop_app.foundation import private
from desktop_app.library.maintenance import library_folder

_PREFIX = ".inkstone-"
_LOCK = "inkstone-working.lock"


@contextmanager
def working_folder(parent: Path) -> Iterator[Path]:
    """A new folder in ``parent``, which is made if need be; it is gone afterwards, with what is left in it. Raises ``OSError``."""
    parent.mkdir(parents=True, exist_ok=True)
    _remove_left_behind(parent)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    lock = FileLock(folder / _LOCK, mode=0o600)
    try:
        with suppress(NotImplementedError):  # a disk without locks: the folder is never taken for one that was left behind
            lock.acquire(timeout=0)
        yield folder
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left_behind(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError, NotImplementedError):  # in use (filelock's Timeout is one), or not ours to change
            if not (folder / _LOCK).is_file():
                continue  # a person's own
            lock = FileLock(folder / _LOCK)
            lock.acquire(timeout=0)
            lock.release()
            shutil.rmtree(folder)


def put(made: Path, folder: Path) -> None:
    """Give the folder ``made`` its place, on the disk before this returns. Raises ``UsageProblem("folder_not_empty")`` where something
    lies there by now, and ``OSError``."""
    for one in (made, *(path for path in made.rglob("*") if path.is_dir())):
        sync_folder(one)
    library_folder.free_folder(folder)
    if folder.exists():
        folder.rmdir()
    private.replace(made, folder)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder written to the disk; Windows does so by itself. Raises ``OSError``."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
