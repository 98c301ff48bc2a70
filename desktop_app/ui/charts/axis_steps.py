# SPDX-License-Identifier: Apache-2.0
"""Round numbers for an axis, in the words of the language.

Steps are 1, 2 or 5 times a power of ten, and 0 is always on the axis: a bar whose foot is cut off tells a lie.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from desktop_app.analysis.script import is_wide
from desktop_app.foundation import translation

_SCALES = {"en": ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e4, "k")), "zh_CN": ((1e12, "万亿"), (1e8, "亿"), (1e4, "万"))}
_ONES = {"k": 1e3}  # 10,000 is 10k
_HAS_SCALE = ("千元", "万", "百万", "亿", "k", "thousand", "million", "billion")  # how a unit begins that has one already


@dataclass(frozen=True, slots=True)
class Axis:
    """``ticks`` from the lowest to the highest, equally far apart, 0 among them."""

    ticks: tuple[float, ...]

    @property
    def low(self) -> float:
        return self.ticks[0]

    @property
    def high(self) -> float:
        return self.ticks[-1]

    def share(self, value: float) -> float:
        """Where ``value`` is on the axis, from 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    def words(self, unit: str = "", *, percent: bool = False) -> list[str]:
        """The ticks as people read them, all of one scale: "0", "5k", "10k"; "0", "5万"; "50%". No scale where the ``unit`` has one."""
        if percent:
            return [f"{_plain(100 * tick)}%" for tick in self.ticks]
        top = max(abs(tick) for tick in self.ticks)
        scales = () if unit.startswith(_HAS_SCALE) else _SCALES[translation.current()]
        least, letter = next(((least, letter) for least, letter in scales if top >= least), (1.0, ""))
        ones = _ONES.get(letter, least)
        return [f"{_plain(tick / ones)}{letter}" if tick else "0" for tick in self.ticks]


def axis_for(low: float, high: float, most: int, *, whole: bool = False) -> Axis:
    """The axis for values from ``low`` to ``high`` with 0, of at most ``most`` steps (from 2); ``whole``: of steps that are whole numbers."""
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        high = 1.0
    step = _round_step(max((high - low) / max(most, 2), 1.0 if whole else 0.0))
    while math.ceil(high / step - 1e-9) - math.floor(low / step + 1e-9) > max(most, 2):
        step = _round_step(step * 1.01)  # both ends reach over
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Axis(tuple(number * step for number in range(first, last + 1)))


def _round_step(least: float) -> float:
    """The smallest 1, 2 or 5 times a power of ten that is not below ``least``."""
    power = math.floor(math.log10(least))
    for times in (1, 2, 5):
        step = times * 10.0**power if power >= 0 else times / 10.0**-power
        if step >= least * (1 - 1e-9):
            return step
    return 10.0 ** (power + 1) if power + 1 >= 0 else 1 / 10.0 ** -(power + 1)


def exactly(value: float, unit: str, *, percent: bool, money: bool) -> str:
    """A value as the answer's table has it, with its unit: "12,400 CHF", "545,600元", "83.4%"."""
    if percent:
        return f"{_plain(100 * value, 2)}%"
    figure = f"{value:,.2f}" if money and not value.is_integer() and not unit.startswith(("万", "亿")) else _plain(value, 4)
    return figure + (unit if unit and is_wide(unit[0]) else f" {unit}" if unit else "")


def _plain(value: float, decimals: int = 10) -> str:
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
