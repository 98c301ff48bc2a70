# SPDX-License-Identifier: Apache-2.0
"""Word documents (.docx), also strict ones, with macros, and templates.

    body      paragraphs with their numbers, lists and rows in document order
    asides    of a section, after its text: notes, comments with their author, text boxes, charts, what is struck or hidden
    members   embedded files, each read by its own reader, after everything else

Asides wait for the end of their section, so that they do not part its sentences into scraps. Word has no pages on disk, so a place is
its heading trail and its range in the text of all segments joined by line ends.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.member_segments import MemberSegments
from desktop_app.documents.office import embedded
from desktop_app.documents.reader import ReadContext, Reader
from desktop_app.documents.text.xml_files import Package
from desktop_app.documents.word.docx_parts import Parts
from desktop_app.documents.word.docx_story import Body
from desktop_app.documents.word.texts import placed

_MOST_NAMED = 3  # parts that the ledger names


def read(context: ReadContext) -> Document:
    """What stands in the document, and in the files inside it. Raises ``UnreadableDocument``."""
    try:
        with zipfile.ZipFile(context.path) as archive:
            return _read(context, Parts(Package(archive)))
    except zipfile.BadZipFile as error:
        raise UnreadableDocument("damaged", "not a zip package") from error


READER = Reader("docx", (".docx", ".docm", ".dotx", ".dotm"), read, needs=("lxml",), has_pictures=True)


def _read(context: ReadContext, parts: Parts) -> Document:
    root = parts.xml(parts.main)
    if root is None:
        raise UnreadableDocument("damaged", f"{parts.main} cannot be read")
    body = Body(parts, context)
    body.read(root)
    members = MemberSegments(context)
    members.segments.extend(placed(body.texts))
    members.tables.extend(body.tables.heads)
    if not members.attach(_objects(parts, body.objects)) and not members.segments:
        raise UnreadableDocument("damaged" if parts.missing else "no_text")
    document = members.document(title=parts.title() or body.title)
    if not parts.missing:
        return document
    lost = f"{', '.join(parts.missing[:_MOST_NAMED])} could not be read whole"
    return replace(document, partial="partly_read", detail="; ".join(text for text in (lost, document.detail) if text))


def _objects(parts: Parts, targets: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The files inside, by name."""
    for target in targets:
        data = parts.data(target)
        if data is None:
            parts.lost(target)
        elif (found := embedded.unwrapped(posixpath.basename(target), data)) is not None:
            yield found
