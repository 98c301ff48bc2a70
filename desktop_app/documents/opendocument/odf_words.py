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
_APART = NOTES | FRAMES | SKIPPED
_NO_STYLES = OdfStyles(())
_SEEN = OdfLook()


def words(element: Any) -> str:
    """The text of one paragraph, without what is anchored in it."""
    return "".join(text for _, text in parts(element, _NO_STYLES, _SEEN)).strip()


def parts(element: Any, styles: OdfStyles, look: OdfLook) -> list[Part]:
    """The text of one paragraph in stretches, each with what is said of it; ``look`` is that of the paragraph."""
    found: list[Part] = []
    _collect(element, styles, look, found)
    return found


def _collect(element: Any, styles: OdfStyles, look: OdfLook, found: list[Part]) -> None:
    said_of = about(look)
    if element.text:
        found.append((said_of, _collapsed(element.text, found)))
    for child in element:
        name = name_of(child)
        if name == "s":
            count = attribute(child, "c", "1")
            found.append((said_of, " " * (min(int(count), 200) if count.isdigit() and len(count) < 9 else 1)))
        elif name == "tab":
            found.append((said_of, "\t"))
        elif name == "line-break":
            found.append((said_of, "\n"))
        elif name == "hidden-text" and attribute(child, "is-hidden") == "true":
            found.append((Locator(hidden="text"), attribute(child, "string-value") or "".join(child.itertext())))
        elif name and (name not in _APART or _is_link(child)):
            _collect(child, styles, styles.look("text", attribute(child, "style-name"), look), found)
        if child.tail:
            found.append((said_of, _collapsed(child.tail, found)))


def _is_link(element: Any) -> bool:
    """Whether an element called "a" is a link within the text, and not one around a frame."""
    return name_of(element) == "a" and ":text:" in str(element.tag)


def _collapsed(text: str, before: list[Part]) -> str:
    """A run of white space in the file is one space, and none after another."""
    last = next((said for _, said in reversed(before) if said), "")
    said = " ".join(text.split())
    if not said:
        return "" if not last or last.endswith((" ", "\n")) else " "
    front = " " if text[0].isspace() and last and not last.endswith((" ", "\n")) else ""
    return f"{front}{said}{' ' if text[-1].isspace() else ''}"


def anchored(element: Any) -> Iterator[Any]:
    """Notes, comments and frames inside a paragraph."""
    for child in element:
        name = name_of(child)
        if name in NOTES or (name in FRAMES and not _is_link(child)):
            yield child
        elif name and name not in SKIPPED:
            yield from anchored(child)


def paragraphs(element: Any) -> Iterator[Any]:
    """Paragraphs and headings inside an element, without those of notes, comments and frames."""
    for child in element:
        name = name_of(child)
        if name in ("p", "h"):
            yield child
        elif name and name not in _APART:
            yield from paragraphs(child)
