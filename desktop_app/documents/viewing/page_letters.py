# SPDX-License-Identifier: Apache-2.0
"""The letters of a page and where each stands, for marks and selections.

The viewer process marks quotes and hits with it, the window what a person selects. No PDFium and no numpy in here: the window
imports it.
"""

from __future__ import annotations

from array import array

from desktop_app.contract.viewer_process import Box


class PageLetters:
    """``text`` with one character for each index; ``boxes`` as in ``contract.viewer_process.PageText``."""

    def __init__(self, text: str, boxes: bytes) -> None:
        self.text = text
        self._boxes = array("f", boxes)

    @property
    def packed(self) -> bytes:
        """The boxes as they travel."""
        return self._boxes.tobytes()

    def box(self, index: int) -> Box | None:
        """Of one character; None for one that stands nowhere."""
        left, top, right, bottom = self._boxes[4 * index : 4 * index + 4]
        return (left, top, right, bottom) if right > left and bottom > top else None

    def lines(self, start: int, stop: int) -> tuple[Box, ...]:
        """The boxes of a range joined line by line, or column by column where letters stand below each other."""
        found: list[Box] = []
        upright: bool | None = None  # whether the last line is a column; None while it is one letter
        for index in range(max(start, 0), min(stop, len(self._boxes) // 4)):
            box = self.box(index)
            if box is None:
                continue
            way = _goes_on(found[-1], box, upright) if found else None
            if way is None:
                found.append(box)
            else:
                last = found[-1]
                found[-1] = (min(last[0], box[0]), min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3]))
            upright = way
        return tuple(found)

    def nearest(self, x: float, y: float) -> int | None:
        """The index of the character at a place, or else of the nearest one: first up and down, then sideways. None on a page without
        letters."""
        best: tuple[float, float, int] | None = None
        boxes = self._boxes
        for index in range(len(boxes) // 4):
            left, top, right, bottom = boxes[4 * index : 4 * index + 4]
            if right <= left or bottom <= top:
                continue
            below = max(top - y, y - bottom, 0.0)
            if best is not None and below > best[0]:
                continue
            key = (below, max(left - x, x - right, 0.0), index)
            if best is None or key < best:
                best = key
        return None if best is None else best[2]

    def word(self, index: int) -> tuple[int, int]:
        """The range of the word around a character; one Chinese character is no word, a run of them up to punctuation is."""
        text = self.text
        if not _in_word(text[index]):
            return index, index + 1
        start, stop = index, index + 1
        while start and _in_word(text[start - 1]):
            start -= 1
        while stop < len(text) and _in_word(text[stop]):
            stop += 1
        return start, stop

    def plain(self, start: int, stop: int) -> str:
        """The words of a range as a person would type them: hyphens at line ends are gone, line ends are ``\\n``."""
        text = self.text[start:stop].replace("\r\n", "\n").replace("\r", "\n")
        for hyphen in "\x02\ufffe":
            text = text.replace(f"{hyphen}\n", "").replace(hyphen, "")
        return text.replace("\x00", "")


def _in_word(character: str) -> bool:
    return character.isalnum() or character in "_\u0300\u0301"


def _goes_on(line: Box, box: Box, upright: bool | None) -> bool | None:
    """Whether a letter goes on with a line: False beside it, True above or below it in a column, None not at all."""
    for column in (False, True) if upright is None else (upright,):
        side, low, high = (0, 1, 3) if not column else (1, 0, 2)
        overlap = min(line[high], box[high]) - max(line[low], box[low])
        gap = max(box[side] - line[side + 2], line[side] - box[side + 2])
        narrow, wide = sorted((line[high] - line[low], box[high] - box[low]))
        if overlap > 0.5 * narrow and gap < 1.5 * wide:
            return column
    return None
