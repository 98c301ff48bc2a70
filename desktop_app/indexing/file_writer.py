# SPDX-License-Identifier: Apache-2.0
"""Stores a file that was read, in one transaction, and says its outcome."""

from __future__ import annotations

from desktop_app.contract.document import MemberProblem, SourceFile
from desktop_app.indexing.read_file import GONE, ReadFile
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stores.file_store import FileRecord

# Files that gave no text although nothing is wrong with them.
_SKIPPED = frozenset({"unknown_format", "empty", "hidden", "temporary", "excluded", "not_allowed"})
# The file was not looked at, or not to its end: what an earlier reading gave stays searchable.
_KEEPS_OLD_TEXT = frozenset({"unreadable", "timed_out", "crashed", "component_missing", "given_up", "being_written"})


class FileWriter:
    """``recipe``: the version of reading and splitting; ``model``: fingerprint of the embedding model whose vectors files wait for, or ""."""

    def __init__(self, catalogue: Catalogue, *, recipe: str, model: str) -> None:
        self._catalogue = catalogue
        self._recipe = recipe
        self._model = model

    def write(self, item: ReadFile) -> str:
        """Store a file; returns its outcome, one of ``OUTCOMES``."""
        document = item.document
        if item.same:
            self._catalogue.files.touch(item.file, self._recipe)
            return "unchanged"
        if item.twin:
            return self._write_twin(item)
        if item.reason == GONE:
            self._catalogue.files.remove([item.job.known.id])
            return "removed"
        if document is None:
            return self.write_unread(item.file, item.reason, item.detail, item.problems, item.job.known)
        state = "partial" if document.partial else "indexed"
        self._catalogue.files.store(
            item.file,
            item.chunks,
            state=state,
            reason=document.partial,
            detail=document.detail,
            problems=document.problems,
            title=document.title,
            pages=document.pages,
            recipe=self._recipe,
            model=self._model,
            document=document,
        )
        return state

    def write_unread(
        self,
        file: SourceFile,
        reason: str,
        detail: str,
        problems: tuple[MemberProblem, ...] = (),
        known: FileRecord | None = None,
    ) -> str:
        """Note why a file has no text; returns its outcome. Text of the same content, which another version of its reader gave, is kept:
        a file that was read with a password must not lose its text because the password is not at hand when it is read again."""
        same = known is not None and bool(file.sha256) and known.file.sha256 == file.sha256
        recipe = self._recipe if same else ""
        if (same or reason in _KEEPS_OLD_TEXT) and self._catalogue.files.keep_as_partial(
            file, reason, detail, problems, recipe=recipe
        ):
            return "partial"
        state = "skipped" if reason in _SKIPPED else "failed"
        self._catalogue.files.put_without_text(
            file, state=state, reason=reason, detail=detail, problems=problems, recipe=self._recipe
        )
        return state

    def _write_twin(self, item: ReadFile) -> str:
        """A file whose text is there already, under another path. Where that text has changed meanwhile, the file goes on waiting."""
        if item.moved:
            return "unchanged" if self._catalogue.known_content.move(item.twin, item.file) else "skipped"
        item.copied = self._catalogue.known_content.copy(item.twin, item.file, model=self._model)
        return "indexed" if item.copied else "skipped"
