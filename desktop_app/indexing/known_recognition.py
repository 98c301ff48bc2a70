# SPDX-License-Identifier: Apache-2.0
"""Pages of a file that text recognition has read before, from the library.

A newer reader of PDFs gives more of their text, and the same for a scan: recognising it again takes as long a page as reading 1,000 pages of
text. What was stored has no mark of where it came from, but its boxes without characters: a page of which nothing has characters is known,
in the file itself or in one inside it (a scan in an archive, a picture in a mail). Of little confidence it is recognised again: the ledger does
not say which pages of a file, but which files inside.
"""

from __future__ import annotations

from collections.abc import Iterator

from desktop_app.analysis.sentences import is_row
from desktop_app.contract.document import Segment
from desktop_app.contract.ledger import StoredChunk
from desktop_app.documents.member_segments import MOST_NAMED, SEPARATOR
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stores.file_store import FileRecord

_UNSURE = "recognised with little confidence"  # as the reader of PDFs says it


def pages(catalogue: Catalogue, known: FileRecord) -> tuple[Segment, ...]:
    """The text of the pages that were recognised when this file was read, in order; () where none are known."""
    problems = catalogue.files.problems(known.id)
    in_part = sum(problem.reason == "partly_read" for problem in problems)
    if _UNSURE in catalogue.files.detail(known.id) or in_part >= MOST_NAMED:
        return ()
    found = [segment for chunk in catalogue.chunks.of_file(known.id) for segment in _segments(chunk)]
    left_out = {_page(one) for one in found if not one.locator.boxes or one.locator.chars is not None}
    left_out |= {_page(one) for one in found for problem in problems if _is_within(one.locator.part, problem.part)}
    return tuple(one for one in found if _page(one) not in left_out)


def _page(segment: Segment) -> tuple[str | None, int | None]:
    return segment.locator.part, segment.locator.page


def _is_within(part: str | None, other: str) -> bool:
    return part == other or (part or "").startswith(other + SEPARATOR)


def _segments(chunk: StoredChunk) -> Iterator[Segment]:
    """What was joined into a chunk, of the body of pages and of files inside."""
    end = None
    for piece in chunk.pieces:
        goes_on = end is not None and "\n" not in chunk.text[end : piece.start]
        place, end = piece.locator, piece.end
        if (place.page is None and not place.part) or place.aside or place.hidden:
            continue
        text = chunk.text[piece.start : piece.end]
        yield Segment(text, place, "row" if is_row(text) else "text", goes_on)
