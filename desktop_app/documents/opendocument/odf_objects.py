# SPDX-License-Identifier: Apache-2.0
"""Charts and files inside OpenDocument files.

An object is a folder of the package with a document of its own, or one file. Charts become text where they stand; other documents are
packed into a file again and read as parts, like attachments. Formulas hold no text.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from desktop_app.documents.member_segments import MemberSegments
from desktop_app.documents.opendocument.odf_words import words
from desktop_app.documents.text import table
from desktop_app.documents.text.xml_files import Package, attribute, name_of

_SUFFIXES = {"text": ".odt", "spreadsheet": ".ods", "presentation": ".odp", "drawing": ".odg"}
_TITLES = ("title", "subtitle")
_MOST_ROWS = 20_000


class Objects:
    """The objects of a package; a flat file (None) holds its charts where they stand."""

    def __init__(self, package: Package | None) -> None:
        self._package = package
        self._files: dict[str, str] = {}  # folder or part -> suffix

    def chart(self, element: Any) -> Iterator[tuple[str, str]]:
        """(text, kind) of the chart that a frame holds; a file that it holds is kept for ``read``."""
        root = next((child for child in element if name_of(child) == "document"), None)
        target = posixpath.normpath(attribute(element, "href") or ".").lstrip("/")
        if root is None and self._package is not None and target != ".":
            if name_of(element) == "object-ole":
                self._files.setdefault(target, "")
                return
            root = self._package.xml(f"{target}/content.xml")
        for kind in () if root is None else _kinds(root):
            if name_of(kind) == "chart":
                yield from _chart(kind)
            elif name_of(kind) in _SUFFIXES and self._package is not None and target != ".":
                self._files.setdefault(target, _SUFFIXES[name_of(kind)])

    def read(self, members: MemberSegments, unwrapped: Callable[[str, bytes], tuple[str, bytes] | None]) -> None:
        """Read the files that were met; ``unwrapped`` gives the name and the bytes of a file in an object of another program."""
        members.attach(found for name, data in self.files() if (found := unwrapped(name, data)) is not None)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of the objects that were met and hold a file."""
        for target, suffix in self._files.items():
            assert self._package is not None
            data = _packed(self._package, target) if suffix else self._package.data(target)
            if data:
                yield f"{target}{suffix}", data


def _kinds(root: Any) -> Iterator[Any]:
    for body in root:
        if name_of(body) == "body":
            yield from body


def _packed(package: Package, folder: str) -> bytes:
    """A document inside the package as a package of its own."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as inside:
        for name in package.names:
            data = package.data(name) if name.startswith(f"{folder}/") and name.endswith(".xml") else None
            if data is not None:
                inside.writestr(name.removeprefix(f"{folder}/"), data)
        inside.writestr("META-INF/manifest.xml", "<manifest/>")
    return made.getvalue()


def _chart(body: Any) -> Iterator[tuple[str, str]]:
    for element in body.iter():
        if name_of(element) in _TITLES and len(element):
            title = table.clean(" ".join(words(part) for part in element.iter() if name_of(part) == "p"))
            if title:
                yield title, "text"
    for grid in (element for element in body.iter() if name_of(element) == "table"):
        header: list[str] | None = None
        for count, row in enumerate(element for element in grid.iter() if name_of(element) == "table-row"):
            if count > _MOST_ROWS:
                break
            cells = [
                table.clean(" ".join(words(part) for part in cell if name_of(part) == "p"))
                for cell in row
                if name_of(cell) == "table-cell"
            ]
            if header is None:
                header = cells
            elif any(cells):
                yield table.row_text(cells, header), "row"
