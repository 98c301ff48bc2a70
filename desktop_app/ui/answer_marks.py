"""Marks that have to survive Markdown: where an unsupported sentence begins and ends.

``AnswerPart`` counts characters of the Markdown source, and no parser tells where its words came from. So each unsupported
sentence is bracketed with two characters of Unicode's private area before parsing, and the renderer takes them out again. A
bracket may not stand before "- ", "# " or "| ", or the line would no longer be a list item, a heading, a table row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop_app.contract.answer import SUPPORTED, AnswerPart

BEGIN, END = "\ue000", "\ue001"
_PREFIX = re.compile(r"(?:[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+|#{1,6}[ \t]+|>[ \t]?|\|[ \t]*))*[ \t]*")


def bracketed(text: str, parts: Sequence[AnswerPart]) -> tuple[str, list[str]]:
    """``text`` with each unsupported part between ``BEGIN`` and ``END``, and the reasons in the order of the brackets.

    The two characters themselves, which PDFs with symbol fonts do contain, become spaces first, so that offsets hold.
    """
    clean = text.replace(BEGIN, " ").replace(END, " ")
    pieces: list[str] = []
    reasons: list[str] = []
    at = 0
    for part in sorted((part for part in parts if part.verdict != SUPPORTED), key=lambda part: part.start):
        start, end = max(part.start, at), min(part.end, len(clean))
        if end <= start:
            continue
        if start == 0 or clean[start - 1] == "\n":
            match = _PREFIX.match(clean, start)
            start = match.end() if match else start
        while end > start and clean[end - 1].isspace():
            end -= 1
        if end <= start:
            continue
        pieces += [clean[at:start], BEGIN, clean[start:end], END]
        reasons.append(part.why)
        at = end
    return "".join([*pieces, clean[at:]]), reasons
