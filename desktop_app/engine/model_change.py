# SPDX-License-Identifier: Apache-2.0
"""An indexing run, and the change to another embedding model that goes on with it when one is wanted.

A run without a change is the pipeline's. With one, files are read first, with the model that answers now, so that what is new can be
asked about at once; then the vectors of the wanted model are made; then it takes over. Stopped or killed anywhere, the next run goes on.
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
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import Problem
from desktop_app.indexing.forecasting.progress import RunListener
from desktop_app.indexing.reembedding import Reembedding, measure_again
from desktop_app.indexing.watchdog import Signs
from desktop_app.library.library import Library

log = logging.getLogger(__name__)


class ModelChange:
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

    def run(self, wanted: str) -> IndexReport:
        """``wanted``: a model asked for together with this run, "" for none. Raises as ``Engine.index``."""
        cancel = self._cancel
        start = time.monotonic()
        if wanted == self._slot.choice and self._slot.state == "loading" and not self._slot.next_choice:
            wanted = ""  # it is there, and is loaded when the first vector is wanted
        old = self._answering(wanted)
        if wanted:
            self._slot.choose(wanted)
            old = self._slot.ready()
        if not self._slot.next_choice:
            return self._without_change(old)
        new, late = self._coming()  # None twice: "none" is wanted
        if new is None and late is None:
            self._slot.take_over(lambda _done, _total: None)  # searching goes by words from now on
            return self._read(None, None)
        if new is not None:
            # Where it is not wanted any more files are read all the same; the newest wish is for the next run.
            with suppress(SupersededError), self._watching("measuring", new) as signs:
                self._reembedding(new, old, signs).mark(signs.tell, cancel)
        else:
            measure_again(self._library.catalogue)
        done = self._read(old, new)
        if new is None:
            assert late is not None
            raise late  # files were read; the change itself has to wait
        name = self._change(new, old)
        return replace(done, embedding=name, seconds=time.monotonic() - start)

    def _read(self, model: Embedder | None, coming: Embedder | None) -> IndexReport:
        """Run the pipeline with the model that answers and the one to come."""
        # A change of model is one of the whole library: files that must be split again may lie anywhere.
        request = self._request if coming is None else replace(self._request, roots=())
        waits = self._slot.choice != NONE
        return self._indexer.run(request, model, coming=coming, waits=waits, listener=self._listener, cancel=self._cancel)

    def _answering(self, wanted: str) -> Embedder | None:
        """The model in use. One that cannot be loaded must not hold up the change to another; without the one
        that comes with the program files are read all the same, and get their vectors when it is back."""
        try:
            # Without a change the model is loaded only if there is something to embed.
            return self._slot.wait(self._cancel) if wanted or self._slot.next_choice else self._slot.usable(self._cancel)
        except Problem as problem:
            by_words = problem.code in WITHOUT_MODEL and not wanted
            if not by_words and not self._slot.next_choice and wanted in ("", self._slot.choice):
                raise
            log.warning("the embedding model in use cannot be loaded: %s", problem)
            return None

    def _coming(self) -> tuple[Embedder | None, Problem | None]:
        try:
            return self._slot.wait_next(self._cancel), None
        except Problem as problem:
            return None, problem

    def _without_change(self, model: Embedder | None) -> IndexReport:
        done = self._read(model, None)
        measure_again(self._library.catalogue)  # a change may have been called off
        return done

    def _change(self, new: Embedder, old: Embedder | None) -> str:
        """Make what is missing and switch over; returns the new model's name, or "" when it is not wanted any more."""
        name = new.facts.name
        try:
            with self._watching("embedding", new) as signs:

                def told(progress: IndexProgress) -> None:
                    self._slot.tell_next(progress.done, progress.total)
                    signs.tell(progress)

                def building(done: int, total: int) -> None:
                    self._cancel.check()
                    signs.tell(IndexProgress("building", name, done, total))

                reembedding = self._reembedding(new, old, signs)
                reembedding.split(self._cancel)
                reembedding.embed(told, self._cancel)
                self._slot.take_over(building)
        except SupersededError:
            log.info("%s is not wanted any more", name)
            return ""
        measure_again(self._library.catalogue)
        return name

    def _reembedding(self, new: Embedder, old: Embedder | None, signs: Signs) -> Reembedding:
        def still_wanted() -> None:
            signs.note()
            self._slot.check_wanted(new)

        return Reembedding(self._library, new, old, self._indexer.pace, still_wanted)

    def _watching(self, stage: str, model: Embedder) -> AbstractContextManager[Signs]:
        return self._indexer.watching(IndexProgress(stage, model.facts.name), self._listener.progress, self._cancel)
