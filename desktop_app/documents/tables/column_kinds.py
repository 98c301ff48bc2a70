# SPDX-License-Identifier: Apache-2.0
"""Tells what a column holds from its heading and all of its cells.

A column is one of figures when 0.7 of its filled cells are: a "待定" or "n/a" among them stays text in its cell. What stands in place of a value
counts for neither side. A column with two currencies, or with units that do not convert, keeps its numbers, and each cell's own unit stands in a
column of text behind it, at the same place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from desktop_app.analysis.folding import fold
from desktop_app.contract.typed_table import CODE, DATE, DURATION, MONEY, NUMBER, PERCENT, TEXT, Value
from desktop_app.documents.tables import cell_values, header_units, totals
from desktop_app.documents.tables.cell_values import CellReading
from desktop_app.documents.tables.exact import Figure, Repeated, Spread
from desktop_app.documents.tables.header_units import Unit

_ENOUGH = 0.7
_SIGNS = "$€£¥₩₹₽"  # "¥12.50" under "（万元）" is no other unit
_CODE = re.compile(r"(?=[^\d]*\d)[A-Za-z0-9][A-Za-z0-9 ./_#-]{1,39}")
_LETTERED = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9./_#-]{2,40}")
_ZERO_FIRST = re.compile(r"0\d+")
_LONG_NUMBER = re.compile(r"\d{9,}")
_WORDS = re.compile(r"[^\d=]*")  # no figure, no formula
_NO_NUMBER = re.compile(r"[^0-9.\n-]")
_MAYBE_CODE = re.compile(r"(?:^|\n)(?:0[0-9]|-0[0-9]|[0-9]{9})")
_DIGITS = re.compile(r"[0-9][0-9.,]*")
_SOME = 100  # different texts of a long column, by which it is told what it is not
_LONGEST_NOTHING = 5
_ROUNDED = 0.06  # of a number, that is lost where it is shown with one decimal
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
    column = _Cells(name, cells, above)
    return column.at_a_glance() or column.looked_at()


class _Cells:
    """The cells of one column, each different text looked at once."""

    def __init__(self, name: str, cells: Sequence[str], above: Unit | None) -> None:
        types = set(map(type, cells))
        if Spread in types:
            cells = ["" if type(cell) is Spread else cell for cell in cells]
            types = set(map(type, cells))
        self.name = name
        self.cells = cells
        self.above = above
        self.heading = header_units.of_heading(name)
        self.exact = Figure in types
        self._plain = types <= {str}
        self._counts = Counter(cells)
        self._counts.pop("", None)
        self._coded = self.heading is None and _NAMES_OF_CODES.search(fold(name)) is not None

    def at_a_glance(self) -> TypedColumn | None:
        """A column of words or of plain numbers, of which nothing else is asked: a tenth of the time."""
        if not self._plain or not self._counts:
            return None
        joined = "\n".join(self._counts)
        if _WORDS.fullmatch(joined):
            return self._as_text(TEXT, [])
        if _NO_NUMBER.search(joined) or _MAYBE_CODE.search(joined) or _NAMES_OF_DATES.search(fold(self.name)):
            return None
        try:
            values: dict[str, Value] = {text: float(text) if "." in text else int(text) for text in self._counts}
        except ValueError:  # "1.2.3", "12-13"
            return None
        if self._coded:
            return self._as_text(CODE, [])
        kind, heading = self._kind_of_plain()
        own = _Units(kind, heading, Counter())
        if kind == PERCENT:
            values = {text: own.convert(CellReading(NUMBER, float(text))) for text in values}
        return TypedColumn(kind, own.unit, list(map(values.get, self.cells)), self._shown(values), None, [])

    def looked_at(self) -> TypedColumn:
        """Any column."""
        doubts = ["not_calculated"] if any(map(_is_formula, self._counts)) else []
        said = {
            text: count
            for text, count in self._counts.items()
            if (len(text) > _LONGEST_NOTHING and text[0] not in "=#") or not _is_nothing(text)
        }
        for text in totals.words(said):
            del said[text]
        if not said:
            kind, unit = (self.heading.kind, self.heading.written) if self.heading is not None else (NUMBER, "")
            return self._as_text(kind if doubts else TEXT, doubts, unit if doubts else "")
        total = sum(said.values())
        some = said if len(said) <= _SOME else list(said)[:: len(said) // _SOME]
        dates, order = _dates(self.name, self.cells, said, exact=self.exact) if self._may_be_dates(some) else ({}, "")
        if sum(said[text] for text in dates) >= _ENOUGH * total:
            return self._dated(dates, doubts)
        if order is None:
            return self._as_text(TEXT, [*doubts, "date_order"])
        readings = dict[str, CellReading]()
        if self.exact or 3 * sum(cell_values.figure(text, comma=True) is not None for text in some) >= len(some):
            readings = self._read(said)
        if not self.exact and self._are_codes(said, some, readings):
            return self._as_text(CODE, doubts)
        figures = sum(said[text] for text in readings)
        if self.exact:
            figures += sum(type(cell) is Figure and cell not in readings for cell in self.cells)
        if figures < _ENOUGH * total or (not self.exact and self._are_times(readings)):
            lettered = sum(_LETTERED.fullmatch(text) is not None for text in some)
            return self._as_text(CODE if lettered >= _ENOUGH * len(some) else TEXT, doubts)
        return self._measured(said, readings, doubts)

    def _as_text(self, kind: str, doubts: list[str], unit: str = "") -> TypedColumn:
        values: list[Value] = (
            [cell or None for cell in self.cells] if self._plain else [str(cell) or None for cell in self.cells]
        )
        return TypedColumn(kind, unit, values, None, None, doubts)

    def _may_be_dates(self, some: Collection[str]) -> bool:
        if _NAMES_OF_DATES.search(fold(self.name)) or (
            self.exact and any(isinstance(cell, Figure) and isinstance(cell.value, str) for cell in self.cells)
        ):
            return True
        return any(cell_values.date(text, "dm") or cell_values.date(text, "md") for text in some)

    def _read(self, said: dict[str, int]) -> dict[str, CellReading]:
        """The figures among the texts. Of what a spreadsheet shows of its numbers only the kind and unit are asked, once for each shape."""
        if not self.exact:
            comma = any(map(cell_values.is_with_comma, said))
            return _measures({text: found for text in said if (found := cell_values.figure(text, comma=comma)) is not None})
        typed_in = {cell for cell in self.cells if type(cell) is str}
        shapes, readings = dict[str, CellReading | None](), dict[str, CellReading]()
        for text in said:
            shape = str(text) if text in typed_in else _DIGITS.sub("0", text, count=1)
            if shape not in shapes:
                shapes[shape] = cell_values.figure(shape)
            if (found := shapes[shape]) is not None:
                readings[text] = found
        return _measures(readings, typed_in)

    def _dated(self, dates: dict[str, str], doubts: list[str]) -> TypedColumn:
        if self._plain:
            values: dict[str, Value] = {text: dates.get(text, text) for text in self._counts}
            return TypedColumn(DATE, "", list(map(values.get, self.cells)), self._shown(values), None, doubts)
        found: list[Value] = [
            cell.value if isinstance(cell, Figure) and isinstance(cell.value, str) else dates.get(cell, str(cell)) or None
            for cell in self.cells
        ]
        return TypedColumn(DATE, "", found, _shown(self.cells, found), None, doubts)

    def _are_codes(self, said: dict[str, int], some: Collection[str], readings: dict[str, CellReading]) -> bool:
        """Whether digits are names of things: under a heading that says so, with zeros before them, or long and all different."""
        if self._coded:
            coded = sum(_CODE.fullmatch(text) is not None for text in some)
            measured = any(reading.kind != NUMBER or reading.unit for reading in readings.values())
            return len(some) - coded <= max(1, (1 - _ENOUGH) * len(some)) and not measured
        zeros = sum(_ZERO_FIRST.fullmatch(text) is not None for text in said)
        same_length = len({len(text) for text in said}) == 1
        if zeros and (2 * zeros > len(said) or (same_length and all(len(text) > 2 and text.isdigit() for text in said))):
            return True
        long = [text for text in said if _LONG_NUMBER.fullmatch(text)]
        if len(long) < max(3, _ENOUGH * len(said)):
            return False
        return len({len(text) for text in long}) == 1 and max(said.values()) == 1

    def _are_times(self, readings: dict[str, CellReading]) -> bool:
        """Whether what looks like spans of time (9:30) are times of the day."""
        spans = [reading for reading in readings.values() if reading.unit == ":"]
        if not spans or 2 * len(spans) < len(readings) or self.heading is not None:
            return False
        return not _NAMES_OF_SPANS.search(fold(self.name)) and all(0 <= one.value < 24 for one in spans)

    def _kind_of_plain(self) -> tuple[str, Unit | None]:
        """What numbers without a unit are, by the heading or by what is said above the table."""
        if self.heading is not None:
            return self.heading.kind, self.heading
        if self.above is not None and header_units.may_be_money(self.name):
            return self.above.kind, self.above
        return NUMBER, None

    def _measured(self, said: dict[str, int], readings: dict[str, CellReading], doubts: list[str]) -> TypedColumn:
        """A column of figures, in one unit where there is one."""
        kinds, units = Counter[str](), Counter[str]()
        for text, reading in readings.items():
            kinds[reading.kind] += said[text]
            if reading.unit:
                units[reading.unit] += said[text]
        kind = max(kinds, key=lambda one: (kinds[one], one != NUMBER), default=NUMBER)
        if kinds[MONEY] and kind == NUMBER:
            kind = MONEY
        heading = self.heading
        if kind == NUMBER and not units:
            kind, heading = self._kind_of_plain()
        elif heading is not None and kind in (NUMBER, heading.kind):
            kind = heading.kind
        if self.exact and any(isinstance(cell, Figure) and cell.elapsed for cell in self.cells):
            kind = DURATION
        above = self.above
        if heading is None and above is not None and above.kind == kind == MONEY and all(unit in _SIGNS for unit in units):
            heading = above if all(_base(_known(unit)) == above.base for unit in units) else None
        own = _Units(kind, heading, units)
        values: dict[str, Value] = {
            text: own.convert(readings[text], text) if text in readings else str(text) for text in self._counts
        }
        if self._plain:
            column = TypedColumn(kind, own.unit, list(map(values.get, self.cells)), self._shown(values), None, doubts)
        else:
            numbers = self._undivided([_value(cell, values, readings, own) for cell in self.cells], own)
            column = TypedColumn(kind, own.unit, numbers, _shown(self.cells, numbers), None, doubts)
        if own.mixed:
            column.doubts.append("mixed_units")
            column.unit = ""
            column.units = self._own_units(column.values, readings, heading.written if heading else "")
        return column

    def _undivided(self, numbers: list[Value], own: _Units) -> list[Value]:
        """The numbers in the unit of the heading where the number format divides what the cells hold: 123000 shown as 12.3 below "（万元）"."""
        if own.kind != MONEY or own.factor <= 1:
            return numbers
        held = [cell for cell in self.cells if isinstance(cell, Figure) and isinstance(cell.value, (int, float)) and cell.value]
        ratios = [
            cell.value / shown.value  # type: ignore[operator]
            for cell in held[:_SOME]
            if (shown := cell_values.figure(str(cell))) is not None and abs(shown.value) >= 1
        ]
        if not ratios or any(abs(ratio / own.factor - 1) > _ROUNDED for ratio in ratios):
            return numbers
        return [
            cell_values.times(number, 1 / own.factor)
            if isinstance(cell, Figure) and isinstance(number, (int, float))
            else number
            for cell, number in zip(self.cells, numbers, strict=True)
        ]

    def _own_units(self, numbers: Sequence[Value], readings: dict[str, CellReading], written: str) -> list[Value]:
        """The unit of each cell, ``written`` in the heading where the cell has none."""
        return [
            (readings[cell].unit if cell in readings else "") or written or None if isinstance(number, (int, float)) else None
            for cell, number in zip(self.cells, numbers, strict=True)
        ]

    def _shown(self, values: dict[str, Value]) -> list[str | None] | None:
        """What the file shows of each value, as of ``TypedColumn``."""
        shown = {text: text for text, value in values.items() if value != text and str(value) != text}
        return list(map(shown.get, self.cells)) if shown else None


def _measures(readings: dict[str, CellReading], among: Collection[str] | None = None) -> dict[str, CellReading]:
    """Without those whose unit nobody knows and hardly another has ("1月小计"), or of which there are several: the classes "4a" and "4b". ``among``:
    the texts that somebody typed, None for all."""
    looked_at = readings if among is None else {text: one for text, one in readings.items() if text in among}
    units = Counter(reading.unit for reading in looked_at.values() if reading.unit)
    unknown = {unit for unit in units if unit != ":" and header_units.known(unit) is None}
    strange = unknown if len(unknown) > 1 else {unit for unit in unknown if 2 * units[unit] < len(looked_at)}
    letters = {unit for unit in units if len(unit) == 1 and unit.isascii()}
    if letters & unknown and len(letters) > 1:
        strange |= letters  # "4b" tells that the a of "4a" is no ampere
    if not strange:
        return readings
    return {text: reading for text, reading in readings.items() if text not in looked_at or reading.unit not in strange}


def _is_formula(text: str) -> bool:
    return text[0] == "=" and len(text) > 1 and not text[1].isspace()


def _is_nothing(text: str) -> bool:
    """What stands in place of a value: a dash, an error, a formula that was not calculated."""
    return (text[0] in "=#" and len(text) > 1 and not text[1:].isdigit()) or (
        len(text) <= _LONGEST_NOTHING and fold(text) in cell_values.NOTHING
    )


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


def _value(cell: str, values: dict[str, Value], readings: dict[str, CellReading], own: _Units) -> Value:
    if not cell or isinstance(cell, Repeated):
        return None  # a merged amount is counted in the first of its rows
    if isinstance(cell, Figure) and not isinstance(cell.value, str):
        if not own.converts:
            return cell.value
        reading = readings.get(cell)
        return cell.value if reading is None or reading.kind == PERCENT else own.convert(reading._replace(value=cell.value))
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
        self.factor = 1.0 if self._to is None else self._to.factor
        self.converts = any(one.factor != self.factor for one in self._known.values()) or (
            kind == PERCENT and heading is not None and heading.kind == PERCENT
        )

    def convert(self, reading: CellReading, text: str = "") -> Value:
        """The number of a cell in the column's unit; ``text`` as it is written: "1.2万" below "（万元）" is 1.2."""
        if self.kind == MONEY and self.factor > 1 and not reading.unit and cell_values.is_scaled(text):
            return cell_values.times(reading.value, 1 / self.factor)
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
