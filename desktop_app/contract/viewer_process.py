# SPDX-License-Identifier: Apache-2.0
"""The protocol of the viewer process, in the words of ``ipc.message``.

window                      viewer process
a request              ->   answered in the order they came, one after another
Cancel                 ->   a request that has not been begun is dropped
                       <-   any number of partial replies
                       <-   exactly one end: its result or an ErrorReply

Every request says which file it is about, so that a viewer that was killed and started again needs nothing from before; the process keeps
the file that it opened last. What fails is an ``ErrorReply`` with one of ``CODES`` and the ``path``.
"""

from __future__ import annotations

import msgspec

from desktop_app.ipc.message import Cancel, ErrorReply, Reply, Request

MOST_MEMORY = 2 << 30
"""Bytes that a viewer may use."""

CODES = ("view_password", "view_damaged", "view_too_big", "view_unreadable", "view_stalled", "view_crashed")
"""Why a file cannot be shown (``foundation.errors``): it needs a password; it cannot be parsed; it is larger than is safe; the system does
not open it; the process stood still, or died, while it was at it."""


class ViewRequest(Request, frozen=True):
    """``password`` opens a protected file; "" is none."""

    path: str
    password: str = ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id}, {self.path!r})"  # a password comes into no log


class OpenPdf(ViewRequest, frozen=True):
    """How many pages a PDF has, and how large they are. -> PdfOpened"""


class PdfOpened(Reply, frozen=True):
    """``sizes``: width and height of the first pages as they are shown, in points; ``PageSizes`` gives those of the others."""

    page_count: int
    sizes: tuple[tuple[float, float], ...]


AnyRequest = OpenPdf | Cancel
AnyReply = PdfOpened | ErrorReply

request_decoder: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
reply_decoder: msgspec.json.Decoder[AnyReply] = msgspec.json.Decoder(AnyReply)
