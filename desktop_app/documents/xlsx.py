"""Workbooks (.xlsx, .xlsm, .xltx, .xltm): a row is a segment that carries its column names and its cells.

openpyxl reads in its streaming mode, so that a sheet of a million rows does not fill the memory, with the values that Excel
stored for formulas. Values appear as people see them: dates without a midnight, percentages, no ".0".
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from desktop_app.documents import table
from desktop_app.documents.base import Progress
from desktop_app.documents.model import Document, Locator, Segment, UnreadableDocument

SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how the format writes what XML cannot hold; openpyxl leaves it
_DECIMALS = re.compile(r"\.([0#]+)")
_LITERALS = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.|_.")


def read(path: Path, progress: Progress) -> Document:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns about every extension it does not write back; we only read
        # An open file, because openpyxl goes by the name otherwise, and names are often wrong.
        with path.open("rb") as file:
            try:
                book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            except InvalidFileException as error:
                raise UnreadableDocument("damaged", str(error)[:200]) from error
            try:
                return _read(book, progress)
            finally:
                book.close()


def _read(book: Any, progress: Progress) -> Document:
    segments: list[Segment] = []
    sheets = book.worksheets
    failed = 0
    for number, sheet in enumerate(sheets):
        progress(number, len(sheets))
        try:
            sheet.reset_dimensions()  # some programs write a wrong size, and rows beyond it would be lost
            segments.extend(_sheet(sheet, number, len(sheets), progress))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile):
            failed += 1
    if not segments:
        raise UnreadableDocument("damaged" if failed else "no_text")
    partial, detail = ("partly_read", f"{failed} of {len(sheets)} sheets could not be read") if failed else ("", "")
    title = table.clean(book.properties.title or "") if book.properties else ""
    return Document(tuple(segments), pages=len(sheets), title=title, partial=partial, detail=detail)


def _sheet(sheet: Any, number: int, total: int, progress: Progress) -> Iterator[Segment]:
    def rows() -> Iterator[tuple[Locator, list[str], bool | None]]:
        for index, row in enumerate(sheet.iter_rows(), start=1):
            if index % 2_000 == 0:
                progress(number, total)
            cells = [shown(cell.value, cell.number_format) if cell.value is not None else "" for cell in row]
            filled = [position for position, cell in enumerate(cells) if cell]
            if filled:
                texts = all(isinstance(row[position].value, str) for position in filled)
                yield Locator(sheet=sheet.title, cells=_cells(index, filled[0], filled[-1])), cells, texts

    for place, text, kind in table.lay_out(rows()):
        yield Segment(text, place, kind)


def _cells(row: int, first: int, last: int) -> str:
    left, right = (f"{get_column_letter(column + 1)}{row}" for column in (first, last))
    return left if first == last else f"{left}:{right}"


def shown(value: object, number_format: str | None) -> str:
    """A cell's value as the sheet shows it, near enough."""
    form = (number_format or "General").split(";")[0]
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return _number(value, form)
    if isinstance(value, dt.datetime):
        if value.time() == dt.time(0):
            return value.date().isoformat()
        return value.isoformat(sep=" ", timespec="seconds" if value.second else "minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    return table.clean(_ESCAPE.sub(lambda match: chr(int(match[1], 16)), str(value)))


def _number(value: float, form: str) -> str:
    """Rounded as the format says; without thousands separators, which would part a number into two words for the search."""
    bare = _LITERALS.sub("", form)
    percent = "%" in bare
    amount = value * 100 if percent else value
    decimals = _DECIMALS.search(bare)
    if bare in ("General", "@", "") or "E" in bare or "?" in bare or not ("0" in bare or "#" in bare):
        text = _plain(amount)
    elif decimals is None:
        text = f"{amount:.0f}"
    elif "#" in decimals[1]:
        text = _plain(round(float(amount), len(decimals[1])))
    else:
        text = f"{amount:.{len(decimals[1])}f}"
    return f"{text}%" if percent else text


def _plain(value: float) -> str:
    """Fifteen digits, as Excel holds them, and no ".0"."""
    if isinstance(value, int):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}"
