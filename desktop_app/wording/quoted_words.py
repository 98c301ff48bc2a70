# SPDX-License-Identifier: Apache-2.0
"""Words of a Markdown file without Markdown's signs, as people read them.

A quote holds the file's own letters ("**Radio coverage.** Every site …"), because that is what is searched and checked. On the screen the
signs are noise. Only those that CommonMark would take away are left out, and only for files that are Markdown: elsewhere "*" is a letter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Span = tuple[int, int]

_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd", ".ipynb")
_LEAD = re.compile(r"(?m)^[ \t]{0,3}(?:#{1,6}[ \t]+|>[ \t]?)")
_LINK = re.compile(r"(!?\[)([^\[\]\n]+)(\]\([^()\s]*\))")
_PAIRS = (
    re.compile(r"(\*\*)(?=\S)([^\n]+?)(?<=\S)(\*\*)"),
    re.compile(r"(?<!\w)(__)(?=\S)([^\n_]*\s[^\n_]*)(?<=\S)(__)(?!\w)"),  # one word ("__init__") is a name
    re.compile(r"(?<![A-Za-z0-9*\\])(\*)(?=[^\s*])([^*\n]+?)(?<=[^\s*])(\*)(?![A-Za-z0-9*])"),
    re.compile(r"(~~)(?=\S)([^\n]+?)(?<=\S)(~~)"),
    re.compile(r"(?<!`)(`)([^`\n]+)(`)(?!`)"),
)
_ESCAPED = re.compile(r"\\(?=[!-/:-@\[-`{-~])")


def is_markdown(path: str, part: str | None = None) -> bool:
    """Whether the file, or the member of an archive in it, is Markdown."""
    return (part or path).lower().endswith(_SUFFIXES)


def without_signs(text: str, marks: Sequence[Span] = ()) -> tuple[str, list[Span]]:
    """``text`` without Markdown's signs, and where ranges of it came to stand."""
    gone = [match.span() for match in _LEAD.finditer(text)]
    for match in _LINK.finditer(text):
        gone += [match.span(1), match.span(3)]
    for pattern in _PAIRS:
        for match in pattern.finditer(text):
            gone += [match.span(1), match.span(3)]
    gone += [match.span() for match in _ESCAPED.finditer(text)]
    if not gone:
        return text, list(marks)
    left_out = {place for start, end in gone for place in range(start, end)}
    places, letters = [0], list[str]()
    for place, letter in enumerate(text):
        if place not in left_out:
            letters.append(letter)
        places.append(len(letters))
    moved = [(places[start], places[end]) for start, end in marks]
    return "".join(letters), [(start, end) for start, end in moved if start < end]
