# SPDX-License-Identifier: Apache-2.0
"""Texts of cells that know more than they show.

A spreadsheet shows 0.8339 as "83.4%". Its text goes the way of every other, and what makes a table of it looks at the value.
"""

from __future__ import annotations


class Figure(str):
    """What a cell shows of a number, of a date (``value`` is a text as of ``contract.typed_table.DATE`` then) or of hours (``elapsed``)."""

    __slots__ = ("elapsed", "value")

    value: float | int | str
    elapsed: bool

    @classmethod
    def of(cls, text: str, value: float | str, *, elapsed: bool = False) -> Figure:
        """``text`` that shows ``value``."""
        made = cls(text)
        made.value, made.elapsed = value, elapsed
        return made


class Spread(str):
    """The text of a merged cell in a column at the right of its first: as data it is empty there."""

    __slots__ = ()


class Repeated(str):
    """The text of a merged cell in a row below its first: a name counts there too, an amount does not."""

    __slots__ = ()
