# SPDX-License-Identifier: Apache-2.0
"""The sentences of a file that facts are read from, with their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from desktop_app.analysis.sentences import sentences
from desktop_app.contract.ledger import StoredChunk
from desktop_app.facts.narrowing import narrow
from desktop_app.library.stated_fact import StatedFact


@dataclass(frozen=True, slots=True)
class PlacedSentence:
    """``text`` with narrow signs, ``start`` to ``end`` of the chunk's text; ``heading``: the nearest one above it."""

    text: str
    chunk: int
    start: int
    end: int
    heading: str = ""

    def fact(self, about: str, value: str, *, unit: str = "", sure: bool = True, notes: tuple[str, ...] = ()) -> StatedFact:
        """A fact that this sentence states."""
        return StatedFact(about, value, self.chunk, self.start, self.end, unit, sure, notes)


def sentences_of(chunks: Iterable[StoredChunk]) -> Iterator[PlacedSentence]:
    """All sentences of these chunks in order; a heading stands above what follows it."""
    for chunk in chunks:
        text, heading = narrow(chunk.text), chunk.trail[-1] if chunk.trail else ""
        for start, end in sentences(chunk.text):
            said = text[start:end]
            yield PlacedSentence(said, chunk.id, start, end, "" if said == narrow(heading) else heading or _headed(text, start))


def _headed(text: str, start: int) -> str:
    """The short line above a sentence, where a file without styles numbers its sections."""
    above = text[:start].rstrip().rpartition("\n")[2].strip()
    return above if len(above) <= 40 and above[:1] in "0123456789第一二三四五六七八九十" else ""
