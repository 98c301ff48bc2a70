# SPDX-License-Identifier: Apache-2.0
"""What a search shows beside passages: files, facets, kept searches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop_app.contract.ledger import EVERYWHERE, Scope

SearchOrder = Literal["best", "newest", "name", "folder"]


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file whose name holds the words that were searched for. ``state`` as in ``LedgerRow``; ``modified`` in seconds since the epoch;
    ``chunk_id``: its first chunk, 0 for a file without text."""

    path: str
    state: str
    modified: float
    size: int = 0
    chunk_id: int = 0


@dataclass(frozen=True, slots=True)
class Facet:
    """A value that hits can be narrowed to, and in how many files there are hits with it."""

    value: str
    files: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Of all hits, not only of those listed; each list with the most files first, years the newest first.

    ``types``: kinds of ``file_kinds``. ``folders``: the folders right below the deepest one that holds all hits. ``years``: in which the
    file was last changed, "2026". ``languages``: codes of ``analysis.language``; a file may have hits in several.
    """

    types: tuple[Facet, ...] = ()
    folders: tuple[Facet, ...] = ()
    years: tuple[Facet, ...] = ()
    languages: tuple[Facet, ...] = ()


NO_FACETS = Facets()


@dataclass(frozen=True, slots=True)
class FolderCount:
    """A folder, and how many files of the library lie below it."""

    path: str
    files: int


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """A search to be made again. ``name``: "" for one that was only made lately; ``used``: when last, in seconds since the epoch."""

    id: int
    query: str
    scope: Scope = EVERYWHERE
    order: SearchOrder = "best"
    name: str = ""
    used: float = 0.0
