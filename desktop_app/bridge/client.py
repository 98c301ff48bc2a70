# SPDX-License-Identifier: Apache-2.0
"""The engine for the window: requests, replies, crash and restart.

    state      "starting" -> "ready" -> "stopped"
                  ^ Initialize(d)         | crash: every open Operation fails with engine_stopped, then
                  +------------------------ at once the first time, later when the user asks (``restart``)

Nothing here waits. Messages are read and decoded by the threads of ``ipc.supervised_child`` and delivered in the window's thread in batches
of about 8 ms, then the event loop gets its turn; of several partial replies of which the last is enough (progress) only the last of a
batch is delivered. A line that is no message is logged by length, never by content, and dropped; when it names a request, that request
fails instead of hanging.

What is asked while the engine is starting, or about to be started again, waits for it; what is asked of a stopped engine fails,
in the next turn of the loop.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections import deque
from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop_app.bridge.operation import Operation
from desktop_app.bridge.window_thread_collector import WindowThreadCollector
from desktop_app.contract import closing, messages
from desktop_app.foundation.errors import EnvironmentProblem, InternalProblem, Problem, problem_from
from desktop_app.ipc import roles
from desktop_app.ipc.message import UNDECODABLE, Message
from desktop_app.ipc.supervised_child import SupervisedChild

log = logging.getLogger(__name__)

_BATCH_SECONDS = 0.008  # half a frame at 60 Hz
_STEADY_SECONDS = 60.0  # an engine that lived this long may crash once more before the user is asked
_GREETING_MS = 60_000  # no Initialized within this: it hangs. Windows' virus scanners make first starts slow.


class EngineClient(QObject):
    """One engine process for one library folder."""

    state_changed = Signal(str)
    status_changed = Signal(object)  # messages.Status
    stopped = Signal(object)  # Problem; ``restarting``: it is being started again
    problem = Signal(object)  # a Problem that belongs to no request
    renewing = Signal(int, int)  # the word index of an older library is made anew: passages done, passages in all
    sources_changed = Signal(list)  # paths of watched sources in which something has changed
    _arrived = Signal()  # from the reading thread: there is something in ``_queue``
    changed = Signal()  # sources, files or conversations are other than before: lists may ask anew

    def __init__(self, library: str, *, command: list[str] | None = None, parent: QObject | None = None) -> None:
        """``command`` replaces the engine, for tests."""
        super().__init__(parent)
        WindowThreadCollector(self)
        self.library = library
        self.restarting = False
        self._command = command or roles.command("engine", "--library", library)
        self._state = "stopped"
        self._status = messages.Status()
        self._ids = itertools.count(1)
        self._operations: dict[int, Operation] = {}
        self._waiting: list[messages.AnyRequest] = []
        self._child: SupervisedChild | None = None
        self._running = False  # a process that was let go and killed runs on for a moment, but is no longer listened to
        self._start_when_gone = False
        self._released: Callable[[], None] | None = None
        self._queue: deque[Message | None] = deque()  # filled by the reading thread; None: the process has ended
        self._notified = False  # ``_drain`` will come
        self._started_at = 0.0
        self._crashes = 0
        self._reason: Problem | None = None
        self._closing = False
        self._arrived.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        self._greeting = QTimer(self)
        self._greeting.setSingleShot(True)
        self._greeting.setInterval(_GREETING_MS)
        self._greeting.timeout.connect(self._no_greeting)

    # ---- what others use --------------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """One of "starting", "ready", "stopped"."""
        return self._state

    @property
    def status(self) -> messages.Status:
        """What the engine reported last; the defaults while there is none."""
        return self._status

    @property
    def pid(self) -> int:
        """Of the engine process; 0 when there is none."""
        return self._child.pid if self._child is not None and self._running else 0

    def start(self) -> None:
        """Start the engine process. Returns at once; ``state_changed`` follows."""
        if self._running or self._closing:
            return
        if self._child is not None:
            self._start_when_gone = self.restarting = True  # it was killed a moment ago
            return
        self._start_when_gone = self.restarting = False
        self._running = True
        self._reason = None
        self._started_at = time.monotonic()
        self._set_state("starting")
        self._greeting.start()
        try:
            process = roles.launch(self._command)
        except OSError as error:
            self._drop(EnvironmentProblem("engine_stopped", detail=str(error)), again=False)
            return
        self._child = SupervisedChild(
            "engine", process, self._decode, received=self._receive, ended=lambda: self._receive(None)
        )

    def restart(self) -> None:
        """Start again after it stopped (or stop it and start again); the user asked, so the crash count begins anew."""
        self._crashes = 0
        if self._running:
            self._drop(EnvironmentProblem("engine_stopped", detail="restart"), again=True)
        else:
            self.start()

    def release(self, done: Callable[[], None]) -> None:
        """End the engine, without waiting, so that another process can have its library; ``done`` is called when it has gone. What is
        asked from then on waits for ``start``."""
        self._greeting.stop()
        self._waiting.clear()
        self._reason = None
        self._running = self._start_when_gone = False
        self.restarting = True
        self._set_state("stopped")
        operations, self._operations = self._operations, {}
        for operation in operations.values():  # last: what their ends ask for waits for ``start``
            operation.end_cancelled()
        if self._child is None:
            QTimer.singleShot(0, self, done)
        else:
            self._released = done
            self._child.leave()

    def request(self, make: Callable[[int], messages.EngineRequest]) -> Operation:
        """Ask: ``client.request(lambda id: messages.Search(id=id, question=text))``. Connect to the operation at once; no
        signal comes before the event loop turns."""
        message = make(next(self._ids))
        operation = Operation(message, self._cancel)
        self._operations[operation.id] = operation
        if isinstance(message, (messages.Index, messages.AddSources, messages.RemoveSource)):
            operation.ended.connect(self.changed)
        if self._state == "ready":
            self._send(message)  # type: ignore[arg-type]
        elif self._state == "starting" or self.restarting:
            self._waiting.append(message)  # type: ignore[arg-type]
        else:
            problem = self._reason or EnvironmentProblem("engine_stopped", detail="not running")
            QTimer.singleShot(0, self, lambda: self._end(operation, problem))
        return operation

    def close(self, seconds: float = closing.WINDOW_SECONDS) -> None:
        """End the engine: no new work, every operation ends as cancelled, then ``SupervisedChild.close``. An engine that is still starting
        deletes what it was asked to delete before it leaves; people believe that it is gone."""
        for message in self._waiting:
            if isinstance(message, messages.DeleteConversation):
                self._send(message)
        self._closing = True
        self._greeting.stop()
        for operation in list(self._operations.values()):
            self._operations.pop(operation.id, None)
            operation.end_cancelled()
        self._running = self._start_when_gone = False
        child, self._child = self._child, None
        if child is not None:
            child.close(seconds)
        self._set_state("stopped")

    # ---- the pipe ---------------------------------------------------------------------------------------------------

    def _send(self, message: messages.AnyRequest) -> None:
        if self._child is None or not self._running:
            return
        try:
            self._child.send(message)
        except InternalProblem as error:  # too long for a line
            problem = error
            if (operation := self._operations.get(getattr(message, "id", 0))) is not None:
                QTimer.singleShot(0, self, lambda: self._end(operation, problem))

    def _receive(self, message: Message | None) -> None:
        """Called by the reading thread; one signal for all that is in the queue when the window comes to it."""
        self._queue.append(message)
        if not self._notified:
            self._notified = True
            self._arrived.emit()

    def _drain(self) -> None:
        """Deliver for one batch, then let the event loop turn."""
        self._notified = False
        until = time.perf_counter() + _BATCH_SECONDS
        latest: dict[tuple[int, type], messages.Reply] = {}
        while self._queue and not self._closing:
            message = self._queue.popleft()
            if isinstance(message, messages.PartialReply) and message.latest_wins:
                latest[message.id, type(message)] = message
            else:
                for key in [key for key in latest if message is None or key[0] == getattr(message, "id", 0)]:
                    self._deliver(latest.pop(key))
                self._deliver(message)
            if time.perf_counter() >= until:
                break
        for last in latest.values():
            self._deliver(last)
        if self._queue and not self._notified:
            self._notified = True
            self._arrived.emit()

    def _decode(self, line: bytes) -> messages.AnyReply | None:
        """Called by the reading thread."""
        try:
            return messages.reply_decoder.decode(line)
        except UNDECODABLE as error:
            log.warning("a line of %d bytes from the engine is no message: %s", len(line), error)
        try:
            loose = msgspec.json.decode(line)
        except UNDECODABLE:
            return None
        identity = loose.get("id") if isinstance(loose, dict) else None
        if type(identity) is int and identity > 0:
            return messages.ErrorReply(identity, "message_malformed", {"detail": str(loose.get("type", "?"))})
        return None

    def _deliver(self, message: Message | None) -> None:
        if message is None:
            self._gone()
        elif not self._running:
            return  # of a process that was let go
        elif isinstance(message, messages.Initialized):
            self._initialized()
        elif isinstance(message, messages.Status):
            self._status = message
            self.status_changed.emit(message)
        elif isinstance(message, messages.SourcesChanged):
            self.sources_changed.emit(message.paths)
        elif isinstance(message, messages.Reply):
            self._deliver_reply(message)

    def _deliver_reply(self, reply: messages.Reply) -> None:
        """Of a request, or of none: ``id`` 0."""
        if (operation := self._operations.get(reply.id)) is not None:
            operation.take(reply)
            if operation.over:
                self._operations.pop(reply.id, None)
        elif isinstance(reply, messages.Progress) and reply.id == 0:
            self.renewing.emit(reply.done, reply.total or 0)
        elif isinstance(reply, messages.ErrorReply) and reply.id == 0:
            problem = problem_from(reply.code, reply.data)
            if isinstance(problem, EnvironmentProblem):
                self._reason = problem  # it cannot open the library, and leaves
            else:
                self.problem.emit(problem)

    def _initialized(self) -> None:
        self._greeting.stop()
        self._set_state("ready")
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            self._send(request)

    def _cancel(self, target: int) -> None:
        operation = self._operations.get(target)
        if operation is None:
            return
        if self._state == "ready":
            self._send(messages.Cancel(target))
            return
        self._waiting = [request for request in self._waiting if getattr(request, "id", 0) != target]
        self._operations.pop(target, None)
        operation.end_cancelled()

    def _end(self, operation: Operation, problem: Problem) -> None:
        self._operations.pop(operation.id, None)
        operation.fail(problem)

    # ---- its death --------------------------------------------------------------------------------------------------

    def _no_greeting(self) -> None:
        self._drop(EnvironmentProblem("engine_stopped", detail=f"no answer for {_GREETING_MS // 1000} s"), again=False)

    def _gone(self) -> None:
        """The process has ended, and all that it said is delivered."""
        child, self._child = self._child, None
        if not self._running:
            released, self._released = self._released, None
            if released is not None:
                released()
            elif self._start_when_gone:
                self.start()
            return
        assert child is not None
        reason = child.problem or self._reason
        if child.violation:
            reason = InternalProblem("message_malformed", detail=child.violation)
        if reason is not None:
            self._drop(reason, again=False)
            return
        status = child.exit_status or 0
        detail = f"signal {-status}" if status < 0 else f"exit code {status}"
        if time.monotonic() - self._started_at > _STEADY_SECONDS:
            self._crashes = 0
        self._crashes += 1
        self._drop(EnvironmentProblem("engine_stopped", detail=detail), again=self._crashes == 1)

    def _drop(self, problem: Problem, *, again: bool) -> None:
        """Let go of the process, fail what is open, say so, and start again where that is wanted."""
        log.info("the engine has stopped: %s", problem)
        self._running = False
        self._greeting.stop()
        self._waiting.clear()
        if self._child is not None:
            self._child.kill(wait=0)
        self._reason = problem
        self.restarting = again and not self._closing
        self._status = messages.Status(embedding="none")
        self._set_state("stopped")
        operations, self._operations = list(self._operations.values()), {}
        for operation in operations:
            operation.fail(problem)
        self.stopped.emit(problem)
        if self.restarting:
            QTimer.singleShot(0, self, self.start)

    def _set_state(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
