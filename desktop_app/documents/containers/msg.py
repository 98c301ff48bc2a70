# SPDX-License-Identifier: Apache-2.0
"""Outlook messages (.msg): headers, text and attachments.

They are streams of a compound file ([MS-OXMSG]). Attachments are read by their own readers; an attached message is a folder of streams inside this one and is read here.
"""

from __future__ import annotations

import struct

from msgspec.structs import replace

from desktop_app.contract.document import Document, Locator, Segment
from desktop_app.documents.containers.mail import header, without_lines
from desktop_app.documents.markup import html
from desktop_app.documents.member_segments import SEPARATOR, MemberSegments, behind, placed
from desktop_app.documents.nesting import DEEPEST, LimitReached, blocks_of
from desktop_app.documents.office import ole
from desktop_app.documents.office.ole import Streams
from desktop_app.documents.plain import plain_text
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.text import encodings
from desktop_app.documents.text.code_pages import codec_of

_SUBJECT, _BODY, _HTML, _RTF = "0037", "1000", "1013", "1009"
_FROM_NAME, _FROM_MAIL, _TO, _CC = "0C1A", "0C1F", "0E04", "0E03"
_LONG_NAME, _SHORT_NAME, _DISPLAY, _DATA = "3707", "3704", "3001", "3701"
_CODEPAGE, _SENT = 0x3FFD, 0x0039


def read(context: ReadContext) -> Document:
    """The message and its attachments. Raises ``UnreadableDocument``."""
    members = MemberSegments(context)
    with ole.opened(context.path) as streams:
        title = _Message(streams, ()).into(members, "", context.progress)
    return members.document(title=title)


READER = Reader("msg", (".msg", ".oft"), read, needs=("olefile",), has_pictures=True)


class _Message:
    """A message at ``folder`` of the file; ``()`` is the outermost."""

    def __init__(self, streams: Streams, folder: tuple[str, ...]) -> None:
        self._streams = streams
        self._folder = folder
        self._numbers = self._fixed()
        page = self._numbers.get(_CODEPAGE, 0) & 0xFFFF
        self._codec = codec_of(page)

    def into(self, members: MemberSegments, part: str, progress: Progress) -> str:
        """Adds the message; returns its subject."""
        subject = self._text(_SUBJECT)
        sender, address = self._text(_FROM_NAME), self._text(_FROM_MAIL)
        sender = f"{sender} <{address}>" if "@" in address and address != sender else sender or address
        heads = (
            ("Subject", subject),
            ("From", sender),
            ("To", self._text(_TO)),
            ("Cc", self._text(_CC)),
            ("Date", self._date()),
        )
        shown = "\n".join(f"{name}: {' '.join(value.split())}" for name, value in heads if value.strip())
        trail = (" ".join(subject.split()),) if subject.strip() else ()
        segments = [Segment(shown, Locator(headings=trail))] if shown else []
        body = self._body(progress)
        segments.extend(replace(one, cells=behind(one.cells, len(members.tables))) for one in body.segments)
        members.segments.extend(placed(segments, part) if part else segments)
        members.tables.extend(body.tables)
        for name in self._streams.folders(*self._folder):
            if name.lower().startswith("__attach"):
                progress(0, None)
                try:
                    self._attachment(name, members, part, progress)
                except LimitReached:
                    break
        return trail[0] if trail else ""

    def _body(self, progress: Progress) -> Document:
        plain = self._text(_BODY)
        if plain.strip():
            paragraphs = plain_text.paragraphs(plain.replace("\r\n", "\n"), progress)
            return Document(tuple(Segment(found.text, Locator(), found.kind) for found in paragraphs))
        page = self._streams.read(*self._folder, f"__substg1.0_{_HTML}0102")
        if page or self._text(_HTML):
            found = html.read_page(page or self._text(_HTML).encode("utf-8"), progress, "" if page else "utf-8")
            return without_lines(found)
        packed = self._streams.read(*self._folder, f"__substg1.0_{_RTF}0102")
        return _rich(packed, progress) if packed else Document(())

    def _attachment(self, name: str, members: MemberSegments, part: str, progress: Progress) -> None:
        inside = _Message(self._streams, (*self._folder, name))
        inside._codec = inside._codec or self._codec
        called = header(inside._text(_LONG_NAME) or inside._text(_SHORT_NAME) or inside._text(_DISPLAY)) or "attachment"
        label = f"attachment {called}"
        label = f"{part}{SEPARATOR}{label}" if part else label
        folder = (*self._folder, name, f"__substg1.0_{_DATA}000D")
        if self._streams.has(*folder):
            if len(folder) > 2 * DEEPEST:
                members.failed(label, "too_big")
            else:
                message = _Message(self._streams, folder)
                message._codec = message._codec or self._codec
                message.into(members, label, progress)
            return
        data = self._streams.read(*self._folder, name, f"__substg1.0_{_DATA}0102")
        if not data:
            members.failed(label, "empty")
        else:
            members.add(label, called, blocks_of(data))

    def _text(self, number: str) -> str:
        wide = self._streams.read(*self._folder, f"__substg1.0_{number}001F")
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\x00")
        narrow = self._streams.read(*self._folder, f"__substg1.0_{number}001E")
        return encodings.decode(narrow, self._codec).text.rstrip("\x00") if narrow else ""

    def _fixed(self) -> dict[int, int]:
        """Properties of fixed length: number -> value as an unsigned integer."""
        data = self._streams.read(*self._folder, "__properties_version1.0")
        # The header is longer in the outermost message than in an attached one or an attachment.
        inside = self._folder[-1].lower() if self._folder else ""
        start = 32 if not inside else 24 if inside.startswith("__substg1.0_3701") else 8
        found: dict[int, int] = {}
        for position in range(start, len(data) - 15, 16):
            tag, _, value = struct.unpack_from("<IIQ", data, position)
            found[tag >> 16] = value
        return found

    def _date(self) -> str:
        """When it was sent (100 nanoseconds since 1601, UTC)."""
        ticks = self._numbers.get(_SENT, 0)
        if not 0 < ticks < 1 << 62:
            return ""
        import datetime as dt

        try:
            moment = dt.datetime(1601, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=ticks // 10)
        except OverflowError:
            return ""
        return moment.strftime("%Y-%m-%d %H:%M UTC")


def _rich(packed: bytes, progress: Progress) -> Document:
    from desktop_app.documents.markup import rtf

    document = rtf.read_bytes_of(unpacked_rtf(packed), progress)
    return without_lines(document)


# What every writer of compressed rich text starts its dictionary with ([MS-OXRTFCP]).
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes"
    b" New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def unpacked_rtf(packed: bytes) -> bytes:
    """Compressed rich text as rich text; of a cut off or damaged one as much as is there, at most 100 MB.

    Own code, because the package compressed-rtf reads nothing of what is damaged: of 1,000 cut off and 1,000 with a changed byte none.
    """
    if len(packed) < 16:
        return b""
    _, raw_size, kind = struct.unpack_from("<III", packed)
    if kind == 0x414C454D:
        return packed[16 : 16 + raw_size]
    window = bytearray(_DICTIONARY.ljust(4096, b" "))
    write, position, output = len(_DICTIONARY), 16, bytearray()
    while position < len(packed) and len(output) < min(raw_size, 100 << 20):
        control = packed[position]
        position += 1
        for bit in range(8):
            if position >= len(packed):
                break
            if not control >> bit & 1:
                byte = packed[position]
                position += 1
                window[write] = byte
                write = (write + 1) % 4096
                output.append(byte)
                continue
            if position + 1 >= len(packed):
                return bytes(output)
            token = packed[position] << 8 | packed[position + 1]
            position += 2
            offset, length = token >> 4, (token & 0xF) + 2
            if offset == write:
                return bytes(output)
            for step in range(length):
                byte = window[(offset + step) % 4096]
                window[write] = byte
                write = (write + 1) % 4096
                output.append(byte)
    return bytes(output)
