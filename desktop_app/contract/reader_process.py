# SPDX-License-Identifier: Apache-2.0
"""What a reader process and its pool say to each other: one JSON line each.

pool                        reader
ReadRequest          ->
Hold                 ->     (at any time) stand still at the next proof of life, or go on
                     <-     any number of Advanced: proof of life
                     <-     any number of Part: the beginning of a long document
                     <-     exactly one ReadDone or ReadFailed
input closed         ->     the reader exits at once, even inside a file
"""

from __future__ import annotations

import msgspec

from desktop_app.contract.document import Document, MemberProblem, Segment

MOST_MEMORY = 4 << 30
"""Bytes that a reader may use; the largest of 1,030 real PDFs needed 0.6 GB."""

LONGEST_ANSWER = 1 << 30
"""Bytes of all lines about one file. A table of 100 MB makes 580 MB; what would make more than this does not fit into ``MOST_MEMORY``."""

MOST_SEGMENTS = 4_000_000
"""Of one file. A table of 60 MB makes 1.5 million, which take 0.9 GB where they arrive; empty ones would be cheap to send."""


class ReadRequest(msgspec.Struct, frozen=True, tag="read"):
    """``passwords`` are tried in turn on protected files; ``ocr`` is one of ``ocr_mode.MODES``."""

    path: str
    passwords: tuple[str, ...] = ()
    ocr: str = "auto"

    def __repr__(self) -> str:
        return f"ReadRequest({self.path!r}, {len(self.passwords)} passwords, {self.ocr!r})"  # they come into no log


class Hold(msgspec.Struct, frozen=True, tag="hold"):
    """The person paused (``held``), or goes on."""

    held: bool


class Advanced(msgspec.Struct, frozen=True, tag="advanced"):
    """``done`` of ``total`` natural units; ``total`` None when it is not known."""

    done: int
    total: int | None = None


class Part(msgspec.Struct, frozen=True, tag="part"):
    """The next segments of a document that would be too long for one line."""

    segments: tuple[Segment, ...]


class ReadDone(msgspec.Struct, frozen=True, tag="document"):
    """``document`` holds the segments that no ``Part`` brought before."""

    document: Document


class ReadFailed(msgspec.Struct, frozen=True, tag="failed"):
    """``reason`` is one of ``contract.document.REASONS``, or ``ocr_mode.LATER``."""

    reason: str
    detail: str = ""
    problems: tuple[MemberProblem, ...] = ()


Reply = Advanced | Part | ReadDone | ReadFailed

Request = ReadRequest | Hold

request_decoder: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
reply_decoder: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)
