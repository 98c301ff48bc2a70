# SPDX-License-Identifier: Apache-2.0
"""Jupyter notebooks (.ipynb): texts, code and plain results by cell.

Headings of the texts are the trail.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.reader import LARGEST_TEXT, ReadContext, Reader
from desktop_app.documents.text.file_bytes import read_text
from desktop_app.documents.text.segment_builder import SegmentBuilder

_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
_LONGEST_RESULT = 4_000  # characters; results are often logs


def read(context: ReadContext) -> Document:
    """The cells of a notebook, with their plain results. Raises ``UnreadableDocument``."""
    try:
        book = msgspec.json.decode(read_text(context.path).text.encode("utf-8"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise UnreadableDocument("damaged", str(error)[:200]) from error
    cells = book.get("cells") if isinstance(book, dict) else None
    if not isinstance(cells, list):
        sheets = book.get("worksheets") if isinstance(book, dict) else None
        cells = (
            [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells", [])]
            if isinstance(sheets, list)
            else []
        )
    flow = SegmentBuilder()
    for number, cell in enumerate(cells):
        context.progress(number, len(cells))
        if not isinstance(cell, dict):
            continue
        text = _text(cell.get("source", cell.get("input", "")))
        if cell.get("cell_type") == "code":
            flow.paragraph(text, "code")
            for result in cell.get("outputs") or ():
                flow.paragraph(_result(result)[:_LONGEST_RESULT], "code")
        else:
            _markdown(text, flow)
    return Document(tuple(flow.segments), title=flow.title)


READER = Reader("notebook", (".ipynb",), read, limit=LARGEST_TEXT, is_text=True)


def _markdown(text: str, flow: SegmentBuilder) -> None:
    for block in re.split(r"\n\s*\n", text):
        rest = []
        for line in block.split("\n"):
            match = _HEADING.match(line)
            if match is None:
                rest.append(line)
                continue
            flow.paragraph("\n".join(rest))
            rest = []
            flow.heading(len(match[1]), match[2])
        flow.paragraph("\n".join(rest))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _result(result: Any) -> str:
    if not isinstance(result, dict):
        return ""
    data = result.get("data")
    shown = data.get("text/plain", "") if isinstance(data, dict) else ""
    return _text(result.get("text")) or _text(shown)
