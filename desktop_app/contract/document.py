# SPDX-License-Identifier: Apache-2.0
"""What a file becomes: SourceFile, Document of segments, chunks.

Frozen, plain, safe to send as JSON. Structs of msgspec: made ten times faster than frozen dataclasses and decoded almost twice as
fast, and a long file has 100,000 segments. A locator is never dropped on the way: it is what lets the reader click and see the
very line.
"""

from __future__ import annotations

import msgspec

from desktop_app.contract.locator import ASIDES, HIDDEN, Locator
from desktop_app.contract.typed_table import RowCells, TableHead

__all__ = [
    "ASIDES",
    "HIDDEN",
    "REASONS",
    "Chunk",
    "Document",
    "Locator",
    "MemberProblem",
    "Piece",
    "Segment",
    "SourceFile",
    "UnreadableDocument",
]


class SourceFile(msgspec.Struct, frozen=True):
    """One file on disk. ``size`` in bytes, ``mtime_ns`` in nanoseconds; ``sha256`` is empty until it had to be computed."""

    path: str
    size: int
    mtime_ns: int
    sha256: str = ""


class Segment(msgspec.Struct, frozen=True, omit_defaults=True):
    """A paragraph, heading, list item or table row, with its place. ``kind``: "text", "heading", "row", "list", "code".

    ``continues`` says that it goes on in the paragraph of the segment before it: a PDF reader gives every sentence its own
    exact place on the page. ``cells``: of a row of one of ``Document.tables``.
    """

    text: str
    locator: Locator
    kind: str = "text"
    continues: bool = False
    cells: RowCells | None = None


class MemberProblem(msgspec.Struct, frozen=True):
    """A file inside a file that gave no text, or only a part of it: ``part`` as in ``Locator``, ``reason`` one of ``REASONS``."""

    part: str
    reason: str


class Document(msgspec.Struct, frozen=True):
    """A whole file as segments in reading order.

    ``pages`` counts pages, sheets or slides where the format has them. ``partial`` holds a ledger reason code when only a part
    could be read, else "". ``detail`` is a short technical remark for the ledger ("GB18030", "3 of 12 pages without text");
    ``problems`` are those of files inside. ``tables``: those whose rows are segments with ``cells``.
    """

    segments: tuple[Segment, ...]
    pages: int | None = None
    title: str = ""
    partial: str = ""
    detail: str = ""
    problems: tuple[MemberProblem, ...] = ()
    tables: tuple[TableHead, ...] = ()


class Piece(msgspec.Struct, frozen=True):
    """A stretch of a chunk that came from one segment: ``start`` is its offset in the chunk's text, in characters."""

    start: int
    end: int
    locator: Locator


class Chunk(msgspec.Struct, frozen=True):
    """The unit that is embedded, indexed and found. ``trail`` is the heading trail; ``pieces`` tile ``text`` (separators apart),
    so that any quote inside can be traced to its exact place."""

    text: str
    locator: Locator
    trail: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()


# The fixed list of ledger reasons. Stable codes: they are stored, shown (wording/problem_texts.py) and scripted against.
REASONS = (
    "password",  # needs a password
    "damaged",  # cannot be parsed
    "no_text",  # opened, holds no text (a scan, an empty drawing)
    "empty",  # zero bytes, or nothing in it
    "unknown_format",  # a format Inkstone does not read
    "too_big",
    "timed_out",  # no progress for too long
    "given_up",  # skipped by the user while it was read
    "crashed",  # the reader process died on it
    "component_missing",  # a library that its reader needs is missing or does not load
    "unreadable",  # the system refused to open it
    "partly_read",  # some pages or sheets could not be read
    "encoding_unsure",  # decoded, but not with confidence
    "hidden",  # hidden or system file
    "temporary",  # lock or temporary file of another program
    "excluded",  # left out by a pattern or the size limit of this library
    "not_allowed",  # its place or its format is ruled out by the policy of this PC
    "being_written",  # another program wrote to it while it was read
    "offline",  # its folder cannot be reached now
)


class UnreadableDocument(Exception):
    """Raised by a reader: this file gives no text, for ``reason`` (one of ``REASONS``); ``problems`` are those of files inside."""

    def __init__(self, reason: str, detail: str = "", problems: tuple[MemberProblem, ...] = ()) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
        self.problems = problems
