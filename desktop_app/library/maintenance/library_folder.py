# SPDX-License-Identifier: Apache-2.0
"""A library's folder from outside: its files, facts, lock and name."""

from __future__ import annotations

import os
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from fnmatch import fnmatchcase
from pathlib import Path

import tomli_w
from filelock import FileLock, Timeout

from desktop_app.contract.maintenance_process import LibraryFacts
from desktop_app.foundation import private
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem, disk_problem
from desktop_app.library import conversation_schema
from desktop_app.library import library as libraries
from desktop_app.library.maintenance.database_copy import connect
from desktop_app.library.stores import schema

CATALOGUE, CONVERSATIONS, FACTS, LOCK = "catalogue.sqlite", "conversations.sqlite", "library.toml", "library.lock"
_OURS = ("catalogue.*", "conversations.*", "library.*", "chroma*")


def holds_library(folder: Path) -> bool:
    """Whether a library lies in this folder, whatever its state."""
    return (folder / FACTS).is_file() or (folder / CATALOGUE).is_file()


def own_entries(folder: Path) -> list[Path]:
    """Files and folders of the library in its folder, the lock left out."""
    return sorted(
        path for path in folder.iterdir() if path.name != LOCK and any(fnmatchcase(path.name, pattern) for pattern in _OURS)
    )


def size(folder: Path) -> int:
    """Bytes of the library's files."""
    files = [file for entry in own_entries(folder) for file in (entry.rglob("*") if entry.is_dir() else (entry,))]
    return sum(file.stat().st_size for file in files if file.is_file())


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a library's lock. Raises ``UsageProblem("library_missing")`` and ``EnvironmentProblem``: library_locked, library_read_only."""
    if not holds_library(folder):
        raise UsageProblem("library_missing", path=folder)
    lock = FileLock(folder / LOCK, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise EnvironmentProblem("library_locked", path=folder) from error
    except OSError as error:
        raise disk_problem(error, folder) or EnvironmentProblem("library_read_only", path=folder) from error
    try:
        yield
    finally:
        lock.release()


def facts_of(folder: Path) -> LibraryFacts:
    """What can be said of a library without opening it; raises nothing."""
    name = folder.name
    if not holds_library(folder):
        return LibraryFacts(str(folder), name, problem="library_missing")
    files = whole = 0
    problem = ""
    try:
        name = read_name(folder) or name
        check_formats(folder)
        with closing(connect(folder / CATALOGUE)) as catalogue:
            files = int(catalogue.execute("SELECT count(*) FROM files").fetchone()[0])
    except EnvironmentProblem as error:
        problem = error.code
    except (OSError, sqlite3.Error):
        problem = (
            "" if not (folder / CATALOGUE).exists() else "library_damaged"
        )  # one that was never opened has no catalogue yet
    try:
        whole = size(folder)
        if not problem:
            with locked(folder):
                pass
    except EnvironmentProblem as error:
        problem = error.code
    except OSError:
        pass  # a file that went while it was counted
    return LibraryFacts(str(folder), name, files, whole, problem)


def read_facts(folder: Path) -> dict[str, object]:
    """What stands in library.toml, {} where there is none. Raises ``EnvironmentProblem``: library_damaged, library_newer."""
    try:
        facts = tomllib.loads((folder / FACTS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise EnvironmentProblem("library_damaged", path=folder, detail=f"{FACTS}: {error}") from error
    found = facts.get("format", libraries.FORMAT)
    if isinstance(found, int) and found > libraries.FORMAT:
        raise EnvironmentProblem("library_newer", path=folder, found=found, known=libraries.FORMAT)
    return facts


def read_name(folder: Path) -> str:
    """The name that a library was given, "" without one. Raises as ``read_facts``."""
    return str(read_facts(folder).get("name", ""))


def rename(folder: Path, name: str) -> None:
    """Give a library that is not open another name. Raises as ``locked`` and ``read_facts``."""
    with locked(folder):
        write_facts(folder, {**read_facts(folder), "name": name})


def write_facts(folder: Path, facts: dict[str, object]) -> None:
    """Write library.toml. Raises ``EnvironmentProblem``: disk_full, library_read_only."""
    try:
        private.replace_file(folder / FACTS, tomli_w.dumps({"format": libraries.FORMAT, **facts}).encode())
    except OSError as error:
        raise disk_problem(error, folder) or error from error


def check_formats(folder: Path) -> None:
    """Raises ``EnvironmentProblem("library_newer")`` for a library that this version must not touch, and as ``read_facts``."""
    read_facts(folder)
    check_database_formats(folder)


def check_database_formats(folder: Path) -> None:
    """The same for its databases alone."""
    for file, known in ((folder / CATALOGUE, schema.FORMAT), (folder / CONVERSATIONS, conversation_schema.FORMAT)):
        if not file.exists():
            continue
        try:
            with closing(connect(file)) as connection:
                found = int(connection.execute("PRAGMA user_version").fetchone()[0])
        except sqlite3.Error:
            continue  # damaged: that is told elsewhere
        if found > known:
            raise EnvironmentProblem("library_newer", path=folder, found=found, known=known)


def free_folder(folder: Path) -> None:
    """Raises ``UsageProblem`` unless a library may be put into ``folder``: "folder_not_empty" where it exists and is not empty,
    "path_too_long"."""
    libraries.check_room(folder)
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageProblem("folder_not_empty", path=folder)
