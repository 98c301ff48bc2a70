# SPDX-License-Identifier: Apache-2.0
"""One library on disk: folder, lock, catalogue, vectors, conversations.

They are opened together and checked against each other.

catalogue.sqlite       the truth
chroma-<model>.<n>/    derived; rebuilt from the catalogue when it is lost or differs
conversations.sqlite   chats, with their sources
library.toml           name, format version, embedding model fingerprint and dimension, the folder of Chroma in use, and the model
                       that is wanted in place of the present one
library.lock           held by the one process that has it open; the system frees it when that process dies
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import tomli_w
from filelock import FileLock, Timeout

from desktop_app.contract.ledger import EVERYWHERE
from desktop_app.foundation import private, windows_paths
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem, disk_problem
from desktop_app.foundation.policy import policy_limits
from desktop_app.library import conversation_store
from desktop_app.library.catalogue import Catalogue, TermsProgress
from desktop_app.library.dense import BuildProgress, DenseIndex, NewIndex
from desktop_app.library.stores.lookup import FEW

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from desktop_app.library.vectors import VectorIndex

log = logging.getLogger(__name__)

FORMAT = 1
"""Version of the folder as a whole. History: 1 first form."""

# The files of a library in its folder; an older version made them readable by other users.
_CONTENTS = ("catalogue.*", "conversations.*", "library.*", "chroma*", "chroma*/*", "chroma*/*/*")

# Free pages of the catalogue that are worth giving back to the disk: a share of it, and at least so many bytes.
_FREE_SHARE = 0.25
_FREE_AT_LEAST = 4_000_000
# Characters: a folder of Chroma, one below it named by 36 characters, its files; made in a working folder beside the place.
_LONGEST_BELOW = 100


def check_room(folder: Path) -> None:
    """Raises ``UsageProblem("path_too_long")`` where Windows leaves the files of a library no room behind the path of its ``folder``.

    SQLite and Chroma open them by plain paths, so that a long one would fail later, with vectors half written.
    """
    if sys.platform == "win32" and windows_paths.is_long(str(folder), _LONGEST_BELOW):
        raise UsageProblem("path_too_long", path=folder)


class Library:
    """An open library. The vectors are opened later, when the embedding model is known (``attach_vectors``).

    ``set_aside``: the name that a damaged file of conversations was given, "" when all is well.
    """

    def __init__(self, folder: Path, renewing: TermsProgress = lambda _done, _total: None) -> None:
        """Open or create; ``renewing`` as of ``Catalogue``. Raises ``EnvironmentProblem``: library_locked, library_newer, library_damaged, library_read_only,
        disk_full, folder_of_others, and ``UsageProblem``: library_not_allowed, path_too_long."""
        self.folder = folder
        policy_limits.check_library(folder)
        if not folder.exists():
            check_room(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            private.keep(folder, shared=_holds_other_things(folder))
            self._lock = FileLock(folder / "library.lock", mode=0o600)
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise EnvironmentProblem("library_locked", path=folder) from error
        except OSError as error:
            raise disk_problem(error, folder) or EnvironmentProblem("library_read_only", path=folder) from error
        with ExitStack() as undo:
            undo.callback(self._lock.release)
            # Only now: until then another process may be moving its files about.
            private.keep(folder, _CONTENTS, shared=_holds_other_things(folder))
            self._facts = self._read_facts()
            self.catalogue = Catalogue(folder / "catalogue.sqlite", renewing)
            undo.callback(self.catalogue.close)
            self.conversations, self.set_aside = conversation_store.open_or_set_aside(folder / "conversations.sqlite")
            undo.pop_all()
        self._dense = DenseIndex(folder, self.catalogue)
        self._filling = False

    def close(self) -> None:
        """Close everything and release the lock."""
        self._dense.close()
        self.catalogue.close()
        self.conversations.close()
        self._lock.release()

    # ---- library.toml -----------------------------------------------------------------------------------------------

    def rename(self, name: str) -> None:
        """Give it another name. Raises ``EnvironmentProblem``: disk_full, library_read_only."""
        self._write_facts({"name": name})

    @property
    def embedding(self) -> str:
        """The embedding model this library was made with: "bundled", "light", "none", a folder, or "" when none was chosen yet."""
        return str(self._facts.get("embedding", ""))

    @property
    def embedding_fingerprint(self) -> str:
        """The fingerprint of that model, "" without one."""
        return str(self._facts.get("embedding_fingerprint", ""))

    @property
    def embedding_languages(self) -> tuple[str, ...]:
        """Codes of the languages the embedding model knows; ("*",) for all, or when they are unknown."""
        return tuple(str(self._facts.get("embedding_languages", "*")).split(","))

    def put_embedding(
        self,
        embedding: str,
        *,
        fingerprint: str,
        dimension: int,
        languages: Sequence[str] = ("*",),
        next_embedding: str = "",
    ) -> None:
        """Store which model the library is made with, and which one is wanted in its place. ``dimension`` of its vectors."""
        facts: dict[str, str | int] = {"embedding": embedding, "embedding_fingerprint": fingerprint, "dimension": dimension}
        self._write_facts({**facts, "embedding_languages": ",".join(languages), "next_embedding": next_embedding})

    @property
    def next_embedding(self) -> str:
        """The embedding model that is to take the present one's place, "" when none is."""
        return str(self._facts.get("next_embedding", ""))

    def put_choice(self, embedding: str) -> None:
        """Store another name or folder of the same model."""
        self._write_facts({"embedding": embedding})

    def put_next_embedding(self, embedding: str) -> None:
        """Store the model that is wanted in place of the present one, "" for none."""
        self._write_facts({"next_embedding": embedding})

    def _read_facts(self) -> dict[str, str | int]:
        file = self.folder / "library.toml"
        try:
            with file.open("rb") as stream:
                facts = tomllib.load(stream)
        except FileNotFoundError:
            return {"name": self.folder.name, "format": FORMAT}
        except (OSError, ValueError) as error:  # ValueError: not TOML, or not even UTF-8
            raise EnvironmentProblem("library_damaged", path=self.folder, detail=f"library.toml: {error}") from error
        found = facts.get("format", FORMAT)
        if type(found) is not int:
            raise EnvironmentProblem("library_damaged", path=self.folder, detail=f"library.toml: format = {found!r}")
        if found > FORMAT:
            raise EnvironmentProblem("library_newer", path=self.folder, found=found, known=FORMAT)
        return facts

    def _write_facts(self, changes: Mapping[str, str | int]) -> None:
        self._facts = {**self._facts, **changes, "format": FORMAT}
        try:
            private.replace_file(self.folder / "library.toml", tomli_w.dumps(self._facts).encode())
        except OSError as error:
            raise disk_problem(error, self.folder) or error from error

    # ---- vectors ----------------------------------------------------------------------------------------------------

    @property
    def vectors(self) -> VectorIndex | None:
        """The active index, None without one."""
        return self._dense.index

    def vectors_of(self, fingerprint: str) -> VectorIndex | None:
        """The index of vectors of this model, None without one."""
        return self._dense.of_model(fingerprint)

    @contextmanager
    def being_filled(self) -> Iterator[None]:
        """While a run writes into it."""
        self._filling = True
        try:
            yield
        finally:
            self._filling = False

    def nearest(self, model: str, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]] | None:
        """The ``limit`` chunks nearest to ``vector`` ((dimension,) float32): (chunk id, cosine similarity), best first; None when
        there is no index of this model (any more).

        A small library is compared chunk by chunk: exact, whereas what Chroma's graph finds depends on the order in which vectors
        came into it. Not while it is being filled: each question would read all vectors anew.
        """
        from desktop_app.library.vectors import IndexClosedError

        index = self.vectors_of(model)
        if index is None:
            return None
        if not self._filling and self.catalogue.lookup.chunk_count() <= FEW:
            found = self.catalogue.lookup.nearest(vector, limit, EVERYWHERE, model)
            return None if self.vectors_of(model) is None else found
        try:
            return index.search(vector, limit)
        except IndexClosedError:
            return None

    def attach_vectors(self, fingerprint: str, progress: BuildProgress = lambda _done, _total: None) -> None:
        """Open Chroma for this model, apply the outbox, and compare counts; an index that is lost, differs or belongs to another
        model is built anew from the catalogue, without embedding anything again."""
        known = fingerprint == self.embedding_fingerprint
        if known and self._dense.open(self._chroma, fingerprint):
            self._dense.retire()
            return
        if known:
            self._dense.retire()  # it cannot be used: its room is needed
        self.switch_vectors(self.build_vectors(fingerprint, progress))
        self._dense.retire()
        self._dense.flush()  # what was removed while it was built

    def build_vectors(self, fingerprint: str, progress: BuildProgress) -> NewIndex:
        """An index of everything that has a vector of this model, beside the one in use."""
        return self._dense.build(fingerprint, progress)

    def switch_vectors(
        self, built: NewIndex, *, embedding: str | None = None, dimension: int = 0, languages: Sequence[str] = ("*",)
    ) -> None:
        """Answer from an index that was built, in one step; with ``embedding``, it is another model's. ``retire_vectors`` follows."""
        self._dense.flush()  # the old one must be able to go on if the next line is never reached
        facts: dict[str, str | int] = {"chroma": built.index.folder.name, "embedding_fingerprint": built.model}
        if embedding is not None:
            facts |= {"embedding": embedding, "dimension": dimension, "embedding_languages": ",".join(languages)}
            facts["next_embedding"] = ""
        self._write_facts(facts)
        self._dense.switch(built)

    def discard_vectors(self, built: NewIndex) -> None:
        """Delete an index that was built and is not wanted after all."""
        self._dense.discard(built)

    def retire_vectors(self) -> None:
        """After a switch: close and delete the index that was in use before."""
        self._dense.retire()

    def detach_vectors(self) -> None:
        """Go on without vectors: lexical search only. Those in the catalogue stay: coming back to their model costs no embedding."""
        self._dense.close()
        self._dense.retire()

    def flush_vectors(self) -> None:
        """Apply every change in the outbox to Chroma."""
        self._dense.flush()

    @property
    def _chroma(self) -> str:
        return str(self._facts.get("chroma", "chroma"))

    # ---- tidying up -------------------------------------------------------------------------------------------------

    def sizes(self) -> LibrarySizes:
        """How much disk the library takes, and how much of it is dead."""
        whole, free = self.catalogue.database.sizes()
        index = self._dense.index
        files = index.folder.rglob("*") if index is not None else ()
        chroma = sum(file.stat().st_size for file in files if file.is_file())
        return LibrarySizes(whole, free / whole if whole else 0.0, chroma, self._dense.dead_share())

    def tidy(self, check: Callable[[], None]) -> bool:
        """Free the disk space of deleted chunks where that pays; returns whether it was done. ``check`` is called between small
        steps: it waits while something more urgent runs, and raises to stop; a step is then dropped or kept as a whole."""
        done = False
        index = self._dense.index
        if index is not None and self._dense.worth_compacting():
            room = shutil.disk_usage(self.folder).free
            if room > self.sizes().chroma:

                def progress(_done: int, _total: int) -> None:
                    check()

                built = self.build_vectors(self._dense.model, progress)
                self.switch_vectors(built)
                self._dense.retire()
                done = True
        whole, free = self.catalogue.database.sizes()
        if free > _FREE_AT_LEAST and free > _FREE_SHARE * whole:
            self.catalogue.database.shrink(check)
            done = True
        return done


@dataclass(frozen=True, slots=True)
class LibrarySizes:
    """Bytes of the catalogue and of Chroma's folder; the share of each, 0..1, that deleted rows and vectors take."""

    catalogue: int
    catalogue_dead: float
    chroma: int
    chroma_dead: float


def _holds_other_things(folder: Path) -> bool:
    """Whether somebody keeps more than a library in this folder."""
    return any(not any(fnmatchcase(name, pattern) for pattern in _CONTENTS) for name in os.listdir(folder))
