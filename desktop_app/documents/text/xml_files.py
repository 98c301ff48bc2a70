# SPDX-License-Identifier: Apache-2.0
"""Parses XML from untrusted files so that it cannot reach anything.

No entity is expanded, no DTD read, nothing fetched.
Kept on lxml, which python-docx brings anyway; ``huge_tree`` stays off, so that libxml2's own limits (depth 256, text nodes of 10 MB)
hold. Files that are cut off are read as far as they go.
"""

from __future__ import annotations

import functools
import posixpath
import re
import zipfile
import zlib
from typing import Any, NamedTuple

from desktop_app.contract.document import UnreadableDocument
from desktop_app.documents.nesting import HIGHEST_RATIO, RATIO_FROM

_LARGEST_PART = 200 << 20  # bytes of one XML part, unpacked; its tree takes about ten times as much

_STRICT, _ROOT = b"http://purl.oclc.org/ooxml/", 8_192  # bytes in which a root element names its namespaces
_STRICT_NAME = re.compile(rb"([\"'])http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")


def parse(data: bytes) -> tuple[Any, bool]:
    """The root element, and whether the file was whole.

    Raises ``UnreadableDocument`` ("damaged") when nothing can be read, ``MemoryError`` when the tree does not fit into memory.
    """
    from lxml import etree

    try:
        return etree.fromstring(data, _parser(recover=False)), True
    except (etree.XMLSyntaxError, ValueError) as error:
        if is_lack_of_memory(error):
            raise MemoryError from error
    parser = _parser(recover=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        # The error is the first fault of the file; that the memory then ran out is in the parser's own log.
        if any(entry.type == etree.ErrorTypes.ERR_NO_MEMORY for entry in parser.error_log):
            raise MemoryError from error
        raise UnreadableDocument("damaged", str(error)[:200]) from error
    if root is None:
        raise UnreadableDocument("damaged", "no XML inside")
    return root, False


def is_lack_of_memory(error: Exception) -> bool:
    """Whether the memory ran out while a tree was made: lxml reports that as a syntax error, "unknown error" in line 0."""
    if type(error).__module__ != "lxml.etree":  # not loaded for most formats, and this is no moment to load it
        return False
    from lxml import etree

    return isinstance(error, etree.XMLSyntaxError) and error.code == etree.ErrorTypes.ERR_NO_MEMORY


@functools.cache
def _parser(*, recover: bool) -> Any:
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )


@functools.lru_cache(maxsize=4_096)
def _local(name: Any) -> str:
    """A name without its namespace; looked up, because a file has few names and asks for them a million times."""
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def name_of(element: Any) -> str:
    """The element's name without its namespace; "" for what is no element (an entity left alone)."""
    return _local(element.tag)


def namespace_of(element: Any) -> str:
    """The namespace of an element, "" where it has none."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def attribute(element: Any, name: str, default: str = "") -> str:
    """An attribute by its name, whatever its namespace; one without a namespace before others."""
    found: str | None = None
    for key, value in element.items():
        if key.endswith(name):
            if len(key) == len(name):
                return str(value)
            if found is None and key[-len(name) - 1] == "}":
                found = value
    return default if found is None else found


def is_strict(data: bytes) -> bool:
    """Whether a part is of a "Strict Open XML" file (ISO 29500)."""
    return _STRICT in data[:_ROOT]


def transitional(data: bytes) -> bytes:
    """A part of a "Strict Open XML" file under the names that Office has always used; the elements are the same, their namespaces are not."""
    if not is_strict(data):
        return data
    return _STRICT_NAME.sub(rb"\1http://schemas.openxmlformats.org/\2/2006/\3", data)


class Relation(NamedTuple):
    """What a part of a package refers to: ``kind`` is the last word of its type ("header", "chart"), ``target`` the name of the other part."""

    kind: str
    target: str


class Package:
    """The parts of a zip package by name; a part that is missing or broken is None."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._names = {name.replace("\\", "/").lstrip("/").lower(): name for name in package.namelist()}
        self._relations: dict[str, dict[str, Relation]] = {}
        self.damaged = 0

    def has(self, name: str) -> bool:
        """Whether there is a part of this name, in whatever case."""
        return name.lower() in self._names

    @property
    def names(self) -> list[str]:
        """The names of all parts, with "/" between folders."""
        return [name.replace("\\", "/").lstrip("/") for name in self._package.namelist()]

    def data(self, name: str) -> bytes | None:
        """The bytes of a part. Raises ``UnreadableDocument("too_big")``."""
        actual = self._names.get(name.lower())
        if actual is None:
            return None
        size, packed = self._package.getinfo(actual).file_size, self._package.getinfo(actual).compress_size
        if size > _LARGEST_PART:
            raise UnreadableDocument("too_big", f"{name} unpacks to more than {_LARGEST_PART >> 20} MB")
        if size > RATIO_FROM and size > HIGHEST_RATIO * max(1, packed):
            raise UnreadableDocument("too_big", f"{name} unpacks to more than {HIGHEST_RATIO} times its size")
        try:
            return self._package.read(actual)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
            self.damaged += 1
            return None

    def xml(self, name: str) -> Any | None:
        """The root element of a part. Raises ``UnreadableDocument("too_big")``."""
        data = self.data(name)
        if data is None:
            return None
        try:
            root, whole = parse(transitional(data))
        except UnreadableDocument:
            self.damaged += 1
            return None
        self.damaged += not whole
        return root

    def relations(self, part: str) -> dict[str, Relation]:
        """What a part refers to inside the package, by the id it is referred to with; "" is the package itself."""
        if part not in self._relations:
            self._relations[part] = self._related(part)
        return self._relations[part]

    def _related(self, part: str) -> dict[str, Relation]:
        folder, base = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        found: dict[str, Relation] = {}
        for element in () if root is None else root:
            if name_of(element) == "Relationship" and attribute(element, "TargetMode") != "External":
                target = attribute(element, "Target").replace("\\", "/")
                whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                found[attribute(element, "Id")] = Relation(attribute(element, "Type").rsplit("/", 1)[-1], whole)
        return found
