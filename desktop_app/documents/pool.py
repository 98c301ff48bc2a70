"""A few reader processes, kept busy and kept honest.

    read(path) -> a free reader, or a new one while there are fewer than ``size`` -> its answer

A reader that says nothing for too long is killed: the file "timed_out". One that dies is replaced and the file is tried once more
in a fresh process, because the death may have had another cause (memory pressure, someone's kill); a second death is the
file's fault: "crashed". Each process has a thread that turns its lines into a queue, so that waiting needs no polling of pipes
and works on Windows, where pipes cannot be selected on.
"""

from __future__ import annotations

import logging
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from typing import IO

import msgspec

from desktop_app.documents import nesting
from desktop_app.documents.model import Document, UnreadableDocument
from desktop_app.documents.wire import Advanced, ReadDone, ReadFailed, ReadRequest, Reply, reply_decoder
from desktop_app.foundation import roles
from desktop_app.foundation.cancellation import Cancellation, Cancelled

log = logging.getLogger(__name__)

Launch = Callable[[], "subprocess.Popen[bytes]"]

# How long a cancel may go unnoticed while a file is being read. ``Cancellation`` cannot wake a queue, so the wait is sliced.
_SLICE_SECONDS = 0.1


class _Died(Exception):
    """The reader process ended, or broke the protocol, before its answer was complete."""


class ReaderPool:
    """``read`` may be called from any number of threads; at most ``size`` files are read at a time.

    ``no_progress_seconds`` is not a limit on a file, which may take as long as it advances. ``niceness`` as in
    ``foundation.roles.start``. ``launch`` starts a reader process; tests hand in one of their own.
    """

    def __init__(
        self, size: int, *, no_progress_seconds: float = 120.0, niceness: int = 10, launch: Launch | None = None
    ) -> None:
        self._size = max(1, size)
        self.no_progress_seconds = no_progress_seconds
        self._launch = launch or (lambda: roles.start("reader", niceness=niceness))
        self._changed = threading.Condition()
        self._idle: list[_Process] = []
        self._busy: set[_Process] = set()
        self._starting = 0
        self._closed = False

    def read(self, path: str, cancel: Cancellation, passwords: Sequence[str] = (), *, ocr: str = "auto") -> Document:
        """The document at ``path``; ``passwords`` are tried in turn where it is protected; ``ocr`` as in ``ocr_mode``.

        Raises ``UnreadableDocument``, or ``Cancelled`` when it was stopped or the pool closed.
        """
        request = ReadRequest(path, tuple(passwords), ocr)
        try:
            path.encode("utf-8")
        except UnicodeEncodeError as error:
            raise UnreadableDocument("unreadable", "the name is no valid text") from error
        for attempt in (1, 2):
            process = self._take(cancel)
            healthy = False
            try:
                document = process.read(request, cancel, self.no_progress_seconds)
                healthy = True
            except UnreadableDocument as error:
                healthy = error.reason != "timed_out"
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

    def pids(self) -> list[int]:
        with self._changed:
            return [process.pid for process in (*self._idle, *self._busy) if process.alive]

    def close(self) -> None:
        """End every process, also those inside a file; reads under way raise ``Cancelled``."""
        with self._changed:
            self._closed = True
            processes = [*self._idle, *self._busy]
            self._idle.clear()
            self._changed.notify_all()
        for process in processes:
            process.kill()

    def _take(self, cancel: Cancellation) -> _Process:
        with self._changed:
            while True:
                if self._closed or cancel.cancelled:
                    raise Cancelled
                while self._idle:
                    process = self._idle.pop()
                    if process.alive:
                        self._busy.add(process)
                        return process
                    process.kill()  # died while idle: collect it
                if len(self._busy) + self._starting < self._size:
                    self._starting += 1
                    break
                self._changed.wait(_SLICE_SECONDS)
        return self._start()

    def _start(self) -> _Process:
        """A new process in the place that ``_take`` kept for it."""
        started: _Process | None = None
        try:
            started = _Process(self._launch())
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
        with self._changed:
            self._busy.discard(process)
            keep = healthy and not self._closed
            if keep:
                self._idle.append(process)
            self._changed.notify()
        if not keep:
            process.kill()


class _Process:
    """One reader process and the thread that listens to it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._replies: queue.SimpleQueue[Reply | None] = queue.SimpleQueue()
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

    def read(self, request: ReadRequest, cancel: Cancellation, patience: float) -> Document:
        """Raises ``UnreadableDocument``, ``Cancelled`` or ``_Died``; after ``Cancelled``, ``_Died`` and "timed_out" the process
        is of no more use."""
        self._send(request)
        deadline = time.monotonic() + patience
        while True:
            try:
                reply = self._replies.get(timeout=min(_SLICE_SECONDS, patience))
            except queue.Empty:
                if cancel.cancelled:
                    raise Cancelled from None
                if time.monotonic() >= deadline:
                    raise UnreadableDocument("timed_out", f"no progress for {patience:g} seconds") from None
                continue
            match reply:
                case ReadDone(document):
                    return document
                case ReadFailed(reason, detail):
                    raise UnreadableDocument(reason, detail)
                case Advanced():
                    deadline = time.monotonic() + patience
                    if cancel.cancelled:
                        raise Cancelled
                case None:
                    raise _Died(f"exit status {self._process.poll()}")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()
        nesting.sweep(self.pid)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    pass  # a request that was not sent any more

    def _send(self, request: ReadRequest) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(msgspec.json.encode(request) + b"\n")
            stdin.flush()
        except OSError as error:
            raise _Died(str(error)) from error

    def _listen(self, stdout: IO[bytes]) -> None:
        try:
            for line in stdout:
                self._replies.put(reply_decoder.decode(line))
        except (msgspec.MsgspecError, ValueError, OSError) as error:
            log.warning("a reader process broke the protocol: %s", error)
        self._replies.put(None)
