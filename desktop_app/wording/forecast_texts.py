# SPDX-License-Identifier: Apache-2.0
"""A forecast in words: files, time, disk and memory.

For the window and the command line.
"""

from __future__ import annotations

from desktop_app.contract.index_run import Forecast
from desktop_app.foundation.translation import tr, trn
from desktop_app.wording.quantities import duration, size

_SOONER = 0.7  # of the whole time
_LITTLE_DISK = 20e6  # bytes that need no warning
_LEAST = 1e6  # bytes; a forecast is no more exact than that


def line(made: Forecast) -> str:
    """ "1,950 files · findable by words in about 2 min · 10 to 15 min in all · 340 MB on disk"."""
    words = by_words(made)
    whole = tr("{time} in all", time=span(made)) if words else span(made)
    return " · ".join(filter(None, (files(made), words, whole, disk(made), scans(made))))


def files(made: Forecast) -> str:
    """ "1,950 files"."""
    return trn("{n} file", "{n} files", made.files, n=f"{made.files:,}")


def scans(made: Forecast) -> str:
    """How many files wait for text recognition, which takes longest; "" for none."""
    return trn("{n} scan", "{n} scans", made.scans) if made.scans else ""


def by_words(made: Forecast) -> str:
    """When all files but scans are found by words; "" where that takes nearly as long as the whole, or has the same words."""
    if not 0 < made.words < _SOONER * made.seconds:
        return ""
    time = duration(made.words_low, made.words_high)
    # Translators: when all files can be found by words; {time} is "10 to 15 min"
    return tr("findable by words in {time}", time=time) if time != span(made) else ""


def span(made: Forecast) -> str:
    """How long the whole run takes: "10 to 15 min"."""
    return duration(made.seconds_low, made.seconds_high)


def disk(made: Forecast) -> str:
    """What the library will take: "340 MB on disk"."""
    return tr("{size} on disk", size=size(max(made.disk, _LEAST)))


def memory(made: Forecast) -> str:
    """What the run takes at most: "up to 1.2 GB of memory"."""
    return tr("up to {size} of memory", size=size(max(made.memory, _LEAST)))


def tight(made: Forecast) -> str:
    """A warning when disk or memory may not do, else ""."""
    if made.disk_free >= 0 and made.disk > _LITTLE_DISK and made.disk_left > 0.8 * made.disk_free:
        return tr("The disk may not do: {free} free.", free=size(made.disk_free))
    if 0 <= made.memory_free < made.memory:
        return tr("Memory may get short: {free} free.", free=size(made.memory_free))
    return ""
