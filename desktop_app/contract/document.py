# SPDX-License-Identifier: Apache-2.0
"""What a file becomes: SourceFile, Document of segments, chunks.

Frozen, plain, safe to send as JSON. Structs of msgspec: made ten times faster than frozen dataclasses and decoded almost twice as
fast, and a long file has 100,000 segments. A locator is never dropped on the way: it is what lets the reader click and see the
very line.
"""

from __future__ import annotations

import msgspec


class SourceFile(msgspec.Struct, frozen=True):
    """One file on disk. ``size`` in bytes, ``mtime_ns`` in nanoseconds; ``sha256`` is empty until it had to be computed."""

    path: str
    size: int
    mtime_ns: int
    sha256: str = ""


ASIDES = ("header", "footer", "footnote", "endnote", "comment", "struck", "box", "chart", "field")
"""What text beside the body of a page may be: ``box`` a text box or shape, ``field`` a form field, ``struck`` struck through."""

HIDDEN = ("sheet", "row", "column", "text", "invisible", "tiny", "off_page", "layer")
"""Why a person who opens the file does not see a text: its sheet, row or column is hidden; it is formatted as hidden; it has the colour of
what is behind it or none; it is too small to read; it lies outside the page; its layer is switched off."""


class Locator(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a piece of text stands in its file; only the fields that make sense for the format are set.

    ``page`` and ``slide`` count from 1; ``chars`` is a half-open range of character indices on that page (as PDFium counts
    them) or, for files without pages, in the decoded file (line ends counted as one character; for Word, in the text of all
    segments joined by line ends); ``lines`` is an inclusive range from 1; ``sheet`` and ``cells``
    ("B2:D9") belong together; ``headings`` is the trail from the outermost heading down; ``part`` names a part of a mail or
    an archive member. ``boxes`` mark text that has no characters to select (scans, pictures, OFD), one a line: (left, top,
    right, bottom) as shares 0..1 of the page, from its upper left corner.

    ``label`` is what the file itself calls its page ("iv", "A-3"), where that is not the number. ``aside`` (one of ``ASIDES``) says what
    the text is where it does not belong to the body, ``author`` who wrote the comment. ``hidden`` (one of ``HIDDEN``) says why it is not
    seen by who opens the file; such text is not searched, quoted or put into a prompt unless that was asked for.
    """

    page: int | None = None
    chars: tuple[int, int] | None = None
    lines: tuple[int, int] | None = None
    sheet: str | None = None
    cells: str | None = None
    slide: int | None = None
    headings: tuple[str, ...] = ()
    part: str | None = None
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    label: str = ""
    aside: str = ""
    author: str = ""
    hidden: str = ""


class Segment(msgspec.Struct, frozen=True):
    """A paragraph, heading, list item or table row, with its place. ``kind``: "text", "heading", "row", "list", "code".

    ``continues`` says that it goes on in the paragraph of the segment before it: a PDF reader gives every sentence its own
    exact place on the page.
    """

    text: str
    locator: Locator
    kind: str = "text"
    continues: bool = False


class MemberProblem(msgspec.Struct, frozen=True):
    """A file inside a file that gave no text, or only a part of it: ``part`` as in ``Locator``, ``reason`` one of ``REASONS``."""

    part: str
    reason: str


class Document(msgspec.Struct, frozen=True):
    """A whole file as segments in reading order.

    ``pages`` counts pages, sheets or slides where the format has them. ``partial`` holds a ledger reason code when only a part
    could be read, else "". ``detail`` is a short technical remark for the ledger ("GB18030", "3 of 12 pages without text");
    ``problems`` are those of files inside.
    """

    segments: tuple[Segment, ...]
    pages: int | None = None
    title: str = ""
    partial: str = ""
    detail: str = ""
    problems: tuple[MemberProblem, ...] = ()


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
