# SPDX-License-Identifier: Apache-2.0
"""What stands beside the cells of a sheet: comments, boxes, charts.

Comments come in two forms: the old ones (records in .xlsb), and conversations, of which Excel leaves a stand-in for older programs among the old ones.
"""

from __future__ import annotations

import posixpath
import re
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from desktop_app.documents.sheets import xlsb_records
from desktop_app.documents.sheets.xlsx_cells import MOST_FILTERS
from desktop_app.documents.text import table
from desktop_app.documents.text.cells import SheetNote, SheetShape
from desktop_app.documents.text.locators import column_name
from desktop_app.documents.text.xml_files import Package, attribute, name_of

ChartText = Callable[[Any], Iterator[tuple[str, str]]]
"""(text, kind) of the lines of a chart's part."""

_STAND_IN = "tc="  # what the author of an old comment is called that stands for a conversation
_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
_ROWS = re.compile(r"[A-Z]{1,3}(\d{1,7}):[A-Z]{1,3}(\d{1,7})")
_STRING = re.compile(rb"<(?:\w+:)?si\s*/>|<(?:\w+:)?si\b.*?</(?:\w+:)?si\s*>", re.DOTALL)
_STRETCH = re.compile(rb"<(?:\w+:)?r[\s>]")
_EMBEDDED = ("oleObject", "package")
_TRUE = ("1", "true")


def notes_of(package: Package, part: str, chart_text: ChartText) -> list[SheetNote]:
    """The comments, text boxes and charts of the sheet in ``part``."""
    found = list[SheetNote]()
    related = package.relations(part).values()
    threads = [one.target for one in related if one.kind == "threadedComment"]
    for one in related:
        if one.kind == "comments":
            binary = one.target.lower().endswith(".bin")
            said = xlsb_records.comments(package.data(one.target) or b"") if binary else _comments(package.xml(one.target))
            found += _kept(said, whole=not threads)
    names = _persons(package) if threads else {}
    for target in threads:
        found += _conversations(package.xml(target), names)
    for one in related:
        if one.kind == "drawing":
            found += _drawn(package, one.target, chart_text)
    return found


def chart_sheets(package: Package, chart_text: ChartText) -> Iterator[tuple[str, bool, list[SheetNote]]]:
    """The sheets that are a chart: name, whether it is hidden, its lines."""
    book = next((one.target for one in package.relations("").values() if one.kind == "officeDocument"), "xl/workbook.xml")
    targets = {key: one.target for key, one in package.relations(book).items() if one.kind == "chartsheet"}
    root = package.xml(book) if targets else None
    for sheet in () if root is None else root.iter("{*}sheet"):
        target = targets.get(next((value for key, value in sheet.attrib.items() if key.endswith("}id")), ""))
        if target is not None:
            yield (
                attribute(sheet, "name"),
                attribute(sheet, "state", "visible") != "visible",
                notes_of(package, target, chart_text),
            )


def with_table_filters(shape: SheetShape, package: Package, part: str) -> SheetShape:
    """The shape of a sheet with the filters of its tables, each of which lies in a part of its own."""
    found = list(shape.filtered)
    tables = [one.target for one in package.relations(part).values() if one.kind == "table" and one.target.endswith(".xml")]
    for target in tables[:MOST_FILTERS]:
        root = package.xml(target)
        for element in () if root is None else root.iter("{*}autoFilter"):
            rows = _ROWS.fullmatch(attribute(element, "ref"))
            if rows and len(element):
                found.append((int(rows[1]), int(rows[2])))
    return replace(shape, filtered=found)


def mixed_strings(package: Package) -> set[str]:
    """The numbers of the shared strings that are made of stretches, each with a look of its own."""
    book = next((one.target for one in package.relations("").values() if one.kind == "officeDocument"), "xl/workbook.xml")
    parts = (package.data(one.target) for one in package.relations(book).values() if one.kind == "sharedStrings")
    strings = _STRING.findall(next(parts, None) or b"")
    return {str(at) for at, string in enumerate(strings) if _STRETCH.search(string)}


def embedded_files(package: Package, part: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of the objects and files that lie in the sheet in ``part``."""
    for one in package.relations(part).values():
        if one.kind in _EMBEDDED and (data := package.data(one.target)):
            yield posixpath.basename(one.target), data


def _kept(said: Iterable[tuple[str, str, str]], *, whole: bool) -> Iterator[SheetNote]:
    """Comments, given as (cell, author, text); not ``whole``: conversations are told, and their stand-ins are not."""
    try:
        for cell, author, text in said:
            stands_in = author.startswith(_STAND_IN)
            if text.strip() and (whole or not stands_in):
                yield SheetNote(_cell(cell), text.strip(), "comment", "" if stands_in else table.clean(author))
    except struct.error:  # of a broken record: the comments before it are kept
        return


def _comments(root: Any | None) -> Iterator[tuple[str, str, str]]:
    if root is None:
        return
    authors = ["".join(author.itertext()) for author in root.iter("{*}author")]
    for comment in root.iter("{*}comment"):
        number = attribute(comment, "authorId")
        author = authors[int(number)] if number.isdecimal() and len(number) < 8 and int(number) < len(authors) else ""
        yield attribute(comment, "ref"), author, _runs(comment)


def _runs(comment: Any) -> str:
    parts = []
    for element in comment.iter("{*}t"):
        parent = element.getparent()
        if name_of(parent) != "rPh":  # reading aids
            parts.append(element.text or "")
    return "".join(parts)


def _persons(package: Package) -> dict[str, str]:
    found = dict[str, str]()
    for name in package.names:
        root = package.xml(name) if name.lower().startswith("xl/persons/") and name.lower().endswith(".xml") else None
        for person in () if root is None else root.iter("{*}person"):
            found[attribute(person, "id")] = attribute(person, "displayName")
    return found


def _conversations(root: Any | None, names: dict[str, str]) -> Iterator[SheetNote]:
    for comment in () if root is None else root.iter("{*}threadedComment"):
        text = "".join(part.text or "" for part in comment.iter("{*}text")).strip()
        if text:
            yield SheetNote(_cell(attribute(comment, "ref")), text, "comment", names.get(attribute(comment, "personId"), ""))


def _cell(reference: str) -> str:
    return reference.replace("$", "") if reference.replace("$", "").replace(":", "").isalnum() else ""


def _drawn(package: Package, part: str, chart_text: ChartText) -> Iterator[SheetNote]:
    root = package.xml(part)
    targets = package.relations(part)
    for anchor in () if root is None else root:
        if name_of(anchor) not in _ANCHORS:
            continue
        place = _anchored(anchor)
        for element, hidden in _shapes(anchor):
            reason = "invisible" if hidden else ""
            if name_of(element) == "sp":
                text = "\n".join(filter(None, (_paragraph(one) for one in element.iter("{*}p"))))
                if text:
                    yield SheetNote(place, text, "box", hidden=reason)
                continue
            for reference in element.iter("{*}chart", "{*}relIds"):
                wanted = {key.rpartition("}")[2]: value for key, value in reference.attrib.items()}
                relation = targets.get(wanted.get("id") or wanted.get("dm") or "")
                inner = package.xml(relation.target) if relation else None
                if inner is None:
                    continue
                art = name_of(reference) == "relIds"
                lines = _lines(inner) if art else chart_text(inner)
                for text, kind in lines:
                    yield SheetNote(place, text, "box" if art else "chart", hidden=reason, kind=kind)


def _shapes(element: Any, *, hidden: bool = False) -> Iterator[tuple[Any, bool]]:
    """Shapes and frames in groups of whatever depth, each once, with whether they are switched off."""
    for child in element:
        name = name_of(child)
        if name == "Fallback":  # the same for older programs
            continue
        off = (
            hidden or any(attribute(one, "hidden") in _TRUE for one in child.iter("{*}cNvPr"))
            if name in ("sp", "graphicFrame")
            else hidden
        )
        if name in ("sp", "graphicFrame"):
            yield child, off
        elif name in ("grpSp", "AlternateContent", "Choice"):
            yield from _shapes(child, hidden=hidden)


def _lines(root: Any) -> Iterator[tuple[str, str]]:
    """The texts of a SmartArt's data."""
    for text in map(_paragraph, root.iter("{*}p")):
        if text:
            yield text, "text"


def _paragraph(element: Any) -> str:
    return table.clean("".join((one.text or "") if name_of(one) == "t" else " " for one in element.iter("{*}t", "{*}br")))


def _anchored(anchor: Any) -> str:
    """The cells that a drawing covers."""
    corners = list[str]()
    for child in anchor:
        if name_of(child) in ("from", "to"):
            given = {name_of(one): (one.text or "").strip() for one in child}
            column, row = given.get("col", ""), given.get("row", "")
            if column.isdecimal() and row.isdecimal() and len(column) < 6 and len(row) < 8:
                corners.append(f"{column_name(int(column) + 1)}{int(row) + 1}")
    return ":".join(dict.fromkeys(corners))
