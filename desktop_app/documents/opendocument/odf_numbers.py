# SPDX-License-Identifier: Apache-2.0
"""Numbers of OpenDocument lists and headings, counted as they are shown.

The file holds the lists within each other and how each level counts; the numbers themselves stand nowhere.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, NamedTuple

from desktop_app.documents.opendocument.odf_styles import OdfStyles
from desktop_app.documents.text.list_numbers import LEVELS, Level, ListNumbers
from desktop_app.documents.text.xml_files import attribute, name_of

_OUTLINE = "outline"
# What OpenDocument calls its ways to count, by the names that Word gives them.
_STYLES = {
    "": "none",
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "一": "chineseCounting",
    "壹": "chineseLegalSimplified",
    "①": "decimalEnclosedCircle",
    "甲": "ideographTraditional",
    "子": "ideographZodiac",
    "１": "decimalFullWidth",
    "01": "decimalZero",
    "1st": "ordinal",
}
_PLACE = re.compile(r"%(\d)%")


class ListPlace(NamedTuple):
    """A list that is open: its style, what counts it, and its level from 0."""

    style: str
    counter: str
    level: int


class OdfNumbers:
    """The numbers of one file, while it is read from top to bottom."""

    def __init__(self, styles: OdfStyles) -> None:
        self._styles = styles
        self._numbers = ListNumbers()
        self._levels: dict[str, list[Level]] = {}
        self._lists = 0
        self._last = ""
        self._by_id: dict[str, str] = {}
        self._uses = 0

    def enter(self, element: Any, outer: ListPlace | None) -> ListPlace:
        """A list that begins inside ``outer``."""
        style = attribute(element, "style-name")
        if outer is not None:
            return ListPlace(style or outer.style, outer.counter, min(outer.level + 1, LEVELS - 1))
        continued = self._by_id.get(attribute(element, "continue-list"), "")
        if not continued and attribute(element, "continue-numbering") == "true":
            continued = self._last
        if not continued:
            self._lists += 1
        self._last = continued or f"list {self._lists}"
        if identity := attribute(element, "id"):
            self._by_id[identity] = self._last
        return ListPlace(style, self._last, 0)

    def of_item(self, place: ListPlace, item: Any, paragraph_style: str) -> str:
        """The number of the item that begins, with what parts it from the text, "" for none."""
        style = place.style or self._styles.said("paragraph", paragraph_style).get("list-style-name", "")
        element = self._styles.lists.get(style)
        if element is None:
            return ""
        if style not in self._levels:
            self._levels[style] = _levels(element)
        return self._counted(place.counter, self._levels[style], place.level, attribute(item, "start-value"))

    def of_heading(self, heading: Any, level: int) -> str:
        """The number of a heading that is in no list, by the outline of the file."""
        if self._styles.outline is None or not 1 <= level <= LEVELS or attribute(heading, "is-list-header") == "true":
            return ""
        if self._styles.said("paragraph", attribute(heading, "style-name")).get("list-style-name") == "":
            return ""
        if _OUTLINE not in self._levels:
            self._levels[_OUTLINE] = _levels(self._styles.outline)
        start = attribute(heading, "start-value") if attribute(heading, "restart-numbering") == "true" else ""
        return self._counted(_OUTLINE, self._levels[_OUTLINE], level - 1, start)

    def _counted(self, counter: str, levels: list[Level], level: int, start: str) -> str:
        if not start.isdecimal() or len(start) > 6:
            return self._numbers.label(counter, levels, level)
        self._uses += 1
        changed = [replace(one, start=int(start)) if at == level else one for at, one in enumerate(levels)]
        return self._numbers.label(counter, changed, level, f"start {self._uses}", (level,))


def _levels(style: Any) -> list[Level]:
    levels = [Level(style="none")] * LEVELS
    for element in style:
        number = attribute(element, "level")
        if not number.isdecimal() or len(number) > 2 or not 1 <= int(number) <= LEVELS:
            continue
        name, at = name_of(element), int(number)
        if name in ("list-level-style-number", "outline-level-style"):
            levels[at - 1] = _level(element, at)
        else:
            levels[at - 1] = Level(style="bullet")
    return levels


def _level(element: Any, at: int) -> Level:
    form = attribute(element, "num-format")
    style = _STYLES.get(form) or _STYLES.get(form.partition(",")[0], "decimal")
    start = attribute(element, "start-value", "1")
    text = _PLACE.sub(r"%\1", attribute(element, "num-list-format"))
    if not text and style != "none":
        shown = attribute(element, "display-levels", "1")
        first = max(1, at + 1 - (int(shown) if shown.isdecimal() and len(shown) < 3 else 1))
        text = ".".join(f"%{level}" for level in range(first, at + 1))
        text = f"{attribute(element, 'num-prefix')}{text}{attribute(element, 'num-suffix')}"
    followed = next((attribute(one, "label-followed-by") for one in element.iter("{*}list-level-label-alignment")), "")
    first = int(start) if start.isdecimal() and len(start) < 7 else 1
    return Level(first, style, text if style != "none" else "", "" if followed == "nothing" else " ")
