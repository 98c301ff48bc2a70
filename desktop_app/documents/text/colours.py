# SPDX-License-Identifier: Apache-2.0
"""Colours of text and of what is behind it: whether a reader sees both.

White text on white is how orders to a language model are put into a file that a person reads without seeing them.
"""

from __future__ import annotations

Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)

_CLOSEST = 12  # of 255 in each channel: #f4f4f4 on white cannot be read on any screen; the palest grey in use, #eee, is 17 away


def alike(text: Colour | None, behind: Colour | None) -> bool:
    """Whether text of one colour is not seen on another; never where one of them is not known."""
    if text is None or behind is None:
        return False
    return all(abs(one - other) <= _CLOSEST for one, other in zip(text, behind, strict=True))


def of_hex(digits: str) -> Colour | None:
    """The colour of "#ffffff" or "ffffff", as Office and OpenDocument write it; None for anything else ("auto", a name)."""
    digits = digits.strip().removeprefix("#")
    if len(digits) != 6:
        return None
    try:
        value = int(digits, 16)
    except ValueError:
        return None
    return value >> 16, value >> 8 & 255, value & 255
