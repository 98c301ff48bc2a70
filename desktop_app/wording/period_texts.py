# SPDX-License-Identifier: Apache-2.0
"""Periods that people name: the last seven days, this year, 2024.

Each begins and ends at midnight here, so that one that was chosen in the morning is the same one in the evening.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop_app.foundation.translation import tr
from desktop_app.wording.scope_texts import year

_TYPED = re.compile(r"(?P<year>(?:19|20)\d\d)(?:[-/.年]?(?P<month>1[0-2]|0?[1-9]))?月?年?")
_OLDEST = 1980


@dataclass(frozen=True, slots=True)
class Period:
    """``since`` and ``until`` (exclusive) as in ``Scope``."""

    words: str
    since: float | None
    until: float | None = None


def usual(now: datetime) -> list[Period]:
    """The last 7 and 30 days and 12 months, this year and the last one."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        Period(tr("Last 7 days"), (today - timedelta(days=6)).timestamp()),
        Period(tr("Last 30 days"), (today - timedelta(days=29)).timestamp()),
        Period(tr("This year"), year(now.year)[0]),
        Period(tr("Last year"), *year(now.year - 1)),
        Period(tr("Changed in the last 12 months"), (today - timedelta(days=365)).timestamp()),
    ]


def typed(text: str, now: datetime) -> list[Period]:
    """The year or month that ``text`` names: "2024", "2024-05", "2024年5月"; while only "20" or "202" stands there, none."""
    found = _TYPED.fullmatch(text.strip())
    if found is None or not _OLDEST <= int(found["year"]) <= now.year:
        return []
    number = int(found["year"])
    if found["month"] is None:
        return [Period(str(number), *year(number))]
    month = int(found["month"])
    first = datetime(number, month, 1)  # noqa: DTZ001 - here
    after = datetime(number + month // 12, month % 12 + 1, 1)  # noqa: DTZ001
    return [Period(f"{number}-{month:02d}", first.timestamp(), after.timestamp())]
