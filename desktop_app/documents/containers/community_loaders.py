# SPDX-License-Identifier: Apache-2.0
"""Visio drawings (.vsdx) page by page, by langchain-community.

The only use of that package, which was meant for formats of the long tail.
Its loaders for notebooks, Evernote and subtitles were looked at and left: the first gives Python lists as text, the other two need
GPL packages; all three lose places. So those have small readers of their own. The package is being retired upstream; whatever is
used of it is imported here, when such a file is read, and nowhere else.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.documents.reader import ReadContext, Reader
from desktop_app.documents.text.xml_files import Package, attribute, name_of

_PAGE = re.compile(r"visio/pages/page\d+\.xml$", re.IGNORECASE)
_BARE_TEXT = re.compile(rb"<Text>")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)


def read(context: ReadContext) -> Document:
    """The texts of every page, by its number and name. Raises ``UnreadableDocument``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # every import of the package announces its end
        from langchain_community.document_loaders.blob_loaders import Blob
        from langchain_community.document_loaders.parsers.vsdx import VsdxParser
    context.progress(0, None)
    try:
        pages = list(VsdxParser().parse(Blob.from_data(_prepared(context.path), path=str(context.path))))
    except (KeyError, TypeError, ValueError, IndexError, StopIteration, zipfile.BadZipFile) as error:
        raise UnreadableDocument("damaged", f"{type(error).__name__}: {error}"[:200]) from error
    segments: list[Segment] = []
    for page in pages:
        number, name = page.metadata.get("page"), str(page.metadata.get("page_name") or "").partition(" ")[2].strip()
        place = Locator(page=number + 1 if isinstance(number, int) else None, headings=(name,) if name else ())
        lines = (_unescaped(line).strip() for line in page.page_content.split("\n"))
        segments.extend(Segment(line, place) for line in lines if line)
    return Document(tuple(segments), pages=len(pages) or None)


READER = Reader("visio", (".vsdx", ".vsdm"), read, needs=("langchain_community", "lxml"))


def _prepared(path: Path) -> bytes:
    """The package as the parser needs it: an attribute on every bare text element, because it looks only at texts that come with
    one; pages and their relations in the same order, and their names as a list, which it takes for granted."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(buffer, "w") as copy:
        package = Package(archive)
        pages, relations = package.xml("visio/pages/pages.xml"), package.xml("visio/pages/_rels/pages.xml.rels")
        if pages is None or relations is None:
            raise UnreadableDocument("damaged", "no pages inside")
        targets = {attribute(element, "Id"): element for element in relations}
        names, ordered = list[str](), list[str]()
        for number, page in enumerate(element for element in pages if name_of(element) == "Page"):
            relation = next((attribute(element, "id") for element in page if name_of(element) == "Rel"), "")
            if relation in targets:
                ordered.append(attribute(targets[relation], "Target"))
                names.append(attribute(page, "Name") or str(number + 1))
        known = [f"{number} {name}" for number, name in enumerate(names)]  # names may be the same, or end in spaces
        listed = "".join(f"<Page Name={quoteattr(name)}/>" for name in known)
        copy.writestr("visio/pages/pages.xml", f"<Pages>{listed}</Pages>")
        listed = "".join(f"<Relationship Target={quoteattr(target)}/>" for target in ordered)
        copy.writestr("visio/pages/_rels/pages.xml.rels", f"<Relationships>{listed}</Relationships>")
        titles = "".join(f"<vt:lpstr>{escape(name)}</vt:lpstr>" for name in (*known, "", ""))
        vector = f"<vt:vector xmlns:vt='vt'>{titles}</vt:vector>"
        copy.writestr("docProps/app.xml", f"<Properties><TitlesOfParts>{vector}</TitlesOfParts></Properties>")
        for name in package.names:
            data = package.data(name) if _PAGE.match(name) else None
            if data is not None:
                copy.writestr(name, _BARE_TEXT.sub(b'<Text IX="0">', data))
    return buffer.getvalue()


def _unescaped(line: str) -> str:
    """The parser takes texts out of JSON without undoing its escapes, so that Chinese comes as \\u4e2d."""
    text = _ESCAPE.sub(
        lambda match: chr(int(match[1], 16)) if match[1] else {"t": "\t", "r": " "}.get(match[2], match[2]), line
    )
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
