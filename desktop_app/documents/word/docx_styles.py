# SPDX-License-Identifier: Apache-2.0
"""What the styles of a Word document say: heading levels, lists, looks.

A style says only what it changes of the one that it is based on; built-in headings are known by name in the languages that Word writes
them in, all others by their outline level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from desktop_app.documents.word.docx_looks import NOTHING, TextLook, look_of, style_and_look
from desktop_app.documents.word.docx_parts import VAL, number, value, w

_HEADING_NAME = re.compile(r"^(?:heading|标题|überschrift|titre|見出し)\s*(\d)$", re.IGNORECASE)
_DEEPEST = 20  # styles based on each other


class Styles:
    """The styles by id; a document may lack them all."""

    def __init__(self, root: Any | None) -> None:
        self._styles: dict[str, Any] = {}
        self._levels: dict[str, int | None] = {}
        self._looks: dict[str, TextLook] = {}
        self._lists: dict[str, tuple[str, str, list[str]]] = {}
        self._based: dict[str, str] = {}
        self._own_levels: dict[str, int | None] = {}
        self._own_lists: dict[str, tuple[str, str]] = {}
        self._shaded: dict[str, bool] = {}
        self._seen: dict[tuple[TextLook, str], SeenOn] = {}
        self.default = ""
        self.default_table = ""
        self._defaults = NOTHING
        if root is None:
            return
        for style in root.iterchildren(w("style")):
            identity = style.get(w("styleId"), "")
            self._styles.setdefault(identity, style)
            if style.get(w("default"), "0") not in ("1", "true", "on"):
                continue
            if style.get(w("type")) == "paragraph":
                self.default = identity
            elif style.get(w("type")) == "table":
                self.default_table = identity
        self._defaults = look_of(root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}"))

    def _chain(self, identity: str) -> Iterator[tuple[str, Any]]:
        """A style and those that it is based on, itself first."""
        for _ in range(_DEEPEST):
            style = self._styles.get(identity)
            if style is None:
                return
            yield identity, style
            if identity not in self._based:
                self._based[identity] = value(style, "basedOn")
            identity = self._based[identity]

    def heading_level(self, identity: str) -> int | None:
        """Heading level of paragraphs of a style: from 1, 0 for the title of the document, None for ordinary text."""
        if identity not in self._levels:
            own = (self._own_level(name, style) for name, style in self._chain(identity))
            self._levels[identity] = next((level for level in own if level is not None), None)
        level = self._levels[identity]
        return None if level is None or level < 0 else level

    def _own_level(self, identity: str, style: Any) -> int | None:
        if identity not in self._own_levels:
            self._own_levels[identity] = _own_level(style)
        return self._own_levels[identity]

    def numbering(self, identity: str) -> tuple[str, str, list[str]]:
        """List and level of paragraphs of a style, "" where they are not said, and the styles below the one that says the level."""
        if identity not in self._lists:
            self._lists[identity] = self._numbering(identity)
        return self._lists[identity]

    def _numbering(self, identity: str) -> tuple[str, str, list[str]]:
        level, names = "", list[str]()
        for name, style in self._chain(identity or self.default):
            names += [] if level else [name]
            if name not in self._own_lists:
                own = style.find(f"{w('pPr')}/{w('numPr')}")
                self._own_lists[name] = value(own, "numId"), value(own, "ilvl")
            use, own_level = self._own_lists[name]
            level = level or own_level
            if use:
                return use, level, names
        return "", level, names

    def look(self, identity: str) -> TextLook:
        """How text of a paragraph or character style looks; of a paragraph style with the defaults of the document."""
        if identity not in self._looks:
            chain = list(self._chain(identity))
            is_run = bool(chain) and chain[0][1].get(w("type")) == "character"
            found = NOTHING if is_run else self._defaults
            for at, (name, style) in enumerate(chain):
                if at and name in self._looks and (style.get(w("type")) == "character") == is_run:
                    found = self._looks[name]
                    chain = chain[:at]
                    break
            for _, style in reversed(chain):
                found = look_of(style.find(w("rPr")), style.find(w("pPr"))).over(found)
            self._looks[identity] = found
        return self._looks[identity]

    def seen_on(self, below: TextLook, behind: str) -> SeenOn:
        """How runs are seen in paragraphs that look like ``below``, on a ground of the colour ``behind``."""
        key = below, behind
        if key not in self._seen:
            self._seen[key] = SeenOn(self, below, behind)
        return self._seen[key]

    def is_shaded(self, identity: str) -> bool:
        """Whether a table style colours cells: what is behind their text is then not known here."""
        if identity not in self._shaded:
            self._shaded[identity] = any(
                shade.get(w("fill"), "auto").lower() not in ("auto", "ffffff") or shade.get(VAL) not in (None, "clear", "nil")
                for _, style in self._chain(identity)
                for shade in style.iter(w("shd"))
            )
        return self._shaded[identity]


class SeenOn:
    """How runs are seen in paragraphs of one look, on one ground; ``plain`` is that of runs that say nothing of it."""

    def __init__(self, styles: Styles, below: TextLook, behind: str) -> None:
        self._styles = styles
        self._below = below
        self._behind = behind
        self._known: dict[tuple[str, TextLook], str] = {}
        self.plain = below.seen_as(behind)

    def how(self, properties: Any) -> str:
        """``TextLook.seen_as`` of a run with these properties."""
        said = style_and_look(properties)
        if said[1] is NOTHING and not said[0]:
            return self.plain
        how = self._known.get(said)
        if how is None:
            style, look = said
            under = self._styles.look(style).over(self._below) if style else self._below
            how = self._known[said] = look.over(under).seen_as(self._behind)
        return how


def _own_level(style: Any) -> int | None:
    """The level that a style itself gives; -1 where it says that its text is no heading."""
    label = value(style, "name").strip()
    match = _HEADING_NAME.match(label)
    if match is not None:
        return int(match[1])
    if label.lower() in ("title", "标题"):
        return 0
    outline = style.find(f"{w('pPr')}/{w('outlineLvl')}")
    if outline is None:
        return None
    level = number(outline.get(VAL), 9)
    return level + 1 if 0 <= level < 9 else -1
