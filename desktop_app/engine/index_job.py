# SPDX-License-Identifier: Apache-2.0
"""One indexing run: files, then the change to a pending embedding model.

With a change, files are read with the model that answers now, so that what is new can be asked about at once; then the vectors of the
pending model are made; then it becomes the active one. Stopped or killed anywhere, the next run goes on.
"""

from __future__ import annotations

import logging
import time
from contextlib import AbstractContextManager, suppress
from dataclasses import replace

from desktop_app.contract.index_run import IndexProgress, IndexReport, IndexRequest
from desktop_app.embedding.factory import NONE
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.engine.embedding_slot import WITHOUT_MODEL, EmbeddingSlot, SupersededError
from desktop_app.engine.indexer import Indexer
from desktop_app.engine.lazy_embedder import ModelDiffersError
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import Problem
from desktop_app.indexing.forecasting.progress import RunListener
from desktop_app.indexing.reembedding import Reembedding, measure_again
from desktop_app.indexing.stall_watchdog import Heartbeat
from desktop_app.library.library import Library

log = logging.getLogger(__name__)


class IndexJob:
    """One run of ``request``."""

    def __init__(
        self,
        library: Library,
        slot: EmbeddingSlot,
        indexer: Indexer,
        request: IndexRequest,
        listener: RunListener,
        cancel: Cancellation,
    ) -> None:
        self._library = library
        self._slot = slot
        self._indexer = indexer
        self._request = request
        self._listener = listener
        self._cancel = cancel

    def run(self, wanted: str = "") -> IndexReport:
        """``wanted``: an embedding model asked for together with this run, "" for none. Raises ``Cancelled`` or the ``Problem`` that ended
        it."""
        start = time.monotonic()
        if wanted == self._slot.choice and self._slot.state == "loading" and not self._slot.pending_choice:
            wanted = ""  # it is there, and is loaded when the first vector is wanted
        active = self._active(wanted)
        if wanted:
            self._slot.choose(wanted)
            active = self._slot.ready()
        if not self._slot.pending_choice:
            try:
                report = self._indexer.run(self._request, active, self._listener, self._cancel, waits=self._waits)
            except ModelDiffersError:
                log.info("the embedding model is another one than before; looking at the files again")
                return self.run()  # it is loaded now, with facts of its own
            measure_again(self._library.catalogue)  # a change may have been called off
            return report
        pending, problem = self._pending()  # None twice: "none" is wanted
        if pending is None and problem is None:
            self._slot.activate(lambda _done, _total: None)  # searching goes by words from now on
            return self._indexer.run(self._request, None, self._listener, self._cancel)
        if pending is not None:
            # Where it is not wanted any more files are read all the same; the newest wish is for the next run.
            with suppress(SupersededError), self._watched("measuring", pending) as heartbeat:
                self._reembedding(pending, active, heartbeat).mark(heartbeat.report, self._cancel)
        else:
            measure_again(self._library.catalogue)
        # A change of model is one of the whole library: files that must be split again may lie anywhere.
        request = self._request if pending is None else replace(self._request, roots=())
        report = self._indexer.run(request, active, self._listener, self._cancel, pending=pending, waits=self._waits)
        if pending is None:
            assert problem is not None
            raise problem  # files were read; the change itself has to wait
        name = self._change(pending, active)
        return replace(report, embedding=name, seconds=time.monotonic() - start)

    @property
    def _waits(self) -> bool:
        return self._slot.choice != NONE

    def _active(self, wanted: str) -> Embedder | None:
        """The model in use. One that cannot be loaded must not hold up the change to another; without the one
        that comes with the program files are read all the same, and get their vectors when it is back."""
        try:
            # Without a change the model is loaded only if there is something to embed.
            change = wanted or self._slot.pending_choice
            return self._slot.wait(self._cancel) if change else self._slot.usable(self._cancel)
        except Problem as problem:
            by_words = problem.code in WITHOUT_MODEL and not wanted
            if not by_words and not self._slot.pending_choice and wanted in ("", self._slot.choice):
                raise
            log.warning("the embedding model in use cannot be loaded: %s", problem)
            return None

    def _pending(self) -> tuple[Embedder | None, Problem | None]:
        try:
            return self._slot.wait_for_pending(self._cancel), None
        except Problem as problem:
            return None, problem

    def _change(self, pending: Embedder, active: Embedder | None) -> str:
        """Make what is missing and switch over; returns the new model's name, or "" when it is not wanted any more."""
        name = pending.facts.name
        try:
            with self._watched("embedding", pending) as heartbeat:

                def embedding(progress: IndexProgress) -> None:
                    self._slot.report_pending_progress(progress.done, progress.total)
                    heartbeat.report(progress)

                def building(done: int, total: int) -> None:
                    self._cancel.check()
                    heartbeat.report(IndexProgress("building", name, done, total))

                reembedding = self._reembedding(pending, active, heartbeat)
                reembedding.split(self._cancel)
                reembedding.embed(embedding, self._cancel)
                self._slot.activate(building)
        except SupersededError:
            log.info("%s is not wanted any more", name)
            return ""
        measure_again(self._library.catalogue)
        return name

    def _reembedding(self, pending: Embedder, active: Embedder | None, heartbeat: Heartbeat) -> Reembedding:
        def still_wanted() -> None:
            heartbeat.beat()
            self._slot.check_pending(pending)

        return Reembedding(self._library, pending, active, self._indexer.throttle, still_wanted)

    def _watched(self, stage: str, model: Embedder) -> AbstractContextManager[Heartbeat]:
        return self._indexer.stall_watchdog(IndexProgress(stage, model.facts.name), self._listener.progress, self._cancel)
