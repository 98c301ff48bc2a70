# SPDX-License-Identifier: Apache-2.0
"""CSV and TSV: a row is a segment that carries its column names.

What is no table after all (one column, or rows of very different widths) is read as plain text.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator

from desktop_app.contract.document import Document, Locator, Segment
from desktop_app.contract.typed_table import TableHead
from desktop_app.documents.plain import plain_text
from desktop_app.documents.reader import LARGEST_TEXT, Progress, ReadContext, Reader
from desktop_app.documents.tables.found_tables import FoundTables
from desktop_app.documents.text import table
from desktop_app.documents.text.file_bytes import Lines, read_text, remarks
from desktop_app.documents.text.table_head import TableRow

_DELIMITERS = ",\t;|"


def read(context: ReadContext) -> Document:
    """Rows, or paragraphs where it is no table. Raises ``UnreadableDocument``."""
    decoded = read_text(context.path)
    partial, detail = remarks(decoded)
    rows = _rows(decoded.text, "\t" if context.path.suffix.lower() == ".tsv" else "", context.progress)
    if rows is None:
        return Document(tuple(plain_text.paragraphs(decoded.text, context.progress)), partial=partial, detail=detail)
    segments, tables = rows
    return Document(segments, partial=partial, detail=detail, tables=tables)


READER = Reader("delimited", (".csv", ".tsv"), read, limit=LARGEST_TEXT, is_text=True)


def _rows(content: str, delimiter: str, progress: Progress) -> tuple[tuple[Segment, ...], tuple[TableHead, ...]] | None:
    lines = Lines(content)
    reader = records(content, delimiter)
    if reader is None:
        return None

    def rows() -> Iterator[TableRow[tuple[int, Locator]]]:
        first = 1
        for count, (row, last) in enumerate(reader):
            start, end = lines.start(first), lines.start(last + 1)
            if count % 1_000 == 0:
                progress(start, len(content))
            source = content[start:end].rstrip("\n")
            place = Locator(chars=(start, start + len(source)), lines=(first, last))
            cells = _cleaned(row)
            yield TableRow((count + 1, place), cells, None, full=cells)
            first = last + 1

    try:
        segments, tables = list[Segment](), FoundTables()
        for (number, place), cells, names, kind in table.laid_rows(rows()):
            row_cells = tables.take(cells, names, kind, number)
            if kind != table.HEADER:
                segments.append(Segment(table.row_text(cells, names), place, kind, cells=row_cells))
        return (tuple(segments), tuple(tables.heads)) if segments else None
    except csv.Error:
        return None  # a stray quote or such: still text


def _cleaned(row: list[str]) -> list[str]:
    """The cells of a record on one line each; most are already, which is seen of all at once in a third of the time."""
    joined = "\0".join(row)
    if " ".join(joined.split()) == joined and " \0" not in joined and "\0 " not in joined and joined[:1] != " ":
        return row
    return [table.clean(cell) for cell in row]


def records(content: str, delimiter: str = "") -> Iterator[tuple[list[str], int]] | None:
    """The records of a text, each with its last line (from 1); ``delimiter`` is guessed where it is "". None where it is no table.

    The iterator raises ``csv.Error``.
    """
    delimiter = delimiter or _delimiter(content)
    if not delimiter:
        return None
    csv.field_size_limit(sys.maxsize if sys.maxsize < 2**31 else 2**31 - 1)
    reader = csv.reader([line + "\n" for line in content.split("\n")], delimiter=delimiter)
    return ((row, reader.line_num) for row in reader)


def _delimiter(content: str) -> str:
    """The delimiter that parts most of the first lines into the same number of cells, "" when none does."""
    sample = [line for line in content[:20_000].split("\n")[:50] if line.strip()]
    best, found = 0, ""
    for delimiter in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=delimiter)]
        except csv.Error:
            continue
        width = max(set(widths), key=widths.count, default=0)
        if width > 1 and widths.count(width) * 2 > len(widths) and widths.count(width) * width > best:
            best, found = widths.count(width) * width, delimiter
    return found
