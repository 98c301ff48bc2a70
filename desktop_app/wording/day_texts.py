# SPDX-License-Identifier: Apache-2.0
"""Days and times as people name them: today, Monday, November 2025.

For lists that are grouped by day. All times are those of this PC.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop_app.foundation.translation import tr, tr_noop, translate

_MONTHS = (
    *(tr_noop("January"), tr_noop("February"), tr_noop("March"), tr_noop("April"), tr_noop("May"), tr_noop("June")),
    *(tr_noop("July"), tr_noop("August"), tr_noop("September"), tr_noop("October"), tr_noop("November"), tr_noop("December")),
)
_WEEKDAYS = (*(tr_noop("Mon"), tr_noop("Tue"), tr_noop("Wed"), tr_noop("Thu"), tr_noop("Fri"), tr_noop("Sat"), tr_noop("Sun")),)
_WEEK = 7  # days


def group(moment: datetime, now: datetime) -> str:
    """Which part of a list something of this moment stands in: today, yesterday, the last 7 days, or its month."""
    days = (now.date() - moment.date()).days
    if days <= 0:
        return tr("Today")
    if days == 1:
        return tr("Yesterday")
    if days < _WEEK:
        return tr("Last 7 days")
    month = translate(_MONTHS[moment.month - 1])
    return month if moment.year == now.year else tr("{month} {year}", month=month, year=moment.year)


def begin(moment: datetime, now: datetime) -> datetime:
    """When the group of a moment begins."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = (now.date() - moment.date()).days
    if days <= 1:
        return today - timedelta(days=max(days, 0))
    if days < _WEEK:
        return today - timedelta(days=_WEEK - 1)
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def short(moment: datetime, now: datetime) -> str:
    """A moment within its group: the time, the weekday, or the day."""
    days = (now.date() - moment.date()).days
    if days <= 1:
        return clock(moment)
    if days < _WEEK:
        return translate(_WEEKDAYS[moment.weekday()])
    return moment.strftime("%m-%d")


def clock(moment: datetime) -> str:
    """The time of day: "14:05"."""
    return moment.strftime("%H:%M")


def whole(moment: datetime) -> str:
    """Day and time: "2025-11-03 14:05"."""
    return moment.strftime("%Y-%m-%d %H:%M")


def day(moment: datetime) -> str:
    """The day alone: "2025-11-03"."""
    return moment.strftime("%Y-%m-%d")


def midnight(now: datetime) -> datetime:
    """When the day ends, and with it what is called today."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
