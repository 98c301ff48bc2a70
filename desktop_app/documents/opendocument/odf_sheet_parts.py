# SPDX-License-Identifier: Apache-2.0
"""What is drawn on an OpenDocument sheet, and cells that nobody sees.

Boxes and shapes with text, charts, files. A cell counts as unseen only where its own style makes white letters on white, no condition may
colour it, and no stretch of its text has a look of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop_app.documents.opendocument.odf_objects import Objects
from desktop_app.documents.opendocument.odf_styles import OdfLook, OdfStyles, about
from desktop_app.documents.opendocument.odf_words import FRAMES, paragraphs, parts
from desktop_app.documents.text import table
from desktop_app.documents.text.cells import SheetNote
from desktop_app.documents.text.xml_files import attribute, name_of

_DEEPEST = 30  # groups in groups


class OdfSheetParts:
    """The styles and the objects of a spreadsheet."""

    def __init__(self, styles: OdfStyles, objects: Objects) -> None:
        self._styles = styles
        self._objects = objects
        self._unseen: dict[str, bool] = {}

    def drawn(self, element: Any, place: str, depth: int = 0) -> Iterator[SheetNote]:
        """The texts of a shape, a frame or a group at ``place``."""
        name = name_of(element)
        if name not in FRAMES or depth > _DEEPEST:
            return
        if name in ("object", "object-ole"):
            for text, kind in self._objects.chart(element):
                yield SheetNote(place, text, "chart", kind=kind)
            return
        if name not in ("frame", "g", "a"):
            yield from self._texts(element, place)
        for child in element:
            yield from self.drawn(child, place, depth + 1)

    def is_unseen(self, cell: Any) -> bool:
        """Whether the letters of a cell have the colour of what is behind them."""
        style = attribute(cell, "style-name")
        if style not in self._unseen:
            look = self._styles.look("table-cell", style, OdfLook())
            self._unseen[style] = about(look).hidden == "invisible" and not self._styles.is_conditional("table-cell", style)
        return self._unseen[style] and not any(len(part) for part in cell if name_of(part) == "p")

    def _texts(self, element: Any, place: str) -> Iterator[SheetNote]:
        """The paragraphs of a box: those that are seen together, the others by why they are not."""
        frame = element.getparent() if name_of(element) == "text-box" else element
        look = self._styles.look("graphic", attribute(frame, "style-name"), OdfLook())
        lines: dict[str, list[str]] = {}
        for paragraph in paragraphs(element):
            said = parts(paragraph, self._styles, self._styles.look("paragraph", attribute(paragraph, "style-name"), look))
            for reason in dict.fromkeys(one.hidden for one, _ in said):
                text = table.clean("".join(words for one, words in said if one.hidden == reason))
                if text:
                    lines.setdefault(reason, []).append(text)
        for reason, texts in lines.items():
            yield SheetNote(place, "\n".join(texts), "box", hidden=reason)
