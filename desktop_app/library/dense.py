# SPDX-License-Identifier: Apache-2.0
"""The active vector index of a library, and its rebuild beside it.

Chroma's folder is never repaired, shrunk or turned over to another model in place. A new one is built from the catalogue's vectors in
a folder of its own, while the old one answers; the switch is one line of library.toml. Killed before it, the old one is still there;
killed after it, the new one is. What is left of the other is deleted then, or on the next opening.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.foundation.errors import disk_problem
from desktop_app.library.catalogue import Catalogue

if TYPE_CHECKING:
    from desktop_app.library.vectors import VectorIndex

log = logging.getLogger(__name__)

BuildProgress = Callable[[int, int], None]
"""(vectors added, vectors in all); called between blocks, may raise to stop."""

# Chroma takes about 2,000 vectors a second; blocks of this size keep one call at a quarter of a second.
_BLOCK = 512
_FOLDER = re.compile(r"chroma(-[0-9a-z]+\.(\d+))?(\.busy)?")
# Measured (tests/benchmarks/compaction.py, 384 dimensions): at this share of dead vectors Chroma's folder is 1.6 times that of a fresh
# one, and searches are no slower yet; building anew takes half a second for 1,000 chunks. Left alone it would grow without end.
_DEAD_SHARE = 0.4
_DEAD_AT_LEAST = 2_000


@dataclass(frozen=True, slots=True)
class NewIndex:
    """A complete index that is not in use yet."""

    index: VectorIndex
    model: str
    size: int


class DenseIndex:
    """``index`` is the active index, of the model with fingerprint ``model``; None and "" without one. Written by one thread at a
    time, searched by any."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._flushing = threading.Lock()
        self._retired: tuple[str, VectorIndex] | None = None
        self._number = 0
        self.index: VectorIndex | None = None
        self.model = ""

    def of_model(self, model: str) -> VectorIndex | None:
        """The index that holds vectors of this model, also in the moment after another one has taken its place."""
        index, retired = self.index, self._retired
        if model == self.model:
            return index
        return retired[1] if retired is not None and retired[0] == model else None

    # ---- opening ----------------------------------------------------------------------------------------------------

    def open(self, name: str, model: str) -> bool:
        """Use the index in folder ``name`` of library.toml after applying the outbox to it; False when it has to be built anew. Raises
        ``EnvironmentProblem`` for a full or read-only disk."""
        from desktop_app.library import vectors

        self.close()
        found = _FOLDER.fullmatch(name)
        self._number = max(self._number, int((found and found[2]) or 0))
        try:
            index = vectors.open_sound(self._folder / name)
        except OSError as error:
            raise disk_problem(error, self._folder) or error from error
        if index is None:
            return False
        try:
            expected = None
            while expected is None:
                self._apply_outbox(index, model)
                expected = self._catalogue.outbox.index_size(model)
            held = index.count()
        except BaseException:
            index.close()
            raise
        if expected != held:
            log.warning("the vector index holds %d vectors, the catalogue %d: building it anew", held, expected)
            index.close()
            return False
        self.index, self.model = index, model
        return True

    def build(self, model: str, progress: BuildProgress) -> NewIndex:
        """A new index of every chunk that is seen and has a vector of ``model``, beside the one in use. Raises what ``progress`` raises, and
        ``EnvironmentProblem`` for a full or read-only disk; nothing of it is left then."""
        from desktop_app.library import vectors

        if self.index is None:
            self._catalogue.outbox.clear_all()  # its changes were for an index that is gone; those from now on count
        total = self._catalogue.vectors.seen_count(model)
        try:
            index = vectors.VectorIndex(self._folder / self._free_name(model))
        except OSError as error:
            raise disk_problem(error, self._folder) or error from error
        try:
            last = done = 0
            progress(0, total)
            while rows := self._catalogue.vectors.page(model, last, _BLOCK):
                index.upsert(rows)
                last, done = rows[-1][0], done + len(rows)
                progress(done, total)
        except BaseException:
            index.close()
            vectors.remove(index.folder)
            raise
        return NewIndex(index, model, done)

    def switch(self, built: NewIndex) -> None:
        """Answer from the new index. The old one still serves searches that have begun, until ``retire``."""
        self._retired = (self.model, self.index) if self.index is not None else None
        self._catalogue.outbox.put_graph_size(built.size)
        self.index, self.model = built.index, built.model

    def discard(self, built: NewIndex) -> None:
        """Delete an index that was built, unless it is in use."""
        from desktop_app.library import vectors

        if built.index is not self.index:
            built.index.close()
            vectors.remove(built.index.folder)

    def retire(self) -> None:
        """Close what is not in use any more, and delete every folder but the one in use."""
        from desktop_app.library import vectors

        if self._retired is not None:
            self._retired[1].close()
            self._retired = None
        kept = self.index.folder.name if self.index is not None else ""
        for entry in self._folder.iterdir():
            found = _FOLDER.fullmatch(entry.name)
            if found and entry.name.removesuffix(found[3] or "") != kept:
                vectors.remove(entry)

    def _free_name(self, model: str) -> str:
        """A folder name that was not used before: Chroma caches within a process what a path held."""
        numbers = [found[2] for entry in self._folder.iterdir() if (found := _FOLDER.fullmatch(entry.name))]
        self._number = max([self._number, *(int(number) for number in numbers if number)]) + 1
        return f"chroma-{short(model)}.{self._number}"

    # ---- keeping up -------------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Apply every change in the outbox to the active index."""
        if self.index is not None:
            self._apply_outbox(self.index, self.model)

    def _apply_outbox(self, index: VectorIndex, model: str) -> None:
        with self._flushing:
            while True:
                upserts, deletes = self._catalogue.outbox.next(model, _BLOCK)
                if not upserts and not deletes:
                    return
                if deletes:
                    index.delete(deletes)
                if upserts:
                    index.upsert(upserts)
                self._catalogue.outbox.clear([*(chunk for chunk, _ in upserts), *deletes], added=len(upserts))

    def dead_share(self) -> float:
        """The share of the index's files that deleted vectors take, 0..1."""
        if self.index is None:
            return 0.0
        live, size = self.index.count(), self._catalogue.outbox.graph_size()
        return 1 - live / size if size > live else 0.0

    def worth_compacting(self) -> bool:
        """Whether so much of the index is dead that a rebuild pays."""
        return self.dead_share() > _DEAD_SHARE and self.dead_share() * self._catalogue.outbox.graph_size() > _DEAD_AT_LEAST

    def close(self) -> None:
        """Close the active index and the one it replaced; searches under way are waited for."""
        if self._retired is not None:
            self._retired[1].close()
        if self.index is not None:
            self.index.close()
        self.index, self._retired, self.model = None, None, ""


def short(model: str) -> str:
    """The first letters of a fingerprint, enough to distinguish folders."""
    return "".join(c for c in model.lower() if c.isascii() and c.isalnum())[:8] or "model"
