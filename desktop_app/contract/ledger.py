# SPDX-License-Identifier: Apache-2.0
"""Rows of the ledger, queries of it, sources, stored chunks, scopes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from desktop_app.contract.document import Locator, MemberProblem, Piece

# Every file met is in exactly one of these states. "words": read, and findable by words; vectors of its passages are still missing.
STATES = ("indexed", "partial", "words", "skipped", "failed", "offline", "pending")
SEARCHABLE = ("indexed", "partial", "words")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One file in the coverage ledger. ``reason`` is "" or one of ``contract.document.REASONS``; ``size`` in bytes; ``problems`` are those
    of files inside it. ``dismissed``: the user has seen this reason and does not mind. ``hidden``: how many of its passages are not seen by
    who opens it, by why (``contract.document.HIDDEN``)."""

    path: str
    state: str
    reason: str = ""
    detail: str = ""
    chunks: int = 0
    pages: int | None = None
    size: int = 0
    problems: tuple[MemberProblem, ...] = ()
    dismissed: bool = False
    hidden: dict[str, int] = field(default_factory=dict)

    @property
    def needs_password(self) -> bool:
        """Also an archive or a mail of which only a part is protected."""
        return "password" in (self.reason, *(problem.reason for problem in self.problems))


LedgerOrder = Literal["path", "state", "reason"]


@dataclass(frozen=True, slots=True)
class LedgerQuery:
    """Which rows of the ledger, in which order; what is empty does not restrict.

    ``below``: only files at or below this path. ``words``: each must stand in the path (the case of Latin letters does not matter),
    or the row's reason be one of the codes beside it; a window names those whose sentence, in its language, holds the word. Equal
    rows are ordered by path. ``limit``: so many rows from ``offset`` on, -1 for all. ``dismissed``: only rows that are, or are not.
    ``hidden``: only files with hidden passages.
    """

    states: tuple[str, ...] = ()
    below: str = ""
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    order: LedgerOrder = "path"
    descending: bool = False
    offset: int = 0
    limit: int = -1
    dismissed: bool | None = None
    hidden: bool = False


WHOLE_LEDGER = LedgerQuery()


@dataclass(frozen=True, slots=True)
class Source:
    """A folder or file that the user picked. ``counts`` maps ledger states to numbers of files below it; ``needing``: files of them that
    could not be read, or only in part, and were not dismissed; ``with_hidden``: those with hidden passages."""

    path: str
    kind: str  # "folder" | "file"
    online: bool = True
    counts: dict[str, int] = field(default_factory=dict)
    needing: int = 0
    with_hidden: int = 0


@dataclass(frozen=True, slots=True)
class NamedPath:
    """A folder or file of the library that a question can be narrowed to. ``state``: of a file, one of ``STATES``; ``files``: how many are
    in it and below it, 1 for a file."""

    path: str
    kind: str  # "folder" | "file"
    state: str = ""
    files: int = 0


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as the catalogue holds it. ``ordinal`` is its position in its file, from 0; ``modified`` is when the file was last
    changed, in seconds since the epoch."""

    id: int
    path: str
    ordinal: int
    text: str
    locator: Locator
    trail: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    modified: float = 0.0


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and how to search; what is empty, None or False does not restrict.

    ``below``: absolute folders and files. ``types``: endings of file names without the dot ("docx"), or kinds of files ("word",
    ``file_kinds.FILE_KINDS``). ``since`` and ``until`` (exclusive): seconds since the epoch, of the file's last change. ``languages``:
    of the passage, codes of ``analysis.language``. ``exact``: only passages that hold every word of the question as it is written.
    ``hidden``: also text that is not seen by who opens its file (``contract.document.HIDDEN``); otherwise it is left out.
    """

    below: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    since: float | None = None
    until: float | None = None
    languages: tuple[str, ...] = ()
    exact: bool = False
    hidden: bool = False

    @property
    def everywhere(self) -> bool:
        """Whether it narrows nothing, hidden text apart."""
        return replace(self, hidden=False) == EVERYWHERE


EVERYWHERE = Scope()
