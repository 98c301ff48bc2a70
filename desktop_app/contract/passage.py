# SPDX-License-Identifier: Apache-2.0
"""A passage that a search found, and the result that holds them."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop_app.contract.document import Locator, Piece
from desktop_app.contract.search_page import NO_FACETS, Facets, NamedFile

ANSWER, PERHAPS, NONE = "answer", "perhaps", "none"
"""How certain it is that a passage, or the best one of a search, answers: quoted as the answer; shown as what may answer; not found."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Another place of a passage. ``same``: word for word; otherwise nearly so, as in another version of the file.
    ``modified``: when its file was last changed, in seconds since the epoch."""

    chunk_id: int
    path: str
    locator: Locator
    modified: float
    same: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was found. ``rank`` from 1; ``score`` in 0..1, the one number that is tested and shown.

    ``terms`` are the words of the question that occur in it, ``marks`` where: half-open ranges of ``text``, in order. ``arms`` maps
    "lexical" (words), "dense" (meaning, in the question's language) and "foreign" (meaning, in another one) to the rank there (absent:
    not found by that arm). ``also_in``: the same or nearly the same passage elsewhere,
    newest first; this one is the newest. ``before`` and ``after``: the text around it, where it begins or ends inside a paragraph
    or says little by itself; not part of ``text``.

    ``by_meaning``: the embedding model found it and it holds no word of the question; ``best`` then is the sentence nearest in
    meaning, a half-open range of ``text``, where it was looked for. ``language`` of the text: a code of ``analysis.language``.

    ``hit``: it may answer by itself, or holds every word that was searched for; the others are near misses, listed apart.
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
    marks: tuple[tuple[int, int], ...] = ()
    also_in: tuple[Copy, ...] = ()
    before: str = ""
    after: str = ""
    modified: float = 0.0
    certainty: str = NONE
    by_meaning: bool = False
    language: str = ""
    best: tuple[int, int] | None = None
    hit: bool = False

    @property
    def whole(self) -> str:
        """The text with its context."""
        return "\n".join(part for part in (self.before, self.text, self.after) if part)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """``searched_files`` of ``total_files`` could be searched; the rest stand in the ledger with their reason. ``certainty``: of the best
    passage, ``NONE`` without one. ``meaning``: the share of passages in scope that can be found by meaning, 0..1, less than 1 while
    vectors are being made; None where no model is asked.

    Of a search page: ``hits`` and ``hit_files`` count all passages that are hits and their files, also those not listed; ``facets`` are
    theirs; ``named``: files whose names hold the words, listed before the passages; ``stems``: only exact words were wanted, but so many
    passages hold the words in some form that those with other forms are not left out.
    """

    question: str
    passages: tuple[Passage, ...]
    searched_files: int
    total_files: int
    certainty: str = NONE
    meaning: float | None = None
    hits: int = 0
    hit_files: int = 0
    facets: Facets = NO_FACETS
    named: tuple[NamedFile, ...] = ()
    stems: bool = False
