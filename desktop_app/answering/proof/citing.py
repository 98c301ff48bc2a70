# SPDX-License-Identifier: Apache-2.0
"""Makes a citation of a stretch of a passage: quote and narrowest place."""

from __future__ import annotations

from desktop_app.contract.answer import Citation
from desktop_app.contract.passage import Passage
from desktop_app.documents.text.locators import locate


def cite(number: int, passage: Passage, start: int, end: int) -> Citation:
    """A citation of ``passage.text[start:end]``, without white space at its ends."""
    while start < end and passage.text[start].isspace():
        start += 1
    while end > start and passage.text[end - 1].isspace():
        end -= 1
    return Citation(
        number=number,
        chunk_id=passage.chunk_id,
        path=passage.path,
        locator=locate(passage.text, passage.pieces, start, end) or passage.locator,
        quote=passage.text[start:end],
        start=start,
        end=end,
    )
