# SPDX-License-Identifier: Apache-2.0
"""The measuring process as the program sees it: a job goes in, what was measured comes out, and a crash costs one candidate."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Iterator

import msgspec

from desktop_app.contract.measuring_process import (
    Converted,
    Event,
    Job,
    Measured,
    NotConverted,
    Row,
    Timing,
    Trying,
    decode_event,
)
from desktop_app.ipc import pipes, roles

log = logging.getLogger(__name__)

FIRST = "openvino-f32"
"""What a conversion makes; it is told as not usable when that fails."""

_LIMIT = 240.0  # seconds without a word from the process


class Measuring:
    """A job under way, in one process after another while candidates take theirs down. ``converted`` is set when it no longer makes
    sense to wait for the graph, ``ended`` by ``end``; ``stopped``: by ``stop``. ``rows``: what was measured so far, the last word on each
    candidate."""

    def __init__(self, job: Job, free: threading.Event) -> None:
        """Starts the process. ``free`` is clear while a candidate is timed. Raises ``OSError``."""
        self._job = job
        self._free = free
        self.converted = threading.Event()
        self.ended = threading.Event()
        self.rows: list[Row] = []
        self.stopped = False
        self._lock = threading.Lock()
        self._process = self._start()

    def run(self) -> list[Row]:
        """Until every candidate was tried or ``stop``; what was measured."""
        while self._listen():
            left = tuple(name for name in self._job.candidates if name not in {row.backend for row in self.rows})
            with self._lock:
                # The others are compared with f32: without it they would start it, and crash, again and again.
                if self.stopped or not left or any(row.backend == FIRST and row.problem for row in self.rows):
                    break
                self._collect()
                self._job = msgspec.structs.replace(self._job, candidates=left, convert=False)
                self._process = self._start()
        return self.rows

    def stop(self) -> None:
        """End it now, and wait until whoever called ``run`` has seen that."""
        with self._lock:
            self.stopped = True
            self._process.kill()
        self.ended.wait()

    def end(self) -> None:
        """After ``run``: nothing of it is left, and nobody waits for it any more."""
        self._collect()
        self._free.set()
        self.converted.set()
        self.ended.set()

    def _start(self) -> subprocess.Popen[bytes]:
        process = roles.start("measure")
        assert process.stdin is not None
        try:
            process.stdin.write(msgspec.json.encode(self._job) + b"\n")
            process.stdin.flush()
        except OSError as error:
            log.warning("the measuring process did not start: %s", error)
        return process

    def _listen(self) -> bool:
        """Until the process has ended; whether a candidate took it down."""
        trying, converting = "", self._job.convert
        watchdog = self._watchdog()
        for event in self._events():
            watchdog.cancel()
            watchdog = self._watchdog()
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
                converting = False
                if event.lasting:
                    self._note(Row(FIRST, problem=event.problem))
            elif isinstance(event, Converted):
                converting = False
                self.converted.set()
        watchdog.cancel()
        return self._ended_while(FIRST if converting else trying) and not converting

    def _ended_while(self, trying: str) -> bool:
        """The process has ended; whether a candidate is at fault, which is noted then."""
        code = self._process.wait()
        if self.stopped or not trying:
            return False
        self._note(Row(trying, problem=f"ended the measuring process ({code})"))
        return True

    def _events(self) -> Iterator[Event]:
        """What the process tells until it ends; one that does not keep to the protocol is ended."""
        assert self._process.stdout is not None
        try:
            for line in pipes.lines(self._process.stdout):
                yield decode_event(line)
        except (msgspec.MsgspecError, ValueError, RecursionError, pipes.LineTooLongError) as error:
            log.warning("the measuring process broke the protocol: %s", error)
            self._process.kill()

    def _note(self, row: Row) -> None:
        self.rows = [*(older for older in self.rows if older.backend != row.backend), row]

    def _watchdog(self) -> threading.Timer:
        timer = threading.Timer(_LIMIT, self._process.kill)
        timer.daemon = True
        timer.start()
        return timer

    def _collect(self) -> None:
        self._process.kill()
        self._process.wait()
        roles.close_pipes(self._process)
