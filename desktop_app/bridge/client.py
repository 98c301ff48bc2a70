# SPDX-License-Identifier: Apache-2.0
"""The window's side of the pipe: starts the engine, asks, hands replies on, and survives the engine's death.

    state      "starting" -> "ready" -> "stopped"
                  ^ Initialize(d)         | crash: every open Operation fails with engine_stopped, then
                  +------------------------ at once the first time, later when the person asks (``restart``)

Nothing here waits: the pipe is QProcess' own, replies are decoded and delivered in batches of about 8 ms, then the event loop
gets its turn; of several Progress messages of one request in a batch only the last is delivered. A line that is no message is
logged by length, never by content, and dropped; when it names a request, that request fails instead of hanging.

What is asked while the engine is starting, or about to be started again, waits for it; what is asked of a stopped engine fails,
in the next turn of the loop.
"""

from __future__ import annotations

import itertools
import logging
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QProcess, QTimer, Signal

import desktop_app
from desktop_app.bridge.operation import Operation
from desktop_app.contract import closing, messages
from desktop_app.foundation.errors import EnvironmentProblem, InternalProblem, Problem, problem_from
from desktop_app.ipc import roles
from desktop_app.ipc.line_buffer import LineBuffer
from desktop_app.ipc.pipes import LineTooLongError

log = logging.getLogger(__name__)

_BATCH_SECONDS = 0.008  # half a frame at 60 Hz
_STEADY_SECONDS = 60.0  # an engine that lived this long may crash once more before the person is asked
_GREETING_MS = 60_000  # no Initialized within this: it hangs. Windows' virus scanners make first starts slow.


class EngineClient(QObject):
    """One engine process for one library folder."""

    state_changed = Signal(str)
    status_changed = Signal(object)  # messages.Status
    stopped = Signal(object)  # Problem; ``restarting`` tells whether it is being started again
    problem = Signal(object)  # a Problem that belongs to no request
    sources_changed = Signal(list)  # paths of watched sources in which something has changed
    changed = Signal()  # sources, files or conversations are other than before: lists may ask anew

    def __init__(self, library: str, *, command: list[str] | None = None, parent: QObject | None = None) -> None:
        """``command`` replaces the engine, for tests."""
        super().__init__(parent)
        self.library = library
        self.restarting = False
        self._command = command or roles.command("engine", "--library", library)
        self._state = "stopped"
        self._status = messages.Status()
        self._ids = itertools.count(1)
        self._operations: dict[int, Operation] = {}
        self._waiting: list[messages.AnyRequest] = []
        self._process: QProcess | None = None
        self._running = False  # a process that was let go and killed runs on for a moment, but is no longer listened to
        self._start_when_gone = False
        self._lines = LineBuffer()
        self._queue: deque[bytes] = deque()
        self._encode = msgspec.json.Encoder().encode
        self._started_at = 0.0
        self._crashes = 0
        self._reason: Problem | None = None
        self._closing = False
        self._drain_timer = QTimer(self)
        self._drain_timer.setSingleShot(True)
        self._drain_timer.timeout.connect(self._drain)
        self._greeting = QTimer(self)
        self._greeting.setSingleShot(True)
        self._greeting.setInterval(_GREETING_MS)
        self._greeting.timeout.connect(self._no_greeting)

    # ---- what others use --------------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        return self._state

    @property
    def status(self) -> messages.Status:
        return self._status

    @property
    def pid(self) -> int:
        """Of the engine process; 0 when there is none."""
        return int(self._process.processId()) if self._process is not None and self._running else 0

    def start(self) -> None:
        """Start the engine process. Returns at once; ``state_changed`` tells the rest."""
        if self._running or self._closing:
            return
        if self._process is None:
            self._process = self._new_process()
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._start_when_gone = self.restarting = True  # it was killed a moment ago
            return
        self._start_when_gone = self.restarting = False
        self._running = True
        self._lines = LineBuffer()
        self._queue.clear()
        self._reason = None
        self._started_at = time.monotonic()
        self._set_state("starting")
        self._greeting.start()
        self._process.start()
        self._send(messages.Initialize(messages.PROTOCOL))

    def _new_process(self) -> QProcess:
        """One QProcess for all starts. Made and deleted with each start, PySide6 6.12 corrupted its memory now and then when
        the deletion met the end of its parent (tests/bridge: a program that is not there, then one that dies at once)."""
        process = QProcess(self)
        process.setProgram(self._command[0])
        process.setArguments(self._command[1:])
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        if not getattr(sys, "frozen", False):
            # From a checkout that is not installed, ``-m desktop_app`` is found from the folder above the package.
            process.setWorkingDirectory(str(Path(desktop_app.__file__).resolve().parents[1]))
        process.readyReadStandardOutput.connect(self._read)
        process.errorOccurred.connect(self._process_error)
        process.finished.connect(self._process_finished)
        return process

    def restart(self) -> None:
        """Start again after it stopped (or stop it and start again); the person asked, so the crash count begins anew."""
        self._crashes = 0
        if self._running:
            self._drop(EnvironmentProblem("engine_stopped", detail="restart"), again=True)
        else:
            self.start()

    def request(self, make: Callable[[int], messages.Request]) -> Operation:
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

    def close(self, limit_ms: int = int(closing.WINDOW_SECONDS * 1000)) -> None:
        """End the engine: no new work, every operation ends as cancelled, standard input closed, a wait, then a kill."""
        self._closing = True
        self._greeting.stop()
        self._drain_timer.stop()
        for operation in list(self._operations.values()):
            self._operations.pop(operation.id, None)
            operation.end_cancelled()
        self._running = self._start_when_gone = False
        process = self._process
        if process is not None and process.state() != QProcess.ProcessState.NotRunning:
            process.closeWriteChannel()
            if not process.waitForFinished(limit_ms):
                process.kill()
                process.waitForFinished(1_000)
        self._set_state("stopped")

    # ---- the pipe ---------------------------------------------------------------------------------------------------

    def _send(self, message: messages.AnyRequest | messages.Initialize) -> None:
        if self._process is not None and self._running:
            self._process.write(self._encode(message) + b"\n")

    def _read(self) -> None:
        if self._process is None:
            return
        data = bytes(self._process.readAllStandardOutput().data())
        if not self._running:
            return
        try:
            self._queue.extend(self._lines.feed(data))
        except LineTooLongError:
            self._drop(InternalProblem("message_malformed", detail="endless line"), again=False)
            return
        if self._queue and not self._drain_timer.isActive():
            self._drain_timer.start(0)

    def _drain(self) -> None:
        """Deliver for one batch, then let the window breathe."""
        until = time.perf_counter() + _BATCH_SECONDS
        latest: dict[tuple[int, type], messages.Reply] = {}
        while self._queue:
            message = self._decode(self._queue.popleft())
            if isinstance(message, messages.PartialReply) and message.latest_wins:
                latest[message.id, type(message)] = message
            elif message is not None:
                if isinstance(message, messages.Reply):
                    for key in [key for key in latest if key[0] == message.id]:
                        self._deliver(latest.pop(key))
                self._deliver(message)
            if time.perf_counter() >= until:
                break
        for last in latest.values():
            self._deliver(last)
        if self._queue and not self._drain_timer.isActive():
            self._drain_timer.start(0)

    def _decode(self, line: bytes) -> messages.AnyReply | None:
        try:
            return messages.reply_decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("a line of %d bytes from the engine is no message: %s", len(line), error)
        try:
            loose = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        identity = loose.get("id") if isinstance(loose, dict) else None
        if isinstance(identity, int) and identity in self._operations:
            return messages.ErrorReply(id=identity, code="message_malformed", data={"detail": str(loose.get("type", "?"))})
        return None

    def _deliver(self, message: messages.AnyReply | messages.Reply) -> None:
        if isinstance(message, messages.Initialized):
            self._initialized(message)
        elif isinstance(message, messages.Status):
            self._status = message
            self.status_changed.emit(message)
        elif isinstance(message, messages.SourcesChanged):
            self.sources_changed.emit(message.paths)
        elif isinstance(message, messages.ErrorReply) and message.id == 0:
            self._reason = problem_from(message.code, message.data)
            if self._state == "ready":
                self.problem.emit(self._reason)
                self._reason = None
        elif isinstance(message, messages.Reply):
            operation = self._operations.get(message.id)
            if operation is None:
                return  # late, of something that is over
            operation.take(message)
            if operation.over:
                self._operations.pop(message.id, None)

    def _initialized(self, message: messages.Initialized) -> None:
        self._greeting.stop()
        if message.protocol != messages.PROTOCOL:
            self._drop(EnvironmentProblem("engine_version", found=message.protocol, known=messages.PROTOCOL), again=False)
            return
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

    def _process_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._running and self._process is not None:
            self._drop(EnvironmentProblem("engine_stopped", detail=self._process.errorString()), again=False)

    def _process_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if not self._running:
            if self._start_when_gone:
                QTimer.singleShot(0, self, self.start)
            return
        # What it said last counts: read the rest before judging, an answer may be complete.
        self._read()
        while self._queue:
            message = self._decode(self._queue.popleft())
            if message is not None:
                self._deliver(message)  # a wrong Initialized lets it go and empties the queue
        if self._state == "stopped":
            return
        if self._reason is not None:
            self._drop(self._reason, again=False)
            return
        crashed = status == QProcess.ExitStatus.CrashExit
        detail = f"signal {code}" if crashed and sys.platform != "win32" else f"exit code {code}"
        if time.monotonic() - self._started_at > _STEADY_SECONDS:
            self._crashes = 0
        self._crashes += 1
        self._drop(EnvironmentProblem("engine_stopped", detail=detail), again=self._crashes == 1)

    def _drop(self, problem: Problem, *, again: bool) -> None:
        """Let go of the process, fail what is open, tell, and start again where that is wanted."""
        self._running = False
        self._greeting.stop()
        self._drain_timer.stop()
        self._queue.clear()
        self._waiting.clear()
        if self._process is not None and self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
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
