# SPDX-License-Identifier: Apache-2.0
"""Workbooks of Excel 2 to 2003 and WPS (.xls, .et): rows, by xlrd.

xlrd knows each cell's number format, so that dates and percentages read as people see them; kreuzberg gave bare numbers,
and nothing at all for Excel 95. A protected workbook is unlocked first (``unlocking.py``).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from pathlib import Path
from typing import Any

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.office import embedded, ole, unlocking
from desktop_app.documents.office.workbook_files import workbook
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.sheets.xls_records import SheetRecords, chart_sheets, sheet_records
from desktop_app.documents.text.cell_formats import counted, plain
from desktop_app.documents.text.cells import SheetNote, SheetRow, Sheets, SheetShape, shown
from desktop_app.documents.text.colours import WHITE, alike
from desktop_app.documents.text.locators import column_name

_EMPTY, _TEXT, _NUMBER, _DATE, _BLANK = 0, 1, 2, 3, 6  # kinds of cells of xlrd, which is imported on use only
_WORDS = frozenset((_EMPTY, _TEXT, _BLANK))
_MOST_KNOWN = 10_000  # texts that are kept with what they show
_BRACKETS, _QUOTED = re.compile(r"\([^()]*\)"), re.compile(r"\"[^\"]*\"|'[^']*'")
_WHOLE = re.compile(r"(\"[^\"]*\"|'[^']*')|(?<=\d)\.0\b")  # xlrd writes 2.0 for 2
_DEEPEST = 32  # brackets in a formula
_ARITHMETIC = re.compile(r"[^&=<>(]+[-+*/^][^&=<>(]+")
_NUMERIC = frozenset("SUM SUMIF SUMPRODUCT AVERAGE COUNT COUNTA COUNTIF MAX MIN PRODUCT ROUND SUBTOTAL INT ABS".split())
_MOST_ROWS = 65_536
_EXCEL_97 = 80  # as xlrd counts versions
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
        sheets, white = Sheets(), _white_styles(book)
        for number in range(book.nsheets):
            context.progress(number, book.nsheets)
            if sheets.full:
                break
            try:
                sheet = book.sheet_by_index(number)
                beside = _beside(book, number)
                formulas = _uncalculated(book, beside)
                rows = _rows(book, sheet, number, formulas, set() if beside.has_conditions else white, context.progress)
                sheets.add(sheet.name, rows, _shape(book, sheet, number, beside), [*_notes(sheet), *beside.notes])
                sheets.not_calculated(sheet.name, [f"{column_name(column + 1)}{row + 1}" for row, column in formulas])
            except Exception:  # noqa: BLE001 - a broken sheet costs the sheet, whatever it breaks in xlrd
                sheets.failed += 1
            book.unload_sheet(number)
        if book.biff_version >= _EXCEL_97:
            for name, hidden, notes in chart_sheets(book.mem):
                sheets.add(name, (), SheetShape(hidden), notes)
        return workbook(context, sheets, _files(context.path))


def _beside(book: Any, number: int) -> SheetRecords:
    """What xlrd does not tell of a sheet, whose place in the file it does not name in public."""
    return sheet_records(book.mem, book._sh_abs_posn[number]) if book.biff_version >= _EXCEL_97 else SheetRecords()


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


def _rows(
    book: Any, sheet: Any, number: int, formulas: Mapping[tuple[int, int], str], white: set[int], progress: Progress
) -> Iterator[SheetRow]:
    rows, cells_of = sheet.rowinfo_map, _Cells(book)
    without_value = {row for row, _ in formulas}
    for index in range(sheet.nrows):
        if index % 2_000 == 0:
            progress(number, book.nsheets)
        kinds = sheet.row_types(index)
        # In public xlrd gives the style of one cell at a time, at a third of the time of all reading.
        styles = sheet._cell_xf_indexes[index] if book.formatting_info else repeat(0)
        cells, unseen = cells_of.row(kinds, sheet.row_values(index), styles)
        if white and not white.isdisjoint(styles):
            unseen += _taken_out(cells, kinds, [style in white for style in styles], sheet, index)
        if index in without_value:
            for column in range(len(cells)):
                if (index, column) in formulas:
                    cells[column], kinds[column] = formulas[index, column], _TEXT
        yield SheetRow(index + 1, cells, _WORDS.issuperset(kinds), index in rows and bool(rows[index].hidden), unseen)


def _taken_out(cells: list[str], kinds: Any, white: Sequence[bool], sheet: Any, row: int) -> list[tuple[int, str]]:
    """The cells of white letters on white; one with stretches that have a look of their own stays."""
    found = list[tuple[int, str]]()
    for column, text in enumerate(cells):
        if text and white[column] and (row, column) not in sheet.rich_text_runlist_map:
            found.append((column, text))
            cells[column], kinds[column] = "", _EMPTY
    return found


def _white_styles(book: Any) -> set[int]:
    """The styles of white letters on nothing or on white."""
    found = set[int]()
    for style, one in enumerate(book.xf_list if book.formatting_info else ()):
        try:
            fill, font = one.background, book.colour_map.get(book.font_list[one.font_index].colour_index)
            blank = fill.fill_pattern == 0 or (
                fill.fill_pattern == 1 and alike(book.colour_map.get(fill.pattern_colour_index), WHITE)
            )
        except (AttributeError, IndexError, TypeError):  # of broken styles nothing is certain
            continue
        if blank and alike(font, WHITE) and "[" not in (_format(book, style) or "["):
            found.add(style)
    return found


class _Cells:
    """Shows the cells of a workbook; what texts show is kept."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._from_1904 = bool(book.datemode)
        self._forms = {style: _format(book, style) for style in range(len(book.xf_list))} if book.formatting_info else {}
        self._known: dict[tuple[str, str | None], str] = {}

    def row(self, kinds: Any, values: Sequence[Any], styles: Iterable[int]) -> tuple[list[str], list[tuple[int, str]]]:
        """The cells as shown, and the numbers that their format hides, whose kind becomes that of empty cells."""
        cells, unseen = list[str](), list[tuple[int, str]]()
        known, from_1904 = self._known, self._from_1904
        for column, (kind, value, form) in enumerate(zip(kinds, values, map(self._forms.get, styles), strict=False)):
            if kind == _NUMBER or (kind == _DATE and form is not None):
                text = counted(value, form or "General", from_1904=from_1904)[0]
                if not text:
                    unseen.append((column, plain(value)))
                    kinds[column] = _EMPTY
            elif kind == _TEXT:
                text = known.get((value, form)) or self._text(value, form)
            else:
                text = shown(*_value(self._book, kind, value, form))
            cells.append(text)
        return cells, unseen

    def _text(self, value: str, form: str | None) -> str:
        text = shown(value, form)
        if len(self._known) < _MOST_KNOWN:
            self._known[value, form] = text
        return text


def _uncalculated(book: Any, beside: SheetRecords) -> dict[tuple[int, int], str]:
    """The formulas without a value as text, "" where xlrd cannot tell it, by row and column from 0."""
    found: dict[tuple[int, int], str] = {}
    for (row, column), (tokens, certain) in beside.uncalculated.items():
        text = _formula(book, tokens, row, column)
        if certain or _is_number(text):
            found[row, column] = f"={text}" if text else ""
    return found


def _formula(book: Any, tokens: bytes, row: int, column: int) -> str:
    from xlrd.formula import FMLA_TYPE_CELL, decompile_formula

    try:
        text = decompile_formula(book, tokens, len(tokens), FMLA_TYPE_CELL, browx=row, bcolx=column) or ""
    except Exception:  # noqa: BLE001 - of tokens that it does not know it breaks in any way
        return ""
    return _WHOLE.sub(lambda match: match[1] or "", text)


def _is_number(formula: str) -> bool:
    """Whether a formula gives a number, and never an empty text."""
    formula = _QUOTED.sub("", formula)
    for _ in range(_DEEPEST):
        formula = _BRACKETS.sub("", formula)
    return bool(_ARITHMETIC.fullmatch(formula) or formula in _NUMERIC)


def _shape(book: Any, sheet: Any, number: int, beside: SheetRecords) -> SheetShape:
    """What Excel has hidden, and merged cells; Excel before 97 knows none."""
    columns = [column for column, one in sheet.colinfo_map.items() if one.hidden or not one.width]
    merged = [(top, left, bottom - top, right - left) for top, bottom, left, right in sheet.merged_cells]
    return SheetShape(is_hidden(book, number), columns, merged, _filtered(book, number) if beside.is_filtered else ())


def _filtered(book: Any, number: int) -> list[tuple[int, int]]:
    """The rows under the filter of a sheet, which a hidden name tells; all where xlrd cannot tell it."""
    for name in book.name_obj_list:
        if name.name == "_FilterDatabase" and name.scope == number:
            try:
                _, first, behind, _, _ = name.area2d()
            except Exception:  # noqa: BLE001 - of names that it does not know it breaks in any way
                break
            return [(first + 1, behind)]
    return [(1, _MOST_ROWS)]


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
