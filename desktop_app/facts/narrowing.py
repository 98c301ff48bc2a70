# SPDX-License-Identifier: Apache-2.0
"""A text with narrow signs in place of wide ones, of the same length."""

from __future__ import annotations

_NARROW = {0xFF01 + place: 0x21 + place for place in range(94)} | {0x3000: " ", 0xA0: " ", 0x202F: " ", 0xFFE5: "¥"}


def narrow(text: str) -> str:
    """（１）： as (1): — each character stays in its place, so that ranges hold for both texts."""
    return text.translate(_NARROW)
