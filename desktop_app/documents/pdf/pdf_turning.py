# SPDX-License-Identifier: Apache-2.0
"""Text written up, down or head over, in a frame where it is level.

A table on its side is read like any other once its letters and rules are turned; pages are turned as a whole, too, by their /Rotate. Lines
keep the quarter in which they are written (``Line.turn``), their places are those of the turned frame.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.documents.pdf.pdf_rules import Rule
from desktop_app.documents.text.locators import Box

_NEARLY = 0.1  # of a quarter


def quarter_of(angle: float) -> int | None:
    """Into which quarter letters are turned by ``angle`` (radians, clockwise): 0 level, 1 down, 2 head over, 3 up; None for a slant."""
    quarters = angle / (math.pi / 2)
    return None if abs(quarters - round(quarters)) > _NEARLY else round(quarters) % 4


@dataclass(frozen=True, slots=True)
class Turned:
    """``sheet``: left, bottom, right and top of the page in points, before anything is turned."""

    quarter: int
    sheet: Box

    def into(self, box: Box) -> Box:
        """A box of the page (left, bottom, right, top) in the frame."""
        left, bottom, right, top = box
        x0, y0, x1, y1 = self.sheet
        if self.quarter == 1:
            return y1 - top, left - x0, y1 - bottom, right - x0
        if self.quarter == 2:
            return x1 - right, y1 - top, x1 - left, y1 - bottom
        return (bottom - y0, x1 - right, top - y0, x1 - left) if self.quarter == 3 else box

    def back(self, box: Box) -> Box:
        """A box of the frame on the page."""
        left, bottom, right, top = box
        x0, y0, x1, y1 = self.sheet
        if self.quarter == 1:
            return bottom + x0, y1 - right, top + x0, y1 - left
        if self.quarter == 2:
            return x1 - right, y1 - top, x1 - left, y1 - bottom
        return (x1 - top, left + y0, x1 - bottom, right + y0) if self.quarter == 3 else box

    def rules(self, level: Sequence[Rule], upright: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
        """Level and upright rules of the page in the frame."""
        flat = [self.into((rule.low, rule.at, rule.high, rule.at)) for rule in level]
        stems = [self.into((rule.at, rule.low, rule.at, rule.high)) for rule in upright]
        boxes = (stems, flat) if self.quarter % 2 else (flat, stems)
        made = [Rule(bottom, left, right) for left, bottom, right, _ in boxes[0]]
        return made, [Rule(left, bottom, top) for left, bottom, _, top in boxes[1]]


def shown(box: Box, sheet: Box, rotation: int) -> Box:
    """A box of the page as shares of what is shown, from its upper left corner; ``rotation`` is the page's own, in degrees clockwise."""
    left, bottom, right, top = box
    x0, y0, x1, y1 = sheet
    width, height = max(x1 - x0, 1.0), max(y1 - y0, 1.0)
    across, down = (left - x0) / width, (right - x0) / width
    low, high = (bottom - y0) / height, (top - y0) / height
    shares = {
        90: (low, across, high, down),
        180: (1 - down, low, 1 - across, high),
        270: (1 - high, 1 - down, 1 - low, 1 - across),
    }.get(rotation, (across, 1 - high, down, 1 - low))
    x0, y0, x1, y1 = (round(min(max(share, 0.0), 1.0), 4) for share in shares)
    return x0, y0, x1, y1
