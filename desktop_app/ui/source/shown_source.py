# SPDX-License-Identifier: Apache-2.0
"""What the source panel is asked to show: a quote, a passage or a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop_app.answering.proof.citing import cite
from desktop_app.contract.answer import Citation
from desktop_app.contract.document import Locator
from desktop_app.contract.form import ProvingCells
from desktop_app.contract.messages import ContextResult
from desktop_app.contract.passage import Copy, Passage
from desktop_app.wording.place import names_apart


@dataclass(frozen=True, slots=True)
class ShownSource:
    """What is asked for: ``span`` is the quote's range in the chunk's text, None for a whole passage. ``places`` are the stretches
    to mark on pages, each with its text; none for a file that is opened at its beginning (``text`` "", ``chunk_id`` 0).
    ``also_in``: all places of the passage, this one among them; ``copied``: it is another one than was found, which may say it in other
    words. ``beside``: files of the other sources beside it. ``cells``: those of a spreadsheet that are marked, on several sheets perhaps.
    """

    path: str
    locator: Locator
    chunk_id: int
    text: str
    span: tuple[int, int] | None
    places: tuple[tuple[Locator, str], ...]
    terms: tuple[str, ...] = ()
    by_meaning: bool = False
    also_in: tuple[Copy, ...] = ()
    copied: bool = False
    beside: tuple[str, ...] = ()
    cells: tuple[ProvingCells, ...] = ()

    @property
    def name(self) -> str:
        """The file's name, with its folder where a source beside it has the same."""
        return names_apart((self.path, *self.beside, *(copy.path for copy in self.also_in)))[self.path]


def of_copy(copy: Copy, shown: ShownSource) -> ShownSource:
    """The same in another place, one of ``shown.also_in``."""
    places = ((copy.locator, shown.text),)
    return replace(shown, path=copy.path, locator=copy.locator, chunk_id=copy.chunk_id, places=places, copied=True)


def of_file(path: str) -> ShownSource:
    """A whole file, nothing of it marked."""
    return ShownSource(path, Locator(), 0, "", None, ())


def of_cells(cells: Sequence[ProvingCells]) -> ShownSource:
    """A spreadsheet, with cells of it marked."""
    first = cells[0]
    return ShownSource(first.path, Locator(sheet=first.sheet or None), 0, "", None, (), cells=tuple(cells))


def in_context(shown: ShownSource, result: ContextResult) -> ShownSource:
    """The same where the engine has found it. The file may have been moved, or read again: then the text has another number, and another
    place or none."""
    if result.path:
        shown = replace(shown, path=result.path)
    if (result.chunk_id == shown.chunk_id and not shown.copied) or not shown.text:
        return shown
    chunk = next((one for one in result.chunks if one.chunk_id == result.chunk_id), None)
    start = chunk.text.find(shown.text) if chunk is not None else -1
    if chunk is not None and start < 0 and shown.copied:
        pieces = tuple((piece.locator, chunk.text[piece.start : piece.end]) for piece in chunk.pieces)
        places = pieces or ((chunk.locator, chunk.text),)
        return replace(shown, text=chunk.text, span=None, places=places, locator=chunk.locator)
    if chunk is None or start < 0:
        return replace(shown, chunk_id=0, span=None, places=(), locator=Locator())
    end = start + len(shown.text)
    locator = next((piece.locator for piece in chunk.pieces if piece.start <= start < piece.end), chunk.locator)
    span = (start, end) if shown.span is not None else None
    return replace(shown, chunk_id=chunk.chunk_id, span=span, places=((locator, shown.text),), locator=locator)


def of_citation(citation: Citation, passage: Passage | None, beside: tuple[str, ...] = ()) -> ShownSource:
    """A quote at its place. ``passage``: the one it quotes, where it is known; ``beside``: the files of the other citations."""
    return ShownSource(
        citation.path,
        citation.locator,
        citation.chunk_id,
        citation.quote,
        (citation.start, citation.end),
        ((citation.locator, citation.quote),),
        passage.terms if passage else (),
        passage.by_meaning if passage else False,
        _all_places(passage) if passage else (),
        beside=beside,
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
        _all_places(passage),
    )


def _all_places(passage: Passage) -> tuple[Copy, ...]:
    if not passage.also_in:
        return ()
    return (Copy(passage.chunk_id, passage.path, passage.locator, passage.modified, same=True), *passage.also_in)
