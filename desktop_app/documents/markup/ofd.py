# SPDX-License-Identifier: Apache-2.0
"""OFD (GB/T 33190), the format of Chinese e-invoices: text with boxes.

    OFD.xml -> Document.xml (one or several) -> pages, with their templates below them -> TextObject -> TextCode

A zip of XML. Every text object has a boundary on the page in millimetres, an optional matrix, a size, and text codes with a start
and an advance for each character ("g 3 2.5 4" stands for 2.5 2.5 2.5 4). The templates hold what is printed on the form, the page
what was filled in; both are laid out together, so that a label and its value stand on one line. Remarks of annotations are told with
their author after their page. Objects that are switched off, not drawn, tiny, beside the page or white where nothing lies below them are
laid out by themselves and known as hidden. Signatures, attachments and watermarks are not text of the document. DTDs are refused: the format has none, and entities are how XML bites.
"""

from __future__ import annotations

import math
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from msgspec.structs import replace

from desktop_app.analysis.script import is_wide
from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.documents.layout import placed
from desktop_app.documents.layout.placed import Run
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.text.colours import WHITE, alike

_LARGEST_PART = 64 << 20  # bytes of one XML file, unpacked; the largest page of the real files has 0.2 MB
_MOST_PAGES = 20_000
_DEPTH = 16  # page blocks inside page blocks
_A4 = (210.0, 297.0)
_TINY = 0.9  # millimetres, 2.5 points
_MOST_BELOW = 500  # shapes that a text is held against
_ASCENT = 0.86  # share of the size above the baseline, for the boxes

Matrix = tuple[float, float, float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read(context: ReadContext) -> Document:
    """The text of every page, with boxes. Raises ``UnreadableDocument``."""
    try:
        with zipfile.ZipFile(context.path) as package:
            return _Reading(package, context.progress).document()
    except (zipfile.BadZipFile, OSError) as error:
        raise UnreadableDocument("damaged", "the package is cut off or broken") from error


READER = Reader("ofd", (".ofd",), read)


class _Damaged(Exception):
    """A part that is missing or cannot be parsed; costs the page, not the document."""


class _Reading:
    def __init__(self, package: zipfile.ZipFile, progress: Progress) -> None:
        self._package = package
        self._progress = progress
        # Some writers spell a path differently in the package and in the XML.
        self._names = {name.replace("\\", "/").lstrip("/").lower(): name for name in package.namelist()}
        self._cache: dict[str, list[Element]] = {}

    def document(self) -> Document:
        try:
            root = self._xml("OFD.xml")
        except _Damaged as error:
            raise UnreadableDocument("damaged", str(error)) from error
        segments: list[Segment] = []
        title = ""
        total = failed = 0
        for body in _children(root, "DocBody"):
            where = _text(body, "DocRoot")
            info = _first(body, "DocInfo")
            title = title or (_text(info, "Title") if info is not None else "")
            try:
                main = self._xml(where)
            except _Damaged:
                failed, total = failed + 1, total + 1
                continue
            found, pages, lost = self._pages(main, posixpath.dirname(where), total)
            segments.extend(found)
            total, failed = total + pages, failed + lost
        if not segments:
            raise UnreadableDocument("damaged" if failed or not total else "no_text")
        partial, detail = ("partly_read", f"{failed} of {total} pages could not be read") if failed else ("", "")
        return Document(tuple(segments), pages=total, title=title, partial=partial, detail=detail)

    def _pages(self, main: Element, base: str, before: int) -> tuple[list[Segment], int, int]:
        """The segments of one document, how many pages it has, and how many could not be read whole."""
        common = _first(main, "CommonData")
        area = None if common is None else _first(common, "PageArea")
        templates: dict[str, str] = {}
        for template in _children(common, "TemplatePage"):
            templates[template.get("ID", "")] = _join(base, template.get("BaseLoc", ""))
        tree = _first(main, "Pages")
        pages = list(_children(tree, "Page"))[:_MOST_PAGES]
        segments: list[Segment] = []
        failed = 0
        remarks = self._remarks(main, base)
        for number, entry in enumerate(pages):
            self._progress(before + number, before + len(pages))
            runs: list[tuple[str, Run]] = []
            box = _box(area) or (0.0, 0.0, *_A4)
            whole = True
            try:
                page = self._xml(_join(base, entry.get("BaseLoc", "")))
                box = _box(_first(page, "Area")) or box
                runs.extend(_runs(page, box))
                for used in _children(page, "Template"):
                    for layer in self._template(templates.get(used.get("TemplateID", ""), "")):
                        runs.extend(_runs(layer, box))
            except _Damaged:
                whole = False
            failed += not whole
            for hidden in ("", *dict.fromkeys(why for why, _ in runs if why)):
                same = [run for why, run in runs if why == hidden]
                laid_out = placed.segments(same, before + number + 1, (box[2], box[3]))
                segments.extend(replace(one, locator=replace(one.locator, hidden=hidden)) for one in laid_out)
            for remark, author, hidden in remarks.get(entry.get("ID", ""), ()):
                place = Locator(page=before + number + 1, aside="comment", author=author, hidden=hidden)
                segments.append(Segment(remark, place))
        return segments, len(pages), failed

    def _remarks(self, main: Element, base: str) -> dict[str, list[tuple[str, str, str]]]:
        """(text, author, why it is not seen) of the annotations of each page, by its number in the file."""
        found: dict[str, list[tuple[str, str, str]]] = {}
        where = _text(main, "Annotations")
        try:
            listed = self._xml(_join(base, where)) if where else None
        except _Damaged:
            return found
        folder = posixpath.dirname(_join(base, where))
        for page in _children(listed, "Page"):
            try:
                notes = self._xml(_join(folder, _text(page, "FileLoc")))
            except _Damaged:
                continue  # what people wrote on a page is lost, the page is not
            for note in _children(notes, "Annot"):
                remark = " ".join(_text(note, "Remark").split())
                if remark and note.get("Type") != "Watermark":
                    hidden = "text" if note.get("Visible", "").lower() == "false" else ""
                    found.setdefault(page.get("PageID", ""), []).append((remark, note.get("Creator", "").strip(), hidden))
        return found

    def _template(self, name: str) -> list[Element]:
        if name not in self._cache:
            self._cache[name] = [self._xml(name)]
        return self._cache[name]

    def _xml(self, name: str) -> Element:
        entry = self._names.get(posixpath.normpath(name.replace("\\", "/").lstrip("/")).lower())
        if entry is None:
            raise _Damaged(f"{name} is missing")
        try:
            with self._package.open(entry) as stream:
                data = stream.read(_LARGEST_PART + 1)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
            raise _Damaged(f"{name}: {error}") from error
        if len(data) > _LARGEST_PART:
            raise UnreadableDocument("too_big", f"{name} unpacks to more than {_LARGEST_PART >> 20} MB")
        if b"<!DOCTYPE" in data or b"<!\x00D\x00O\x00C\x00T\x00Y\x00P\x00E" in data:
            raise _Damaged(f"{name} has a document type")
        try:
            return ET.fromstring(data)  # noqa: S314 - without a document type there are no entities
        except (ET.ParseError, ValueError, LookupError) as error:
            raise _Damaged(f"{name}: {error}") from error


# ---- elements -------------------------------------------------------------------------------------------------------------


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(element: Element | None, name: str) -> Iterator[Element]:
    return (child for child in ([] if element is None else element) if _name(child) == name)


def _first(element: Element | None, name: str) -> Element | None:
    return next(_children(element, name), None)


def _text(element: Element, name: str) -> str:
    child = _first(element, name)
    return "" if child is None else (child.text or "").strip()


def _join(base: str, location: str) -> str:
    return location if location.startswith("/") else posixpath.join(base, location)


def _numbers(text: str | None) -> list[float]:
    """Numbers of an attribute; "g n d" is n times d."""
    values: list[float] = []
    words = iter((text or "").split())
    try:
        for word in words:
            if word == "g":
                count = min(max(int(float(next(words))), 0), 100_000)
                values.extend([float(next(words))] * count)
            else:
                values.append(float(word))
    except (ValueError, StopIteration, OverflowError):
        pass  # the rest stands at its last place
    return values


def _box(area: Element | None) -> tuple[float, float, float, float] | None:
    """The page's (left, top, width, height) in millimetres."""
    if area is None:
        return None
    for name in ("PhysicalBox", "ApplicationBox"):
        values = _numbers(_text(area, name))
        if len(values) == 4 and values[2] > 0 and values[3] > 0:
            return values[0], values[1], values[2], values[3]
    return None


# ---- text objects ---------------------------------------------------------------------------------------------------------


def _runs(page: Element, box: tuple[float, float, float, float]) -> Iterator[tuple[str, Run]]:
    """(why it is not seen, run) of the text objects of a page or a template."""
    below: list[list[float]] = []  # what is painted under the text that follows
    for content in _children(page, "Content"):
        for layer in _children(content, "Layer"):
            for found in _objects(layer, 0):
                if _name(found) == "TextObject":
                    yield from _object_runs(found, box, below)
                elif found.get("Fill", "").lower() == "true" or _name(found) == "ImageObject":
                    below.append(_numbers(found.get("Boundary")))


def _objects(element: Element, depth: int) -> Iterator[Element]:
    for child in element:
        name = _name(child)
        if name in ("TextObject", "PathObject", "ImageObject"):
            yield child
        elif name == "PageBlock" and depth < _DEPTH:
            yield from _objects(child, depth + 1)


def _object_runs(
    element: Element, box: tuple[float, float, float, float], below: list[list[float]]
) -> Iterator[tuple[str, Run]]:
    boundary = _numbers(element.get("Boundary"))
    x0, y0 = (boundary[0], boundary[1]) if len(boundary) == 4 else (0.0, 0.0)
    values = _numbers(element.get("CTM"))
    matrix: Matrix = (values[0], values[1], values[2], values[3], values[4], values[5]) if len(values) == 6 else _SAME
    size = next(iter(_numbers(element.get("Size"))), 0.0) or 3.0
    scale = next(iter(_numbers(element.get("HScale"))), 1.0) or 1.0
    x = y = 0.0
    for code in _children(element, "TextCode"):
        text = (code.text or "").replace("\r", " ").replace("\n", " ")
        x = next(iter(_numbers(code.get("X"))), x)
        y = next(iter(_numbers(code.get("Y"))), y)
        places = _places(text, x, y, _numbers(code.get("DeltaX")), _numbers(code.get("DeltaY")), size * scale)
        for part in _straight(places, size):
            run = _run(part, size, matrix, x0 - box[0], y0 - box[1])
            if run is not None:
                yield _hidden(element, run, size * math.hypot(matrix[1], matrix[3]), box, below), run


def _hidden(element: Element, run: Run, size: float, box: tuple[float, float, float, float], below: list[list[float]]) -> str:
    """Why a run of an object is not seen, "" where it is; ``size`` in millimetres as it stands on the page."""
    if element.get("Visible", "").lower() == "false":
        return "text"
    colour = _first(element, "FillColor")
    clear = element.get("Alpha") == "0" or (colour is not None and colour.get("Alpha") == "0")
    drawn = element.get("Fill", "true").lower() == "true" or element.get("Stroke", "").lower() == "true"
    if clear or not drawn:
        return "invisible"
    if size <= _TINY:
        return "tiny"
    if run.right < 0 or run.bottom < 0 or run.left > box[2] or run.top > box[3]:
        return "off_page"
    values = _numbers(colour.get("Value")) if colour is not None else []
    known = len(values) == 3 and all(0 <= value <= 255 for value in values)
    if known and alike((int(values[0]), int(values[1]), int(values[2])), WHITE) and not _is_covered(run, box, below):
        return "invisible"
    return ""


def _is_covered(run: Run, box: tuple[float, float, float, float], below: list[list[float]]) -> bool:
    """Whether anything is painted where the run stands."""
    if len(below) > _MOST_BELOW:
        return True
    for place in below:
        if len(place) != 4:
            return True
        left, top = place[0] - box[0], place[1] - box[1]
        if left < run.right and run.left < left + place[2] and top < run.bottom and run.top < top + place[3]:
            return True
    return False


def _places(
    text: str, x: float, y: float, across: list[float], down: list[float], size: float
) -> list[tuple[str, float, float, float]]:
    """(character, x, y, width) of each character. A format that gives no advances at all leaves them to the font."""
    places = []
    for index, character in enumerate(text):
        own = size * (1.0 if is_wide(character) else 0.5)
        step = across[index] if index < len(across) else (0.0 if down else (across[-1] if across else own))
        places.append((character, x, y, min(step, 1.2 * size) if step > 0 else own))
        x += step
        y += down[index] if index < len(down) else 0.0
    return places


def _straight(places: list[tuple[str, float, float, float]], size: float) -> Iterator[list[tuple[str, float, float, float]]]:
    """Cut where a text code starts a new line: back to the left and down."""
    start = 0
    for index in range(1, len(places)):
        back, fall = places[index][1] - places[index - 1][1], places[index][2] - places[index - 1][2]
        if back < -0.5 * size and abs(fall) > 0.3 * size:
            yield places[start:index]
            start = index
    yield places[start:]


def _run(places: list[tuple[str, float, float, float]], size: float, matrix: Matrix, x0: float, y0: float) -> Run | None:
    text = "".join(place[0] for place in places)
    if not text.strip():
        return None
    a, b, c, d, e, f = matrix

    def put(x: float, y: float) -> tuple[float, float]:
        return a * x + c * y + e + x0, b * x + d * y + f + y0

    corners = [
        put(x + aside, y - above)
        for _, x, y, width in places
        for aside in (0.0, width)
        for above in (_ASCENT * size, -0.14 * size)
    ]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    first, last = put(places[0][1], places[0][2]), put(places[-1][1] + places[-1][3], places[-1][2])
    level = abs(last[1] - first[1]) < 0.35 * abs(last[0] - first[0]) and last[0] > first[0]
    if not level:
        return Run(text, left, top, right, bottom, alone=True)
    edges = (*tuple(put(x, y)[0] for _, x, y, _ in places), last[0])
    return Run(text, left, top, right, bottom, edges)
