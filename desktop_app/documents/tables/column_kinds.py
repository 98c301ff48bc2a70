# SPDX-License-Identifier: Apache-2.0
"""Tells what a column holds from its heading and all of its cells.

A column is one of figures when 0.7 of its filled cells are: a "待定" or "n/a" among them stays text in its cell. What stands in place of a value
counts for neither side. A column with two currencies, or with units that do not convert, keeps its numbers, and each cell's own unit stands in a
column of text behind it, at the same place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from desktop_app.analysis.folding import fold
from desktop_app.contract.typed_table import CODE, DATE, DURATION, MONEY, NUMBER, PERCENT, TEXT, Value
from desktop_app.documents.tables import cell_values, header_units
from desktop_app.documents.tables.cell_values import CellReading
from desktop_app.documents.tables.exact import Figure, Repeated
from desktop_app.documents.tables.header_units import Unit

_ENOUGH = 0.7
_SIGNS = "$€£¥₩₹₽"  # "¥12.50" under "（万元）" is no other unit
_CODE = re.compile(r"(?=[^\d]*\d)[A-Za-z0-9][A-Za-z0-9 ./_#-]{1,39}")
_LETTERED = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9./_#-]{2,40}")
_ZERO_FIRST = re.compile(r"0\d+")
_LONG_NUMBER = re.compile(r"\d{9,}")
_NAMES_OF_CODES = re.compile(
    r"编号|编码|代码|单号|订单号|合同号|工号|学号|卡号|账号|帐号|票号|批号|货号|料号|图号|型号|证号|电话|手机|邮编|税号|序列号|身份证|(?<!账)号$|^序号$"
    r"|\b(?:id|no|nos|nr|code|sku|ref|reference|phone|tel|mobile|fax|zip|postcode|postal|iban|isbn|ean|barcode|serial|vat|plz|artikelnummer|kundennummer"
    r"|(?:order|invoice|customer|account|contract|item|part|article|po|ticket|employee|case) ?(?:number|num|no|id|code))\b|nummer$"
)
_NAMES_OF_DATES = re.compile(r"日期|时间|date|datum|日$|day")
_NAMES_OF_SPANS = re.compile(r"时长|耗时|工时|用时|历时|持续|duration|elapsed|hours|time spent|dauer")


@dataclass
class TypedColumn:
    """``values`` and what the file shows of them, None for a value that is shown as it is; ``units`` of each cell where they are mixed."""

    kind: str
    unit: str
    values: list[Value]
    shown: list[str | None] | None = None
    units: list[Value] | None = None
    doubts: list[str] = field(default_factory=list)


def typed(name: str, cells: Sequence[str], above: Unit | None = None) -> TypedColumn:
    """A column by its name and cells, "" for an empty one; ``above``: the unit that is said for the whole table."""
    counts = Counter(cells)
    counts.pop("", None)
    heading = header_units.of_heading(name)
    exact = any(type(cell) is Figure for cell in cells)
    doubts = ["not_calculated"] if any(text[0] == "=" and len(text) > 1 for text in counts) else []
    said = {text: count for text, count in counts.items() if not _is_nothing(text)}
    total = sum(said.values())
    if not total:
        kind = heading.kind if heading is not None else NUMBER if doubts else TEXT
        return TypedColumn(
            kind if doubts else TEXT, heading.written if heading and doubts else "", _texts(cells), None, None, doubts
        )
    dates, order = _dates(name, cells, said, exact=exact)
    if sum(said[text] for text in dates) >= _ENOUGH * total:
        return _dated(cells, dates, doubts)
    if order is None:
        return TypedColumn(TEXT, "", _texts(cells), None, None, [*doubts, "date_order"])
    comma = any(map(cell_values.is_with_comma, said))
    readings = {text: reading for text in said if (reading := cell_values.figure(text, comma=comma)) is not None}
    if not exact and _are_codes(name, said, readings):
        return TypedColumn(CODE, "", _texts(cells), None, None, doubts)
    figures = sum(said[text] for text in readings)
    if exact:
        figures += sum(type(cell) is Figure and cell not in readings for cell in cells)
    if figures < _ENOUGH * total or (_are_times(name, readings) and not exact):
        lettered = sum(count for text, count in said.items() if _LETTERED.fullmatch(text))
        return TypedColumn(CODE if lettered >= _ENOUGH * total else TEXT, "", _texts(cells), None, None, doubts)
    return _measured(name, cells, said, readings, heading, above, doubts)


def _is_nothing(text: str) -> bool:
    """What stands in place of a value: a dash, an error, a formula that was not calculated."""
    return (text[0] in "=#" and len(text) > 1 and not text[1:].isdigit()) or (
        len(text) < 6 and fold(text) in cell_values.NOTHING
    )


def _texts(cells: Sequence[str]) -> list[Value]:
    return [str(cell) or None for cell in cells]


def _dates(name: str, cells: Sequence[str], said: dict[str, int], *, exact: bool) -> tuple[dict[str, str], str | None]:
    """The dates among the texts, as ISO writes them; and the order of day and month, None where nothing tells it."""
    orders = Counter[str]()
    for text in said:
        if (way := cell_values.order_of(text)) is not None:
            orders[way] += 1
    order: str | None = ""
    if orders["dm"] and not orders["md"]:
        order = "dm"
    elif orders["md"] and not orders["dm"]:
        order = "md"
    elif orders:
        order = None
    dates = {text: found for text in said if (found := cell_values.date(text, order or "")) is not None}
    if not dates and _NAMES_OF_DATES.search(fold(name)):
        dates = {text: found for text in said if (found := cell_values.compact_date(text)) is not None}
    if exact:
        dates.update((cell, cell.value) for cell in cells if isinstance(cell, Figure) and isinstance(cell.value, str))
        order = order or ""
    enough = sum(orders.values()) >= _ENOUGH * len(said)
    return dates, order if enough else ""


def _dated(cells: Sequence[str], dates: dict[str, str], doubts: list[str]) -> TypedColumn:
    values: list[Value] = [
        cell.value if isinstance(cell, Figure) and isinstance(cell.value, str) else dates.get(cell, str(cell)) or None
        for cell in cells
    ]
    return TypedColumn(DATE, "", values, _shown(cells, values), None, doubts)


def _are_codes(name: str, said: dict[str, int], readings: dict[str, CellReading]) -> bool:
    """Whether digits are names of things: under a heading that says so, with zeros before them, or long and all different."""
    folded = fold(name)
    if _NAMES_OF_CODES.search(folded) and header_units.of_heading(name) is None:
        coded = sum(_CODE.fullmatch(text) is not None for text in said)
        return len(said) - coded <= max(1, (1 - _ENOUGH) * len(said)) and not any(
            reading.kind != NUMBER or reading.unit for reading in readings.values()
        )
    if sum(_ZERO_FIRST.fullmatch(text) is not None for text in said) * 2 > len(said):
        return True
    zeros = any(_ZERO_FIRST.fullmatch(text) and len(text) > 2 for text in said)
    if zeros and len({len(text) for text in said}) == 1 and all(map(str.isdigit, said)):
        return True
    long = [text for text in said if _LONG_NUMBER.fullmatch(text)]
    return (
        len(long) >= _ENOUGH * len(said)
        and len({len(text) for text in long}) == 1
        and max(said.values()) == 1
        and len(said) > 2
    )


def _are_times(name: str, readings: dict[str, CellReading]) -> bool:
    """Whether what looks like spans of time (9:30) are times of the day."""
    spans = [reading for reading in readings.values() if reading.unit == ":"]
    if not spans or 2 * len(spans) < len(readings):
        return False
    return (
        not _NAMES_OF_SPANS.search(fold(name))
        and header_units.of_heading(name) is None
        and all(0 <= one.value < 24 for one in spans)
    )


def _measured(
    name: str,
    cells: Sequence[str],
    said: dict[str, int],
    readings: dict[str, CellReading],
    heading: Unit | None,
    above: Unit | None,
    doubts: list[str],
) -> TypedColumn:
    """A column of figures, in one unit where there is one."""
    kinds, units = Counter[str](), Counter[str]()
    for text, reading in readings.items():
        kinds[reading.kind] += said[text]
        if reading.unit:
            units[reading.unit] += said[text]
    kind = max(kinds, key=lambda one: (kinds[one], one != NUMBER), default=NUMBER)
    if kinds[MONEY] and kind == NUMBER:
        kind = MONEY
    if heading is not None and kind in (NUMBER, heading.kind):
        kind = heading.kind
    elif heading is None and kind == NUMBER and not units and above is not None and header_units.may_be_money(name):
        kind, heading = above.kind, above
    if any(isinstance(cell, Figure) and cell.elapsed for cell in cells):
        kind = DURATION
    if heading is None and above is not None and above.kind == kind == MONEY and all(unit in _SIGNS for unit in units):
        heading = above if all(_base(_known(unit)) == above.base for unit in units) else None
    own = _Units(kind, heading, units)
    values, exact = dict[str, Value](), own.convert
    for text in said:
        values[text] = exact(readings[text]) if text in readings else str(text)
    numbers: list[Value] = [_value(cell, values, readings, exact) for cell in cells]
    column = TypedColumn(kind, own.unit, numbers, _shown(cells, numbers), None, doubts)
    if own.mixed:
        column.doubts.append("mixed_units")
        column.unit = ""
        written = heading.written if heading else ""
        column.units = [
            None
            if not isinstance(number, (int, float))
            else (readings[cell].unit if cell in readings else "") or written or None
            for cell, number in zip(cells, numbers, strict=True)
        ]
    return column


def _value(
    cell: str, values: dict[str, Value], readings: dict[str, CellReading], convert: Callable[[CellReading], Value]
) -> Value:
    if not cell:
        return None
    if type(cell) is str:
        return values.get(cell, cell)
    if isinstance(cell, Repeated):
        return None  # counted in the first of its rows
    if isinstance(cell, Figure) and not isinstance(cell.value, str):
        reading = readings.get(cell)
        return cell.value if reading is None or reading.kind == PERCENT else convert(reading._replace(value=cell.value))
    return values.get(cell, str(cell))


class _Units:
    """The one unit of a column, into which the others are converted; ``mixed`` where they cannot be."""

    def __init__(self, kind: str, heading: Unit | None, units: Counter[str]) -> None:
        self.kind = kind
        self._heading = heading
        self._known = {written: _known(written) for written in units}
        if heading is not None and heading.kind == kind:
            self._to: Unit | None = heading
        elif units:
            self._to = self._known[max(units, key=lambda one: units[one])]
        else:
            self._to = None
        self.unit = "" if self._to is None else self._to.written
        if kind == PERCENT:
            self.unit = "%"
        bases = {_base(one) for one in self._known.values()} | ({_base(self._to)} if self._to else set())
        self.mixed = len(bases) > 1 and kind != PERCENT
        if kind == MONEY and heading is not None and heading.kind == MONEY:
            self.mixed = any(_base(one) != heading.base for one in self._known.values())

    def convert(self, reading: CellReading) -> Value:
        """The number of a cell in the column's unit."""
        if self.kind == PERCENT:
            if reading.kind == PERCENT or self._heading is None or self._heading.kind != PERCENT:
                return reading.value
            return cell_values.times(reading.value, self._heading.factor)
        own = self._known.get(reading.unit) if reading.unit else None
        if self.mixed or own is None or self._to is None or own.factor == self._to.factor or reading.unit in _SIGNS:
            return reading.value
        return cell_values.times(reading.value, own.factor / self._to.factor)


def _known(written: str) -> Unit:
    if written == ":":
        return Unit("h", DURATION, "second", 3600.0)
    return header_units.known(written) or Unit(written, NUMBER)


def _base(unit: Unit) -> str:
    return unit.base or fold(unit.written).removesuffix("s")


def _shown(cells: Sequence[str], values: Sequence[Value]) -> list[str | None] | None:
    """What the file shows of each value, None where that is the value; None for all where it is every one."""
    shown = [
        None if not cell or cell == value or cell == str(value) else str(cell)
        for cell, value in zip(cells, values, strict=True)
    ]
    return shown if any(one is not None for one in shown) else None
