# SPDX-License-Identifier: Apache-2.0
"""Passages as a search finds them."""

from __future__ import annotations

from desktop_app.contract.document import Locator, Piece
from desktop_app.contract.passage import Passage


def passage(text: str, number: int = 1, *trail: str, path: str = "/资料/员工手册.txt", score: float = 0.8) -> Passage:
    """One passage whose lines are its pieces, verbatim in its file from character 100 and line 10 on."""
    pieces, start = [], 0
    for line, part in enumerate(text.split("\n"), start=10):
        place = Locator(lines=(line, line), chars=(100 + start, 100 + start + len(part)), headings=trail)
        pieces.append(Piece(start, start + len(part), place))
        start += len(part) + 1
    whole = Locator(lines=(10, 9 + len(pieces)), chars=(100, 100 + len(text)), headings=trail)
    return Passage(number, number, path, text, whole, score, trail, tuple(pieces))
