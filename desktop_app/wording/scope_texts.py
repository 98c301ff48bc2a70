# SPDX-License-Identifier: Apache-2.0
"""Names of what a search can be narrowed to: kinds, languages, dates.

On the chips of a question, the filters of a search, and the command line.
"""

from __future__ import annotations

import time
from datetime import datetime

from desktop_app.contract.file_kinds import OTHER
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr, tr_noop, translate
from desktop_app.wording import day_texts
from desktop_app.wording.passage_texts import LANGUAGES

_KINDS: dict[str, str] = {
    "pdf": "PDF",
    "word": tr_noop("Word"),
    "spreadsheet": tr_noop("Spreadsheets"),
    "slides": tr_noop("Slides"),
    "mail": tr_noop("Mail"),
    "picture": tr_noop("Pictures"),
    "text": tr_noop("Plain text"),
    "web": tr_noop("Web pages and e-books"),
    "archive": tr_noop("Archives"),
    OTHER: tr_noop("Other files"),
}


def kind_name(kind: str) -> str:
    """A kind of ``file_kinds``; anything else is an ending: ".py"."""
    return translate(_KINDS[kind]) if kind in _KINDS else shown_name(f".{kind}")


def language_name(code: str) -> str:
    """A language by its code; the code itself where there is no name for it."""
    if code == "xx":
        return tr("Other languages")
    return translate(LANGUAGES[code]) if code in LANGUAGES else shown_name(code)


def day(moment: float) -> str:
    """A moment in seconds since the epoch as the day it is here: "2026-01-31"."""
    return day_texts.day(datetime.fromtimestamp(moment).astimezone())


def period(since: float | None, until: float | None) -> str:
    """When files were changed: "2025", "since 2024-01-01", "2024-01-01 – 2024-03-31"; ``until`` is exclusive; "" without either."""
    if since is None and until is None:
        return ""
    if until is None:
        return tr("since {day}", day=day(since or 0.0))
    last = day(until - 1)
    if since is None:
        return tr("until {day}", day=last)
    first = day(since)
    whole_year = first.endswith("-01-01") and last == f"{first[:4]}-12-31"
    return first[:4] if whole_year else tr("{first} – {last}", first=first, last=last)


def year(number: int) -> tuple[float, float]:
    """The moments between which a file was changed in this year, here; the second one is exclusive."""
    return time.mktime((number, 1, 1, 0, 0, 0, 0, 0, -1)), time.mktime((number + 1, 1, 1, 0, 0, 0, 0, 0, -1))
