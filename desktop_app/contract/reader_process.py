# SPDX-License-Identifier: Apache-2.0
"""The protocol of a reader process, in the words of ``ipc.message``.

pool                        reader process
Read                   ->
Pause                  ->   at any time: stand still at the next sign of life, or go on
                       <-   any number of Progress (natural units of the file, pages for one): signs of life
                       <-   any number of Part: the beginning of a long document
                       <-   ReadDone or an ErrorReply
"""

from __future__ import annotations

import msgspec

from desktop_app.contract.document import Document, MemberProblem, Segment
from desktop_app.ipc.message import ErrorReply, Notification, PartialReply, Progress, Reply, Request

MOST_MEMORY = 4 << 30
"""Bytes that a reader may use; the largest of 1,030 real PDFs needed 0.6 GB."""

LONGEST_ANSWER = 1 << 30
"""Bytes of all lines about one file. A table of 100 MB makes 580 MB; what would make more than this does not fit into ``MOST_MEMORY``."""

MOST_SEGMENTS = 4_000_000
"""Of one file. A table of 60 MB makes 1.5 million, which take 0.9 GB where they arrive; empty ones would be cheap to send."""


class Read(Request, frozen=True):
    """``passwords`` are tried in turn on protected files; ``ocr`` is one of ``ocr_mode.MODES``. ``recognised``: what text recognition gave
    for pages of this very content before, which is taken instead of recognising them again."""

    path: str
    passwords: tuple[str, ...] = ()
    ocr: str = "auto"
    recognised: tuple[Segment, ...] = ()

    def __repr__(self) -> str:
        return f"Read({self.path!r}, {len(self.passwords)} passwords, {self.ocr!r})"  # they come into no log


class PauseReader(Notification, frozen=True):
    """Stand still while ``paused``."""

    paused: bool


class Part(PartialReply, frozen=True):
    """The next segments of a document that would be too long for one line."""

    segments: tuple[Segment, ...]


class ReadDone(Reply, frozen=True):
    """``document`` holds the segments that no ``Part`` brought before."""

    document: Document


class Unreadable(ErrorReply, frozen=True):
    """The end of a ``Read`` that gave no text. ``code`` is one of ``contract.document.REASONS``, or ``ocr_mode.LATER``; ``data`` has the
    ``detail``; ``problems`` are those of files inside."""

    problems: tuple[MemberProblem, ...] = ()


def unreadable(request_id: int, reason: str, detail: str = "", problems: tuple[MemberProblem, ...] = ()) -> Unreadable:
    """``Unreadable`` with its ``detail`` in place."""
    return Unreadable(request_id, reason, {"detail": detail}, problems)


AnyRequest = Read | PauseReader
AnyReply = Progress | Part | ReadDone | Unreadable | ErrorReply

request_decoder: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
reply_decoder: msgspec.json.Decoder[AnyReply] = msgspec.json.Decoder(AnyReply)
