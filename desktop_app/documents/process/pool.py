# SPDX-License-Identifier: Apache-2.0
"""Pool of reader processes with no-progress time-out and crash retry.

    read(path) -> a free reader, or a new one while there are fewer than ``size`` -> its answer

A reader that says nothing for too long is killed: the file "timed_out". One that dies is replaced and the file is tried once more
in a fresh process, because the death may have had another cause (memory pressure, someone's kill); a second death is the
file's fault: "crashed". One that breaks the protocol (a line too long, more lines than were asked for, lines that are no messages) counts
as dead, because a file may have taken it over. One that takes too much memory is killed, and the file is "too_big"; that is looked at
from here, because only Linux can limit it from inside. One that still holds much after its answer is not kept for the next file.
"""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from desktop_app.contract.document import Document, Segment, UnreadableDocument
from desktop_app.contract.reader_process import (
    LONGEST_ANSWER,
    MOST_MEMORY,
    MOST_SEGMENTS,
    AnyReply,
    Part,
    PauseReader,
    Read,
    ReadDone,
    Unreadable,
    reply_decoder,
)
from desktop_app.documents import nesting
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.ipc import roles
from desktop_app.ipc.message import ErrorReply, Progress, Reply
from desktop_app.ipc.supervised_child import SupervisedChild

log = logging.getLogger(__name__)

Launch = Callable[[], "subprocess.Popen[bytes]"]
Advance = Callable[[int, "int | None"], None]

_SLICE_SECONDS = 0.1  # between two looks at a cancellation while all readers are busy
_MEMORY_SECONDS = 0.5  # between two looks at the memory of a reader
_MOST_KEPT = 1 << 30  # bytes of a reader that waits for its next file; one that has read large pictures holds 0.6 GB
_MOST_WAITING = 1_000  # replies that nobody took yet; a reader sends four signs of life a second, and parts of megabytes


class _GaveUp(Exception):
    """The reader was still at the file when the pool had enough of it; of no more use. Arguments as of ``UnreadableDocument``."""


class _DiedError(Exception):
    """The reader ended inside a file."""


class ReaderPool:
    """``read`` may be called from any number of threads; at most ``size`` files are read at a time.

    ``no_progress_seconds`` is not a limit on a file, which may take as long as it advances. ``niceness`` as in
    ``ipc.roles.start``. ``most_memory`` in bytes, of each reader. ``launch`` starts a reader process; tests hand in one of
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
        self._idle: list[_Reader] = []
        self._busy: set[_Reader] = set()
        self._starting = 0
        self._closed = False

    def read(
        self,
        path: str,
        cancel: Cancellation,
        passwords: Sequence[str] = (),
        *,
        ocr: str = "auto",
        recognised: Sequence[Segment] = (),
        advanced: Advance = lambda _done, _total: None,
    ) -> Document:
        """The document at ``path``; ``passwords`` are tried in turn where it is protected; ``ocr`` as in ``ocr_mode``;
        ``recognised`` as in ``Read``; ``advanced`` is called with how far a long file is: (done, total or None). While ``cancel`` is paused the reader stands still.

        Raises ``UnreadableDocument``; ``Cancelled`` when it was stopped or the pool closed; ``EnvironmentProblem`` "engine_version" when
        the program was exchanged on the disk meanwhile, which is no fault of the file.
        """
        try:
            path.encode("utf-8")
        except UnicodeEncodeError as error:
            raise UnreadableDocument("unreadable", "the name is no valid text") from error

        def make(number: int) -> Read:
            return Read(number, path, tuple(passwords), ocr, tuple(recognised))

        for attempt in (1, 2):
            process = self._take(cancel, fresh=attempt == 2)
            healthy = False
            try:
                document = process.read(make, path, cancel, self.no_progress_seconds, advanced)
                healthy = True
            except _GaveUp as error:
                raise UnreadableDocument(*error.args) from None
            except UnreadableDocument:
                healthy = True
                raise
            except _DiedError as error:
                if self._closed or cancel.cancelled:
                    raise Cancelled from error
                log.warning("a reader process ended inside a file (attempt %d): %s", attempt, error)
            else:
                return document
            finally:
                self._give_back(process, healthy=healthy)
        raise UnreadableDocument("crashed")

    def prepare(self) -> None:
        """Start the processes ahead of the first file: while a model is loaded they get their own imports done.

        Raises ``OSError`` when one cannot be started, ``Cancelled`` when the pool is closed meanwhile.
        """
        with self._changed:
            missing = self._size - len(self._idle) - len(self._busy) - self._starting
            taken = 0 if self._closed else max(0, missing)
            self._starting += taken
        try:
            while taken:
                taken -= 1  # ``_start`` gives this place back
                self._give_back(self._start(), healthy=True)
        finally:
            with self._changed:
                self._starting -= taken
                self._changed.notify_all()

    def pids(self) -> list[int]:
        """Process ids of the readers that are alive."""
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

    def _take(self, cancel: Cancellation, *, fresh: bool) -> _Reader:
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

    def _start(self) -> _Reader:
        """A new process in the place that ``_take`` kept for it."""
        started: _Reader | None = None
        try:
            started = _Reader(self._launch(), self._most_memory)
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

    def _give_back(self, process: _Reader, *, healthy: bool) -> None:
        healthy = healthy and process.memory <= _MOST_KEPT
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


class _Reader:
    """One reader process, and the file it is at."""

    def __init__(self, process: subprocess.Popen[bytes], most_memory: int) -> None:
        self._most_memory = most_memory
        self._memory_looked_at = 0.0
        self.path = ""  # being read
        self._received = self._segments = 0  # bytes and segments of the file at hand
        self._given_up = False
        self._paused = False
        self._child = SupervisedChild("reader", process, self._decode, most_waiting=_MOST_WAITING)

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def alive(self) -> bool:
        return not self._child.gone

    @property
    def memory(self) -> int:
        """Resident bytes; 0 when it has ended."""
        return self._child.memory

    def give_up(self) -> None:
        self._given_up = True

    def read(
        self, make: Callable[[int], Read], path: str, cancel: Cancellation, patience: float, advanced: Advance
    ) -> Document:
        """Raises ``UnreadableDocument``, ``Cancelled``, ``_GaveUp``, ``_DiedError``, or ``Problem``; after the last four
        the process is of no more use."""
        self._received = self._segments = 0
        self.path, self._given_up = path, False
        number = self._child.ask(make)
        segments: list[Segment] = []
        try:
            while True:
                match self._reply(number, cancel, patience):
                    case Part(_, some):
                        segments += some
                    case ReadDone(_, document):
                        return replace(document, segments=(*segments, *document.segments)) if segments else document
                    case ErrorReply() as reply:
                        raise _unreadable(reply)
                    case Progress(_, done, total):
                        advanced(done, total)
        finally:
            self.path = ""
            if self._paused:  # in its last moment: the next file must not find it standing still
                self._pause(paused=False)

    def _reply(self, number: int, cancel: Cancellation, patience: float) -> Reply:
        """The next reply. Only here does a ``ConnectionError`` mean this process: ``advanced`` may print to a pipe that has gone."""
        try:
            return self._child.next_reply(number, silence=patience, check=lambda: self._stands_still(cancel))
        except TimeoutError:
            raise _GaveUp("timed_out", f"no progress for {patience:g} seconds") from None
        except ConnectionError as error:
            raise _DiedError(str(error)) from error

    def kill(self) -> None:
        self._child.kill()
        nesting.sweep(self.pid)

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
        if self.memory > self._most_memory:
            raise _GaveUp("too_big", "needs more memory than a reader may use")

    def _pause(self, *, paused: bool) -> None:
        self._paused = paused
        self._child.send(PauseReader(paused))

    def _decode(self, line: bytes) -> AnyReply:
        """A reply, unless there were too many about this file."""
        self._received += len(line)
        if self._received > LONGEST_ANSWER:
            raise ValueError(f"more than {LONGEST_ANSWER:,} bytes about one file")
        reply = reply_decoder.decode(line)
        if isinstance(reply, Part):
            self._segments += len(reply.segments)
            if self._segments > MOST_SEGMENTS:
                raise ValueError(f"more than {MOST_SEGMENTS:,} segments of one file")
        return reply
