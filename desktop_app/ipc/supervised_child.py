# SPDX-License-Identifier: Apache-2.0
"""A supervised child process: greeting, replies, time-out and end.

Every role that the program starts (``ipc.roles``) is used through this class: the engine by the window; the model, readers and the
measuring process by the engine. One object stands for one operating system process and is never used for a second one; whether a child
that died is started again is for its user to decide.

Three threads, all of them only moving bytes: one writes (a child that does not read must not block whoever asks), one reads, decodes and
hands on, one keeps the last lines of standard error. A child that breaks the protocol (a line beyond ``pipes.LONGEST``, no message, more
replies than anybody takes) is killed: a hostile file may have taken it over, and a bug of ours shows at once instead of as a hang.

There is no limit on how long a request may take, because slow PCs are slow; the time-out is on silence, and any line is a sign of life.
"""

from __future__ import annotations

import itertools
import logging
import queue
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import msgspec

from desktop_app.foundation.errors import EnvironmentProblem, InternalProblem, Problem, problem_from
from desktop_app.ipc import pipes
from desktop_app.ipc.message import (
    PROTOCOL,
    UNDECODABLE,
    Cancel,
    ErrorReply,
    Initialize,
    Initialized,
    Message,
    PartialReply,
    Reply,
    Request,
)

log = logging.getLogger(__name__)

END_SECONDS = 5.0
"""How long a killed process may take to be gone."""

_GONE = None  # in a queue of replies: the process has ended
_CHECK_SECONDS = 0.05  # between two calls of ``check``: a cancellation cannot wake a queue
_TAIL_LINES = 40
_MOST_WAITING = 100_000
_MOST_STRAY = 20  # lines before the greeting: a .pth file or sitecustomize prints before the program has hold of its output

_decode_greeting = msgspec.json.Decoder(Initialized | ErrorReply).decode


class SupervisedChild:
    """A running child process. Every method may be called from any thread.

    ``last_life``: when its last line came, on the monotonic clock. ``problem``: why it refused the greeting, or else None.
    ``violation``: how it broke the protocol, or else "".
    """

    def __init__(
        self,
        name: str,
        process: subprocess.Popen[bytes],
        decode: Callable[[bytes], Message | None],
        *,
        received: Callable[[Message], None] | None = None,
        ended: Callable[[], None] = lambda: None,
        most_waiting: int = _MOST_WAITING,
    ) -> None:
        """Supervise ``process``, as ``roles.start`` gives it, and greet it. ``name`` is for threads and the log.

        ``decode`` turns a line into a message, or None to pass over it; what it raises of ``UNDECODABLE`` breaks the protocol.
        ``received`` gets every message, ``Initialized`` first; without it replies wait for ``next_reply``, at most ``most_waiting`` of a
        request. ``ended`` is called once, when the process has ended, before ``close`` and ``kill`` return. Both are called by the reading thread.
        """
        self._name = name
        self._process = process
        self._decode = decode
        self._received = received
        self._ended = ended
        self._most_waiting = most_waiting
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._replies: dict[int, queue.SimpleQueue[Reply | None]] = {}
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._gone = threading.Event()
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self.last_life = time.monotonic()
        self._stray = 0  # lines before the greeting that are none
        self.problem: Problem | None = None
        self.violation = ""
        self.send(Initialize(PROTOCOL))
        self._helpers = [self._thread("writer", self._write_all)]
        if process.stderr is not None:
            self._helpers.append(self._thread("errors", self._keep_tail))
        self._thread("reader", self._read_all)

    @property
    def pid(self) -> int:
        """The process id, also of a process that has ended."""
        return self._process.pid

    @property
    def gone(self) -> bool:
        """Whether the process has ended."""
        return self._gone.is_set() or self._process.poll() is not None

    @property
    def exit_status(self) -> int | None:
        """As ``subprocess.Popen.returncode``: negative for a signal on POSIX, None while it runs."""
        return self._process.poll()

    @property
    def tail(self) -> list[str]:
        """The last lines of its standard error, where ``roles.start`` keeps that."""
        return list(self._tail)

    @property
    def memory(self) -> int:
        """Resident bytes; 0 when it has ended."""
        import psutil  # not by the window, which asks for no memory

        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    # ---- asking -----------------------------------------------------------------------------------------------------

    def send(self, message: Message) -> None:
        """Send a message, without waiting; nothing happens when the process has ended. Raises ``InternalProblem`` for a message that is
        longer than the child takes (``pipes.LONGEST``)."""
        self._outbox.put(_line_of(message))

    def ask(self, make: Callable[[int], Request]) -> int:
        """Send the request that ``make`` makes of a fresh id, which is returned; its replies wait for ``next_reply``. Raises
        ``InternalProblem`` where ``send`` does."""
        number = next(self._ids)
        line = _line_of(make(number))
        with self._lock:
            replies = self._replies[number] = queue.SimpleQueue()
            if self._gone.is_set():
                replies.put(_GONE)
        self._outbox.put(line)
        return number

    def next_reply(self, number: int, *, silence: float, check: Callable[[], bool] = lambda: False) -> Reply:
        """The next reply to request ``number``; an ``ErrorReply`` is returned like any other end.

        ``check`` is called every 50 ms meanwhile: it may raise to end the waiting, and returns True while silence is in order (a pause).
        Raises ``TimeoutError`` when the process sent no line for ``silence`` seconds; when it has ended, ``ConnectionError``, or
        ``Problem`` where it refused the greeting.
        """
        replies = self._replies[number]
        since = time.monotonic()
        while True:
            if check():
                since = time.monotonic()
            left = max(since, self.last_life) + silence - time.monotonic()
            if left <= 0:
                raise TimeoutError
            try:
                reply = replies.get(timeout=min(left, _CHECK_SECONDS))
            except queue.Empty:
                continue
            if reply is _GONE:
                if self.problem is not None:
                    raise self.problem
                raise ConnectionError(self.violation or f"exit status {self.exit_status}")
            if not isinstance(reply, PartialReply):
                with self._lock:
                    self._replies.pop(number, None)
            return reply

    def cancel(self, number: int) -> None:
        """Ask a request to stop; its end still comes."""
        self.send(Cancel(number))

    def forget(self, number: int) -> None:
        """No more replies of this request are wanted: it is cancelled, unless its end was taken."""
        with self._lock:
            going_on = self._replies.pop(number, None) is not None
        if going_on:
            self.cancel(number)

    # ---- ending -----------------------------------------------------------------------------------------------------

    def close(self, seconds: float = END_SECONDS) -> bool:
        """Close its standard input, on which it leaves by itself; kill it when it has not after ``seconds``.

        Takes at most ``END_SECONDS`` more. False: it had to be killed. There is no SIGTERM in between: no role handles it, so it would be
        a kill by another name.
        """
        self._outbox.put(None)
        if self._gone.wait(seconds):
            return True
        self.kill()
        return False

    def leave(self) -> None:
        """Close its standard input, on which it leaves by itself, without waiting for that."""
        self._outbox.put(None)

    def kill(self, wait: float = END_SECONDS) -> None:
        """End the process now and wait until it is gone, at most ``wait`` seconds; harmless when repeated."""
        self._process.kill()
        self._gone.wait(wait)

    # ---- threads ----------------------------------------------------------------------------------------------------

    def _thread(self, name: str, target: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=target, name=f"{self._name} {name}", daemon=True)
        thread.start()
        return thread

    def _write_all(self) -> None:
        stream = self._process.stdin
        assert stream is not None
        try:
            while (line := self._outbox.get()) is not None:
                stream.write(line)
                stream.flush()
            stream.close()
        except OSError:
            pass  # it is gone, and the reading thread notices

    def _keep_tail(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        for text in pipes.error_lines(stream):
            self._tail.append(text)
            log.debug("%s: %s", self._name, text)  # not in the log file: a verbose build of llama.cpp prints prompts

    def _read_all(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        greeted = False
        try:
            for line in pipes.lines(stream):
                self.last_life = time.monotonic()
                if greeted:
                    self._take(line)
                else:
                    greeted = self._is_greeting(line)
                    if self.problem is not None:
                        break  # what else a child of another version says is not ours to read
        except (*UNDECODABLE, pipes.LineTooLongError) as error:
            self.violation = str(error)
            log.warning("the %s process broke the protocol: %s", self._name, error)
            self._process.kill()
        finally:
            self._collect()

    def _is_greeting(self, line: bytes) -> bool:
        """Take the greeting; False for a line that some package printed before it."""
        try:
            first = _decode_greeting(line)
        except UNDECODABLE:
            if line.lstrip().startswith(b"{"):  # up to protocol 4 a child refused with other words
                self._refuse("?")
                return True
            self._stray += 1
            if self._stray > _MOST_STRAY:
                raise
            log.warning("the %s process printed a line before its greeting", self._name)
            return False
        if isinstance(first, ErrorReply):
            self.problem = problem_from(first.code, first.data)  # it leaves by itself
        elif first.protocol != PROTOCOL:
            self._refuse(first.protocol)
        elif self._received is not None:
            self._received(first)
        return True

    def _refuse(self, found: object) -> None:
        self.problem = EnvironmentProblem("engine_version", found=found, known=PROTOCOL)
        self._process.kill()

    def _take(self, line: bytes) -> None:
        message = self._decode(line)
        if message is None:
            return
        if self._received is not None:
            self._received(message)
        elif isinstance(message, Reply):
            with self._lock:
                replies = self._replies.get(message.id)
            if replies is None:
                return  # of a request that was forgotten
            replies.put(message)
            if replies.qsize() > self._most_waiting:
                raise ValueError(f"more than {self._most_waiting:,} replies wait")

    def _collect(self) -> None:
        """Its output has ended: wait for its own exit status, rather than that of a kill, and wake everybody."""
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._outbox.put(None)
        for thread in self._helpers:
            thread.join(END_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with suppress(OSError):  # what was not yet written has no reader any more
                    pipe.close()
        try:
            self._ended()
        finally:  # also where it raises: a signal of a Qt object that is deleted already does
            with self._lock:
                self._gone.set()
                waiting = list(self._replies.values())
            for replies in waiting:
                replies.put(_GONE)


def _line_of(message: Message) -> bytes:
    line = msgspec.json.encode(message) + b"\n"
    if len(line) > pipes.LONGEST:
        raise InternalProblem("internal", detail=f"a request of {len(line):,} bytes; {pipes.LONGEST:,} are the most")
    return line
