# SPDX-License-Identifier: Apache-2.0
"""A few reader processes, kept busy and kept honest.

    read(path) -> a free reader, or a new one while there are fewer than ``size`` -> its answer

A reader that says nothing for too long is killed: the file "timed_out". One that dies is replaced and the file is tried once more
in a fresh process, because the death may have had another cause (memory pressure, someone's kill); a second death is the
file's fault: "crashed". One that breaks the protocol (a line too long, more lines than were asked for, lines that are no messages) counts
as dead, because a file may have taken it over. One that takes too much memory is killed, and the file is "too_big"; that is looked at
from here, because only Linux can limit it from inside. One that still holds much after its answer is not kept for the next file.

Each process has a thread that turns its lines into a queue, so that waiting needs no polling of pipes and works on Windows, where pipes
cannot be selected on.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from typing import IO

import msgspec
import psutil
from msgspec.structs import replace

from desktop_app.contract.document import Document, Segment, UnreadableDocument
from desktop_app.contract.reader_process import (
    LONGEST_ANSWER,
    MOST_MEMORY,
    MOST_SEGMENTS,
    AnyReply,
    Part,
    Pause,
    Read,
    ReadDone,
    Unreadable,
    reply_decoder,
)
from desktop_app.documents import nesting
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.ipc import pipes, roles
from desktop_app.ipc.message import ErrorReply, Progress

log = logging.getLogger(__name__)

Launch = Callable[[], "subprocess.Popen[bytes]"]
Advance = Callable[[int, "int | None"], None]

# How long a cancel may go unnoticed while a file is being read. ``Cancellation`` cannot wake a queue, so the wait is sliced.
_SLICE_SECONDS = 0.1
_MEMORY_SECONDS = 0.5  # between two looks at the memory of a reader
_MOST_KEPT = 1 << 30  # bytes of a reader that waits for its next file; one that has read large pictures holds 0.6 GB
_MOST_WAITING = 1_000  # lines that nobody took yet; a reader sends four signs of life a second, and parts of megabytes


class _Died(Exception):
    """The reader process ended, or broke the protocol, before its answer was complete."""


class _GaveUp(Exception):
    """The reader was still at the file when the pool had enough of it; of no more use. Arguments as of ``UnreadableDocument``."""


class ReaderPool:
    """``read`` may be called from any number of threads; at most ``size`` files are read at a time.

    ``no_progress_seconds`` is not a limit on a file, which may take as long as it advances. ``niceness`` as in
    ``foundation.roles.start``. ``most_memory`` in bytes, of each reader. ``launch`` starts a reader process; tests hand in one of
    their own.
    """

    def __init__(
        self,
        size: int,
        *,
        no_progress_seconds: float = 120.0,
        niceness: int = 10,
        most_memory: int = MOST_MEMORY,
        launch: Launch | None = None,
    ) -> None:
        self._size = max(1, size)
        self._most_memory = most_memory
        self.no_progress_seconds = no_progress_seconds
        self._launch = launch or (lambda: roles.start("reader", niceness=niceness))
        self._changed = threading.Condition()
        self._idle: list[_Process] = []
        self._busy: set[_Process] = set()
        self._starting = 0
        self._closed = False

    def read(
        self,
        path: str,
        cancel: Cancellation,
        passwords: Sequence[str] = (),
        *,
        ocr: str = "auto",
        advanced: Advance = lambda _done, _total: None,
    ) -> Document:
        """The document at ``path``; ``passwords`` are tried in turn where it is protected; ``ocr`` as in ``ocr_mode``;
        ``advanced`` hears how far a long file is: (done, total or None). While ``cancel`` is paused the reader stands still.

        Raises ``UnreadableDocument``, or ``Cancelled`` when it was stopped or the pool closed.
        """
        request = Read(1, path, tuple(passwords), ocr)
        try:
            path.encode("utf-8")
        except UnicodeEncodeError as error:
            raise UnreadableDocument("unreadable", "the name is no valid text") from error
        for attempt in (1, 2):
            process = self._take(cancel, fresh=attempt == 2)
            healthy = False
            try:
                document = process.read(request, cancel, self.no_progress_seconds, advanced)
                healthy = True
            except _GaveUp as error:
                raise UnreadableDocument(*error.args) from None
            except UnreadableDocument:
                healthy = True
                raise
            except _Died as error:
                if self._closed or cancel.cancelled:
                    raise Cancelled from error
                log.warning("a reader process ended inside a file (attempt %d): %s", attempt, error)
            else:
                return document
            finally:
                self._give_back(process, healthy=healthy)
        raise UnreadableDocument("crashed")

    def prepare(self) -> None:
        """Start the processes ahead of the first file: while a model is loaded they get their own imports done."""
        with self._changed:
            missing = 0 if self._closed else self._size - len(self._idle) - len(self._busy) - self._starting
            self._starting += max(0, missing)
        for _ in range(missing):
            self._give_back(self._start(), healthy=True)

    def pids(self) -> list[int]:
        with self._changed:
            return [process.pid for process in (*self._idle, *self._busy) if process.alive]

    def give_up(self, path: str) -> bool:
        """Do not wait for a file that is being read: its ``read`` raises "given_up". False when it is not at hand."""
        with self._changed:
            found = [process for process in self._busy if process.path == path]
        for process in found:
            process.give_up()
        return bool(found)

    def close(self) -> None:
        """End every process, also those inside a file; reads under way raise ``Cancelled``."""
        with self._changed:
            self._closed = True
            processes = [*self._idle, *self._busy]
            self._idle.clear()
            self._changed.notify_all()
        for process in processes:
            process.kill()

    def _take(self, cancel: Cancellation, *, fresh: bool) -> _Process:
        """``fresh``: one started now, in the place of an idle one if need be: what ended one reader may be about to end the others,
        and a file must not be blamed for that."""
        with self._changed:
            while True:
                if self._closed or cancel.cancelled:
                    raise Cancelled
                while self._idle and not fresh:
                    process = self._idle.pop()
                    if process.alive:
                        self._busy.add(process)
                        return process
                    process.kill()  # died while idle: collect it
                if self._idle and self._full():
                    self._idle.pop().kill()
                if not self._full():
                    self._starting += 1
                    break
                self._changed.wait(_SLICE_SECONDS)
        return self._start()

    def _full(self) -> bool:
        return len(self._idle) + len(self._busy) + self._starting >= self._size

    def _start(self) -> _Process:
        """A new process in the place that ``_take`` kept for it."""
        started: _Process | None = None
        try:
            started = _Process(self._launch(), self._most_memory)
        finally:
            with self._changed:
                self._starting -= 1
                closed = self._closed
                if started is not None:
                    self._busy.add(started)
                self._changed.notify()
        if closed:
            self._give_back(started, healthy=False)
            raise Cancelled
        return started

    def _give_back(self, process: _Process, *, healthy: bool) -> None:
        healthy = healthy and process.memory() <= _MOST_KEPT
        with self._changed:
            self._busy.discard(process)
            keep = healthy and not self._closed
            if keep:
                self._idle.append(process)
            self._changed.notify()
        if not keep:
            process.kill()


def _unreadable(reply: ErrorReply) -> UnreadableDocument:
    problems = reply.problems if isinstance(reply, Unreadable) else ()
    return UnreadableDocument(reply.code, reply.data.get("detail", ""), problems)


class _Process:
    """One reader process and the thread that listens to it."""

    def __init__(self, process: subprocess.Popen[bytes], most_memory: int) -> None:
        self._process = process
        self._most_memory = most_memory
        self._memory_looked_at = 0.0
        self.path = ""  # being read
        self._said = self._segments = 0  # bytes and segments about the file at hand
        self._given_up = False
        self._paused = False
        self._replies: queue.SimpleQueue[AnyReply | None] = queue.SimpleQueue()
        stdout = process.stdout
        assert stdout is not None
        self._listener = threading.Thread(target=self._listen, args=(stdout,), name=f"reader-{process.pid}", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def memory(self) -> int:
        """Bytes; 0 when it has ended, which the listener tells."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def give_up(self) -> None:
        self._given_up = True

    def read(self, request: Read, cancel: Cancellation, patience: float, advanced: Advance) -> Document:
        """Raises ``UnreadableDocument``, ``Cancelled``, ``_Died`` or ``_GaveUp``; after the last three the process is of no more use."""
        self._said = self._segments = 0
        self._send(request)
        self.path, self._given_up = request.path, False
        try:
            return self._listen_for(cancel, patience, advanced)
        finally:
            self.path = ""
            if self._paused:  # paused in its last moment: the next file must not find it standing still
                with contextlib.suppress(_Died):
                    self._pause(paused=False)

    def _stands_still(self, cancel: Cancellation) -> bool:
        """Pass a pause on to the process. Raises ``Cancelled`` or ``_GaveUp``."""
        if cancel.cancelled:
            raise Cancelled
        if self._given_up:
            raise _GaveUp("given_up")
        self._check_memory()
        if cancel.paused != self._paused:
            self._pause(paused=not self._paused)
        return self._paused

    def _check_memory(self) -> None:
        now = time.monotonic()
        if now - self._memory_looked_at < _MEMORY_SECONDS:
            return
        self._memory_looked_at = now
        if self.memory() > self._most_memory:
            raise _GaveUp("too_big", "needs more memory than a reader may use")

    def _pause(self, *, paused: bool) -> None:
        self._paused = paused
        self._send(Pause(paused))

    def _listen_for(self, cancel: Cancellation, patience: float, advanced: Advance) -> Document:
        deadline = time.monotonic() + patience
        segments: list[Segment] = []
        while True:
            if self._stands_still(cancel):
                deadline = time.monotonic() + patience
            try:
                reply = self._replies.get(timeout=min(_SLICE_SECONDS, patience))
            except queue.Empty:
                if time.monotonic() >= deadline and not cancel.cancelled:
                    raise _GaveUp("timed_out", f"no progress for {patience:g} seconds") from None
                continue
            match reply:
                case Part(_, some):
                    deadline = time.monotonic() + patience
                    segments += some
                case ReadDone(_, document):
                    return replace(document, segments=(*segments, *document.segments)) if segments else document
                case ErrorReply():
                    raise _unreadable(reply)
                case Progress(_, done, total):
                    deadline = time.monotonic() + patience
                    advanced(done, total)
                case None:
                    raise _Died(f"exit status {self._process.poll()}")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()
        nesting.sweep(self.pid)
        roles.close_pipes(self._process)

    def _send(self, request: Read | Pause) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(msgspec.json.encode(request) + b"\n")
            stdin.flush()
        except OSError as error:
            raise _Died(str(error)) from error

    def _listen(self, stdout: IO[bytes]) -> None:
        try:
            for line in pipes.lines(stdout):
                self._said += len(line)
                if self._said > LONGEST_ANSWER or self._replies.qsize() > _MOST_WAITING:
                    log.warning("a reader process says more than it was asked")
                    break
                reply = reply_decoder.decode(line)
                if isinstance(reply, Part):
                    self._segments += len(reply.segments)
                    if self._segments > MOST_SEGMENTS:
                        log.warning("a reader process sends more segments than a document has")
                        break
                self._replies.put(reply)
        except (msgspec.MsgspecError, ValueError, RecursionError, OSError, pipes.LineTooLongError) as error:
            log.warning("a reader process broke the protocol: %s", error)
        self._replies.put(None)
