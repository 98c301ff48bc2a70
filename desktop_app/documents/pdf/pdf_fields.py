# SPDX-License-Identifier: Apache-2.0
"""Form fields and comments of a PDF page, with the label on the page.

A field has an inner name ("Text4") that nobody sees; what people read is the label beside it, else the tooltip, at last the inner
name without its counters. So a filled field is told as
"label: value" where its label stands, a check box as ☐ or ☒ with its label, as Word shows them; the label is then no line of its own.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium
from msgspec.structs import replace

from desktop_app.analysis.script import is_cjk
from desktop_app.documents.layout.paragraphs import Line
from desktop_app.documents.pdf.pdf_attachments import MOST_FILES, Attachment, file_of
from desktop_app.documents.text.locators import Box

_TYPED = (pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX, pdfium.FPDF_FORMFIELD_TEXTFIELD)
_TICKED = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
_SILENT = (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP)
_BOXES = ("☐", "☒")
_MOST_ANNOTATIONS = 2_000  # on one page
_INNER = re.compile(
    r"(?:text|text ?field|check ?box|radio|button|combo ?box|list ?box|dropdown|group|field|untitled|undefined|文本|复选框|字段)?[\W_\d]*",
    re.IGNORECASE,
)
_INDEX = re.compile(r"\[\d+\]|#\d+")
_COUNTER = re.compile(r"\s\d{1,3}$")  # of a name that a program gave twice
_NEAR = 4.0  # points that a label may reach into its field, or stand higher or lower
_FAR = 240.0  # from a label to the field on its right
_BESIDE = 36.0  # from a box to the label on its right
_ABOVE = 1.8  # heights of the label's line from the field to a label above it
_GAP = 0.75  # line heights: two labels on one line
CharBoxes = Callable[[Line], list[Box]]


@dataclass(frozen=True, slots=True)
class Remark:
    """``aside``: "field" or "comment". ``anchor``: the index of the page's character before which it stands, None at the end."""

    text: str
    box: Box | None
    aside: str
    author: str = ""
    hidden: str = ""
    anchor: int | None = None


@dataclass(slots=True)
class _Found:
    """``rect``: left, bottom, right and top in points. ``ticked``: of a check box or a radio button."""

    remark: Remark
    rect: Box
    name: str = ""
    ticked: bool | None = None


@dataclass(slots=True)
class _Label:
    """A piece of a line, from character ``start`` to ``stop``."""

    line: Line
    start: int
    stop: int
    left: float
    right: float
    taken: bool = False

    @property
    def text(self) -> str:
        return _clean(self.line.text[self.start : self.stop])


def remarks(
    page: Any, form: Any, lines: list[Line], boxes: CharBoxes, files: list[Attachment], stamps: list[Box]
) -> tuple[list[Remark], list[Line]]:
    """What was filled into forms and written as comments, and the lines without the labels that are told with it.

    ``form`` is PDFium's form handle, or None for a file without a form; ``boxes`` is asked on pages with fields alone. Files that are
    pinned to the page are added to ``files``, places of stamps to ``stamps``.
    """
    found = list(_annotations(page, form, files, stamps))
    fields = [one for one in found if one.remark.aside == "field"]
    labels = _labels([line for line in lines if line.level and not line.turn], fields, boxes) if fields else []
    for one in fields:
        label = _label_of(one, labels, fields) if not page.get_rotation() else None
        words = label.text if label else one.name
        if label is not None and (one.remark.text or one.ticked is not None):
            label.taken = True
        one.remark = Remark(
            _told(words, one),
            one.remark.box,
            "field",
            hidden=one.remark.hidden,
            anchor=label.start if label else _anchor(one.rect[3], lines),
        )
    told = [one.remark if one.remark.aside == "field" else _anchored(one, lines) for one in found if one.remark.text]
    if any(label.taken for label in labels):
        lines = [piece for line in lines for piece in _rest(line, labels)]
    return told, lines


def _anchored(one: _Found, lines: Sequence[Line]) -> Remark:
    remark = one.remark
    return Remark(remark.text, remark.box, remark.aside, remark.author, remark.hidden, _anchor(one.rect[1], lines))


def _anchor(height: float, lines: Sequence[Line]) -> int | None:
    """The start of the first line that stands below a height."""
    return next((line.start for line in lines if line.level and line.base + line.size / 2 < height), None)


def _told(label: str, one: _Found) -> str:
    if one.ticked is not None:
        return f"{_BOXES[one.ticked]} {label}".strip()
    value = one.remark.text
    if not value or not label:
        return value
    if label.endswith((":", "：")):
        return f"{label}{'' if is_cjk(label[-1]) else ' '}{value}"
    return f"{label}: {value}"


def _labels(lines: Sequence[Line], fields: Sequence[_Found], boxes: CharBoxes) -> list[_Label]:
    """Lines cut at wide gaps, and where a field stands between their words."""
    found: list[_Label] = []
    for line in lines:
        label: _Label | None = None
        for index, (left, _, right, _) in enumerate(boxes(line), line.start):
            if right <= left or line.text[index].isspace():
                continue
            if label is not None and left - label.right < _GAP * line.size and not _between(label.right, left, line, fields):
                label.stop, label.right = index + 1, max(label.right, right)
            else:
                label = _Label(line, index, index + 1, left, right)
                found.append(label)
    return found


def _between(low: float, high: float, line: Line, fields: Sequence[_Found]) -> bool:
    middle = line.base + line.size / 2
    return any(
        low - _NEAR <= one.rect[0] and one.rect[2] <= high + _NEAR and one.rect[1] < middle < one.rect[3] for one in fields
    )


def _label_of(one: _Found, labels: Sequence[_Label], fields: Sequence[_Found]) -> _Label | None:
    """The label of a field: of a box on its right, else on its left; of others on the left, else above."""
    left, bottom, right, top = one.rect
    level = [label for label in labels if bottom - _NEAR < label.line.base + label.line.size / 2 < top + _NEAR]
    before = [label for label in level if label.right <= left + _NEAR and left - label.right < _FAR]
    behind = [label for label in level if right - _NEAR <= label.left < right + _BESIDE]
    if one.ticked is not None and behind:
        return min(behind, key=lambda label: label.left)
    if before:
        nearest = max(before, key=lambda label: label.right)
        others = (other.rect for other in fields if other is not one)
        if not any(
            nearest.right - _NEAR <= x0 and x1 <= left + _NEAR and y0 < (bottom + top) / 2 < y1 for x0, y0, x1, y1 in others
        ):
            return nearest
    above = [
        label
        for label in labels
        if top - _NEAR < label.line.base < top + _ABOVE * label.line.size and label.left < right and label.right > left - _NEAR
    ]
    return min(above, key=lambda label: label.line.base, default=None) if one.ticked is None else None


def _rest(line: Line, labels: Sequence[_Label]) -> Iterator[Line]:
    """What of a line is not told as the label of a field."""
    pieces = [label for label in labels if label.line is line]
    if not any(label.taken for label in pieces):
        yield line
        return
    for label in pieces:
        if not label.taken:
            yield replace(
                line, start=label.start, stop=label.stop, end=label.stop, hyphen=False, left=label.left, right=label.right
            )


# ---- PDFium's annotations -------------------------------------------------------------------------------------------------


def _annotations(page: Any, form: Any, files: list[Attachment], stamps: list[Box]) -> Iterator[_Found]:
    raw = page.raw
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(raw), _MOST_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(raw, index)
        if not annotation:
            continue
        try:
            kind, flags = pdfium.FPDFAnnot_GetSubtype(annotation), pdfium.FPDFAnnot_GetFlags(annotation)
            if kind in _SILENT or flags & pdfium.FPDF_ANNOT_FLAG_HIDDEN:
                continue
            if kind == pdfium.FPDF_ANNOT_FILEATTACHMENT:
                _take_file(annotation, files)
            hidden = "invisible" if flags & pdfium.FPDF_ANNOT_FLAG_NOVIEW else ""
            rect = pdfium.FS_RECTF()
            pdfium.FPDFAnnot_GetRect(annotation, rect)
            place = (rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top))
            if kind == pdfium.FPDF_ANNOT_STAMP:
                stamps.append(place)
            if kind == pdfium.FPDF_ANNOT_WIDGET:
                found = _field(annotation, form, _shares(page, annotation), place, hidden)
                if found is not None:
                    yield found
            elif text := _string(annotation, b"Contents"):
                author = _string(annotation, b"T")
                yield _Found(Remark(text, _shares(page, annotation), "comment", author, hidden), place)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _take_file(annotation: Any, files: list[Attachment]) -> None:
    handle = pdfium.FPDFAnnot_GetFileAttachment(annotation)
    file = file_of(handle, len(files)) if handle and len(files) < MOST_FILES else None
    if file is not None and file not in files:
        files.append(file)


def _field(annotation: Any, form: Any, box: Box | None, rect: Box, hidden: str) -> _Found | None:
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation) if form is not None else -1
    if kind not in _TYPED and kind not in _TICKED:
        return None
    value = _wide(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))
    name = _wide(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldAlternateName(form, annotation, buffer, size))
    if not name:
        name = _wide(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldName(form, annotation, buffer, size))
        name = _cleaned(name)
    if kind in _TICKED:
        ticked = bool(pdfium.FPDFAnnot_IsChecked(form, annotation))
        return _Found(Remark(_BOXES[ticked], box, "field", hidden=hidden), rect, name, ticked)
    return _Found(Remark(value, box, "field", hidden=hidden), rect, name)


def _cleaned(name: str) -> str:
    """An inner name as people would write it: "form1[0].First_Name_2[0]" as "First Name"; "" where it says nothing."""
    name = _COUNTER.sub("", _INDEX.sub("", name).rpartition(".")[2].replace("_", " ")).strip()
    return "" if _INNER.fullmatch(name) else name


def _clean(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f]+", " ", text).strip()


def _string(annotation: Any, key: bytes) -> str:
    return _wide(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, key, buffer, size))


def _wide(ask: Any) -> str:
    """A text that PDFium hands out as UTF-16, its length in bytes first."""
    size = ask(None, 0)
    if size <= 2:
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    ask(buffer, size)
    text = bytes(buffer)[: size - 2].decode("utf-16-le", "replace")
    return _clean(text)


def _shares(page: Any, annotation: Any) -> Box | None:
    rect = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, rect):
        return None
    across, down = ctypes.c_int(), ctypes.c_int()
    points = []
    for x, y in ((rect.left, rect.top), (rect.right, rect.bottom)):
        # Through PDFium, because the page may be turned or cut.
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, 10_000, 10_000, 0, x, y, ctypes.byref(across), ctypes.byref(down))
        points.append((min(max(across.value / 10_000, 0.0), 1.0), min(max(down.value / 10_000, 0.0), 1.0)))
    (x0, y0), (x1, y1) = points
    if x0 == x1 or y0 == y1:
        return None  # outside the page
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
