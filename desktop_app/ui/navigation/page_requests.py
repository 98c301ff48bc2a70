# SPDX-License-Identifier: Apache-2.0
"""Asks for pictures of the pages of one PDF.

What is printed goes on when another file is opened meanwhile; asked of what is shown at the moment, the other pages came from that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.bridge.operation import Operation
from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract.viewer_process import MOST_PIXELS, DrawPage


@dataclass(frozen=True, slots=True)
class PageRequests:
    """``points``: width and height of each page, unturned; those that are not known yet come into it later. ``turns``: quarters,
    clockwise. Each picture is an Operation whose result is ``Drawn``, for ``page_images.image_of``."""

    viewer: ViewerClient
    path: str
    password: str
    points: Sequence[tuple[float, float]]
    turns: int

    def thumbnail(self, page: int, width: int) -> Operation:
        """A small picture of a page, ``width`` px wide."""
        return self._picture(page, width / max(self.points[page][self.turns % 2], 1.0))

    def picture(self, page: int, dpi: int) -> Operation:
        """A page for the printer."""
        return self._picture(page, dpi / 72)

    def key(self, page: int, scale: float, most: int) -> tuple[int, int, int, int]:
        """Page, width, height and turns of a picture at ``scale`` px per point, smaller where it would have more than ``most`` pixels."""
        across, down = self.turns % 2, 1 - self.turns % 2
        width, height = self.points[page][across] * scale, self.points[page][down] * scale
        shrink = min(1.0, (most / max(width * height, 1)) ** 0.5)
        return page, max(1, int(width * shrink)), max(1, int(height * shrink)), self.turns

    def _picture(self, page: int, scale: float) -> Operation:
        _, width, height, turns = self.key(page, scale, MOST_PIXELS)
        return self.viewer.request(
            lambda id_: DrawPage(id_, self.path, self.password, page=page, width=width, height=height, turns=turns)
        )
