# SPDX-License-Identifier: Apache-2.0
"""Context expansion: the rest of a passage's paragraph, or its neighbours."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.analysis.sentences import is_row, sentences
from desktop_app.contract.ledger import StoredChunk

_BUDGET = 480  # characters on either side
_LITTLE = 160  # a passage shorter than this is shown with what is next to it
_ENDS = "。！？；.!?…:：\"'”’」』）)]】》"


def expand_context(chunk: StoredChunk, neighbours: Sequence[StoredChunk]) -> tuple[str, str]:
    """(before, after): whole sentences from the chunks before and after it on the same page, sheet or slide and below the same
    heading, of the body or the same aside as it, and hidden only beside what is hidden. ``neighbours`` holds the chunk itself."""
    before = next((one for one in neighbours if one.ordinal == chunk.ordinal - 1), None)
    after = next((one for one in neighbours if one.ordinal == chunk.ordinal + 1), None)
    short = len(chunk.text) < _LITTLE
    head = _last(before.text) if before and _together(before, chunk) and (short or _goes_on(before, chunk)) else ""
    tail = _first(after.text) if after and _together(chunk, after) and (short or _goes_on(chunk, after)) else ""
    return head, tail


def _together(one: StoredChunk, other: StoredChunk) -> bool:
    a, b = one.locator, other.locator
    same = (a.sheet, a.slide, a.part, a.aside, a.author, a.hidden, one.trail)
    return (
        same == (b.sheet, b.slide, b.part, b.aside, b.author, b.hidden, other.trail) and abs((a.page or 0) - (b.page or 0)) <= 1
    )


def _goes_on(one: StoredChunk, other: StoredChunk) -> bool:
    """Whether ``other`` goes on in the paragraph that ``one`` ends in."""
    if is_row(one.text.rsplit("\n", 1)[-1]):
        return False
    last, first = one.locator.lines, other.locator.lines
    if last and first:
        return last[1] == first[0]
    return one.text.rstrip()[-1:] not in _ENDS


def _last(text: str) -> str:
    """The last sentences within the budget."""
    for start, _ in sentences(text):
        if len(text) - start <= _BUDGET:
            return text[start:].strip()
    return ""


def _first(text: str) -> str:
    kept = 0
    for _, end in sentences(text):
        if end > _BUDGET:
            break
        kept = end
    return text[:kept].strip()
