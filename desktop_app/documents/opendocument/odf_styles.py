# SPDX-License-Identifier: Apache-2.0
"""Styles of OpenDocument: whether text is seen, which list it is of.

A paragraph names a style, that one its parent, and only all of them together say that its letters are white. What is behind the text is
the nearest background around it; a gradient or a picture counts as not known, and text on it as seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from desktop_app.contract.document import Locator
from desktop_app.documents.text.colours import WHITE, Colour, alike, of_hex
from desktop_app.documents.text.segment_builder import BODY
from desktop_app.documents.text.xml_files import attribute, name_of

_LONGEST_CHAIN = 30  # parents of a style
_MOST_LOOKS = 10_000  # that are remembered
_TINY = 2.5  # points
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75, "pc": 12.0}
_HIDDEN, _SMALL, _INVISIBLE, _STRUCK = (
    Locator(hidden="text"),
    Locator(hidden="tiny"),
    Locator(hidden="invisible"),
    Locator(aside="struck"),
)


class OdfLook(NamedTuple):
    """How text looks, handed down from what is around it. ``colour`` None: the usual one; ``behind`` None: not known; ``size`` in points."""

    hidden: bool = False
    struck: bool = False
    colour: Colour | None = None
    behind: Colour | None = WHITE
    size: float = 12.0


@lru_cache(maxsize=1_024)
def about(look: OdfLook) -> Locator:
    """What is to be said of text besides where it stands, by its look."""
    if look.hidden:
        return _HIDDEN
    if look.size <= _TINY:
        return _SMALL
    if alike(look.colour, look.behind):
        return _INVISIBLE
    return _STRUCK if look.struck else BODY


def points(length: str) -> float | None:
    """A length ("2.5cm") in points, None for what is none."""
    number, unit = length[:-2], length[-2:]
    try:
        return float(number) * _POINTS[unit]
    except (ValueError, KeyError):
        return None


class OdfStyles:
    """The styles of a file; ``roots`` are its content and its styles, or the one root of a flat file."""

    def __init__(self, roots: Iterable[Any]) -> None:
        self.lists: dict[str, Any] = {}
        self.outline: Any | None = None
        self.masters: dict[str, Any] = {}
        self.master_names: dict[str, None] = {}  # those that a paragraph asks for
        self.layouts: dict[str, Any] = {}
        self.off_layers: set[str] = set()
        self._styles: dict[tuple[str, str], Any] = {}
        self._looks: dict[tuple[str, str, OdfLook], OdfLook] = {}
        self._said: dict[tuple[str, str], dict[str, str]] = {}
        for root in roots:
            for holder in root:
                if name_of(holder) in ("styles", "automatic-styles", "master-styles"):
                    for element in holder:
                        self._add(element)

    def _add(self, element: Any) -> None:
        name, called = name_of(element), attribute(element, "name")
        if name in ("style", "default-style"):
            self._styles.setdefault((attribute(element, "family"), called), element)
            if attribute(element, "master-page-name"):
                self.master_names.setdefault(attribute(element, "master-page-name"))
        elif name == "list-style":
            self.lists.setdefault(called, element)
        elif name == "outline-style":
            self.outline = element
        elif name == "master-page":
            self.masters.setdefault(called, element)
        elif name == "page-layout":
            self.layouts.setdefault(called, element)
        elif name == "layer-set":
            self.off_layers |= {
                attribute(layer, "name") for layer in element if attribute(layer, "display") in ("none", "printer")
            }

    def said(self, family: str, name: str) -> dict[str, str]:
        """All that a style and its parents say, by the names of the attributes."""
        key = family, name
        if key not in self._said:
            chain, called = list[Any](), name
            while called and len(chain) < _LONGEST_CHAIN and (family, called) not in self._said:
                style = self._styles.get((family, called))
                if style is None:
                    called = ""
                    break
                chain.append(style)
                called = attribute(style, "parent-style-name")
            merged = dict(self._said.get((family, called), ()))
            if not merged and (default := self._styles.get((family, ""))) is not None:
                chain.append(default)
            for style in reversed(chain):
                _merge(style, merged)
            self._said[key] = merged
        return self._said[key]

    def is_conditional(self, family: str, name: str) -> bool:
        """Whether a style or a parent looks otherwise on a condition."""
        for _ in range(_LONGEST_CHAIN):
            style = self._styles.get((family, name))
            if style is None:
                return False
            if any(name_of(part) == "map" for part in style):
                return True
            name = attribute(style, "parent-style-name")
        return True

    def look(self, family: str, name: str, outer: OdfLook) -> OdfLook:
        """How text of a style looks inside ``outer``."""
        if not name:
            return outer
        key = family, name, outer
        if key not in self._looks:
            if len(self._looks) >= _MOST_LOOKS:
                self._looks.clear()
            self._looks[key] = self._look(self.said(family, name), outer)
        return self._looks[key]

    def _look(self, said: dict[str, str], outer: OdfLook) -> OdfLook:
        hidden = said["display"] == "none" if "display" in said else outer.hidden
        line = said.get("text-line-through-style") or said.get("text-line-through-type")
        struck = outer.struck if line is None else line != "none"
        colour = of_hex(said["color"]) if "color" in said else outer.colour
        if said.get("use-window-font-color") == "true":
            colour = None
        return OdfLook(hidden, struck, colour, _behind(said, outer.behind), _size(said.get("font-size", ""), outer.size))


def _merge(style: Any, merged: dict[str, str]) -> None:
    """Add what a style says to what its parents said."""
    for name in ("list-style-name", "default-outline-level", "display-name"):
        if style.get(_spelled(style, name)) is not None:
            merged[name] = attribute(style, name)
    for properties in style:
        if not name_of(properties).endswith("-properties"):
            continue
        for key, value in properties.attrib.items():
            name = key.rpartition("}")[2]
            if name == "font-size" and str(value).endswith("%"):
                above, share = points(merged.get("font-size", "12pt")), _number(str(value)[:-1])
                merged[name] = f"{(above or 12.0) * share / 100}pt"
            elif name == "color" and "use-window-font-color" in merged:
                del merged["use-window-font-color"]
                merged[name] = str(value)
            else:
                merged[name] = str(value)


def _spelled(element: Any, name: str) -> str:
    return next((key for key in element.attrib if key.rpartition("}")[2] == name), name)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 100.0


def _size(said: str, outer: float) -> float:
    size = points(said)
    return outer if size is None else size


def _behind(said: dict[str, str], outer: Colour | None) -> Colour | None:
    fill, background = said.get("fill", ""), said.get("background-color", "")
    if fill == "solid":
        return of_hex(said.get("fill-color", ""))
    if fill and fill != "none":
        return None
    return outer if background in ("", "transparent") else of_hex(background)
