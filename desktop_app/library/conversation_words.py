# SPDX-License-Identifier: Apache-2.0
"""Full-text index over conversations: which turns hold the given words.

As in ``fulltext``, text is cut into terms (CJK in bigrams, other words by stem) and handed to FTS5 separated by spaces. All words
of the query must be in a turn, the parts of each one after the other; the last word may be a beginning, because users look
while they type. The terms are stored, unlike those of passages: a turn is then taken out by its number alone, whatever version
cut it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

from desktop_app.analysis import words
from desktop_app.analysis.matching import TermMatcher, is_single

CREATE = "CREATE VIRTUAL TABLE turn_terms USING fts5 (body, tokenize=\"unicode61 remove_diacritics 0 tokenchars '-.@_%+'\")"
_BETWEEN = re.compile(r"[\s，。、；：？！“”（）《》]+")
_BEFORE, _SNIPPET = 12, 90  # characters before the first mark, and in all


def put(connection: sqlite3.Connection, turn: int, texts: Sequence[str]) -> None:
    """Index a turn by its texts, in place of what it was indexed by."""
    connection.execute("DELETE FROM turn_terms WHERE rowid = ?", (turn,))
    connection.execute("INSERT INTO turn_terms (rowid, body) VALUES (?, ?)", (turn, " ".join(words.terms("\n".join(texts)))))


def erase(connection: sqlite3.Connection, turns: Sequence[int]) -> None:
    """Take turns out, so that nothing of their words stays in the file: FTS5 only marks terms as deleted until its segments are
    merged."""
    connection.executemany("DELETE FROM turn_terms WHERE rowid = ?", [(turn,) for turn in turns])
    connection.execute("INSERT INTO turn_terms (turn_terms) VALUES ('optimize')")


def find(connection: sqlite3.Connection, text: str, most: int) -> list[int]:
    """The turns that hold ``text``, newest first."""
    query = _query(text)
    if not query:
        return []
    found = connection.execute(
        "SELECT rowid FROM turn_terms WHERE turn_terms MATCH ? ORDER BY rowid DESC LIMIT ?", (query, most)
    )
    return [int(row[0]) for row in found]


def _query(text: str) -> str:
    parts = [stems for stems in (words.sequence(part) for part in _BETWEEN.split(text)) if stems]
    phrases = [" + ".join('"' + stem.replace('"', '""') + '"' for stem in stems) for stems in parts]
    for place, stems in enumerate(parts):
        # A single CJK character is in the index only as the beginning of bigrams.
        if is_single(stems[-1]) or (place == len(parts) - 1 and not words.is_cjk(stems[-1])):
            phrases[place] += " *"
    return " AND ".join(phrases)


def snippet(texts: Sequence[str], looked_for: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A piece of the text that holds most of what was looked for, and the half-open ranges of it that match."""
    matcher = _Beginnings(looked_for)
    flat = [" ".join(text.split()) for text in texts]
    marked = [(text, matcher.marks(text)) for text in flat if text]
    if not marked:
        return "", ()
    text, marks = max(marked, key=lambda one: len({one[0][start:end] for start, end in one[1]}))
    first = marks[0][0] if marks else 0
    start = max(0, first - _BEFORE) if first + _BEFORE > _SNIPPET // 2 else 0
    end = min(len(text), start + _SNIPPET)
    front = "…" if start else ""
    shift = len(front) - start
    inside = tuple((max(a, start) + shift, min(b, end) + shift) for a, b in marks if a < end and b > start)
    return front + text[start:end] + ("…" if end < len(text) else ""), inside


class _Beginnings:
    """Marks what was looked for; the last word also where it is only the beginning of one."""

    def __init__(self, looked_for: str) -> None:
        self._whole = TermMatcher(words.cut(looked_for))
        last = words.cut(looked_for)[-1:]
        begins = last[0] if last and not words.is_cjk(last[0]) else ""
        self._beginning = re.compile(rf"(?<!\w){re.escape(begins)}\w*", re.IGNORECASE) if begins else None

    def marks(self, text: str) -> tuple[tuple[int, int], ...]:
        found = list(self._whole.marks(text))
        if self._beginning is not None:
            found += [match.span() for match in self._beginning.finditer(text)]
        joined: list[tuple[int, int]] = []
        for start, end in sorted(found):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return tuple(joined)
