# SPDX-License-Identifier: Apache-2.0
"""Text of a PDF in layers that are switched off.

PDFium reads the text of every layer (optional content) and does not say which are shown, but it draws those alone. So the page is drawn
a second time without the text that may belong to a layer: where nothing changes, that text is not shown, even where shown text stands at the
same place, as with layers of two languages. Only pages of files that may switch layers off are drawn.
"""

from __future__ import annotations

import itertools
import mmap
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from desktop_app.documents.layout.paragraphs import Line
from desktop_app.documents.pdf import pdf_calls
from desktop_app.documents.pdf.pdf_cell_text import CharBoxes

_OFF = re.compile(
    rb"/OFF\s*(?:\[\s*\d|\d+\s+\d+\s+R)|/(?:BaseState|ViewState)\s*/OFF|/P\s*/(?:AllOff|AnyOff)|/VE\s*(?:\[|\d+\s+\d+\s+R)"
)
_OBJECT_STREAM = re.compile(rb"/ObjStm\b(?:[^>]|>(?!>)){0,400}>>\s{0,4}stream\r?\n")
_MOST_STREAMS = 2_000
_MOST_UNPACKED = 1 << 20  # bytes of each
_MOST_DRAWN = 40  # objects of a page that are looked at one by one, 20 ms each
_CHANGED = 12  # of 255: less may be the edge of a letter beside it

Picture = Callable[[], npt.NDArray[np.uint8]]
Place = Callable[[Line, npt.NDArray[np.uint8]], npt.NDArray[np.uint8]]
"""The part of a picture of the page where a line stands."""


def may_be_off(path: Path) -> bool:
    """Whether a file names layers that are off, or conditions under which they are; of an encrypted one with packed objects it is not known."""
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        packed = data.find(b"/ObjStm") >= 0
        if packed and data.find(b"/Encrypt") >= 0:
            return True
        if data.find(b"/OCProperties") >= 0 and _OFF.search(data) is not None:
            return True
        return packed and _is_named_in_streams(data)


def _is_named_in_streams(data: mmap.mmap) -> bool:
    """Whether objects packed into streams say so; the catalogue and the layers may lie in different ones."""
    has_layers, off = data.find(b"/OCProperties") >= 0, False
    for match in itertools.islice(_OBJECT_STREAM.finditer(data), _MOST_STREAMS):
        try:
            plain = zlib.decompressobj().decompress(data[match.end() : match.end() + _MOST_UNPACKED], _MOST_UNPACKED)
        except zlib.error:
            continue
        has_layers = has_layers or b"/OCProperties" in plain
        off = off or _OFF.search(plain) is not None
        if has_layers and off:
            return True
    return False


class Layers:
    """Which objects of a page's text are in layers that are not shown. ``picture`` draws the page."""

    def __init__(self, page: Any, textpage: Any, picture: Picture, place: Place) -> None:
        self._page, self._raw = pdf_calls.address(page), pdf_calls.address(textpage)
        self._picture, self._place = picture, place

    def unseen(self, lines: Sequence[Line], boxes: CharBoxes) -> set[int]:
        """The text objects that are not drawn."""
        plain = self._outside_of_layers()
        members = [member for line in lines if line.level for member in self._members(line, plain, boxes)]
        if not members:
            return set()
        shown = self._picture()
        without = self._drawn_without({item for item, _ in members})
        changed = [(item, line) for item, line in members if self._differs(line, shown, without)]
        seen = {item for item, _ in changed}
        # Where text of several objects stands at one place, what changed may be the other.
        crowded = {item for item, line in changed if any(_meet(line, other) for another, other in members if another != item)}
        if len(crowded) <= _MOST_DRAWN:
            for item in crowded:
                alone = self._drawn_without([item])
                if not any(self._differs(line, shown, alone) for another, line in changed if another == item):
                    seen.discard(item)
        return {item for item, _ in members} - seen

    def _outside_of_layers(self) -> set[int]:
        """The objects of the page that are surely in no layer: those of its own content without such a mark."""
        count = pdf_calls.objects_of_page(self._page)
        own = map(pdf_calls.object_of, itertools.repeat(self._page), range(count))
        return {0, *(item for item in own if item and not pdf_calls.has_layer(item))}

    def _members(self, line: Line, plain: set[int], boxes: CharBoxes) -> Iterator[tuple[int, Line]]:
        """The objects that draw letters of a line, without ``plain`` ones, and where each does."""
        objects = list(map(pdf_calls.text_object_of, itertools.repeat(self._raw), range(line.start, line.stop)))
        if plain.issuperset(item or 0 for item in objects):
            return
        found: dict[int, tuple[float, float]] = {}
        for item, (left, _, right, _) in zip(objects, boxes(line), strict=True):
            if item and item not in plain and right > left:
                low, high = found.get(item, (left, right))
                found[item] = min(low, left), max(high, right)
        for item, (left, right) in found.items():
            yield item, replace(line, left=left, right=right)

    def _drawn_without(self, objects: Iterable[int]) -> npt.NDArray[np.uint8]:
        off = [item for item in objects if pdf_calls.set_active(item, False)]
        try:
            return self._picture()
        finally:
            for item in off:
                pdf_calls.set_active(item, True)

    def _differs(self, line: Line, one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> bool:
        before, after = self._place(line, one), self._place(line, other)
        return before.size == 0 or int(np.abs(before.astype(np.int16) - after).max()) > _CHANGED


def _meet(one: Line, other: Line) -> bool:
    if one.turn != other.turn:
        return True  # their places are in different frames
    return (
        one.left < other.right
        and other.left < one.right
        and one.base < other.base + other.size
        and other.base < one.base + one.size
    )
