# SPDX-License-Identifier: Apache-2.0
"""PowerPoint 97 to 2003 and WPS (.ppt, .dps), from the binary file.

Read here because kreuzberg put the master's "Click to edit" and all slides into one text without saying which slide is which. The
format is [MS-PPT], a tree of records:

    Current User -> the newest edit -> where each persistent object stands (later edits win)
    Document -> list of slides: their order and the text of their title and body
    Slide -> drawing: text boxes, and references to the texts of that list; comments; whether the presentation skips it

Slides that are skipped, boxes beside the slide and letters too small to read are known as hidden. Colours are not looked at. Footers are
told once.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec.structs import replace

from desktop_app.contract.document import Document, Locator, Segment
from desktop_app.documents.office import kreuzberg_backend, ole, ppt_looks, unlocking
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.text import table

_DOCUMENT, _SLIDE, _NOTES, _NOTES_ATOM = 0x03E8, 0x03EE, 0x03F0, 0x03F1
_PERSIST_ATOM, _LIST = 0x03F3, 0x0FF0
_HEADER, _CHARS, _BYTES, _REFERENCE = 0x0F9F, 0x0FA0, 0x0FA8, 0x0F9E
_DOCUMENT_ATOM, _SHOW, _SHAPE, _ANCHOR = 0x03E9, 0x03F9, 0xF004, 0xF010
_STRING, _TAG_DATA, _COMMENT = 0x0FBA, 0x138B, 0x2EE0
_STYLES, _FOOTERS, _FOOTER_FLAGS = 0x0FA1, 0x0FD9, 0x0FDA
_HAS_DATE, _HAS_FOOTER = 0x0005, 0x0020  # of the flags of headers and footers; a date that somebody typed is shown, too
_OF_SLIDES = 3  # the instance of footers that all slides have
_SKIPPED = 0x0004  # of the flags of how a slide is shown
_USER_EDIT, _PERSIST_DIRECTORY = 0x0FF5, 0x1772
_ENCRYPTED_TOKEN = 0xF3D1C4DF
_TITLES = (0, 6)
_DEEPEST = 40
_NEAR = 1 << 20  # bytes behind a text in which its looks are
_BROKEN = (struct.error, IndexError, ValueError, KeyError, RecursionError)


class _Text(NamedTuple):
    """``kind`` as PowerPoint numbers them; ``hidden`` as in ``Locator``."""

    kind: int
    text: str
    hidden: str = ""


@dataclass(slots=True)
class _Slide:
    identity: int
    reference: int
    texts: list[list[_Text]] = field(default_factory=list)
    """Those of the outline, each with what of it cannot be read apart."""


def read(context: ReadContext) -> Document:
    """The text of every slide; a protected file is unlocked. Raises ``UnreadableDocument``."""
    with ole.opened(context.path) as streams:
        stream = streams.read("PowerPoint Document")
        user = streams.read("Current User")
        title = streams.title()
    if len(user) >= 16 and struct.unpack_from("<I", user, 12)[0] == _ENCRYPTED_TOKEN:
        return unlocking.read(context)
    deck = _Deck(stream, context.progress)
    try:
        pages = deck.by_edits(user)
    except _BROKEN:
        pages = 0
    if not deck.segments:
        pages = deck.in_file_order()
    if not deck.segments and not pages:
        return kreuzberg_backend.read_as(context.path, context.progress, "application/vnd.ms-powerpoint")
    return Document(tuple(deck.segments), pages=pages or None, title=title)


READER = Reader("ppt", (".ppt", ".pps", ".pot", ".dps", ".dpt"), read, needs=("olefile",))


def _divided(text: _Text, sizes: Sequence[tuple[int, int]]) -> Iterator[_Text]:
    """What can be read of a text, then what cannot."""
    if text.hidden or not any(ppt_looks.is_tiny(points) for _, points in sizes):
        yield text
        return
    seen, tiny, position = "", "", 0
    for count, points in sizes:
        words = text.text[position : position + count]
        seen, tiny = (seen, tiny + words) if ppt_looks.is_tiny(points) else (seen + words, tiny)
        position += count
    yield text._replace(text=seen + text.text[position:])
    yield text._replace(text=tiny, hidden="tiny")


class _Deck:
    def __init__(self, stream: bytes, progress: Progress) -> None:
        self.segments: list[Segment] = []
        self._size = (0, 0)
        self._told: set[str] = set()  # of footers
        self._stream = stream
        self._progress = progress

    def by_edits(self, user: bytes) -> int:
        """Slides in their order; returns how many there are."""
        places, document = self._persistent(struct.unpack_from("<I", user, 16)[0])
        slides, notes = list[_Slide](), list[_Slide]()
        footers = list[str]()
        for kind, instance, start, end in self._children(*self._inside(places[document], _DOCUMENT)):
            if kind == _FOOTERS and instance == _OF_SLIDES:
                footers = list(self._footers(start, end))
            if kind == _DOCUMENT_ATOM and end - start >= 8:
                self._size = struct.unpack_from("<ii", self._stream, start)
            if kind == _LIST and instance in (0, 2):
                (slides if instance == 0 else notes).extend(self._outline(start, end))
        spoken: dict[int, list[str]] = {}
        for note in notes:
            if note.reference in places:
                slide, words = self._notes(places[note.reference])
                spoken.setdefault(slide, []).extend(words)
        for number, shown in enumerate(slides, start=1):
            self._progress(number, len(slides))
            drawn: list[_Text] = []
            if shown.reference in places:
                start, end = self._inside(places[shown.reference], _SLIDE)
                drawn = list(self._texts(start, end, shown.texts))
            seen = {text.text for text in drawn}
            said = [*(one for text in shown.texts for one in text if one.text not in seen), *drawn]
            since = len(self.segments)
            self._slide(number, said, spoken.get(shown.identity, []))
            if shown.reference in places:
                self._aside(number, start, end, since, footers)
        return len(slides)

    def in_file_order(self) -> int:
        """For a file whose directory is lost: slides as they stand in the stream."""
        number = 0
        try:
            for kind, _, start, end in self._children(0, len(self._stream)):
                if kind == _SLIDE:
                    number += 1
                    since = len(self.segments)
                    self._slide(number, list(self._texts(start, end, [])), [])
                    self._aside(number, start, end, since)
        except _BROKEN:
            pass
        return number

    # ---- records ----------------------------------------------------------------------------------------------------

    def _children(self, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
        """(type, instance, start, end) of the records between two offsets, without their headers."""
        position, end = start, min(end, len(self._stream))
        while position + 8 <= end:
            mixed, kind, length = struct.unpack_from("<HHI", self._stream, position)
            first, last = position + 8, min(position + 8 + length, end)
            yield kind, mixed >> 4, first, last
            position = first + length

    def _inside(self, offset: int, wanted: int) -> tuple[int, int]:
        _, kind, length = struct.unpack_from("<HHI", self._stream, offset)
        if kind != wanted:
            raise ValueError(f"record {kind:#x} where {wanted:#x} should be")
        return offset + 8, offset + 8 + length

    def _persistent(self, edit: int) -> tuple[dict[int, int], int]:
        """Offsets of persistent objects by number, and the number of the document."""
        places: dict[int, int] = {}
        document, seen = -1, set[int]()
        while edit and edit not in seen:
            seen.add(edit)
            start, _ = self._inside(edit, _USER_EDIT)
            previous, directory, root = struct.unpack_from("<III", self._stream, start + 8)
            document = root if document < 0 else document
            position, end = self._inside(directory, _PERSIST_DIRECTORY)
            while position + 4 <= end:
                mixed = struct.unpack_from("<I", self._stream, position)[0]
                first, count = mixed & 0xFFFFF, mixed >> 20
                for number, offset in enumerate(struct.unpack_from(f"<{count}I", self._stream, position + 4)):
                    places.setdefault(first + number, offset)
                position += 4 + 4 * count
            edit = previous
        return places, document

    def _outline(self, start: int, end: int) -> Iterator[_Slide]:
        slide: _Slide | None = None
        kind_of_text = -1
        for kind, _, first, last in self._children(start, end):
            if kind == _PERSIST_ATOM:
                if slide is not None:
                    yield slide
                slide = _Slide(
                    struct.unpack_from("<I", self._stream, first + 12)[0], struct.unpack_from("<I", self._stream, first)[0]
                )
            elif kind == _HEADER:
                kind_of_text = struct.unpack_from("<I", self._stream, first)[0]
            elif kind in (_CHARS, _BYTES) and slide is not None:
                slide.texts.append(list(self._by_size(_Text(kind_of_text, self._text(kind, first, last)), last, end)))
        if slide is not None:
            yield slide

    def _notes(self, offset: int) -> tuple[int, list[str]]:
        """The slide that notes belong to, and their paragraphs."""
        start, end = self._inside(offset, _NOTES)
        slide = 0
        for kind, _, first, _last in self._children(start, end):
            if kind == _NOTES_ATOM:
                slide = struct.unpack_from("<I", self._stream, first)[0]
        # 2 is the body of the notes; the rest repeats the slide's picture, its number and date.
        return slide, [one.text for one in self._texts(start, end, []) if one.kind == 2]

    def _texts(self, start: int, end: int, outline: list[list[_Text]], depth: int = 0, hidden: str = "") -> Iterator[_Text]:
        if depth > _DEEPEST:
            return
        kind_of_text = 4
        position, end = start, min(end, len(self._stream))
        while position + 8 <= end:
            mixed, kind, length = struct.unpack_from("<HHI", self._stream, position)
            first, last = position + 8, min(position + 8 + length, end)
            if kind == _HEADER and last - first >= 4:
                kind_of_text = struct.unpack_from("<I", self._stream, first)[0]
            elif kind in (_CHARS, _BYTES):
                yield from self._by_size(_Text(kind_of_text, self._text(kind, first, last), hidden), last, end)
            elif kind == _REFERENCE and last - first >= 4:
                index = struct.unpack_from("<I", self._stream, first)[0]
                if index < len(outline):
                    yield from (one._replace(hidden=hidden or one.hidden) for one in outline[index])
            elif mixed & 0x0F == 0x0F:
                beside = "off_page" if kind == _SHAPE and self._is_beside(first, last) else hidden
                yield from self._texts(first, last, outline, depth + 1, beside)
            position = first + length

    def _by_size(self, text: _Text, behind: int, end: int) -> Iterator[_Text]:
        """A text, and what of it is too small to read on its own; its looks follow it."""
        for kind, _, first, last in self._children(behind, min(end, behind + _NEAR)):
            if kind in (_CHARS, _BYTES, _HEADER):
                break
            if kind == _STYLES:
                yield from _divided(text, ppt_looks.sizes(self._stream[first:last], len(text.text)))
                return
        yield text

    def _is_beside(self, start: int, end: int) -> bool:
        """Whether no part of a shape lies on the slide; the places of shapes in groups are those of the group."""
        for kind, _, first, last in self._children(start, end):
            if kind == _ANCHOR and last - first == 8:
                top, left, right, bottom = struct.unpack_from("<4h", self._stream, first)
                wide, high = self._size
                return wide > 0 and high > 0 and (right < 0 or bottom < 0 or left > wide or top > high)
        return False

    def _footers(self, start: int, end: int) -> Iterator[str]:
        """The footer that is shown, and a date that somebody typed."""
        flags, said = 0, dict[int, str]()
        for kind, instance, first, last in self._children(start, end):
            if kind == _FOOTER_FLAGS and last - first >= 4:
                flags = struct.unpack_from("<H", self._stream, first + 2)[0]
            elif kind == _STRING:
                said[instance] = self._stream[first:last].decode("utf-16-le", "replace").strip("\x00 ")
        if flags & _HAS_FOOTER:
            yield said.get(2, "")
        if flags & _HAS_DATE == _HAS_DATE:
            yield said.get(0, "")

    def _aside(self, number: int, start: int, end: int, since: int, footers: Sequence[str] = ()) -> None:
        """Footers that were not told yet and comments of a slide, whose first segment is ``since``; and, where the presentation skips it,
        that all of it is hidden. ``footers`` are those of a slide that says none."""
        own = [list(self._footers(first, last)) for kind, _, first, last in self._children(start, end) if kind == _FOOTERS]
        for text in own[0] if own else footers:
            if text and text not in self._told:
                self._told.add(text)
                self.segments.append(Segment(text, Locator(slide=number, aside="footer")))
        for author, text in self._comments(start, end):
            if text.strip():
                self.segments.append(Segment(text.strip(), Locator(slide=number, aside="comment", author=author.strip())))
        for kind, _, first, last in self._children(start, end):
            if kind == _SHOW and last - first >= 12 and struct.unpack_from("<H", self._stream, first + 10)[0] & _SKIPPED:
                self.segments[since:] = [
                    replace(one, locator=replace(one.locator, hidden=one.locator.hidden or "slide"))
                    for one in self.segments[since:]
                ]

    def _comments(self, start: int, end: int, depth: int = 0) -> Iterator[tuple[str, str]]:
        """(author, text) of the comments inside a record."""
        position, end = start, min(end, len(self._stream))
        while position + 8 <= end and depth <= _DEEPEST:
            mixed, kind, length = struct.unpack_from("<HHI", self._stream, position)
            first, last = position + 8, min(position + 8 + length, end)
            if kind == _COMMENT:
                said = {
                    instance: self._stream[a:b].decode("utf-16-le", "replace")
                    for which, instance, a, b in self._children(first, last)
                    if which == _STRING
                }
                yield said.get(0, ""), said.get(1, "")
            elif mixed & 0x0F == 0x0F or kind == _TAG_DATA:
                yield from self._comments(first, last, depth + 1)
            position = first + length

    def _text(self, kind: int, start: int, end: int) -> str:
        data = self._stream[start:end]
        return data.decode("latin-1") if kind == _BYTES else data.decode("utf-16-le", "replace")

    # ---- segments ---------------------------------------------------------------------------------------------------

    def _slide(self, number: int, texts: list[_Text], notes: list[str]) -> None:
        title = next(
            (table.clean(one.text) for one in texts if one.kind in _TITLES and one.text.strip() and not one.hidden), ""
        )
        place = Locator(slide=number, headings=(title,) if title else ())
        for one in texts:
            for line in one.text.split("\r"):
                words = line.replace("\x0b", "\n").strip("\x00 \t\n*")
                if words:
                    kind = "heading" if one.kind in _TITLES and not one.hidden else "text"
                    self.segments.append(Segment(words, replace(place, hidden=one.hidden), kind))
        for text in notes:
            self.segments.extend(
                Segment(line.replace("\x0b", "\n").strip(), place) for line in text.split("\r") if line.strip("\x00 \t\x0b*")
            )
