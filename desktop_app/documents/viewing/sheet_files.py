# SPDX-License-Identifier: Apache-2.0
"""Opens a workbook for showing, whatever its format.

    book = open_book(path, password)   ->   book.names, book.sheet(0)   ->   sheet.rows(first, count)

What opens a file is chosen by its content, as for reading, because names are often wrong. It is read whole and closed: on Windows a file that
is open in one program cannot be saved by another.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from desktop_app.contract.document import UnreadableDocument
from desktop_app.documents.office import unlocking
from desktop_app.documents.process import registry
from desktop_app.documents.viewing.held_books import DelimitedBook, OdsBook, XlsbBook, XlsBook
from desktop_app.documents.viewing.viewed_sheet import ViewedBook
from desktop_app.documents.viewing.xlsx_book import XlsxBook


def open_book(path: Path, password: str) -> ViewedBook:
    """The workbook at ``path``. Raises ``UnreadableDocument``."""
    name = registry.reader_of(path).name
    if name == "xlsx":
        return XlsxBook(io.BytesIO(path.read_bytes()))
    if name == "xls":
        return _xls(path, password)
    if name == "xlsb":
        return XlsbBook(path.read_bytes())
    if name == "odf":
        return OdsBook(path, password)
    if name == "delimited":
        return DelimitedBook(path)
    if name == "locked":
        return _unlocked(path, password)
    raise UnreadableDocument("damaged", f"a {name} file, no workbook")


def _xls(path: Path, password: str) -> ViewedBook:
    try:
        return XlsBook(path, path.read_bytes())
    except UnreadableDocument as error:
        if error.reason != "password":
            raise
        return _unlocked(path, password)


def _unlocked(path: Path, password: str) -> ViewedBook:
    content = unlocking.unlocked(path, [password] if password else [], _no_progress)
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return XlsBook(path, content)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        binary = "xl/workbook.bin" in package.namelist()
    return XlsbBook(content) if binary else XlsxBook(io.BytesIO(content))


def _no_progress(done: int, total: int | None) -> None:
    """Nobody waits for signs of life of an unlocking: it takes a second."""
