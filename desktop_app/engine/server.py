# SPDX-License-Identifier: Apache-2.0
"""The engine process: requests from the pipe, a thread pool per lane.

Each message says which lane it takes (``contract.messages.Lane``). The index lane also tidies up when nothing else is asked for. Long
work has threads of its own, so that copies being compared, or a model folder being searched, never keep a search waiting.

The main thread only reads lines, so that ``Cancel`` and ``Pause`` are seen at once. A request that is cancelled while it waits for its
lane ends at once. Standard input closed means that the window is gone: work is cancelled (the file at hand is finished or read again
next time), children are ended, the library is closed, and the process leaves without waiting for native threads (torch may still be
loading, and the next window wants the library's lock).
"""

from __future__ import annotations

import argparse
import logging
import os
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.contract import closing
from desktop_app.contract import messages as m
from desktop_app.engine import requests
from desktop_app.engine.kept_turns import KeptTurn
from desktop_app.engine.source_watch import SourceWatch
from desktop_app.foundation import logs, priority, translation
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem, Problem, as_problem, disk_problem
from desktop_app.foundation.policy import policy_in_force
from desktop_app.foundation.settings import Settings
from desktop_app.ipc import greeting, pipes, request_id
from desktop_app.ipc.message import UNDECODABLE

log = logging.getLogger(__name__)

# Below the window and the programs in use; readers go lower still (``documents.process.pool``).
_NICENESS = 5
_THREADS = {m.Lane.INDEX: 1, m.Lane.ASK: 1, m.Lane.QUICK: 2, m.Lane.LONG: 6}  # LONG: one for each kind of long request

_CHANGES_SOURCES = (m.AddSources, m.RemoveSource, m.SetRules, m.Index)


def main(arguments: list[str]) -> int:
    """Serve the library of ``--library`` until standard input ends; the exit status."""
    parser = argparse.ArgumentParser(prog="inkstone --role engine")
    parser.add_argument("--library", required=True, type=Path)
    folder: Path = parser.parse_args(arguments).library
    writer = pipes.LineWriter(pipes.protect_stdout())
    logs.start("engine")
    if sys.platform != "win32":
        os.nice(_NICENESS)
    if not greeting.answer(sys.stdin.buffer, writer):
        return 3
    try:
        # How a model process ended is put into words here; everything else becomes words in the window.
        settings = policy_in_force.settings()
        translation.use(settings.text("language"))
        server = _Server(writer, folder, settings)
    except Exception as error:
        if not isinstance(error, Problem):
            log.exception("the library cannot be opened")
        found = _problem(error, folder)
        writer.write(m.ErrorReply(0, found.code, found.data))
        return found.exit_code
    server.serve()
    logging.shutdown()
    os._exit(0)


@dataclass(slots=True)
class _Work:
    """A request on its lane. ``running``: it ends by itself; before that a cancel takes it off the lane. ``kept``: of a question, the turn
    that waits for its answer."""

    cancel: Cancellation
    kept: KeptTurn | None = None
    running: bool = False


class _Server:
    def __init__(self, writer: pipes.LineWriter, folder: Path, settings: Settings) -> None:
        from desktop_app.engine.engine import Engine

        self._writer = writer
        self._folder = folder
        self._work: dict[int, _Work] = {}
        self._guard = threading.Lock()
        self._paused = False  # read from the library below
        self._closing = False
        self._indexing: Cancellation | None = None
        self._tidying: Cancellation | None = None
        self._last_status: m.Status | None = None
        self._status_lock = threading.Lock()
        self._lanes = {
            lane: ThreadPoolExecutor(threads, lane.value, priority.lower_thread if lane is m.Lane.INDEX else None)
            for lane, threads in _THREADS.items()
        }
        self._settings = settings
        self._engine = Engine(
            folder,
            reranker=settings.text("reranker"),
            model_folder=settings.text("model_folder"),
            patient=False,
            settings=settings,
            changed=self.send_status,
            renewing=lambda done, total: self._send(m.Progress(0, done, total)),
        )
        self._watch = SourceWatch(self._engine, lambda paths: self._send(m.SourcesChanged(paths)))
        self._paused = self._engine.paused

    def serve(self) -> None:
        self.send_status()
        self._watch.switch(on=self._settings.flag("watch"))
        threading.Thread(target=self._engine.warm_up, name="embedding", daemon=True).start()
        while True:
            try:
                line = pipes.read_line(sys.stdin.buffer)
                if not line:
                    break
                request = m.request_decoder.decode(line)
            except pipes.LineTooLongError as error:
                pipes.skip_line(sys.stdin.buffer)
                self._send(m.ErrorReply(request_id.at_start(error.head), "message_malformed", {"detail": str(error)}))
                continue
            except UNDECODABLE as error:
                self._send(m.ErrorReply(request_id.of(line), "message_malformed", {"detail": str(error)}))
                continue
            if isinstance(request, m.Cancel):
                self._cancel(request.target)
            else:
                self._take(request)
        self._close()

    def _take(self, request: m.EngineRequest) -> None:
        if request.lane is m.Lane.CONTROL:
            self._control(request)
            self._send(m.Done(request.id))
            return
        work = _Work(Cancellation())
        with self._guard:
            self._work[request.id] = work
        if request.lane is m.Lane.INDEX:
            self._stop_tidying()
        if isinstance(request, m.Ask):
            try:
                # At once: it may wait for minutes behind another.
                work.kept = requests.keep(self._engine, request, self._send, work.cancel)
            except Exception as error:  # noqa: BLE001 - logged by ``_failure``
                with self._guard:
                    del self._work[request.id]
                self._send(self._failure(request, error))
                return
        self._lanes[request.lane].submit(self._answer, request, work)

    def _failure(self, request: m.EngineRequest, error: Exception) -> m.ErrorReply:
        """The end of a request that failed; what nobody foresaw is logged."""
        if not isinstance(error, Problem):
            log.error("%s failed", type(request).__name__, exc_info=error)
        found = _problem(error, self._folder)
        return m.ErrorReply(request.id, found.code, found.data)

    def _control(self, request: m.EngineRequest) -> None:
        match request:
            case m.Pause():
                self._pause(paused=request.paused)
            case m.Watch():
                self._watch.switch(on=request.watched)
            case m.Gentle():
                self._engine.set_gentle(request.gentle)
            case m.Typing():
                self._engine.note_typing()
            case m.GiveUp():
                self._engine.give_up(request.path)
            case _:
                raise TypeError(type(request).__name__)

    def _cancel(self, target: int) -> None:
        with self._guard:
            work = self._work.get(target)
            if work is None:
                return  # it has ended already
            work.cancel.cancel()
            if work.running:
                return
            del self._work[target]
        if work.kept is not None:
            try:
                self._engine.turns.stop(work.kept)
            except Problem as problem:
                log.info("that a question was stopped is not kept: %s", problem)  # a full disk
        self._send(m.ErrorReply(target, m.CANCELLED))

    def _answer(self, request: m.EngineRequest, work: _Work) -> None:
        """Runs on a lane; every request ends exactly once."""
        with self._guard:
            if self._work.get(request.id) is not work:
                return  # cancelled while it waited: it has ended
            work.running = True
        indexing = isinstance(request, m.Index)
        try:
            if indexing:
                self._begin_indexing(work.cancel)
            send = self._send_progress if indexing else self._send
            if isinstance(request, m.Ask):
                result: object = requests.ask(self._engine, request, send, work.cancel, work.kept)
            else:
                result = requests.HANDLERS[type(request)](self._engine, request, send, work.cancel)
            reply = result if isinstance(result, m.Reply) else m.Done(request.id)
        except Cancelled:
            reply = m.ErrorReply(request.id, m.CANCELLED)
        except Exception as error:  # noqa: BLE001 - logged by ``_failure``
            reply = self._failure(request, error)
        finally:
            with self._guard:
                self._work.pop(request.id, None)
            if indexing:
                self._indexing = None
                if work.cancel.cancelled and not self._closing:
                    self._remember_pause(paused=False)  # a run that was stopped takes its pause along
        if isinstance(request, _CHANGES_SOURCES):
            self._watch.refresh()
        self.send_status()
        self._send(reply)
        if isinstance(reply, m.IndexResult) and not self._closing:
            self._lanes[m.Lane.INDEX].submit(self._tidy)

    # ---- tidying up waits for everything else -----------------------------------------------------------------------

    def _tidy(self) -> None:
        """At the end of a run; stops at once when something is to be written, and is taken up again after the next run."""
        with self._guard:
            if self._closing or any(not work.running for work in self._work.values()):
                return  # something is waiting; it is tidied up after the next run
            cancel = self._tidying = Cancellation()
        try:
            self._engine.tidy(cancel)
        except Cancelled:
            log.info("tidying up was put off")
        except Exception:
            log.exception("tidying up failed")  # nothing is lost by it, and nobody waits for it
        finally:
            with self._guard:
                self._tidying = None

    def _stop_tidying(self) -> None:
        with self._guard:
            if self._tidying is not None:
                self._tidying.cancel()

    # ---- indexing can be paused -------------------------------------------------------------------------------------

    def _begin_indexing(self, cancel: Cancellation) -> None:
        self._indexing = cancel
        if self._paused:
            cancel.pause()
        self.send_status()

    def _remember_pause(self, *, paused: bool) -> None:
        self._paused = paused
        try:
            self._engine.set_paused(paused)
        except Problem as problem:
            log.info("the pause is not remembered: %s", problem)  # a full disk

    def _pause(self, *, paused: bool) -> None:
        self._paused = paused
        running = self._indexing
        if running is not None:
            if paused:
                running.pause()
            else:
                running.resume()
        self.send_status()
        self._remember_pause(paused=paused)  # last: the catalogue may be busy for a moment

    # ---- status -----------------------------------------------------------------------------------------------------

    def send_status(self) -> None:
        """Send Status when something in it has changed."""
        with self._status_lock:  # looked at and sent in one go: an older state must not overtake a newer one
            status = self._engine.status(indexing=self._indexing is not None, paused=self._paused)
            if status != self._last_status:
                self._last_status = status
                self._send(status)

    def _send_progress(self, progress: m.Reply) -> None:
        self._send(progress)
        self.send_status()  # readers come and go while files are read

    def _send(self, message: Any) -> None:
        try:
            self._writer.write(message)
        except OSError:
            # The window is gone; standard input ends too, and that is where we stop.
            log.info("nobody reads any more")
        except pipes.LineTooLongError as error:  # the window would let go of this process
            log.exception("an answer is too long")
            self._writer.write(m.ErrorReply(getattr(message, "id", 0), "internal", {"detail": str(error)}))

    def _close(self) -> None:
        leaving = _leave_after(closing.ENGINE_SECONDS)
        self._watch.switch(on=False)
        self._engine.interrupt_questions()
        with self._guard:
            self._closing = True
            for work in self._work.values():
                work.cancel.cancel()
        self._stop_tidying()
        for name, lane in self._lanes.items():
            # What is quick takes a moment, and a conversation whose deletion is dropped would come back.
            lane.shutdown(wait=True, cancel_futures=name is not m.Lane.QUICK)
        self._engine.close()
        leaving.cancel()


def _leave_after(seconds: float) -> threading.Timer:
    """A native call that never returns must not keep the process: what is committed is safe, the rest is read again."""

    def leave() -> None:
        log.warning("closing took longer than %s s; leaving now", seconds)
        os._exit(1)

    timer = threading.Timer(seconds, leave)
    timer.daemon = True
    timer.start()
    return timer


def _problem(error: Exception, folder: Path) -> Problem:
    if isinstance(error, OSError | sqlite3.Error):
        found = disk_problem(error, folder)
        if isinstance(found, EnvironmentProblem):
            return found
    return as_problem(error)
