# SPDX-License-Identifier: Apache-2.0
"""Charts of Office packages as text: title, axes, one row a category.

Their figures stand in the chart's own part, as they were when it was last drawn; the workbook behind it need not be opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop_app.documents.text import cells, table
from desktop_app.documents.text.xml_files import attribute, name_of

_MOST_POINTS = 20_000  # of a chart; more is a measurement that nobody reads as text
_AXES = ("catAx", "valAx", "dateAx", "serAx")


def chart_text(root: Any) -> Iterator[tuple[str, str]]:
    """(text, kind) of a chart's part: its titles, then a row for each category with the value of every series."""
    for element in root.iter():
        name = name_of(element)
        above = "" if element.getparent() is None else name_of(element.getparent())
        if name == "title" and above in ("chart", *_AXES, "axis"):
            title = table.clean("".join(part.text or "" for part in element.iter() if name_of(part) in ("t", "v")))
            if title:
                yield title, "text"
    series = [_series(one) for one in root.iter() if name_of(one) == "ser"] or list(_newer(root))
    rows: dict[tuple[int, str], list[str]] = {}
    for at, (_, names, values) in enumerate(series):
        for point, value in list(values.items())[:_MOST_POINTS]:
            row = rows.setdefault((point, names.get(point, "")), [""] * len(series))
            row[at] = value
    header = ["", *(name for name, _, _ in series)]
    for (_, category), row in sorted(rows.items(), key=lambda item: item[0][0]):
        text = table.row_text([category, *row], header)
        if text:
            yield text, "row"


def _series(element: Any) -> tuple[str, dict[int, str], dict[int, str]]:
    """Name, categories and values of a series, the latter two by the number of the point."""
    name, names, values = "", dict[int, str](), dict[int, str]()
    for child in element:
        kind = name_of(child)
        if kind == "tx":
            name = table.clean(" ".join(part.text or "" for part in child.iter() if name_of(part) in ("v", "t")))
        elif kind in ("cat", "xVal"):
            names = _points(child)
        elif kind in ("val", "yVal"):
            values = _points(child)
    return name, names, values


def _points(element: Any) -> dict[int, str]:
    """The points of a cache, as the sheet behind it shows them; of categories in several levels the inner one comes last."""
    found: dict[int, str] = {}
    levels = [part for part in element.iter() if name_of(part) == "lvl"]
    for cache in (
        reversed(levels)
        if levels
        else [part for part in element.iter() if name_of(part) in ("strCache", "numCache", "numLit", "strLit")]
    ):
        form = next((part.text for part in cache if name_of(part) == "formatCode"), None)
        is_number = name_of(cache) in ("numCache", "numLit")
        for point in cache:
            at = attribute(point, "idx")
            if name_of(point) != "pt" or not at.isdecimal() or len(at) > 7:
                continue
            text = next((part.text or "" for part in point if name_of(part) == "v"), "")
            shown = _number(text, attribute(point, "formatCode") or form) if is_number else table.clean(text)
            found[int(at)] = f"{found[int(at)]} {shown}" if int(at) in found else shown
    return found


def _number(text: str, form: str | None) -> str:
    try:
        return cells.shown(float(text), form)
    except (ValueError, OverflowError):
        return table.clean(text)


def _newer(root: Any) -> Iterator[tuple[str, dict[int, str], dict[int, str]]]:
    """Series of the kinds of charts that came with Office 2016: waterfall, treemap, funnel …"""
    for data in (element for element in root.iter() if name_of(element) == "data"):
        names, values = dict[int, str](), dict[int, str]()
        for dimension in data:
            into = {"strDim": names, "numDim": values}.get(name_of(dimension))
            for level in dimension if into is not None else ():
                if name_of(level) != "lvl":
                    continue
                for point in level:
                    at = attribute(point, "idx")
                    if at.isdecimal() and len(at) <= 7 and into is not None:
                        into.setdefault(int(at), table.clean(point.text or ""))
        yield "", names, {at: _number(text, None) for at, text in values.items()}
