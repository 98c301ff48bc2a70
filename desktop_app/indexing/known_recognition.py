# SPDX-License-Identifier: Apache-2.0
"""Pages of a file that text recognition has read before, from the library.

A newer reader of PDFs gives more of their text, and the same for a scan: recognising it again takes as long a page as reading 1,000 pages of
text. What was stored has no mark of where it came from, but its boxes without characters: a page of which nothing has characters is known.
Pages of little confidence are recognised again, because nothing stored says which they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from desktop_app.analysis.sentences import is_row
from desktop_app.contract.document import Segment
from desktop_app.contract.ledger import StoredChunk
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stores.file_store import FileRecord

_UNSURE = "recognised with little confidence"  # as the reader of PDFs says it


def pages(catalogue: Catalogue, known: FileRecord) -> tuple[Segment, ...]:
    """The text of the pages that were recognised when this file was read, in order; () where none are known."""
    if _UNSURE in catalogue.files.detail(known.id):
        return ()
    found = [segment for chunk in catalogue.chunks.of_file(known.id) for segment in _segments(chunk)]
    written = {segment.locator.page for segment in found if not segment.locator.boxes or segment.locator.chars is not None}
    return tuple(segment for segment in found if segment.locator.page not in written)


def _segments(chunk: StoredChunk) -> Iterator[Segment]:
    """What was joined into a chunk, of the body of pages."""
    end = None
    for piece in chunk.pieces:
        goes_on = end is not None and "\n" not in chunk.text[end : piece.start]
        place, end = piece.locator, piece.end
        if place.page is None or place.part or place.aside or place.hidden:
            continue
        text = chunk.text[piece.start : piece.end]
        yield Segment(text, place, "row" if is_row(text) else "text", goes_on)
