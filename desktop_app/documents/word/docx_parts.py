# SPDX-License-Identifier: Apache-2.0
"""The parts of a Word package, and names of its XML.

The package is read as XML rather than by python-docx, which opens no Strict Open XML, leaves out revisions, content controls, comments
and text boxes, and knows neither numbers nor hidden text. A part that cannot be read costs that part; ``missing`` names it.
"""

from __future__ import annotations

import functools
from typing import Any

from desktop_app.contract.document import UnreadableDocument
from desktop_app.documents.text.xml_files import Package, Relation, name_of

_MAIN = "officeDocument"
_OFF = frozenset({"0", "false", "off"})


@functools.cache
def w(name: str) -> str:
    """An element or attribute of WordprocessingML, as lxml spells it."""
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


def office(name: str) -> str:
    """An attribute that refers to another part, as lxml spells it."""
    return f"{{http://schemas.openxmlformats.org/officeDocument/2006/relationships}}{name}"


VAL = w("val")


def value(parent: Any, name: str, default: str = "") -> str:
    """``w:val`` of a child of ``parent``, ``default`` where there is none; ``parent`` may be None."""
    child = None if parent is None else parent.find(w(name))
    return default if child is None else child.get(VAL, default)


def number(text: str | None, default: int) -> int:
    """A whole number as it stands in an attribute, ``default`` for anything else."""
    try:
        return int(text) if text and len(text) < 12 else default
    except ValueError:
        return default


def switched_on(element: Any) -> bool:
    """What a property that is on or off says; without a value it is on."""
    return element.get(VAL, "1").lower() not in _OFF


class Parts:
    """The parts of a document and what each refers to."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._relations: dict[str, dict[str, Relation]] = {}
        self._missing: dict[str, None] = {}
        found = [relation.target for relation in self.relations("").values() if relation.kind == _MAIN]
        self.main = next((name for name in (*found, "word/document.xml") if package.has(name)), "")
        if not self.main:
            raise UnreadableDocument("unknown_format", "no Word document inside")

    @property
    def missing(self) -> list[str]:
        """Names of parts that could not be read, or not whole."""
        return list(self._missing)

    def lost(self, name: str) -> None:
        """Note that a part could not be read."""
        self._missing[name] = None

    def relations(self, part: str) -> dict[str, Relation]:
        """What ``part`` refers to, by id."""
        if part not in self._relations:
            self._relations[part] = self._package.relations(part)
        return self._relations[part]

    def target(self, part: str, identity: str) -> str:
        """The part that ``part`` refers to by an id, "" where there is none."""
        relation = self.relations(part).get(identity)
        return relation.target if relation else ""

    def related(self, kind: str) -> str:
        """The part of a kind ("styles", "comments") that the main part refers to, "" where there is none."""
        return next((relation.target for relation in self.relations(self.main).values() if relation.kind == kind), "")

    def xml(self, name: str) -> Any | None:
        """The root of a part; None where it is missing or broken."""
        if not name or not self._package.has(name):
            return None
        before = self._package.damaged
        root = self._package.xml(name)
        if self._package.damaged > before:
            self.lost(name)
        return root

    def data(self, name: str) -> bytes | None:
        """The bytes of a part; None where it is missing or broken."""
        return self._package.data(name)

    def title(self) -> str:
        """What the properties of the document call it."""
        root = self._package.xml("docProps/core.xml")
        return (
            next((" ".join((one.text or "").split()) for one in root if name_of(one) == "title"), "")
            if root is not None
            else ""
        )


def chosen(alternate: Any) -> Any | None:
    """Of the forms in which Word writes a drawing for newer and older programs the newest."""
    branches = [child for child in alternate if name_of(child) in ("Choice", "Fallback")]
    return branches[0] if branches else None
