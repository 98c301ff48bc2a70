# SPDX-License-Identifier: Apache-2.0
"""Word 97 to 2003 and WPS Writer (.doc, .wps), from the binary file.

Paragraphs, headings, lists and table rows.

Read here rather than by a library, because none that may be shipped keeps the structure: kreuzberg gave one flat text with field
codes in it, and nothing for files with a broken allocation table. The format is [MS-DOC]:

    FIB        at the start of the WordDocument stream: where everything stands, how long each part of the text is
    CLX        in the table stream: the piece table, from character positions to bytes, 8-bit or UTF-16 piece by piece
    PAPX, CHPX pages with the properties of each paragraph and run: style, table, list; struck, hidden, deleted (``doc_properties.py``)
    STSH       the styles; the built-in ones are known by number, so that headings are found in every language
    LST, LFO   the lists, whose numbers stand nowhere in the text (``doc_lists.py``)

The text is one after another that of the body, of footnotes, headers, comments, endnotes and text boxes; tables say which note is referred
to where, and whose a comment is.

Word 6 and 95 have plain text at a fixed place; their encoding is detected. What breaks this reader is tried by kreuzberg.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from msgspec.structs import replace

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.member_segments import MemberSegments
from desktop_app.documents.office import embedded, kreuzberg_backend, ole, unlocking
from desktop_app.documents.reader import ReadContext, Reader
from desktop_app.documents.tables.found_tables import FoundTables
from desktop_app.documents.text import encodings
from desktop_app.documents.word.doc_text import BROKEN, DocText, shown
from desktop_app.documents.word.texts import Text, placed

_MAGIC = 0xA5EC
_WORD97 = 0xC1
_ENCRYPTED, _TABLE1 = 0x0100, 0x0200
_OBJECTS = "ObjectPool"


def read(context: ReadContext) -> Document:
    """The text of a document and of the files inside it; a protected one is unlocked. Raises ``UnreadableDocument``."""
    with ole.opened(context.path) as streams:
        stream = streams.read("WordDocument")
        title = streams.title()
        if len(stream) < 0x60:
            raise UnreadableDocument("damaged", "no text stream")
        magic, version = struct.unpack_from("<HH", stream)
        flags = struct.unpack_from("<H", stream, 0x0A)[0]
        if flags & _ENCRYPTED:
            return unlocking.read(context)
        texts, lost, tables = list[Text](), list[str](), FoundTables()
        try:
            if magic == _MAGIC and version >= _WORD97:
                table = (
                    streams.read("1Table" if flags & _TABLE1 else "0Table") or streams.read("0Table") or streams.read("1Table")
                )
                story = DocText(stream, table, streams.read("Data"), context.progress)
                tables = story.tables
                lost += story.into(texts)
            else:
                texts += _old(stream)
        except BROKEN:
            lost.append("the text")
        if lost and not texts:
            return kreuzberg_backend.read_as(context.path, context.progress, "application/msword")
        members = MemberSegments(context)
        members.segments.extend(placed(texts))
        members.tables.extend(tables.heads)
        inside = members.attach(_objects(streams))
    if not members.segments and not inside:
        raise UnreadableDocument("no_text")
    document = members.document(title=title or next((text.text for text in texts if text.kind == "heading"), ""))
    if not lost:
        return document
    detail = "; ".join(text for text in (f"{', '.join(lost)} could not be read whole", document.detail) if text)
    return replace(document, partial="partly_read", detail=detail)


READER = Reader("doc", (".doc", ".dot", ".wps", ".wpt"), read, needs=("olefile",), has_pictures=True)


def _old(stream: bytes) -> list[Text]:
    """Word 6 and 95: 8-bit text between two offsets."""
    start, end = struct.unpack_from("<II", stream, 0x18)
    decoded = encodings.decode(stream[start:end].replace(b"\r", b"\x0c"))
    paragraphs = (shown(text) for text in re.split("[\x0c\x07]", decoded.text))
    return [Text(text) for text in paragraphs if text]


def _objects(streams: ole.Streams) -> Iterator[tuple[str, bytes]]:
    """The files inside, by name."""
    for number, folder in enumerate(streams.folders(_OBJECTS), start=1):
        found = embedded.from_streams(streams, (_OBJECTS, folder), f"object{number}")
        found = embedded.rebuilt(streams, (_OBJECTS, folder), f"object{number}") if found is None else found
        if found is not None and found[1]:
            yield found
