# SPDX-License-Identifier: Apache-2.0
"""The viewer process for the window: requests, replies, watch and restart.

The process is started when something is first wanted of it, and ended when nothing was for some minutes. It answers one request after
another, so when it dies, the oldest open request was its work: all open requests are asked again in a fresh process, and one that
died there too fails ("view_crashed"), the others go on. One that takes too much memory is killed and followed in the same way: what
it holds may be of the pages before. A process that stands still over a request is killed, and that request fails at once: asked again it
would do the same. When a process dies before it greets, all open requests fail: the next would die as well.

Nothing here waits: lines are read and decoded by the threads of ``ipc.supervised_child``, memory is looked at in Qt's thread pool.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, QThreadPool, QTimer, Signal

from desktop_app.bridge.child_link import ChildLink
from desktop_app.bridge.operation import Operation
from desktop_app.contract.viewer_process import MOST_MEMORY, ViewRequest, reply_decoder
from desktop_app.foundation.errors import EnvironmentProblem, Problem
from desktop_app.ipc import roles
from desktop_app.ipc.message import Cancel, Initialized, Reply
from desktop_app.ipc.supervised_child import SupervisedChild

log = logging.getLogger(__name__)

SILENCE_SECONDS = 20.0
"""How long one request may show no sign of life; an A0 drawing of 400,000 lines takes 3."""

IDLE_SECONDS = 300.0
"""After this long without a request the process is ended; a new one is there in 0.2 seconds."""

_CANCEL_SECONDS = 2.0  # how long a request that is not wanted any more may hold up others
_GREETING_SECONDS = 60.0  # Windows' virus scanners make first starts slow
_WATCH_MS = 500  # between two looks at time and memory while a request is open
_MOST_TRIES = 2
_PIPE_BYTES = 1 << 20  # the most that Linux lets anybody have; a page takes 2 to 7 MB


@dataclass(slots=True)
class _Open:
    operation: Operation
    request: ViewRequest
    tries: int = 0
    cancelled: bool = False


class ViewerClient(QObject):
    """One viewer process, or none. Its requests fail with ``contract.viewer_process.CODES``."""

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        command: list[str] | None = None,
        silence: float = SILENCE_SECONDS,
        idle: float = IDLE_SECONDS,
        most_memory: int = MOST_MEMORY,
    ) -> None:
        """Limits in seconds and bytes; ``command`` replaces the process, for tests."""
        super().__init__(parent)
        self._command = command or roles.command("viewer")
        self._silence = silence
        self._most_memory = most_memory
        self._ids = itertools.count(1)
        self._open: dict[int, _Open] = {}  # in the order in which they are answered
        self._starts = 0  # tells the messages of one process from those of the one before
        self._greeted = False
        self._life = 0.0  # when the oldest open request last showed some
        self._closing = False
        link = self._link = _Link()
        link.arrived.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(partial(_Link.let_go, link))
        self._memory = _MemoryLook()
        self._memory.seen.connect(self._memory_seen, Qt.ConnectionType.QueuedConnection)
        self._watch = QTimer(self)
        self._watch.setInterval(_WATCH_MS)
        self._watch.timeout.connect(self._look)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(round(idle * 1000))
        self._idle.timeout.connect(self._let_go)

    # ---- what others use --------------------------------------------------------------------------------------------

    @property
    def pid(self) -> int:
        """Of the process; 0 when there is none."""
        return self._link.child.pid if self._link.child is not None else 0

    def start(self) -> None:
        """Start the process before it is needed; by itself the first request does. Returns at once."""
        if self._link.child is None and not self._closing:
            self._launch()

    def request(self, make: Callable[[int], ViewRequest]) -> Operation:
        """Ask: ``viewer.request(lambda id: OpenPdf(id, path))``. Connect to the operation at once; no signal comes before the event
        loop turns. A request that is cancelled before the process came to it costs nothing."""
        message = make(next(self._ids))
        operation = Operation(message, self._cancel)
        if self._closing:
            QTimer.singleShot(0, self, operation.end_cancelled)
            return operation
        if not self._open:
            self._life = time.monotonic()
        self._open[message.id] = _Open(operation, message)
        self._idle.stop()
        self._watch.start()
        if self._link.child is None:
            self._launch()
        else:
            self._link.child.send(message)
        return operation

    def close(self) -> None:
        """End the process; every open request ends as cancelled."""
        self._closing = True
        self._let_go()
        waiting, self._open = list(self._open.values()), {}
        for one in waiting:
            one.operation.end_cancelled()

    # ---- the process ------------------------------------------------------------------------------------------------

    def _launch(self) -> None:
        """Start a process and send it everything that is open."""
        self._life = time.monotonic()
        self._greeted = False
        self._starts += 1
        start = self._starts
        try:
            process = roles.launch(self._command, pipe_bytes=_PIPE_BYTES)
        except OSError:
            log.exception("the viewer cannot be started")
            QTimer.singleShot(0, self, lambda: self._fail_all("view_crashed"))
            return

        received = self._link.receiver(start)
        child = SupervisedChild("viewer", process, reply_decoder.decode, received=received, ended=lambda: received(None))
        self._link.child = child
        for one in list(self._open.values()):
            if one.cancelled:
                self._end(one.request.id)
                one.operation.end_cancelled()
            else:
                child.send(one.request)
        if not self._open:
            self._idle.start()

    def _let_go(self) -> None:
        """End the process; it has nothing to save."""
        self._watch.stop()
        self._idle.stop()
        self._link.let_go()

    def _drain(self) -> None:
        while self._link.queue:
            start, message = self._link.queue.popleft()
            if start != self._starts or self._link.child is None:
                continue  # of a process that was let go
            if message is None:
                self._died()
            elif isinstance(message, Initialized):
                self._greeted, self._life = True, time.monotonic()
            elif isinstance(message, Reply):
                self._deliver(message)

    def _deliver(self, message: Reply) -> None:
        one = self._open.get(message.id)
        self._life = time.monotonic()
        if one is None:
            return
        one.operation.take(message)
        if one.operation.over:
            self._end(message.id)

    def _end(self, number: int) -> None:
        self._open.pop(number, None)
        if not self._open:
            self._watch.stop()
            if self._link.child is not None:
                self._idle.start()

    def _cancel(self, target: int) -> None:
        one = self._open.get(target)
        if one is not None:
            one.cancelled = True
            if self._link.child is not None:
                self._link.child.send(Cancel(target))

    # ---- its death --------------------------------------------------------------------------------------------------

    def _died(self) -> None:
        child, self._link.child = self._link.child, None
        if child is None or self._closing:
            return
        if child.problem is not None:
            problem = child.problem
            QTimer.singleShot(0, self, lambda: self._fail_all(problem))
            return
        log.warning("the viewer ended with status %s", child.exit_status)
        if not self._greeted:
            self._fail_all("view_crashed")  # it cannot work at all; each request would cost two more starts
            return
        self._blame_oldest("view_crashed", _MOST_TRIES)

    def _give_up(self, code: str, tries: int) -> None:
        """Kill the process over its present request."""
        self._let_go()
        self._blame_oldest(code, tries)

    def _blame_oldest(self, code: str, tries: int) -> None:
        """Give up the oldest open request when a process has ended ``tries`` times over it; what is open goes on in a fresh one."""
        if self._open:
            oldest = next(iter(self._open.values()))
            oldest.tries += 1
            if oldest.tries >= tries:
                self._fail(oldest, code)
        if self._open:
            self._watch.start()
            self._launch()

    def _fail(self, one: _Open, code: str) -> None:
        self._end(one.request.id)
        if one.cancelled:
            one.operation.end_cancelled()
        else:
            one.operation.fail(EnvironmentProblem(code, path=one.request.path))

    def _fail_all(self, problem: Problem | str) -> None:
        for one in list(self._open.values()):
            self._end(one.request.id)
            if one.cancelled:
                one.operation.end_cancelled()
            else:
                one.operation.fail(EnvironmentProblem(problem, path=one.request.path) if isinstance(problem, str) else problem)

    # ---- its limits -------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        if self._link.child is None:
            return
        silence = time.monotonic() - self._life
        if silence > self._patience():
            log.warning("the viewer stood still for %.1f s", silence)
            self._give_up("view_stalled", 1)
            return
        self._memory.look(self._link.child)

    def _patience(self) -> float:
        if not self._greeted:
            return _GREETING_SECONDS
        oldest = next(iter(self._open.values()), None)
        unwanted = oldest is not None and oldest.cancelled and len(self._open) > 1
        return min(_CANCEL_SECONDS, self._silence) if unwanted else self._silence

    def _memory_seen(self, pid: int, resident: int) -> None:
        if pid == self.pid and resident > self._most_memory:
            log.warning("the viewer took %d MB", resident >> 20)
            self._give_up("view_too_big", _MOST_TRIES)


class _Link(ChildLink):
    """The process and what arrives from it; the numbers in ``queue`` count its starts."""

    def __init__(self) -> None:
        super().__init__()
        self.child: SupervisedChild | None = None

    def let_go(self) -> None:
        """End the process now; nobody waits for it."""
        child, self.child = self.child, None
        if child is not None:
            child.kill(wait=0)


class _MemoryLook(QObject):
    """Asks in a thread of Qt's pool: psutil takes 20 ms to import. Kept apart, so that a look that outlives the window has somewhere to
    report to."""

    seen = Signal(int, object)  # process id, resident bytes: too large for a C int

    def look(self, child: SupervisedChild) -> None:
        QThreadPool.globalInstance().start(lambda: self.seen.emit(child.pid, child.memory))
