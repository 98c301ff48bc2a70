# SPDX-License-Identifier: Apache-2.0
"""What a chart shows of a computed answer: points and words.

Groups of dates are a series: in the order of time, a point without a figure for each month, quarter or year that no row has. All others stand as in
the answer, as many as its table has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from desktop_app.contract.answer import Answer
from desktop_app.contract.form import COUNT, Computed
from desktop_app.contract.typed_table import MONEY, PERCENT, Value
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr
from desktop_app.ui.charts.axis_steps import exactly

MOST_BARS = 30
"""Groups that are no dates; of more the answer's table has the first 30 too."""
_MOST_TIMES = 1_000  # points of a series with those that no row has; a date of 1900 by mistake opens no gap of a century
_TITLE = re.compile(r"\*\*(.+?)(?<!\\)\*\*")
_ESCAPE = re.compile(r"\\([^\w\s])")
_DAY = r"\d{4}-\d\d-\d\d(T[\d:.]+)?"
_TIMES = {"month": r"\d{4}-\d\d", "quarter": r"\d{4}-Q\d", "year": r"\d{4}", "day": _DAY, "": _DAY}
_IN_A_YEAR = {"month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """``value`` None: a month, quarter or year between others of which there is no row. ``picked``: what was asked for, as the largest.
    ``at``: of a day, how many days it is after the first."""

    label: str
    value: float | None
    picked: bool = False
    at: int = 0


@dataclass(frozen=True, slots=True)
class ChartData:
    """``title`` is what was computed, ``measure`` the column with its unit, for the axis; ``kind`` as in ``Computed``; ``timed``: a series of dates;
    ``left_out``: groups that have no room."""

    title: str
    measure: str
    points: tuple[ChartPoint, ...]
    unit: str = ""
    kind: str = ""
    timed: bool = False
    left_out: int = 0

    @property
    def counted(self) -> str:
        """What stands above the axis: the measure, and that not all groups are here."""
        if not self.left_out:
            return self.measure
        shown = len(self.points)
        return tr("{measure} · the first {shown} of {all}", measure=self.measure, shown=shown, all=shown + self.left_out)

    def said(self, at: int) -> str:
        """Point ``at`` in words: "Bern: 12,400 CHF"."""
        point = self.points[at]
        if point.value is None:
            return tr("{label}: no rows", label=point.label)
        figure = exactly(point.value, self.unit, percent=self.kind == PERCENT, money=self.kind == MONEY)
        return tr("{label}: {figure}", label=point.label, figure=figure)


def chart_of(answer: Answer) -> ChartData | None:
    """The chart of an answer over tables; None for one without groups. The sums that files state, one of each currency, share no axis."""
    computed = answer.computed
    if (
        computed is None
        or not computed.form.tables
        or not computed.groups
        or not (computed.form.group or computed.form.limit > 1)
    ):
        return None
    form = computed.form
    picked = {computed.value, *computed.listed} if form.pick and form.limit < 2 else set()
    points = [ChartPoint(_name(name), value, name in picked) for name, value in computed.groups]
    series = _series(points, form.part) if form.group else []
    title = _TITLE.match(answer.text) if form.group and not form.pick else None  # else it is the name that was asked for
    measure = _measure(computed)
    return ChartData(
        shown_name(_ESCAPE.sub(r"\1", title[1])) if title else f"{measure} · {shown_name(form.group or form.named)}",
        measure,
        tuple(series or points[:MOST_BARS]),
        computed.unit,
        computed.kind if form.measure != COUNT else "",
        bool(series),
        0 if series else max(0, len(points) - MOST_BARS),
    )


def _name(name: Value) -> str:
    return shown_name(str(int(name) if isinstance(name, float) and name.is_integer() else name))


def _measure(computed: Computed) -> str:
    """What the axis counts: "Amount (CHF)", the unit once."""
    if computed.form.measure == COUNT and not computed.form.column:
        return tr("Number of rows")
    name = shown_name(computed.form.column)
    if computed.unit and computed.unit not in name and computed.kind != PERCENT:
        return tr("{column} ({unit})", column=name, unit=computed.unit)
    return name


def _series(points: list[ChartPoint], part: str) -> list[ChartPoint]:
    """The points in the order of time, with those that no row has; nothing where one is no date."""
    if part not in _TIMES or not all(re.fullmatch(_TIMES[part], point.label) for point in points):
        return []
    ordered = sorted(points, key=lambda point: point.label)
    if part not in _IN_A_YEAR:
        return _days(ordered)
    known = {point.label: point for point in ordered}
    times = list(_times(ordered[0].label, ordered[-1].label, part))
    return [known.get(time) or ChartPoint(time, None) for time in times] if set(known) <= set(times) else ordered


def _days(ordered: list[ChartPoint]) -> list[ChartPoint]:
    try:
        days = [date.fromisoformat(point.label[:10]).toordinal() for point in ordered]
    except ValueError:  # 2026-02-30
        return []
    return [replace(point, at=day - days[0]) for point, day in zip(ordered, days, strict=True)]


def _times(first: str, last: str, part: str) -> Iterator[str]:
    """All months, quarters or years from ``first`` to ``last``, as many as a chart has room for."""
    in_a_year = _IN_A_YEAR[part]
    year, at = int(first[:4]), int(first[-2:].strip("Q")) if part != "year" else 1
    for _ in range(_MOST_TIMES):
        time = {"month": f"{year:04d}-{at:02d}", "quarter": f"{year:04d}-Q{at}", "year": f"{year:04d}"}[part]
        yield time
        if time >= last:
            return
        year, at = (year + 1, 1) if at >= in_a_year else (year, at + 1)
