# SPDX-License-Identifier: Apache-2.0
"""What the source panel is asked to show: a quote or a whole passage."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.answering.proof.citing import cite
from desktop_app.contract.answer import Citation
from desktop_app.contract.document import Locator
from desktop_app.contract.passage import Passage


@dataclass(frozen=True, slots=True)
class ShownSource:
    """What is asked for: ``span`` is the quote's range in the chunk's text, None for a whole passage. ``places`` are the stretches
    to mark on pages, each with its text."""

    path: str
    locator: Locator
    chunk_id: int
    text: str
    span: tuple[int, int] | None
    places: tuple[tuple[Locator, str], ...]
    terms: tuple[str, ...] = ()
    by_meaning: bool = False


def of_citation(citation: Citation, passage: Passage | None) -> ShownSource:
    """A quote at its place. ``passage``: the one it quotes, where it is known."""
    return ShownSource(
        citation.path,
        citation.locator,
        citation.chunk_id,
        citation.quote,
        (citation.start, citation.end),
        ((citation.locator, citation.quote),),
        passage.terms if passage else (),
        passage.by_meaning if passage else False,
    )


def of_passage(passage: Passage) -> ShownSource:
    """A whole passage; one that was found by its meaning as a quote of its nearest sentence."""
    if passage.best is not None:
        return of_citation(cite(0, passage, *passage.best), passage)
    places = tuple((piece.locator, passage.text[piece.start : piece.end]) for piece in passage.pieces)
    return ShownSource(
        passage.path,
        passage.locator,
        passage.chunk_id,
        passage.text,
        None,
        places or ((passage.locator, passage.text),),
        passage.terms,
        passage.by_meaning,
    )
