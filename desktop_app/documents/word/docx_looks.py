# SPDX-License-Identifier: Apache-2.0
"""How text of a Word document looks: hidden, struck, colour and size.

Only what decides whether a person sees the text. A template of a letter hides notes for its writer, and a document that was made to
mislead holds orders in white on white or in a size of one point; both were told like any other text.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from desktop_app.documents.text.colours import alike, of_hex
from desktop_app.documents.text.xml_files import attribute
from desktop_app.documents.word.docx_parts import VAL, number, switched_on, w

_TINY = 5  # half points: the smallest print of contracts and medicines has twice as many
PAPER = "FFFFFF"
UNKNOWN = "?"
"""What is behind the text is not known: a picture, a shape, a table style that colours rows."""

_VANISH, _STRIKE, _DSTRIKE, _COLOR, _SIZE, _SHADE, _HIGHLIGHT = (
    w(name) for name in ("vanish", "strike", "dstrike", "color", "sz", "shd", "highlight")
)
_EDGES = frozenset(
    (
        *map(w, ("outline", "shadow", "emboss", "imprint")),
        *(f"{{http://schemas.microsoft.com/office/word/2010/wordml}}{name}" for name in ("textOutline", "shadow", "glow")),
    )
)
"""What draws an edge around letters: they are seen on a ground of their own colour."""
_SAYING = {
    _VANISH: "vanish",
    _STRIKE: "strike",
    _DSTRIKE: "dstrike",
    _COLOR: "color",
    _SIZE: "size",
    _SHADE: "shade",
    _HIGHLIGHT: "highlight",
    w("rStyle"): "style",
    **dict.fromkeys(_EDGES, "edge"),
}
_VML = "{urn:schemas-microsoft-com:vml}*"
_HIGHLIGHTS = {
    "black": "000000",
    "blue": "0000FF",
    "cyan": "00FFFF",
    "green": "00FF00",
    "magenta": "FF00FF",
    "red": "FF0000",
    "yellow": "FFFF00",
    "white": "FFFFFF",
    "darkBlue": "000080",
    "darkCyan": "008080",
    "darkGreen": "008000",
    "darkMagenta": "800080",
    "darkRed": "800000",
    "darkYellow": "808000",
    "darkGray": "808080",
    "lightGray": "C0C0C0",
}


class TextLook(NamedTuple):
    """What is said of some text; None where nothing is. ``size`` in half points, ``behind`` the colour of what the text stands on."""

    vanish: bool | None = None
    strike: bool | None = None
    dstrike: bool | None = None
    color: str | None = None
    size: int | None = None
    behind: str | None = None

    def over(self, below: TextLook) -> TextLook:
        """This look, with what it leaves open taken from ``below``."""
        if self == NOTHING:
            return below
        said: dict[str, Any] = {name: own for name, own in zip(self._fields, self, strict=True) if own is not None}
        return below._replace(**said)

    def seen_as(self, behind: str) -> str:
        """ "" for text that is seen, "struck", or why it is not seen ("text", "tiny", "invisible"). ``behind``: the colour of the ground."""
        if self.vanish:
            return "text"
        if self.size is not None and self.size <= _TINY:
            return "tiny"
        if self.color is not None and alike(of_hex(self.color), of_hex(behind if self.behind is None else self.behind)):
            return "invisible"
        return "struck" if self.strike or self.dstrike else ""


NOTHING = TextLook()


def look_of(run: Any | None, paragraph: Any | None = None) -> TextLook:
    """What the properties of a run say, and the shade among those of a paragraph."""
    look = NOTHING if run is None else style_and_look(run)[1]
    behind = None if paragraph is None else shade_of(paragraph)
    return look if behind is None or look.behind is not None else look._replace(behind=behind)


def style_and_look(run: Any) -> tuple[str, TextLook]:  # noqa: C901 - one branch for each property
    """The character style that the properties of a run name, "" for none, and what they say themselves.

    Most properties say nothing of whether text is seen; those that do are picked out by one look-up each, which halved the time of a
    document of many runs.
    """
    said: dict[str, Any] = {}
    style, edge = "", False
    for child in run:
        name = _SAYING.get(child.tag)
        if name is None:
            continue
        if name == "color":
            said[name] = child.get(VAL, "auto")
        elif name == "size":
            said[name] = number(child.get(VAL), 0) or None
        elif name == "style":
            style = style or child.get(VAL, "")
        elif name == "shade":
            said["behind"] = _fill(child) or said.get("behind")
        elif name == "highlight":
            if child.get(VAL) != "none":
                said["behind"] = _HIGHLIGHTS.get(child.get(VAL, ""), UNKNOWN)
        elif name == "edge":
            edge = edge or (switched_on(child) and child.find("{*}noFill") is None)
        else:
            said[name] = switched_on(child)
    if edge:
        said["behind"] = UNKNOWN
    return style, TextLook(**said) if said else NOTHING


def has_drawing(paragraph: Any) -> bool:
    """Whether a drawing is anchored in a paragraph: its text may stand on that."""
    return any(True for _ in paragraph.iter("{*}anchor", _VML))


def is_drawn_behind(root: Any) -> bool:
    """Whether any drawing of a part lies behind the text."""
    return any(
        attribute(one, "behindDoc") in ("1", "true", "on") or "z-index:-" in attribute(one, "style").replace(" ", "")
        for one in root.iter("{*}anchor", _VML)
    )


def shade_of(properties: Any | None) -> str | None:
    """The colour that the properties of a paragraph, a cell or a table give to what is behind the text; None where they give none."""
    shade = None if properties is None else properties.find(_SHADE)
    return None if shade is None else _fill(shade)


def _fill(shade: Any) -> str | None:
    pattern, fill = shade.get(VAL, "clear"), shade.get(w("fill"), "auto")
    if pattern == "solid":
        return str(shade.get(w("color"), "auto")).replace("auto", "000000")
    if pattern not in ("clear", "nil"):
        return UNKNOWN
    if shade.get(w("themeFill")) and fill == "auto":
        return UNKNOWN
    return None if fill == "auto" else str(fill)
