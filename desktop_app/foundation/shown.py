# SPDX-License-Identifier: Apache-2.0
"""Makes names and texts written by others safe to show.

File names, members of archives, mail subjects, headings and error details are written by others. A line end in one forges a second
line, an escape sequence commands a terminal, and a mark of writing direction lets "invoice\\u202efdp.exe" read as "invoiceexe.pdf".
Such characters are shown as their escape (``\\n``, ``\\x1b``, ``\\u202e``); letters of every script stay as they are.

What Qt would take for markup is not looked at here: ``ui/look/labels.py`` sees to that.
"""

from __future__ import annotations

import re

# C0 and C1 controls; marks, embeddings, overrides and isolates of direction; line and paragraph separators; halves of characters,
# which no stream can write.
_MARKS = "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_IN_NAME = re.compile(rf"[\x00-\x1f\x7f-\x9f{_MARKS}]")
_IN_LINES = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_MARKS}]")
# Running text of a document may be Arabic or Hebrew, where marks of direction have their place.
_IN_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

ELLIPSIS = "…"
_FORMULA = ("=", "+", "-", "@")


def shown_name(name: str, longest: int = 0) -> str:
    """A name on one line, in at most ``longest`` characters (0: as long as it is); its middle goes first, start and end stay."""
    name = _IN_NAME.sub(_escape, name)
    if not longest or len(name) <= longest:
        return name
    tail = max(1, (longest - 1) // 3)
    return name[: longest - 1 - tail].rstrip() + ELLIPSIS + name[-tail:].lstrip()


def shown_lines(words: str) -> str:
    """Words of ours with names in them: line ends and tabs stay, the rest as in ``shown_name``."""
    return _IN_LINES.sub(_escape, words)


def shown_text(text: str) -> str:
    """Running text of a document: its line ends, tabs and marks of direction stay, a terminal's commands do not."""
    return _IN_TEXT.sub(_escape, text)


def table_cell(text: str) -> str:
    """A text as a cell of a table that is copied into a spreadsheet: on one line, and never a formula, which could fetch something from
    the network (CSV injection)."""
    line = shown_name(" ".join(text.split()))
    return f"'{line}" if line.startswith(_FORMULA) else line


def _escape(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode("ascii")
