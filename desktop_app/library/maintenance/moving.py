# SPDX-License-Identifier: Apache-2.0
"""Moves a library to another folder or disk; it is never in neither.

On the same disk its folder is renamed. To another one every file is copied, read again there and compared, and only then are the old ones
removed; until that moment the library is where it was.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem, disk_problem
from desktop_app.library.maintenance import library_folder
from desktop_app.library.maintenance.database_copy import Progress
from desktop_app.library.maintenance.library_folder import CATALOGUE, CONVERSATIONS, LOCK

_BLOCK = 4 << 20


def move(folder: Path, target: Path, progress: Progress, cancel: Cancellation) -> None:
    """Move the library in ``folder``, which nobody has open, to ``target``, which must be empty or absent. ``progress`` in bytes.

    Raises ``Cancelled``, ``UsageProblem``: library_missing, folder_not_empty, folder_inside, and ``EnvironmentProblem``: library_locked,
    disk_full, library_read_only, copy_differs; the library is where it was then.
    """
    folder, target = folder.resolve(), target.resolve()
    library_folder.free_folder(target)
    if target.is_relative_to(folder):
        raise UsageProblem("folder_inside", path=target)
    making = target.with_name(f"{target.name}.moving")
    try:
        with library_folder.locked(folder):
            _empty_logs(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(making, ignore_errors=True)  # of a move that was killed
            alone = {entry.name for entry in folder.iterdir()} <= {
                LOCK,
                *(entry.name for entry in library_folder.own_entries(folder)),
            }
            if not (alone and _renamed(folder, target)):
                _copy(folder, making, progress, cancel)
                if target.exists():
                    target.rmdir()
                os.replace(making, target)
                _remove(folder)
        if folder.exists():
            with suppress(OSError):  # other things are in it
                (folder / LOCK).unlink(missing_ok=True)
                folder.rmdir()
    except OSError as error:
        raise disk_problem(error, target) or error from error
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _empty_logs(folder: Path) -> None:
    """Bring what stands in SQLite's logs into the files themselves. A damaged file is moved as it is."""
    for name in (CATALOGUE, CONVERSATIONS):
        if (folder / name).exists():
            with suppress(sqlite3.Error), closing(sqlite3.connect(folder / name)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _renamed(folder: Path, target: Path) -> bool:
    """Whether one step was enough. Not on Windows, where an open lock file holds its folder, nor to another disk."""
    try:
        if folder.stat().st_dev != target.parent.stat().st_dev:
            return False
        if target.exists():
            target.rmdir()
        os.rename(folder, target)
    except OSError:
        return False
    return True


def _copy(folder: Path, making: Path, progress: Progress, cancel: Cancellation) -> None:
    files = [
        file
        for entry in library_folder.own_entries(folder)
        for file in (sorted(entry.rglob("*")) if entry.is_dir() else [entry])
        if file.is_file()
    ]
    total = sum(file.stat().st_size for file in files)
    if shutil.disk_usage(making.parent).free <= total:
        raise EnvironmentProblem("disk_full", path=making.parent)
    done = 0
    for file in files:
        target = making / file.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with file.open("rb") as source, target.open("wb") as copy:
            while block := source.read(_BLOCK):
                cancel.check()
                copy.write(block)
                digest.update(block)
                done += len(block)
                progress(done, 2 * total)
            copy.flush()
            os.fsync(copy.fileno())
        with target.open("rb") as copied:
            if hashlib.file_digest(copied, "sha256").digest() != digest.digest():
                raise EnvironmentProblem("copy_differs", path=file)
        done += file.stat().st_size
        progress(done, 2 * total)
    making.mkdir(parents=True, exist_ok=True)


def _remove(folder: Path) -> None:
    """What was copied and compared. The catalogue goes last: a folder without one is no library."""
    for entry in sorted(library_folder.own_entries(folder), key=lambda entry: entry.name.startswith("catalogue")):
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
