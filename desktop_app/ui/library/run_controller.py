# SPDX-License-Identifier: Apache-2.0
"""Adds and removes sources and runs the indexing; has no widgets.

It owns the one indexing operation of the window:

    add(paths) -> AddSources -> Overview, Index     a folder dropped while Index runs is remembered, and Index runs once more
    start(retry), check_again(source) -> Index      the same rule; what is wanted meanwhile is gathered into one run
    remove(path) -> RemoveSource -> Overview        the files themselves are never touched

While it runs the counts of the folders are asked for again about every two seconds, one request at a time. When the engine died
under a run, ``interrupted`` says so until somebody goes on; the engine keeps what was finished.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.index_run import WHOLE_LIBRARY, IndexProgress, IndexRequest, Password
from desktop_app.foundation import windows_paths
from desktop_app.foundation.errors import Problem
from desktop_app.wording.run_texts import makes_vectors

_RECOUNT_MS = 2000  # between two looks at the counts while indexing


class RunController(QObject):
    """``changed``: running, paused, interrupted or adding is other than before."""

    changed = Signal()
    overview_changed = Signal(object)  # messages.OverviewResult
    progress_changed = Signal(object)  # IndexProgress, or None when no run is under way
    forecast_changed = Signal(object)  # contract.index_run.Forecast
    paths_added = Signal(list)
    models_met = Signal(object)  # messages.SourcesAdded: models among the paths, which were not added
    problem = Signal(object)  # foundation.errors.Problem

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._overview: messages.OverviewResult | None = None
        self._progress: IndexProgress | None = None
        self._run: Operation | None = None
        self._request = WHOLE_LIBRARY  # of the last run
        self._again: IndexRequest | None = None  # what is wanted while a run is under way
        self._passwords: tuple[Password, ...] = ()  # of this session, for the files they were given for; never written down
        self._interrupted = False
        self._paused = False
        self._start_when_ready = False
        self._looking: Operation | None = None
        self._look_again = False
        self._adding = 0
        self._recount = QTimer(self)
        self._recount.setInterval(_RECOUNT_MS)
        self._recount.timeout.connect(self.refresh)
        client.state_changed.connect(self._engine_state)
        client.sources_changed.connect(self._sources_changed)
        client.status_changed.connect(self._engine_status)

    # ---- how things are ----

    @property
    def overview(self) -> messages.OverviewResult | None:
        """What the library holds; None until the engine has said so."""
        return self._overview

    @property
    def progress(self) -> IndexProgress | None:
        """Of the run under way; None before its first word and when there is no run."""
        return self._progress

    @property
    def running(self) -> bool:
        """Whether a run is under way, paused or not."""
        return self._run is not None

    @property
    def paused(self) -> bool:
        """Whether runs are paused, also from an earlier start of the program."""
        return self._paused

    @property
    def interrupted(self) -> bool:
        """Whether the last run failed, and nobody has yet said to go on."""
        return self._interrupted

    @property
    def adding(self) -> bool:
        """Whether a source is on its way into the library."""
        return self._adding > 0

    # ---- sources ----

    def refresh(self) -> None:
        """Ask the engine what the library holds now."""
        if self._looking is not None:
            self._look_again = True
            return
        self._looking = self._client.request(lambda id_: messages.Overview(id=id_))
        self._looking.succeeded.connect(self._looked)
        self._looking.failed.connect(self._look_failed)

    def add(self, paths: Sequence[str], *, as_documents: bool = False) -> None:
        """Add folders and files to the library and read them; models among them are told by ``models_met``, except in a folder that is
        added ``as_documents``."""
        chosen = list(dict.fromkeys(windows_paths.absolute(path) for path in paths))
        if not chosen:
            return
        self._adding += 1
        operation = self._client.request(lambda id_: messages.AddSources(id=id_, paths=chosen, as_documents=as_documents))
        operation.succeeded.connect(self._added)
        operation.failed.connect(self._add_failed)
        self.changed.emit()

    def remove(self, path: str) -> None:
        """Remove a source from the library; the files themselves are never touched."""
        operation = self._client.request(lambda id_: messages.RemoveSource(id=id_, path=path))
        operation.succeeded.connect(self._removed)
        operation.failed.connect(self.problem)

    # ---- runs ----

    def start(self, retry: Sequence[str] = ()) -> None:
        """Bring the library up to date, and try the files ``retry`` again (["*"]: all that failed)."""
        self._start(IndexRequest(retry=tuple(retry)))

    def check_again(self, path: str) -> None:
        """Look at one source again."""
        self._start(IndexRequest((path,)))

    def unlock(self, paths: Sequence[str], passwords: Sequence[Password]) -> None:
        """Try protected files again. What they are opened with is remembered until the window closes, for those files alone: when
        they change, nobody has to type it again. The newest is tried first."""
        self._passwords = tuple(dict.fromkeys([*passwords, *self._passwords]))
        self.start(paths)

    def pause(self, paused: bool) -> None:
        """Pause the run, or go on with it; the engine remembers it over a restart."""
        self._paused = paused
        self._client.request(lambda id_: messages.Pause(id=id_, paused=paused)).failed.connect(self.problem)
        self.changed.emit()

    def cancel(self) -> None:
        """Stop reading; what was finished stays."""
        self._again = None
        if self._run is not None:
            self._run.cancel()

    def give_up(self, path: str) -> None:
        """Do not wait for a file that is being read; the ledger says so."""
        self._client.request(lambda id_: messages.GiveUp(id=id_, path=path)).failed.connect(self.problem)

    def restart_engine(self) -> None:
        """The engine hangs: a fresh one goes on where this one stands."""
        self._start_when_ready = True
        self._client.restart()

    def dismiss_interruption(self) -> None:
        """Leave an interrupted run as it is, for now."""
        self._interrupted = False
        self.changed.emit()

    def _start(self, wanted: IndexRequest) -> None:
        """Begin a run; while one is under way, it comes after it. One that makes vectors gives way at once, because what is new is to be
        found by words soon; the next run makes the rest of the vectors."""
        if self._run is not None:
            self._again = wanted if self._again is None else self._again.also(wanted)
            if self._progress is not None and makes_vectors(self._progress) and not self._paused:
                if self._overview is not None and self._overview.counts.get("pending"):
                    self._again = self._request.also(self._again)  # its scans are still to be read
                self._run.cancel()
            return
        self._again = None
        self._interrupted = False
        self._request = wanted
        run = replace(wanted, passwords=self._passwords)
        self._run = self._client.request(lambda id_: messages.Index(id_, run))
        self._run.progressed.connect(self._progressed)
        self._run.succeeded.connect(self._run_ended)
        self._run.failed.connect(self._run_failed)
        self._run.was_cancelled.connect(self._run_ended)
        self._recount.start()
        self.changed.emit()

    # ---- answers of the engine ----

    def _looked(self, overview: messages.OverviewResult) -> None:
        self._looking = None
        self._overview = overview
        self.overview_changed.emit(overview)
        if self._look_again:
            self._look_again = False
            self.refresh()

    def _look_failed(self, problem: Problem) -> None:
        self._looking, self._look_again = None, False
        if problem.code != "engine_stopped":  # the client tells of that itself, and "ready" asks again
            self.problem.emit(problem)

    def _added(self, reply: messages.SourcesAdded) -> None:
        self._adding -= 1
        if reply.added:
            self.paths_added.emit(reply.added)
            self.refresh()
            self.start()
        else:
            self.changed.emit()
        if reply.models:
            self.models_met.emit(reply)

    def _add_failed(self, problem: Problem) -> None:
        self._adding -= 1
        self.changed.emit()
        self.problem.emit(problem)

    def _removed(self, _: object) -> None:
        self.refresh()
        if self._run is not None:
            # What runs may still be reading the source that left; one more run settles it.
            self.start()

    def _progressed(self, message: object) -> None:
        if isinstance(message, messages.RunProgress):
            self._set_progress(message.progress)
        elif isinstance(message, messages.RunForecast):
            self.forecast_changed.emit(message.forecast)

    def _set_progress(self, progress: IndexProgress | None) -> None:
        self._progress = progress
        self.progress_changed.emit(progress)

    def _run_ended(self, _: object = None) -> None:
        """It came to its end or was cancelled."""
        self._end()
        if self._again is not None:
            self._start(self._again)

    def _run_failed(self, problem: Problem) -> None:
        self._interrupted = not self._start_when_ready
        self._end()
        self.problem.emit(problem)

    def _end(self) -> None:
        self._run = None
        self._recount.stop()
        self._set_progress(None)
        if self._client.state == "ready":
            self.refresh()
        self.changed.emit()

    def _sources_changed(self, paths: list[str]) -> None:
        """The engine has noticed changes in these sources. After an interruption the user says when to go on."""
        if not self._interrupted:
            self._start(IndexRequest(tuple(paths), reason="changed"))

    def _engine_state(self, state: str) -> None:
        if state == "ready":
            self.refresh()
            if self._start_when_ready:
                self._start_when_ready = False
                self.start()

    def _engine_status(self, status: messages.Status) -> None:
        """The engine remembers a pause from one start to the next."""
        paused = status.indexing == "paused"
        if paused != self._paused:
            self._paused = paused
            self.changed.emit()
