# SPDX-License-Identifier: Apache-2.0
"""Sizes and times in words, for the window and the command line."""

from __future__ import annotations

from desktop_app.foundation import translation
from desktop_app.foundation.translation import tr, trn

_MINUTE, _HOUR = 60.0, 3600.0
_MOMENT = 50  # seconds that are less than a minute
_NEAR = 1.35  # a range narrower than this is shown as one number
_SMALLER = ((1, "B"), (1e3, "KB"), (1e6, "MB"))


def size(number: float) -> str:
    """``number`` bytes: "4.7 GB", "340 MB", "12 KB", "512 B".

    A GB is 10^9 bytes, for files, disks and memory alike, as disks are labelled and files are shown by most systems: what a model needs
    and what a disk has can be compared. Memory that is sold as 8 GB has 8.6 of them.
    """
    for factor, unit in _SMALLER:
        if round(number / factor) < 1000:
            return f"{number / factor:.0f} {unit}"
    return f"{number / 1e9:,.1f} GB"


def parameters(count: int) -> str:
    """The parameters of a model: "1.5 billion parameters", "630 million parameters"; in Chinese in 亿 and 万: "15 亿参数", "6.3 亿参数"."""
    if translation.current() == "zh_CN":
        number = f"{_digits(count / 1e8)} 亿" if count >= 1e8 else f"{_digits(count / 1e4)} 万"
    elif count >= 1e9:
        number = tr("{count} billion", count=_digits(count / 1e9))
    else:
        number = tr("{count} million", count=_digits(count / 1e6))
    return tr("{number} parameters", number=number)


def duration(low: float, high: float | None = None) -> str:
    """``low`` seconds, or between ``low`` and ``high``, in words that promise no more than is known.

    "less than a minute", "about 12 min", "about 1 h 05 min"; of a range "10 to 15 min", "2 to 3 h", "up to 3 min", and one number where
    its ends are near each other.
    """
    if (low if high is None else high) < _MOMENT:
        return tr("less than a minute")
    if high is None:
        minutes = max(1, round(low / _MINUTE))
        if minutes < 60:
            return trn("about {n} min", "about {n} min", minutes)
        return tr("about {hours} h {minutes} min", hours=minutes // 60, minutes=f"{minutes % 60:02d}")
    unit, short = (_HOUR, False) if low >= 1.5 * _HOUR else (_MINUTE, True)
    first, last = _rounded(low / unit), _rounded(high / unit)
    if high <= low * _NEAR or first == last:
        number = _rounded((low + high) / 2 / unit)
        return trn("about {n} min", "about {n} min", number) if short else trn("about {n} h", "about {n} h", number)
    if not first:
        return trn("up to {n} min", "up to {n} min", last)
    return tr("{low} to {high} min", low=first, high=last) if short else tr("{low} to {high} h", low=first, high=last)


def time_left(seconds: float) -> str:
    """ "about 6 min left"."""
    # Translators: how long a run still takes; {time} is "about 6 min"
    return tr("{time} left", time=duration(seconds))


def _digits(number: float) -> str:
    """Two digits that count, and no more: 1.5, 7.6, 15, 630."""
    return f"{number:.1f}".removesuffix(".0") if number < 10 else f"{number:,.0f}"


def _rounded(number: float) -> int:
    """Whole numbers, and steps of five from twenty on."""
    return round(number) if number < 20 else 5 * round(number / 5)
