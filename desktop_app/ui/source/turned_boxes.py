# SPDX-License-Identifier: Apache-2.0
"""Where a box of a page lies after the page was turned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QRectF

from desktop_app.contract.viewer_process import Box


def turned(box: Box, size: tuple[float, float], turns: int) -> QRectF:
    """A box of a page of ``size`` after the page was turned clockwise by ``turns`` quarters."""
    left, top, right, bottom = box
    width, height = size
    match turns % 4:
        case 1:
            left, top, right, bottom = height - bottom, left, height - top, right
        case 2:
            left, top, right, bottom = width - right, height - bottom, width - left, height - top
        case 3:
            left, top, right, bottom = top, width - right, bottom, width - left
    return QRectF(left, top, right - left, bottom - top)


def placed(boxes: Iterable[Box], size: tuple[float, float], turns: int, page: QRectF) -> Iterator[QRectF]:
    """Boxes of a page of ``size`` on the screen, where the turned page is ``page``."""
    scale = page.width() / size[turns % 2]
    for box in boxes:
        line = turned(box, size, turns)
        yield QRectF(page.x() + line.x() * scale, page.y() + line.y() * scale, line.width() * scale, line.height() * scale)
