"""What a search gives: plain, frozen, light to import."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop_app.documents.model import Locator, Piece


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was found. ``rank`` from 1; ``score`` in 0..1, the one number that is tested and shown.

    ``terms`` are the words of the question that occur in it; ``arms`` maps "lexical" / "dense" to the rank there (absent: not
    found by that arm).
    """

    chunk_id: int
    rank: int
    path: str
    text: str
    locator: Locator
    score: float
    trail: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    terms: tuple[str, ...] = ()
    arms: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """``searched_files`` of ``total_files`` could be searched; the rest stand in the ledger with their reason."""

    question: str
    passages: tuple[Passage, ...]
    searched_files: int
    total_files: int
