"""What a reader process and its pool say to each other: one JSON line each.

pool                        reader
ReadRequest          ->
Hold                 ->     (at any time) stand still at the next proof of life, or go on
                     <-     any number of Advanced: proof of life
                     <-     exactly one ReadDone or ReadFailed
input closed         ->     the reader exits at once, even inside a file
"""

from __future__ import annotations

import msgspec

from desktop_app.contract.document import Document


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


class ReadDone(msgspec.Struct, frozen=True, tag="document"):
    document: Document


class ReadFailed(msgspec.Struct, frozen=True, tag="failed"):
    """``reason`` is one of ``contract.document.REASONS``, or ``ocr_mode.LATER``."""

    reason: str
    detail: str = ""


Reply = Advanced | ReadDone | ReadFailed

Request = ReadRequest | Hold

request_decoder: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
reply_decoder: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)
