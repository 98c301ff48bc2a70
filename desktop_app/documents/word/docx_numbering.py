# SPDX-License-Identifier: Apache-2.0
"""The numbers of a Word document's paragraphs, from its numbering part.

    paragraph -> numId, level                     or by its style, or by the style that one is based on
    num       -> abstractNum, levels of its own    (a "restart at 1" is a num with a first number of its own)
    abstractNum -> levels; or a style whose num has them

Nums of one abstractNum count on, as in Word.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from desktop_app.documents.text.list_numbers import LEVELS, Level, ListNumbers
from desktop_app.documents.text.xml_files import name_of
from desktop_app.documents.word.docx_parts import VAL, chosen, number, switched_on, value, w
from desktop_app.documents.word.docx_styles import Styles

_BETWEEN = {"nothing": ""}
_DEEPEST = 8  # styles that refer to lists that refer to styles


@dataclass(frozen=True, slots=True)
class _List:
    """A num: which counter it uses, its levels, and at which of them it begins anew."""

    counter: str
    levels: tuple[Level, ...]
    styles: tuple[str, ...]
    starts: frozenset[int]


class Numbering:
    """Numbers of paragraphs in the order in which ``label`` is asked."""

    def __init__(self, root: Any | None, styles: Styles) -> None:
        self._styles = styles
        self._numbers = ListNumbers()
        self._nums: dict[str, Any] = {}
        self._abstract: dict[str, Any] = {}
        self._lists: dict[str, _List | None] = {}
        for element in () if root is None else root:
            if name_of(element) == "num":
                self._nums.setdefault(element.get(w("numId"), ""), element)
            elif name_of(element) == "abstractNum":
                self._abstract.setdefault(element.get(w("abstractNumId"), ""), element)

    def label(self, properties: Any | None, style: str) -> str | None:
        """Count a paragraph; its number as it is shown in front of the text, "" for a bullet, None where it is of no list."""
        place = self._place(properties, style)
        if place is None:
            return None
        use, level = place
        found = self._list(use)
        return "" if found is None else self._numbers.label(found.counter, found.levels, level, use, found.starts)

    def _place(self, properties: Any | None, style: str) -> tuple[str, int] | None:
        """numId and level of a paragraph."""
        own = None if properties is None else properties.find(w("numPr"))
        use, level = value(own, "numId"), value(own, "ilvl")
        if not use:
            use, by_style, names = self._styles.numbering(style)
            found = self._list(use) if use else None
            if found is not None and not level:
                linked = (str(found.styles.index(name)) for name in names if name in found.styles)
                level = next(linked, by_style)
        if not use or use == "0":
            return None
        return use, min(max(number(level, 0), 0), LEVELS - 1)

    def _list(self, use: str, depth: int = 0) -> _List | None:
        if use not in self._lists:
            self._lists[use] = self._made(use, depth)
        return self._lists[use]

    def _made(self, use: str, depth: int) -> _List | None:
        num = self._nums.get(use)
        if num is None:
            return None
        counter = value(num, "abstractNumId")
        abstract = self._abstract.get(counter)
        linked = value(abstract, "numStyleLink")
        if linked and depth < _DEEPEST:
            other = self._styles.numbering(linked)[0]
            found = self._list(other, depth + 1) if other and other != use else None
            if found is None:
                return None
            levels, styles, counter = list(found.levels), list(found.styles), found.counter
        else:
            levels, styles = [Level(text="") for _ in range(LEVELS)], [""] * LEVELS
            for element in () if abstract is None else abstract.iterchildren(w("lvl")):
                _set(element, levels, styles)
        starts = set()
        for override in num.iterchildren(w("lvlOverride")):
            at = number(override.get(w("ilvl")), -1)
            if not 0 <= at < LEVELS:
                continue
            for element in override.iterchildren(w("lvl")):
                _set(element, levels, styles, at)
            first = override.find(w("startOverride"))
            if first is not None:
                levels[at] = replace(levels[at], start=number(first.get(VAL), 1))
                starts.add(at)
        return _List(counter, tuple(levels), tuple(styles), frozenset(starts))


def _set(element: Any, levels: list[Level], styles: list[str], at: int | None = None) -> None:
    """Put a ``w:lvl`` in its place."""
    at = number(element.get(w("ilvl")), -1) if at is None else at
    if not 0 <= at < LEVELS:
        return
    shape, pattern = _format(element)
    restart = element.find(w("lvlRestart"))
    plain = element.find(w("isLgl"))
    levels[at] = Level(
        start=number(value(element, "start"), 0 if shape == "none" else 1),
        style=shape,
        text=value(element, "lvlText"),
        between=_BETWEEN.get(value(element, "suff"), " "),
        restart=None if restart is None else number(restart.get(VAL), 0),
        plain=plain is not None and switched_on(plain),
        pattern=pattern,
    )
    styles[at] = value(element, "pStyle")


def _format(level: Any) -> tuple[str, str]:
    """The number format of a level; for one that older programs do not know with its pattern ("001, 002, ...")."""
    for child in level:
        holder = chosen(child) if name_of(child) == "AlternateContent" else level
        shape = None if holder is None else holder.find(w("numFmt"))
        if shape is not None:
            return shape.get(VAL, "decimal"), shape.get(w("format"), "")
    return "decimal", ""
