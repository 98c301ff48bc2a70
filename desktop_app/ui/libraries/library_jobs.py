# SPDX-License-Identifier: Apache-2.0
"""One piece of work on a library at a time; has no widgets.

back up, read a backup, restore     beside the engine, also of the library in use
move, check, repair                 need the library for themselves: the engine of the window is released first, and started again
                                    after it; a library that was moved is opened anew where it lies now
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.maintenance_client import MaintenanceClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import maintenance_process as p
from desktop_app.contract import messages
from desktop_app.foundation import paths
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.known_libraries import KnownLibraries
from desktop_app.foundation.settings import Settings

Make = Callable[[int], p.MaintenanceRequest]

BACKUP, RESTORE, MOVE, CHECK, REPAIR = "backup", "restore", "move", "check", "repair"
_ALONE = (MOVE, CHECK, REPAIR)


@dataclass(frozen=True, slots=True)
class LibraryJob:
    """``target``: the file or folder that it makes. ``done`` of ``total``: bytes, or steps where nothing is copied. ``over`` with
    ``problem``, ``stopped``, or its result: ``findings`` of a check or a repair."""

    kind: str
    folder: str
    name: str
    target: str = ""
    done: int = 0
    total: int = 0
    over: bool = False
    stopped: bool = False
    problem: Problem | None = None
    findings: tuple[p.Finding, ...] = field(default=())


class LibraryJobs(QObject):
    """``changed``: another state of ``job``. ``described``: ``LibraryFacts`` of all known libraries. ``reopen_requested``: the window is to be
    opened on another folder. ``repaired``: files of the library in use wait to be read again. ``releasing``: the engine of the window is about
    to be ended; what it is still to do must be asked of it now."""

    changed = Signal()
    described = Signal(list)
    reopen_requested = Signal(str)
    repaired = Signal()
    releasing = Signal()
    problem = Signal(object)

    def __init__(self, client: EngineClient, settings: Settings, known: KnownLibraries, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self.known = known
        self._maintenance = MaintenanceClient(self)
        self._operation: Operation | None = None
        self._closing = False
        self.job: LibraryJob | None = None

    @property
    def running(self) -> bool:
        """Whether a piece of work is under way."""
        return self.job is not None and not self.job.over

    def is_open(self, folder: str) -> bool:
        """Whether it is the library of this window."""
        return paths.same(folder, self._client.library)

    def close(self) -> None:
        """End what is under way, and start nothing more; no library is left half moved or half restored."""
        self._closing = True
        self._maintenance.close()

    # ---- the list ----

    def describe(self) -> None:
        """Ask what all known libraries are; ``described`` follows."""
        folders = dict.fromkeys([self._client.library, *(one.folder for one in self.known.all())])
        default = str(paths.default_library())
        if default not in folders and (paths.default_library() / "library.toml").exists():
            folders[default] = None
        asked = self._maintenance.request(lambda id_: p.DescribeLibraries(id_, list(folders)))
        asked.succeeded.connect(lambda reply: self.described.emit(reply.libraries))
        asked.failed.connect(self.problem)

    def look_at(self, folder: str, found: Callable[[p.LibraryFacts], None]) -> None:
        """Ask what lies in one folder."""
        asked = self._maintenance.request(lambda id_: p.DescribeLibraries(id_, [folder]))
        asked.succeeded.connect(lambda reply: found(reply.libraries[0]))
        asked.failed.connect(self.problem)

    def rename(self, folder: str, name: str) -> None:
        """Give a library another name; the engine writes that of the one in use."""
        if self.is_open(folder):
            asked = self._client.request(lambda id_: messages.NameLibrary(id=id_, name=name))
        else:
            asked = self._maintenance.request(lambda id_: p.RenameLibrary(id_, folder, name))
        asked.succeeded.connect(lambda _: self._renamed(folder, name))
        asked.failed.connect(self.problem)

    def _renamed(self, folder: str, name: str) -> None:
        self.known.add(folder, name)
        self.describe()

    def forget(self, folder: str) -> None:
        """No longer list a library; its folder is not touched."""
        self.known.forget(folder)
        self.describe()

    def switch(self, folder: str) -> None:
        """Open the window on another library; a folder without one gets a new, empty library."""
        if self._settings.is_fixed("library"):
            self.problem.emit(self._settings.keep("library", folder))
        elif not self.is_open(folder) and not self.running:
            self._release(lambda: self._reopen(folder))

    def _release(self, done: Callable[[], None]) -> None:
        self.releasing.emit()
        self._client.release(done)

    def _reopen(self, folder: str) -> None:
        default = paths.same(folder, str(paths.default_library()))
        problem = self._settings.keep("library", "" if default else folder)
        if problem is not None:
            self.problem.emit(problem)
        self.reopen_requested.emit(folder)

    # ---- work ----

    def read_backup(self, file: str, found: Callable[[p.BackupFacts], None]) -> None:
        """Ask what a backup says of itself."""
        asked = self._maintenance.request(lambda id_: p.ReadBackup(id_, file))
        asked.succeeded.connect(lambda reply: found(reply.backup))
        asked.failed.connect(self.problem)

    def back_up(self, folder: str, name: str, file: str) -> None:
        """Write a library into a file; the engine goes on meanwhile."""
        self._begin(LibraryJob(BACKUP, folder, name, file), lambda id_: p.BackUpLibrary(id_, folder, file))

    def restore(self, file: str, name: str, folder: str) -> None:
        """Make the library of a backup in a new folder."""
        self._begin(LibraryJob(RESTORE, folder, name, folder), lambda id_: p.RestoreLibrary(id_, file, folder))

    def move(self, folder: str, name: str, target: str) -> None:
        """Move a library to a new folder."""
        self._begin(LibraryJob(MOVE, folder, name, target), lambda id_: p.MoveLibrary(id_, folder, target))

    def check(self, folder: str, name: str = "") -> None:
        """Look for damage."""
        name = name or self.known.name_of(folder) or os.path.basename(folder)
        self._begin(LibraryJob(CHECK, folder, name), lambda id_: p.CheckLibrary(id_, folder))

    def repair(self, folder: str, name: str) -> None:
        """Mend what a check found."""
        self._begin(LibraryJob(REPAIR, folder, name), lambda id_: p.RepairLibrary(id_, folder))

    def stop(self) -> None:
        """Ask the work to stop; nothing half is left."""
        if self._operation is not None:
            self._operation.cancel()

    def dismiss(self) -> None:
        """What it came to was read."""
        if not self.running:
            self.job = None
            self.changed.emit()

    def _begin(self, job: LibraryJob, make: Make) -> None:
        if self.running:
            return
        self.job = job
        self.changed.emit()
        if job.kind in _ALONE and self.is_open(job.folder):
            self._release(lambda: self._ask(make))
        else:
            self._ask(make)

    def _ask(self, make: Make) -> None:
        operation = self._operation = self._maintenance.request(make)
        operation.progressed.connect(self._progressed)
        operation.succeeded.connect(self._succeeded)
        operation.failed.connect(lambda problem: self._end(problem=problem))
        operation.was_cancelled.connect(lambda: self._end(stopped=True))

    def _progressed(self, reply: object) -> None:
        if isinstance(reply, messages.Progress) and self.job is not None:
            self.job = replace(self.job, done=reply.done, total=reply.total or 0)
            self.changed.emit()

    def _succeeded(self, reply: object) -> None:
        findings = tuple(reply.findings) if isinstance(reply, p.LibraryChecked) else ()
        self._end(findings=findings)

    def _end(self, *, problem: Problem | None = None, stopped: bool = False, findings: tuple[p.Finding, ...] = ()) -> None:
        self._operation = None
        job = self.job
        if job is None:
            return
        self.job = replace(job, over=True, problem=problem, stopped=stopped, findings=findings)
        if self._closing:
            return
        went_well = problem is None and not stopped
        mine = job.kind in _ALONE and self.is_open(job.folder)
        if went_well and job.kind == MOVE:
            self.known.add(job.target, job.name)
            if mine:
                self._reopen(job.target)
                return
        if went_well and job.kind == RESTORE:
            self.known.add(job.folder, job.name)
        if mine:
            self._client.start()
            if any(one.code == "files_to_read_again" for one in findings):
                self.repaired.emit()
        self.changed.emit()
        self.describe()


def new_folder(name: str, beside: Path | None = None) -> str:
    """A folder that does not exist yet for a library of this name, where those of nobody's choice lie."""
    parent = beside or paths.home() / "libraries"
    plain = "".join(character if character.isalnum() or character in " -_().·" else "_" for character in name).strip(" .")[:60]
    number, folder = 2, parent / (plain or "library")
    while os.path.lexists(folder):
        folder = parent / f"{plain or 'library'} ({number})"
        number += 1
    return str(folder)
