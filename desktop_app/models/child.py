# SPDX-License-Identifier: Apache-2.0
"""The engine's end of one model process: start it, send requests, hand replies to whoever asked, say how it died.

One object stands for one operating system process and is never reused; ``process.ModelProcess`` makes a new one after a crash.

Three threads, all of them only moving bytes: one writes requests (a process that does not read must not block the asker), one reads
replies into a queue per request, one keeps the last lines of standard error. When the process ends, every waiting asker is woken.
"""

from __future__ import annotations

import logging
import queue
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable

import msgspec

from desktop_app.contract import model_process as protocol
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import problem_from
from desktop_app.ipc import pipes, roles
from desktop_app.ipc.message import CANCELLED, Cancel, ErrorReply, Request

log = logging.getLogger(__name__)

_GONE = None  # in a queue: the process has ended
_CANCEL_LOOK = 0.05  # seconds between two looks at the cancellation while nothing comes
_LAST_LINES = 40
_END_WAIT = 5.0  # seconds that a killed process may take to be gone


class Child:
    """A running model process. ``last_life`` is when its last line came, on the monotonic clock."""

    def __init__(self, start: Callable[[], subprocess.Popen[bytes]] | None = None) -> None:
        """``start`` runs the role; tests hand in another."""
        self._process = start() if start else roles.start("model", keep_stderr=True)
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._replies: dict[int, queue.SimpleQueue[protocol.AnyReply | None]] = {}
        self._lock = threading.Lock()
        self._next_id = 1
        self._gone = threading.Event()
        self.endless_line = False
        """It was ended because a line of its output did not end."""
        self._tail: deque[str] = deque(maxlen=_LAST_LINES)
        self.last_life = time.monotonic()
        self._threads = [
            threading.Thread(target=target, name=f"model {name}", daemon=True)
            for name, target in (("writer", self._send_all), ("reader", self._read_all), ("errors", self._keep_tail))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def gone(self) -> bool:
        return self._gone.is_set() or self._process.poll() is not None

    @property
    def returncode(self) -> int:
        """How it ended; call only once it is gone."""
        return self._process.wait(_END_WAIT)

    @property
    def tail(self) -> list[str]:
        """The last lines of its standard error."""
        return list(self._tail)

    # ---- asking -----------------------------------------------------------------------------------------------------

    def ask(self, make: Callable[[int], Request]) -> int:
        """Send a request made for a fresh id; its replies wait in order for ``next_reply``."""
        with self._lock:
            number = self._next_id
            self._next_id += 1
            replies: queue.SimpleQueue[protocol.AnyReply | None] = queue.SimpleQueue()
            self._replies[number] = replies
            if self._gone.is_set():
                replies.put(_GONE)
        self._outbox.put(msgspec.json.encode(make(number)) + b"\n")
        return number

    def next_reply(self, number: int, *, silence: float, cancel: Cancellation | None = None) -> protocol.AnyReply:
        """The next reply to request ``number``.

        Raises ``Cancelled``; ``TimeoutError`` after ``silence`` seconds in which the process sent no line at all;
        ``ConnectionError`` when the process has ended; the ``Problem`` that ended the request.
        """
        replies = self._replies[number]
        asked = time.monotonic()
        while True:
            if cancel is not None and cancel.cancelled:
                raise Cancelled
            left = max(asked, self.last_life) + silence - time.monotonic()
            if left <= 0:
                raise TimeoutError
            try:
                reply = replies.get(timeout=min(left, _CANCEL_LOOK) if cancel is not None else left)
            except queue.Empty:
                continue
            if reply is _GONE:
                raise ConnectionError
            if isinstance(reply, ErrorReply):
                if reply.code == CANCELLED:
                    raise Cancelled
                raise problem_from(reply.code, reply.data)
            return reply

    def stop(self, number: int) -> None:
        """Ask a request to end; its last reply still comes."""
        self._outbox.put(msgspec.json.encode(Cancel(number)) + b"\n")

    def forget(self, number: int) -> None:
        """No more replies to this request are wanted; it is asked to stop."""
        with self._lock:
            self._replies.pop(number, None)
        self.stop(number)

    def finished(self, number: int) -> None:
        """The request has ended by itself."""
        with self._lock:
            self._replies.pop(number, None)

    def kill(self) -> None:
        """End the process now and wait until it is gone; harmless when repeated."""
        self._process.kill()
        self._release()

    def reap(self) -> None:
        """Wait for a process whose output has ended, so that its own exit status is seen rather than that of a kill."""
        try:
            self._process.wait(_END_WAIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._release()

    def leave(self) -> None:
        """Let the process go by closing its input; it is killed when it does not."""
        self._outbox.put(None)
        self.reap()

    def _release(self) -> None:
        self._process.wait(_END_WAIT)
        self._outbox.put(None)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(_END_WAIT)
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    # ---- threads ----------------------------------------------------------------------------------------------------

    def _send_all(self) -> None:
        stream = self._process.stdin
        assert stream is not None
        try:
            while (line := self._outbox.get()) is not None:
                stream.write(line)
                stream.flush()
        except OSError:
            pass  # it is gone; the reader notices
        try:
            stream.close()
        except OSError:
            pass  # what it did not take any more

    def _read_all(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        try:
            for line in pipes.lines(stream):
                self.last_life = time.monotonic()
                self._deliver(line)
        except pipes.LineTooLongError:
            self.endless_line = True
            self._process.kill()
        except (OSError, ValueError):
            pass  # closed while reading
        finally:
            with self._lock:
                self._gone.set()
                waiting = list(self._replies.values())
            for replies in waiting:
                replies.put(_GONE)

    def _deliver(self, line: bytes) -> None:
        try:
            reply = protocol.reply_decoder.decode(line)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            log.warning("the model process sent a line that is no message: %s", error)
            return
        with self._lock:
            replies = self._replies.get(reply.id)
        if replies is not None:  # else of a request that was given up
            replies.put(reply)

    def _keep_tail(self) -> None:
        stream = self._process.stderr
        if stream is None:
            return
        try:
            for text in pipes.error_lines(stream):
                self._tail.append(text)
                log.debug("model process: %s", text)  # not in the log: a verbose build of llama.cpp prints prompts
        except (OSError, ValueError):
            pass  # closed while reading
