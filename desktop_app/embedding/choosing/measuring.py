# SPDX-License-Identifier: Apache-2.0
"""Runs a measuring job in child processes; a crash costs one candidate."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import msgspec

from desktop_app.contract.measuring_process import (
    Converted,
    Job,
    Measured,
    NotConverted,
    Row,
    Timing,
    Trying,
    decode_event,
)
from desktop_app.ipc import roles
from desktop_app.ipc.message import Message
from desktop_app.ipc.supervised_child import SupervisedChild

FIRST = "openvino-f32"
"""What a conversion makes; it is noted as not usable when that fails."""

_SILENCE = 240.0  # seconds without a line from the process before it is killed


class Measuring:
    """A job under way, in one process after another while candidates take theirs down. ``converted`` is set when it no longer makes
    sense to wait for the graph, ``ended`` by ``end``; ``stopped``: by ``stop``. ``rows``: what was measured so far, the last word on each
    candidate. ``refused``: why there is no graph, "" where there is one."""

    def __init__(self, job: Job, free: threading.Event) -> None:
        """Starts the process. ``free`` is clear while a candidate is timed. Raises ``OSError``."""
        self._job = job
        self._free = free
        self.converted = threading.Event()
        self.ended = threading.Event()
        self.rows: list[Row] = []
        self.refused = ""
        self.stopped = False
        self._lock = threading.Lock()
        self._child = self._start()

    def run(self) -> list[Row]:
        """Until every candidate was tried or ``stop``; what was measured."""
        while self._listen():
            left = tuple(name for name in self._job.candidates if name not in {row.backend for row in self.rows})
            with self._lock:
                # The others are compared with f32: without it they would start it, and crash, again and again.
                if self.stopped or not left or any(row.backend == FIRST and row.problem for row in self.rows):
                    break
                self._child.kill()
                self._job = msgspec.structs.replace(self._job, candidates=left, convert=False)
                self._child = self._start()
        return self.rows

    def stop(self) -> None:
        """End it now, and wait until whoever called ``run`` has seen that."""
        with self._lock:
            self.stopped = True
            self._child.kill()
        self.ended.wait()

    def end(self) -> None:
        """After ``run``: nothing of it is left, and nobody waits for it any more."""
        self._child.kill()
        self._free.set()
        self.converted.set()
        self.ended.set()

    def _start(self) -> SupervisedChild:
        events: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        process = roles.start("measure")
        child = SupervisedChild("measure", process, decode_event, received=events.put, ended=lambda: events.put(None))
        child.send(self._job)
        self._events = events
        return child

    def _listen(self) -> bool:
        """Until the process has ended; whether a candidate took it down."""
        trying, converting = "", self._job.convert
        for event in self._received():
            if isinstance(event, Timing):
                self._free.clear()
                continue
            self._free.set()
            if isinstance(event, Trying):
                trying = event.backend
            elif isinstance(event, Measured):
                trying = ""
                self._note(event.row)
            elif isinstance(event, NotConverted):
                converting, self.refused = False, event.problem
                if event.lasting:
                    self._note(Row(FIRST, problem=event.problem))
            elif isinstance(event, Converted):
                converting = False
                self.converted.set()
        return self._ended_while(FIRST if converting else trying, converting=converting) and not converting

    def _received(self) -> Iterator[Message]:
        """What the process reports until it has ended; one that is silent for too long is killed."""
        while True:
            try:
                event = self._events.get(timeout=_SILENCE)
            except queue.Empty:
                self._child.kill()
                continue
            if event is None:
                return
            yield event

    def _ended_while(self, trying: str, *, converting: bool) -> bool:
        """The process has ended; whether a candidate is at fault, which is noted then."""
        if self.stopped or not trying or self._child.problem is not None:
            return False
        problem = f"ended the measuring process ({self._child.exit_status})"
        self._note(Row(trying, problem=problem))
        if converting:
            self.refused = problem
        return True

    def _note(self, row: Row) -> None:
        self.rows = [*(older for older in self.rows if older.backend != row.backend), row]
