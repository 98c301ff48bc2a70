# SPDX-License-Identifier: Apache-2.0
"""A library as one file: made while it is in use, restored elsewhere.

A ZIP with the catalogue, the conversations and library.toml, each as it was at one moment, and ``inkstone-backup.json``, which says what
they are and their SHA-256. The vector index is derived and left out; the engine builds it again from the catalogue. It is written under
another name first, so that no half backup is ever taken for one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import time
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import tomli_w

from desktop_app import __version__
from desktop_app.contract.maintenance_process import BackupFacts
from desktop_app.foundation import private
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem, disk_problem
from desktop_app.foundation.policy import policy_limits
from desktop_app.library.maintenance import library_folder, placing
from desktop_app.library.maintenance.database_copy import Progress, copy_database, problem_of
from desktop_app.library.maintenance.library_folder import CATALOGUE, CONVERSATIONS, FACTS

FORMAT = 1
"""Of the file. History: 1 first form."""

SUFFIX = ".inkstone"
_MANIFEST = "inkstone-backup.json"
_MEMBERS = (CATALOGUE, CONVERSATIONS, FACTS)
_LEVEL = 1  # of deflate: text to half its size, several times as fast as the usual 6
_BLOCK = 4 << 20
_DERIVED = ("chroma",)  # keys of library.toml that name what is left out


class _Member(msgspec.Struct):
    size: int
    sha256: str


class _Manifest(msgspec.Struct):
    format: int
    version: str
    name: str
    made: float
    files: int
    conversations: int
    members: dict[str, _Member]


def back_up(folder: Path, file: Path, progress: Progress, cancel: Cancellation) -> BackupFacts:
    """Write the library in ``folder``, which may be in use, into ``file``; what was there is replaced at the very end.

    ``progress`` in bytes. Raises ``Cancelled``, ``UsageProblem``: library_missing, export_off, and ``EnvironmentProblem``: library_damaged,
    library_newer, disk_full, library_read_only.
    """
    policy_limits.check_export()
    if not library_folder.holds_library(folder):
        raise UsageProblem("library_missing", path=folder)
    library_folder.check_formats(folder)
    try:
        with placing.working_folder(file.parent) as working:
            return _write(folder, file, working, progress, cancel)
    except (OSError, sqlite3.Error) as error:
        raise problem_of(error, folder, file.parent) from error


def _write(folder: Path, file: Path, working: Path, progress: Progress, cancel: Cancellation) -> BackupFacts:
    databases = [name for name in (CATALOGUE, CONVERSATIONS) if (folder / name).exists()]
    whole = 2 * sum((folder / name).stat().st_size for name in databases)
    done = 0
    for name in databases:

        def copied(here: int, _total: int, start: int = done) -> None:
            progress(start + here, whole)

        copy_database(folder / name, working / name, copied, cancel)
        done += (working / name).stat().st_size
    facts = {key: value for key, value in library_folder.read_facts(folder).items() if key not in _DERIVED}
    (working / FACTS).write_bytes(tomli_w.dumps(facts).encode())
    members: dict[str, _Member] = {}
    packed = working / file.name
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name in (*databases, FACTS):
            digest, size = hashlib.sha256(), 0
            with (working / name).open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
                while block := source.read(_BLOCK):
                    cancel.check()
                    target.write(block)
                    digest.update(block)
                    size += len(block)
                    progress(min(done + size, whole), whole)
            done += size
            members[name] = _Member(size, digest.hexdigest())
        manifest = _Manifest(
            FORMAT,
            __version__,
            str(facts.get("name") or folder.name),
            time.time(),
            _count(working / CATALOGUE, "files"),
            _count(working / CONVERSATIONS, "conversations"),
            members,
        )
        archive.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    with packed.open("rb+") as stream:
        os.fsync(stream.fileno())
    private.replace(packed, file)
    return _facts(file, manifest)


def read_facts(file: Path) -> BackupFacts:
    """What a backup says of itself. Raises ``UsageProblem``: backup_unreadable, backup_newer."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _facts(file, _manifest(archive, file))
    except (OSError, zipfile.BadZipFile) as error:
        raise UsageProblem("backup_unreadable", path=file) from error


def restore(file: Path, folder: Path, progress: Progress, cancel: Cancellation) -> None:
    """Make the library of a backup anew in ``folder``, which must be empty or absent. It is made beside it and gets its place in one step.

    ``progress`` in bytes. Raises ``Cancelled``, ``UsageProblem``: backup_unreadable, backup_newer, folder_not_empty, library_not_allowed, and
    ``EnvironmentProblem``: disk_full, library_read_only; there is no library in ``folder`` then.
    """
    policy_limits.check_library(folder)
    library_folder.free_folder(folder)
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive, file)
            with placing.working_folder(folder.parent) as working:
                if shutil.disk_usage(working).free <= sum(member.size for member in manifest.members.values()):
                    raise EnvironmentProblem("disk_full", path=folder)
                making = working / folder.name
                making.mkdir()
                _unpack_all(archive, manifest, making, progress, cancel)
                library_folder.check_formats(making)
                placing.put(making, folder)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UsageProblem("backup_unreadable", path=file) from error
    except OSError as error:
        raise disk_problem(error, folder) or error from error


def _unpack_all(archive: zipfile.ZipFile, manifest: _Manifest, making: Path, progress: Progress, cancel: Cancellation) -> None:
    total = sum(member.size for member in manifest.members.values())
    done = 0
    for name, member in manifest.members.items():
        if name not in _MEMBERS:
            continue

        def unpacked(here: int, start: int = done) -> None:
            cancel.check()
            progress(start + here, total)

        _unpack(archive, making / name, member, unpacked)
        done += member.size


def _unpack(archive: zipfile.ZipFile, target: Path, member: _Member, progress: Callable[[int], None]) -> None:
    """One member, which must be what the manifest says, byte by byte. Raises ``zipfile.BadZipFile`` where it is not."""
    digest, size = hashlib.sha256(), 0
    with archive.open(target.name) as source, target.open("wb") as copy:
        while (block := source.read(_BLOCK)) and size <= member.size:
            copy.write(block)
            digest.update(block)
            size += len(block)
            progress(size)
        copy.flush()
        os.fsync(copy.fileno())
    if size != member.size or digest.hexdigest() != member.sha256:
        raise zipfile.BadZipFile(target.name)


def _manifest(archive: zipfile.ZipFile, file: Path) -> _Manifest:
    try:
        manifest = msgspec.json.decode(archive.read(_MANIFEST), type=_Manifest)
    except (KeyError, ValueError) as error:  # msgspec's errors are ValueErrors
        raise UsageProblem("backup_unreadable", path=file) from error
    if manifest.format > FORMAT:
        raise UsageProblem("backup_newer", path=file, found=manifest.format, known=FORMAT)
    if (
        FACTS not in manifest.members
        or CATALOGUE not in manifest.members
        or not set(manifest.members) <= set(archive.namelist())
    ):
        raise UsageProblem("backup_unreadable", path=file)
    return manifest


def _facts(file: Path, manifest: _Manifest) -> BackupFacts:
    size = sum(member.size for member in manifest.members.values())
    return BackupFacts(str(file), manifest.name, manifest.made, manifest.files, manifest.conversations, size)


def _count(file: Path, table: str) -> int:
    if not file.exists():
        return 0
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
