# SPDX-License-Identifier: Apache-2.0
"""Makes the vectors that passages lack, for a run or a change of model.

No file is opened.

A page of texts is sorted by length, over the borders of files, so that batches pad little; it goes through ``EmbeddingCalls``. The vectors
of a call are stored in one transaction, which also turns the state of files that are complete with it, and then handed to Chroma. Equal text
is embedded once. Stopped or killed anywhere, what was stored is not made again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping

from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.indexing.embedding_calls import MOST, EmbeddingCalls
from desktop_app.indexing.throttle import Throttle
from desktop_app.library.library import Library
from desktop_app.library.stores.vector_queue import Missing

_PAGE = MOST  # texts

VectorsProgress = Callable[[int, float, float], None]
"""Called after each call to the model: vectors stored, seconds they took, seconds in which it gave way to others."""


class MissingVectors:
    """``in_use``: ``embedder`` is the model that answers, only files in the state "words" lack vectors, and its index hears of new ones;
    otherwise every text of the library is looked at. ``still_wanted`` is asked between calls and may raise. ``clock`` in seconds.
    ``missing``: what lacked a vector at the beginning, first come first."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        throttle: Throttle,
        cancel: Cancellation,
        *,
        in_use: bool,
        still_wanted: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._library = library
        self._catalogue = library.catalogue
        self._embedder = embedder
        self._throttle = throttle
        self._cancel = cancel
        self._in_use = in_use
        self._still_wanted = still_wanted
        self._clock = clock
        self.missing = self._find()

    def make(self, progress: VectorsProgress = lambda _made, _worked, _rested: None) -> int:
        """Make all of them; returns how many were made. Raises ``Cancelled``, what the model raises and what ``still_wanted`` raises."""
        made = 0
        with EmbeddingCalls(self._embedder, self._throttle, self._cancel, self._clock) as calls:
            pages = (dict(sorted(page.items(), key=lambda one: len(one[1]))) for page in self._pages(calls))
            waiting = dict[bytes, str]()
            try:
                while True:
                    while calls.has_room and (waiting or (waiting := next(pages, {}))):
                        self._still_wanted()
                        calls.begin(waiting)
                    if not calls:
                        return made
                    done = calls.end_oldest()
                    self._put(done.vectors)
                    made += len(done.vectors)
                    progress(len(done.vectors), done.worked, done.rested)
            except Cancelled:
                self._put(calls.end_all())
                raise

    def _put(self, vectors: Mapping[bytes, bytes]) -> None:
        self._catalogue.vectors.put(self._embedder.facts.fingerprint, vectors.items(), in_use=self._in_use)
        if self._in_use:
            self._library.flush_vectors()

    def _find(self) -> Missing:
        self._quoted = self._catalogue.quoted.total()
        return self._catalogue.vector_queue.missing(self._embedder.facts.fingerprint, everywhere=not self._in_use)

    def _pages(self, calls: EmbeddingCalls) -> Iterator[dict[bytes, str]]:
        """Texts to embed, by hash; what ``calls`` computes at the moment is left out. When an answer quotes a file
        meanwhile, the order is made anew."""
        model, position, after, page = self._embedder.facts.fingerprint, 0, -1, dict[bytes, str]()
        files = self.missing.files
        while position < len(files):
            wanted = _PAGE - len(page)
            block = self._catalogue.vector_queue.texts_of(files[position], model, after, wanted)
            page |= {digest: text for _, digest, text in block if not calls.holds(digest)}
            position, after = (position, block[-1][0]) if len(block) == wanted else (position + 1, -1)
            if len(page) == _PAGE:
                yield page
                page = {}
                if self._catalogue.quoted.total() != self._quoted:
                    files, position, after = self._find().files, 0, -1
        if page:
            yield page
