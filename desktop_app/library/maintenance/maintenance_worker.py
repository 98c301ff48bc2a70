# SPDX-License-Identifier: Apache-2.0
"""The maintenance process: works on libraries that no engine has open.

Requests are answered one after another; a thread of its own listens, so that a cancel is seen at once. Standard input closed means that the
window is gone: what is under way is cancelled, so that it takes its half-made files away, and the process leaves at the latest after some
seconds. Killed in the middle, it leaves every library that was whole before whole in one place; what it leaves beside it, half a copy
or old files of one that was moved, is no library.
"""

from __future__ import annotations

import logging
import os
import queue
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from desktop_app.contract import maintenance_process as p
from desktop_app.foundation import logs
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import as_problem, disk_problem
from desktop_app.ipc import greeting, pipes
from desktop_app.ipc.message import CANCELLED, Cancel, Done, ErrorReply, Progress, Reply
from desktop_app.library.maintenance import backup, checking, library_folder, moving, repairing

log = logging.getLogger(__name__)

_TOLD_SECONDS = 0.05  # between two words about progress
_LEAVE_SECONDS = 4.0  # for the work under way, once the window is gone

Told = Callable[[int, int], None]


class _Waiting:
    """Requests in order, with what cancels each."""

    def __init__(self) -> None:
        self.queue: queue.SimpleQueue[p.MaintenanceRequest] = queue.SimpleQueue()
        self.cancels: dict[int, Cancellation] = {}
        self.idle = threading.Event()
        self.idle.set()

    def listen(self) -> None:
        try:
            for line in pipes.lines(sys.stdin.buffer):
                message = p.request_decoder.decode(line)
                if isinstance(message, Cancel):
                    if (cancel := self.cancels.get(message.target)) is not None:
                        cancel.cancel()
                else:
                    self.cancels[message.id] = Cancellation()
                    self.idle.clear()
                    self.queue.put(message)
        finally:
            for cancel in list(self.cancels.values()):
                cancel.cancel()
            self.idle.wait(_LEAVE_SECONDS)
            os._exit(0)

    def ended(self, request: p.MaintenanceRequest) -> None:
        del self.cancels[request.id]
        if not self.cancels:
            self.idle.set()


def main() -> int:
    """Answer requests until standard input ends."""
    writer = pipes.LineWriter(pipes.protect_stdout())
    logs.start("maintenance")
    if not greeting.answer(sys.stdin.buffer, writer):
        return 3
    waiting = _Waiting()
    threading.Thread(target=waiting.listen, name="requests", daemon=True).start()
    try:
        while True:
            request = waiting.queue.get()
            reply = _answer(request, writer, waiting.cancels[request.id])
            waiting.ended(request)
            writer.write(reply)
    except BrokenPipeError:
        return 0  # the window is gone


def _answer(request: p.MaintenanceRequest, writer: pipes.LineWriter, cancel: Cancellation) -> Reply:
    told = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= _TOLD_SECONDS or done == total:
            told = time.monotonic()
            with suppress(BrokenPipeError):  # the window is gone, and this work is about to be cancelled
                writer.write(Progress(request.id, done, total))

    try:
        cancel.check()
        return _do(request, progress, cancel)
    except Cancelled:
        return ErrorReply(request.id, CANCELLED)
    except Exception as error:
        problem = as_problem(error)
        if isinstance(error, OSError | sqlite3.Error):
            problem = disk_problem(error, getattr(request, "folder", "")) or problem
        if problem.code == "internal":
            log.exception("%s failed", type(request).__name__)
        return ErrorReply(request.id, problem.code, problem.data)


def _do(request: p.MaintenanceRequest, progress: Told, cancel: Cancellation) -> Reply:
    match request:
        case p.DescribeLibraries():
            return p.LibrariesDescribed(request.id, [library_folder.facts_of(Path(folder)) for folder in request.folders])
        case p.BackUpLibrary():
            return p.BackupResult(request.id, backup.back_up(Path(request.folder), Path(request.file), progress, cancel))
        case p.ReadBackup():
            return p.BackupResult(request.id, backup.read_facts(Path(request.file)))
        case p.RestoreLibrary():
            backup.restore(Path(request.file), Path(request.folder), progress, cancel)
        case p.MoveLibrary():
            moving.move(Path(request.folder), Path(request.target), progress, cancel)
        case p.CheckLibrary():
            return p.LibraryChecked(request.id, checking.check(Path(request.folder), progress, cancel))
        case p.RepairLibrary():
            return p.LibraryChecked(request.id, repairing.repair(Path(request.folder), progress, cancel))
        case p.RenameLibrary():
            library_folder.rename(Path(request.folder), request.name)
        case _:
            raise TypeError(type(request).__name__)
    return Done(request.id)
