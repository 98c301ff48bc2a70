# SPDX-License-Identifier: Apache-2.0
"""Workbooks of Excel 2 to 2003 and WPS (.xls, .et): rows, by xlrd.

xlrd knows each cell's number format, so that dates and percentages read as people see them; kreuzberg gave bare numbers,
and nothing at all for Excel 95. A protected workbook is unlocked first (``unlocking.py``).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.office import embedded, ole, unlocking
from desktop_app.documents.office.workbook_files import workbook
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.text.cell_formats import counted, plain
from desktop_app.documents.text.cells import SheetNote, SheetRow, Sheets, SheetShape, shown
from desktop_app.documents.text.locators import column_name

_EMPTY, _TEXT, _NUMBER, _DATE, _BLANK = 0, 1, 2, 3, 6  # kinds of cells of xlrd, which is imported on use only
_WORDS = frozenset((_EMPTY, _TEXT, _BLANK))
_MOST_KNOWN = 10_000  # texts that are kept with what they show
_OBJECT = re.compile("MBD[0-9A-F]{8}", re.IGNORECASE)
_BARE_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")


def read(context: ReadContext) -> Document:
    """Rows of every sheet; a protected workbook is unlocked. Raises ``UnreadableDocument``."""
    try:
        book = open_book(context.path)
    except UnreadableDocument as error:
        if error.reason != "password":
            raise
        return unlocking.read(context)
    with book:
        sheets = Sheets()
        for number in range(book.nsheets):
            context.progress(number, book.nsheets)
            if sheets.full:
                break
            try:
                sheet = book.sheet_by_index(number)
                sheets.add(sheet.name, _rows(book, sheet, number, context.progress), _shape(book, sheet, number), _notes(sheet))
            except Exception:  # noqa: BLE001 - a broken sheet costs the sheet, whatever it breaks in xlrd
                sheets.failed += 1
            book.unload_sheet(number)
        return workbook(context, sheets, _files(context.path))


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of the files inside, which lie in folders of their own beside the workbook's stream."""
    try:
        with ole.opened(path) as streams:
            for folder in streams.folders():
                if _OBJECT.fullmatch(folder):
                    found = embedded.from_streams(streams, (folder,), folder) or embedded.rebuilt(streams, (folder,), folder)
                    if found is not None and found[1]:
                        yield found
    except UnreadableDocument:
        return  # Excel 2 to 4, which is no compound file


def _is_bare_excel(head: bytes, by_name: Reader | None) -> bool:
    """A sheet of Excel 2 to 4, which is no compound file; two of its four bytes are met in anything, so the name counts."""
    return by_name is not None and by_name.name == "xls" and head.startswith(_BARE_EXCEL)


READER = Reader(
    "xls", (".xls", ".xlt", ".et", ".ett"), read, magic=(_is_bare_excel,), needs=("olefile", "xlrd"), has_pictures=True
)


def open_book(path: Path, content: bytes | None = None) -> Any:
    """The open workbook of xlrd; ``content`` where it is not what lies at ``path``. Raises ``UnreadableDocument`` ("password", "damaged")."""
    import xlrd

    # xlrd prints to standard output unless told otherwise.
    options: dict[str, Any] = {
        "logfile": io.StringIO(),
        "on_demand": True,
        "ragged_rows": True,
        "ignore_workbook_corruption": True,
        "file_contents": content,
    }
    try:
        return xlrd.open_workbook(str(path), formatting_info=True, **options)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise UnreadableDocument("password") from error
        raise UnreadableDocument("damaged", str(error)[:200]) from error
    except Exception as error:  # noqa: BLE001 - broken styles end in any error, and the values may still be whole
        return _open_without_styles(path, options, error)


def _open_without_styles(path: Path, options: dict[str, Any], first: Exception) -> Any:
    """``first`` is what the styles broke with; it says what is wrong where the values are broken too."""
    import xlrd

    try:
        return xlrd.open_workbook(str(path), **options)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the values are broken too
        raise UnreadableDocument("damaged", f"{type(first).__name__}: {first}"[:200]) from first


def _rows(book: Any, sheet: Any, number: int, progress: Progress) -> Iterator[SheetRow]:
    rows, from_1904 = sheet.rowinfo_map, bool(book.datemode)
    forms = {style: _format(book, style) for style in range(len(book.xf_list))} if book.formatting_info else {}
    known = dict[tuple[str, str | None], str]()
    for index in range(sheet.nrows):
        if index % 2_000 == 0:
            progress(number, book.nsheets)
        kinds, values = sheet.row_types(index), sheet.row_values(index)
        # In public xlrd gives the style of one cell at a time, at a third of the time of all reading.
        row_forms = map(forms.get, sheet._cell_xf_indexes[index]) if forms else repeat(None)
        cells, unseen = list[str](), list[tuple[int, str]]()
        for column, (kind, value, form) in enumerate(zip(kinds, values, row_forms, strict=False)):
            if kind == _NUMBER or (kind == _DATE and form is not None):
                text = counted(value, form or "General", from_1904=from_1904)[0]
                if not text:
                    unseen.append((column, plain(value)))
                    kinds[column] = _EMPTY
            elif kind == _TEXT:
                text = known.get((value, form)) or ""
                if not text:
                    text = shown(value, form)
                    if len(known) < _MOST_KNOWN:
                        known[value, form] = text
            else:
                text = shown(*_value(book, kind, value, form))
            cells.append(text)
        yield SheetRow(index + 1, cells, _WORDS.issuperset(kinds), index in rows and bool(rows[index].hidden), unseen)


def _shape(book: Any, sheet: Any, number: int) -> SheetShape:
    """What Excel has hidden, and merged cells; Excel before 97 knows none."""
    columns = [column for column, one in sheet.colinfo_map.items() if one.hidden or not one.width]
    merged = [(top, left, bottom - top, right - left) for top, bottom, left, right in sheet.merged_cells]
    return SheetShape(is_hidden(book, number), columns, merged)


def _notes(sheet: Any) -> list[SheetNote]:
    notes = ((place, note) for place, note in sorted(sheet.cell_note_map.items()) if note.text and note.text.strip())
    return [
        SheetNote(f"{column_name(column + 1)}{row + 1}", note.text.strip(), "comment", note.author or "")
        for (row, column), note in notes
    ]


def is_hidden(book: Any, number: int) -> bool:
    """Whether a sheet is hidden, in whatever way."""
    states = getattr(book, "_sheet_visibility", [])  # xlrd names it in public on a loaded sheet only
    return number < len(states) and bool(states[number])


def value_of(book: Any, cell: Any) -> tuple[object, str | None]:
    """A cell's value, and its number format; None for an empty one. Dates are days, as in the file."""
    form = None if cell.xf_index is None else _format(book, cell.xf_index)
    return _value(book, cell.ctype, cell.value, form)


def _value(book: Any, kind: int, value: Any, form: str | None) -> tuple[object, str | None]:
    import xlrd

    match kind:
        case xlrd.XL_CELL_TEXT | xlrd.XL_CELL_NUMBER:
            return value, form
        case xlrd.XL_CELL_DATE:
            if form is not None:
                return value, form
            try:
                return xlrd.xldate_as_datetime(value, book.datemode), None
            except (ValueError, OverflowError):
                return value, None
        case xlrd.XL_CELL_BOOLEAN:
            return bool(value), None
        case xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(value), None
    return None, None


def _format(book: Any, style: int) -> str | None:
    try:
        return str(book.format_map[book.xf_list[style].format_key].format_str)
    except (TypeError, IndexError, KeyError, AttributeError):
        return None
