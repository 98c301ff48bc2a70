# SPDX-License-Identifier: Apache-2.0
"""Reads rarer formats, and broken old Office files, by kreuzberg.

It is the second try for old Office files that our own readers cannot follow.
Tried on the sample files it reads much, but says little about places and reads some text wrongly (rich text in GBK or Shift-JIS),
so that formats with a reader of their own do not come here first. Headings and tables become the trail and rows. It is given bytes
and a type, never a name; caching, OCR and language detection are off. It opened no socket but a local pair under
``strace -f -e trace=%network`` over all sample files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.text.file_bytes import read_bytes
from desktop_app.documents.text.segment_builder import SegmentBuilder

_TYPES = {
    ".fb2": "application/x-fictionbook+xml",
    ".dbf": "application/x-dbf",
    ".hwp": "application/x-hwp",
    ".org": "text/x-org",
    ".typ": "application/x-typst",
    ".bib": "application/x-bibtex",
}


def read(context: ReadContext) -> Document:
    """A file of a rarer format, by its suffix. Raises ``UnreadableDocument``."""
    return read_as(context.path, context.progress, _TYPES[context.path.suffix.lower()])


READER = Reader("rare", tuple(_TYPES), read, is_text=True, needs=("kreuzberg",))


def read_as(path: Path, progress: Progress, mime: str) -> Document:
    """A file as ``mime`` says, whatever its name is. Raises ``UnreadableDocument``."""
    from kreuzberg import ExtractionConfig, KreuzbergError, extract_bytes_sync

    progress(0, None)
    config = ExtractionConfig(use_cache=False, enable_quality_processing=False, include_document_structure=True)
    try:
        result = extract_bytes_sync(read_bytes(path), mime, config)
    except KreuzbergError as error:
        raise UnreadableDocument("damaged", str(error)[:200]) from error
    except BaseException as error:  # a panic in Rust comes as an exception of its own, below BaseException
        if type(error).__name__ == "PanicException":
            raise UnreadableDocument("damaged", "kreuzberg broke off") from error
        raise
    flow = SegmentBuilder()
    structure: Any = result.document
    nodes = (structure or {}).get("nodes", [])
    for node in nodes:
        _node(node.get("content", {}), flow)
    if not flow.segments:
        for block in result.content.split("\n\n"):
            flow.paragraph(block)
    if not flow.segments:
        raise UnreadableDocument("no_text")
    return Document(tuple(flow.segments), title=flow.title, detail="second reader", tables=tuple(flow.tables.heads))


def _node(content: dict[str, Any], flow: SegmentBuilder) -> None:
    match content.get("node_type"):
        case "heading":
            flow.heading(int(content.get("level", 1)), str(content.get("text", "")))
        case "table":
            grid = content.get("grid", {})
            rows = [[""] * int(grid.get("cols", 0)) for _ in range(int(grid.get("rows", 0)))]
            for cell in grid.get("cells", []):
                rows[cell["row"]][cell["col"]] = str(cell.get("content", ""))
            flow.rows(rows)
        case "list_item":
            flow.paragraph(str(content.get("text", "")), "list")
        case "code":
            flow.paragraph(str(content.get("text", "")), "code")
        case "group" | "image" | None:
            return
        case _:
            flow.paragraph(str(content.get("text", "") or content.get("title", "")))
