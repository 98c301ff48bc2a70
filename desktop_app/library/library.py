"""One library on disk: its folder, its lock, its catalogue and its vectors, opened together and checked against each other.

catalogue.sqlite       the truth
chroma/                derived; rebuilt from the catalogue when it is lost or differs
conversations.sqlite   chats, with their sources
library.toml           name, format version, embedding model fingerprint and dimension
library.lock           held by the one process that has it open; the system frees it when that process dies
"""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import tomli_w
from filelock import FileLock, Timeout

from desktop_app.foundation.errors import EnvironmentProblem, disk_problem
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.conversations import ConversationStore

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from desktop_app.library.vectors import VectorIndex

log = logging.getLogger(__name__)

FORMAT = 1
"""Version of the folder as a whole. History: 1 first form."""

# Chroma takes about 1,500 vectors a second; blocks of this size keep one call well under half a second.
_BLOCK = 512


class Library:
    """An open library. The vectors are opened later, when the embedding model is known (``attach_vectors``)."""

    def __init__(self, folder: Path) -> None:
        """Open or create. Raises ``EnvironmentProblem``: library_locked, library_newer, library_damaged, library_read_only,
        disk_full."""
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(folder / "library.lock")
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise EnvironmentProblem("library_locked", path=folder) from error
        except OSError as error:
            raise disk_problem(error, folder) or EnvironmentProblem("library_read_only", path=folder) from error
        with ExitStack() as undo:
            undo.callback(self._lock.release)
            self._facts = self._read_facts()
            self.catalogue = Catalogue(folder / "catalogue.sqlite")
            undo.callback(self.catalogue.close)
            self.conversations = ConversationStore(folder / "conversations.sqlite")
            undo.pop_all()
        self.vectors: VectorIndex | None = None
        self._model = ""

    def close(self) -> None:
        if self.vectors is not None:
            self.vectors.close()
            self.vectors = None
        self.catalogue.close()
        self.conversations.close()
        self._lock.release()

    # ---- library.toml -----------------------------------------------------------------------------------------------

    @property
    def embedding(self) -> str:
        """The embedding model this library was made with: "bundled", "none", a folder, or "" when none was chosen yet."""
        return str(self._facts.get("embedding", ""))

    @property
    def embedding_fingerprint(self) -> str:
        return str(self._facts.get("embedding_fingerprint", ""))

    @property
    def embedding_languages(self) -> tuple[str, ...]:
        """Languages the embedding model knows, as far as they are written down; ("*",) when they are not, or for all."""
        return tuple(str(self._facts.get("embedding_languages", "*")).split(","))

    def put_embedding(self, embedding: str, *, fingerprint: str, dimension: int, languages: Sequence[str] = ("*",)) -> None:
        """Write down which model the library is made with."""
        facts: dict[str, str | int] = {"embedding": embedding, "embedding_fingerprint": fingerprint, "dimension": dimension}
        self._write_facts({**facts, "embedding_languages": ",".join(languages)})

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
        temporary = self.folder / "library.toml.new"
        try:
            temporary.write_text(tomli_w.dumps(self._facts), encoding="utf-8")
            os.replace(temporary, self.folder / "library.toml")
        except OSError as error:
            raise disk_problem(error, self.folder) or error from error

    # ---- vectors ----------------------------------------------------------------------------------------------------

    def attach_vectors(self, embeddings: Embeddings, fingerprint: str) -> None:
        """Open Chroma for this model, tell it what it was not told, and compare counts; a difference is repaired from the
        catalogue, without embedding anything again."""
        from desktop_app.library import vectors

        if self.vectors is not None:
            self.vectors.close()
        try:
            self.vectors, lost = vectors.open_or_rebuild(self.folder / "chroma", embeddings)
        except OSError as error:
            raise disk_problem(error, self.folder) or error from error
        # An index made for another model holds vectors of another space: it is as good as lost.
        other_model = self.catalogue.meta("chroma_model") != fingerprint
        self._model = fingerprint
        if lost or other_model:
            self._rebuild_vectors()
            self.catalogue.put_meta("chroma_model", fingerprint)
            return
        self.flush_vectors()
        expected, found = self.catalogue.vector_count(fingerprint), self.vectors.count()
        if expected != found:
            log.warning("the vector index holds %d vectors, the catalogue %d: rebuilding it", found, expected)
            self._rebuild_vectors()

    def detach_vectors(self) -> None:
        """Go on without vectors: lexical search only."""
        if self.vectors is not None:
            self.vectors.close()
        self.vectors = None
        self._model = ""

    def flush_vectors(self) -> None:
        """Tell Chroma every change in the outbox."""
        if self.vectors is None:
            return
        while True:
            upserts, deletes = self.catalogue.outbox(self._model, _BLOCK)
            if not upserts and not deletes:
                return
            if deletes:
                self.vectors.delete(deletes)
            if upserts:
                self.vectors.upsert(upserts)
            self.catalogue.clear_outbox([*(chunk for chunk, _ in upserts), *deletes])

    def _rebuild_vectors(self) -> None:
        assert self.vectors is not None
        self.vectors.clear()
        self.catalogue.refill_outbox(self._model)
        self.flush_vectors()
