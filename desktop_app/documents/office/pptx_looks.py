# SPDX-License-Identifier: Apache-2.0
"""Colours of a slide: what text has, and what stands behind it.

Only as far as needed to say that text is not seen: colours of the theme through the map of the master, plain fills, the background of the
slide, its layout or its master. What is mixed, a gradient or a picture counts as not known, and text on it as seen; so do the theme's
colours on a slide that gives them other names.
"""

from __future__ import annotations

from typing import Any

from desktop_app.documents.text.colours import Colour, of_hex
from desktop_app.documents.text.xml_files import Package, attribute, name_of

_NAMED = {"white": "FFFFFF", "black": "000000", "red": "FF0000", "blue": "0000FF", "green": "008000", "yellow": "FFFF00"}
_PLAIN_BACKGROUND = "1001"  # of the fills that a theme has for backgrounds, the one of one colour

Fill = tuple[bool, Colour | None]
"""Whether something fills the place, and with which colour; None for one that is not known."""
NO_FILL: Fill = (False, None)
UNKNOWN: Fill = (True, None)


class Layout:
    """A layout with its master and theme, read once for all slides made of it.

    ``parts``: the roots of both, as far as they are there, ``shown`` those whose own shapes a slide shows; ``drawn``: the places of what they draw, ``fills``: whether they fill
    placeholders; both None until somebody looked.
    """

    def __init__(self, package: Package, name: str) -> None:
        master = _related(package, name, "slideMaster")
        theme = _related(package, master, "theme")
        roots = [package.xml(part) if part else None for part in (name, master)]
        self.parts = [one for one in roots if one is not None]
        self.renames = any(map(_renames, self.parts))
        self.drawn: list[Any] | None = None
        self.shown = self.parts if roots[0] is not None and shows_below(roots[0]) else self.parts[:1]
        self.fills: bool | None = None
        self.theme = _scheme(package.xml(theme) if theme else None)
        self.names: dict[str, str] = {}
        for element in () if roots[1] is None else roots[1]:
            if name_of(element) == "clrMap":
                self.names = {str(name): str(value) for name, value in element.attrib.items()}


class Layouts:
    """The layouts of a presentation."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._known: dict[str, Layout] = {}

    def of(self, slide: str) -> Layout:
        """The layout that a slide is made of."""
        name = _related(self._package, slide, "slideLayout")
        if name not in self._known:
            self._known[name] = Layout(self._package, name)
        return self._known[name]


class SlideColours:
    """Colours by the names that one slide calls them."""

    def __init__(self, layout: Layout, slide: Any) -> None:
        self.layout = layout
        roots = [slide, *layout.parts]
        renamed = layout.renames or _renames(slide)
        self._theme = {} if renamed else layout.theme
        self._names = layout.names
        self.background = None if renamed else self._background(roots)

    def _background(self, roots: list[Any]) -> Colour | None:
        """The colour of the page, None where it is not known."""
        for root in roots:
            for element in root.iter():
                if name_of(element) == "bgPr":
                    filled, colour = self.fill(element)
                    return colour if filled else (255, 255, 255)
                if name_of(element) == "bgRef":
                    return self.colour(element) if attribute(element, "idx") == _PLAIN_BACKGROUND else None
                if name_of(element) == "spTree":
                    break
        return 255, 255, 255

    def fill(self, properties: Any | None) -> Fill:
        """What the properties of a shape, a cell or a run are filled with."""
        for child in () if properties is None else properties:
            name = name_of(child)
            if name == "noFill":
                return NO_FILL
            if name == "solidFill":
                return True, self.colour(child)
            if name in ("gradFill", "blipFill", "pattFill", "grpFill"):
                return UNKNOWN
        return NO_FILL

    def colour(self, holder: Any) -> Colour | None:
        """The colour inside an element, None where it is mixed or half transparent."""
        for child in holder:
            if len(child):
                return None
            name, value = name_of(child), attribute(child, "val")
            if name == "srgbClr":
                return of_hex(value)
            if name == "sysClr":
                return of_hex(attribute(child, "lastClr") or {"window": "FFFFFF", "windowText": "000000"}.get(value, ""))
            if name == "prstClr":
                return of_hex(_NAMED.get(value, ""))
            if name == "schemeClr":
                return self._theme.get(self._names.get(value, value))
        return None


def shows_below(root: Any) -> bool:
    """Whether a slide or a layout shows the shapes of what it is made of."""
    return attribute(root, "showMasterSp") not in ("0", "false")


def is_clear(properties: Any) -> bool:
    """Whether the properties of a run say that its letters are not drawn at all."""
    said = {name_of(child): child for child in properties}
    solid, line = said.get("solidFill"), said.get("ln")
    clear = "noFill" in said or (
        solid is not None and any(name_of(one) == "alpha" and attribute(one, "val") in ("0", "0%") for one in solid.iter())
    )
    return clear and not (line is not None and any(name_of(one).endswith("Fill") and name_of(one) != "noFill" for one in line))


def _renames(root: Any) -> bool:
    """Whether a slide or a layout calls the theme's colours by other names."""
    return any(name_of(one) == "clrMapOvr" and any(name_of(inner) == "overrideClrMapping" for inner in one) for one in root)


def _related(package: Package, part: str, kind: str) -> str:
    if not part:
        return ""
    return next((one.target for one in package.relations(part).values() if one.kind == kind), "")


def _scheme(theme: Any | None) -> dict[str, Colour | None]:
    found: dict[str, Colour | None] = {}
    for element in () if theme is None else theme.iter():
        if name_of(element) == "clrScheme":
            for slot in element:
                for child in slot:
                    value = attribute(child, "lastClr") if name_of(child) == "sysClr" else attribute(child, "val")
                    found[name_of(slot)] = of_hex(value)
    return found
