# SPDX-License-Identifier: Apache-2.0
"""Workbooks (.xlsx): rows with their column names and cells.

openpyxl opens the package and gives shared strings and number formats; the rows come from ``xlsx_cells.py``, one by one, so that a sheet of a
million rows does not fill the memory, with the values that the spreadsheet program stored for formulas. A formula without one reads as the
formula, and the ledger says so: programs that write workbooks without calculating store none, or 0 for all and the order to calculate when the
file is opened.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.office.chart_text import chart_text
from desktop_app.documents.office.workbook_files import workbook
from desktop_app.documents.reader import ReadContext, Reader
from desktop_app.documents.sheets.built_in_formats import number_formats
from desktop_app.documents.sheets.xlsx_asides import chart_sheets, embedded_files, mixed_strings, notes_of, with_table_filters
from desktop_app.documents.sheets.xlsx_cells import SheetXml, shape_of
from desktop_app.documents.text import table
from desktop_app.documents.text.cell_formats import EMPTY, TEXT
from desktop_app.documents.text.cells import SheetRow, Sheets, SheetShape
from desktop_app.documents.text.colours import WHITE, alike, of_hex
from desktop_app.documents.text.xml_files import Package, is_lack_of_memory, is_strict, transitional

_DAMAGED = (
    ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError, zipfile.BadZipFile, zlib.error, EOFError, SyntaxError,
)  # fmt: skip
_WHITE_INDEXED = (1, 9)
_PAPER = re.compile(
    rb'<a:lt1>\s*<a:(?:sysClr\s[^>]*lastClr|srgbClr\s+val)="FFFFFF"', re.IGNORECASE
)  # a theme whose ground is white
_WORDS = frozenset((TEXT, EMPTY))


def read(context: ReadContext) -> Document:
    """Rows of every sheet. Raises ``UnreadableDocument``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns about every extension it does not write back; we only read
        with context.path.open("rb") as file:
            book = open_book(file)
            try:
                return _read(book, context)
            finally:
                book.close()


def open_book(file: BinaryIO) -> Any:
    """The workbook of openpyxl in its streaming mode. Raises ``UnreadableDocument``."""
    from openpyxl import load_workbook
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.utils.exceptions import InvalidFileException
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    file = _transitional(file)
    # A sheet that does not state its size is read to its end for it (9 seconds for 200,000 rows), and stated sizes are often wrong.
    ReadOnlyWorksheet._get_size = _no_size
    # Sheets that are a chart are read here; openpyxl gives up the workbook where the drawing of one is missing.
    ExcelReader.read_chartsheet = _no_chart_sheet
    # What the file says of itself is no reason to give up its rows.
    ExcelReader.read_properties = _readable_properties
    ExcelReader.read_custom = _no_custom_properties
    try:
        # An open file, because openpyxl goes by the name otherwise, and names are often wrong.
        return load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except InvalidFileException as error:
        raise UnreadableDocument("damaged", str(error)[:200]) from error


def _transitional(file: BinaryIO) -> BinaryIO:
    """The package under the names that Excel has always used, where it is "Strict Open XML", which openpyxl does not open."""
    try:
        with zipfile.ZipFile(file) as package:
            parts = [name for name in package.namelist() if name.lower().endswith((".xml", ".rels"))]
            if not any(is_strict(_start(package, name)) for name in parts if name.lower().endswith("workbook.xml")):
                return file
            made = io.BytesIO()
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as changed:
                for name in package.namelist():
                    data = package.read(name)
                    changed.writestr(name, transitional(data) if name in parts else data)
            return made
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError):
        return file  # openpyxl says what is wrong
    finally:
        file.seek(0)


def _start(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        return part.read(8_192)


def cells_of(book: Any) -> SheetXml:
    """What reads the rows of a sheet of this workbook."""
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    own = dict(enumerate(book._number_formats, start=164))
    sheet = next(iter(book.worksheets), None)
    return SheetXml(
        strings=[] if sheet is None else sheet._shared_strings,
        formats=number_formats([style.numFmtId for style in book._cell_styles], own),
        from_1904=book.epoch == CALENDAR_MAC_1904,
        distrusted=bool(book.calculation and book.calculation.fullCalcOnLoad),
        moved_formula=_moved_formula,
    )


def _white_styles(book: Any) -> set[int]:
    """The styles of white letters on nothing or on white."""
    theme = _PAPER.search(book.loaded_theme or b"")
    fonts = {at for at, one in enumerate(book._fonts) if _is_white(one.color, theme)}
    blank = {
        at for at, one in enumerate(book._fills)
        if one.tagname == "patternFill" and (one.fill_type is None or (one.fill_type == "solid" and _is_white(one.fgColor, theme)))
    }  # fmt: skip
    formats = cells_of(book).formats if fonts else []
    return {
        at for at, style in enumerate(book._cell_styles) if style.fontId in fonts and style.fillId in blank and "[" not in formats[at]
    }  # fmt: skip


def _is_white(colour: Any | None, theme: Any | None) -> bool:
    if colour is None or colour.tint:
        return False
    if colour.type == "rgb":
        return alike(of_hex(str(colour.rgb)[-6:]), WHITE)
    return colour.indexed in _WHITE_INDEXED if colour.type == "indexed" else colour.theme == 0 and theme is not None


def part_of(sheet: Any) -> str:
    """The name of a sheet's part in the package, which openpyxl does not tell in public."""
    return str(sheet._worksheet_path)


def _moved_formula(formula: str, origin: str, place: str) -> str:
    """A formula as it reads in another cell that shares it."""
    from openpyxl.formula.translate import Translator

    return str(Translator(f"={formula}", origin).translate_formula(place))[1:]


def _no_size(_: object) -> None:
    """In place of openpyxl's look for the size of a sheet."""


def _no_chart_sheet(*_: object) -> None:
    """In place of openpyxl's reading of a sheet that is a chart."""


def _readable_properties(reader: Any) -> None:
    """In place of openpyxl's reading of title and author: none where it cannot be read."""
    from openpyxl.packaging.core import DocumentProperties
    from openpyxl.xml.constants import ARC_CORE
    from openpyxl.xml.functions import fromstring

    try:
        if ARC_CORE in reader.valid_files:
            reader.wb.properties = DocumentProperties.from_tree(fromstring(reader.archive.read(ARC_CORE)))
    except (ValueError, TypeError, SyntaxError, zipfile.BadZipFile, zlib.error):
        pass  # XML errors are SyntaxErrors


def _no_custom_properties(*_: object) -> None:
    """In place of openpyxl's reading of properties of the user's own, which nobody asks for."""


READER = Reader("xlsx", (".xlsx", ".xlsm", ".xltx", ".xltm"), read, needs=("openpyxl",), has_pictures=True)


def _read(book: Any, context: ReadContext) -> Document:
    sheets, files = Sheets(), list[tuple[str, bytes]]()
    package = Package(book._archive)
    try:
        white = _white_styles(book)
        mixed = mixed_strings(package) if white else ()
    except _DAMAGED:
        white, mixed = set(), ()  # of broken styles nothing is certain
    for number, sheet in enumerate(book.worksheets):
        context.progress(number, len(book.worksheets))
        if sheets.full:
            break
        try:
            part = part_of(sheet)
            with book._archive.open(part) as source:
                shape = shape_of(source, hidden=sheet.sheet_state != "visible")
            shape = with_table_filters(shape, package, part)
            cells = cells_of(book)
            if white and not shape.coloured:
                cells.white, cells.mixed = white, mixed
            rows = _rows(book, sheet, cells, sheets, lambda at=number: context.progress(at, len(book.worksheets)))
            sheets.add(sheet.title, rows, shape, notes_of(package, part, chart_text))
            sheets.not_calculated(sheet.title, cells.uncalculated)
            files += embedded_files(package, part)
        except _DAMAGED:
            sheets.failed += 1
    for title, hidden, notes in chart_sheets(package, chart_text):
        sheets.add(title, (), SheetShape(hidden), notes)
    title = table.clean(book.properties.title or "") if book.properties else ""
    return workbook(context, sheets, files, title=title)


def _rows(book: Any, sheet: Any, cells: SheetXml, sheets: Sheets, alive: Any) -> Iterator[SheetRow]:
    """The rows as far as they can be read."""
    try:
        with book._archive.open(part_of(sheet)) as source:
            for index, (number, texts, kinds, hidden, unseen) in enumerate(cells.rows(source)):
                if index % 2_000 == 0:
                    alive()
                cells_of_row = [table.clean(text) for text in texts] if "\n" in "".join(texts) else texts
                yield SheetRow(number, cells_of_row, _WORDS.issuperset(kinds), hidden, unseen)
    except _DAMAGED as error:
        if isinstance(error, Exception) and is_lack_of_memory(error):
            raise MemoryError from error
        sheets.failed += 1
