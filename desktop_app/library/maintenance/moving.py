# SPDX-License-Identifier: Apache-2.0
"""Moves a library to another folder or disk.

On the same disk its folder is renamed. To another one every file is copied into a folder beside the target, read again there and compared;
that folder gets its place in one step, is on the disk, and only then are the old files removed. Killed at any moment, the library is whole
in one of the two places; killed while old files are removed, some of them are left, without the catalogue.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem, Problem, UsageProblem, disk_problem
from desktop_app.foundation.policy import policy_limits
from desktop_app.library.maintenance import library_folder, new_place, placing
from desktop_app.library.maintenance.database_copy import Progress
from desktop_app.library.maintenance.library_folder import CATALOGUE, CONVERSATIONS, FACTS, LOCK

log = logging.getLogger(__name__)

_BLOCK = 4 << 20


def move(folder: Path, target: Path, progress: Progress, cancel: Cancellation) -> Problem | None:
    """Move the library in ``folder``, which nobody has open, to ``target``, which must be empty or absent. ``progress`` in bytes.

    The next start looks for it there (``new_place.note``); returns what kept that from being written.

    Raises ``Cancelled``, ``UsageProblem``: library_missing, folder_not_empty, folder_inside, library_not_allowed, setting_fixed, and ``EnvironmentProblem``: library_locked,
    disk_full, library_read_only, copy_differs; the library is where it was then.
    """
    named = folder.absolute(), target.absolute()
    folder, target = folder.resolve(), target.resolve()
    policy_limits.check_fixed("library", str(target))
    policy_limits.check_library(target)
    library_folder.free_folder(target)
    if target.is_relative_to(folder):
        raise UsageProblem("folder_inside", path=target)
    try:
        with library_folder.locked(folder):
            _empty_logs(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            alone = {entry.name for entry in folder.iterdir()} <= {
                LOCK,
                *(entry.name for entry in library_folder.own_entries(folder)),
            }
            if alone and _renamed(folder, target):
                problem = new_place.note(*named)
            else:
                with placing.working_folder(target.parent) as working:
                    copied = _copy(folder, working / target.name, progress, cancel)
                    placing.put(working / target.name, target)
                if not _sizes(folder).items() == copied.items() <= _sizes(target).items():
                    raise EnvironmentProblem("copy_differs", path=folder)
                problem = new_place.note(*named)
                _remove(folder)
        if folder.exists():
            with suppress(OSError):  # other things are in it
                (folder / LOCK).unlink(missing_ok=True)
                folder.rmdir()
    except OSError as error:
        raise disk_problem(error, target) or error from error
    return problem


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


def _sizes(folder: Path) -> dict[Path, int]:
    """The library's files, relative to its folder, with their bytes."""
    return {
        file.relative_to(folder): file.stat().st_size
        for entry in library_folder.own_entries(folder)
        for file in (sorted(entry.rglob("*")) if entry.is_dir() else [entry])
        if file.is_file()
    }


def _copy(folder: Path, making: Path, progress: Progress, cancel: Cancellation) -> dict[Path, int]:
    """Copy the library's files and compare each; returns what ``_sizes`` says of them."""
    files = _sizes(folder)
    total = sum(files.values())
    if shutil.disk_usage(making.parent).free <= total:
        raise EnvironmentProblem("disk_full", path=making.parent)
    making.mkdir()
    done = 0
    for name, size in files.items():
        file, target = folder / name, making / name
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
        done += size
        progress(done, 2 * total)
    return files


def _remove(folder: Path) -> None:
    """What was copied and compared. The catalogue and library.toml go first: without them a folder is no library, whatever is left. The
    move is done by now, so what cannot be removed stays."""
    try:
        for entry in sorted(library_folder.own_entries(folder), key=lambda entry: entry.name not in (CATALOGUE, FACTS)):
            if entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)
    except OSError as error:
        log.warning("after a move, old files stay: %s", error)
