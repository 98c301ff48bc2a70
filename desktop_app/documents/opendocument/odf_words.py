# SPDX-License-Identifier: Apache-2.0
"""The text of one OpenDocument paragraph, and what is anchored in it.

White space as the format defines it. What stands in the paragraph's element but not in its line (notes, comments, frames) is given apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop_app.contract.document import Locator
from desktop_app.documents.opendocument.odf_styles import OdfLook, OdfStyles, about
from desktop_app.documents.text.segment_builder import Part
from desktop_app.documents.text.xml_files import attribute, name_of

SKIPPED = frozenset(
    "tracked-changes change sequence-decls user-field-decls variable-decls forms annotation-end scripts settings shapes"
    " binary-data event-listeners table-of-content-source title desc bookmark number".split()
)
NOTES = frozenset(("note", "annotation"))
FRAMES = frozenset(
    "frame text-box custom-shape rect ellipse g a polygon path line connector caption object image circle".split()
)
_ANCHORED = NOTES | FRAMES
_APART = _ANCHORED | SKIPPED
_MARKS = frozenset(("number", "hidden-paragraph"))
_WHITE = {"tab": "\t", "line-break": "\n"}
_SPACES = ("", " ", "\n")  # after which another space says nothing
_NO_STYLES = OdfStyles(())
_SEEN = OdfLook()


def words(element: Any) -> str:
    """The text of one paragraph, without what is anchored in it."""
    if not len(element):
        return " ".join((element.text or "").split())
    return "".join(text for _, text in parts(element, _NO_STYLES, _SEEN)).strip()


def parts(element: Any, styles: OdfStyles, look: OdfLook, apart: list[Any] | None = None) -> list[Part]:
    """The text of one paragraph in stretches, each with what is said of it; ``look`` is that of the paragraph.

    ``apart`` gets the notes, comments and frames that are anchored in it.
    """
    if not len(element):
        text = " ".join((element.text or "").split())
        return [(about(look), text)] if text else []
    walk = Words(styles)
    walk.collect(element, look)
    if apart is not None:
        apart += walk.apart
    return walk.found


class Words:
    """What is collected of one paragraph: ``apart`` are notes, comments and frames in it, ``marks`` what says something of all of it."""

    def __init__(self, styles: OdfStyles) -> None:
        self.found: list[Part] = []
        self.apart: list[Any] = []
        self.marks: list[Any] = []
        self._styles = styles
        self._last = ""  # character that was said

    def collect(self, element: Any, look: OdfLook) -> None:  # noqa: C901 - one branch for each kind of element
        """Add what stands in an element; ``look`` is that of its text."""
        said_of = about(look)
        if element.text:
            self._say(said_of, element.text)
        for child in element:
            name = name_of(child)
            if name == "span":
                self._inside(child, look)
            elif name == "s":
                count = attribute(child, "c", "1")
                self._put(said_of, " " * (min(int(count), 200) if count.isdecimal() and len(count) < 9 else 1))
            elif name in _WHITE:
                self._put(said_of, _WHITE[name])
            elif name == "hidden-text" and attribute(child, "is-hidden") == "true":
                self._put(Locator(hidden="text"), attribute(child, "string-value") or "".join(child.itertext()))
            elif name in _ANCHORED and not _is_link(child):
                self.apart.append(child)
            elif name in _MARKS:
                self.marks.append(child)
            elif name and name not in SKIPPED:
                self._inside(child, look)
            if child.tail:
                self._say(said_of, child.tail)

    def _inside(self, element: Any, look: OdfLook) -> None:
        style = attribute(element, "style-name")
        self.collect(element, self._styles.look("text", style, look) if style else look)

    def _say(self, said_of: Locator, text: str) -> None:
        """A run of white space in the file is one space, and none after another."""
        said = " ".join(text.split())
        if not said:
            said = "" if self._last in _SPACES else " "
        else:
            if text[0].isspace() and self._last not in _SPACES:
                said = f" {said}"
            if text[-1].isspace():
                said += " "
        self._put(said_of, said)

    def _put(self, said_of: Locator, text: str) -> None:
        if text:
            self.found.append((said_of, text))
            self._last = text[-1]


def _is_link(element: Any) -> bool:
    """Whether an element called "a" is a link within the text, and not one around a frame."""
    return name_of(element) == "a" and ":text:" in str(element.tag)


def paragraphs(element: Any) -> Iterator[Any]:
    """Paragraphs and headings inside an element, without those of notes, comments and frames."""
    for child in element:
        name = name_of(child)
        if name in ("p", "h"):
            yield child
        elif name and name not in _APART:
            yield from paragraphs(child)
