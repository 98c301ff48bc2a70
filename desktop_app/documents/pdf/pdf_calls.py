# SPDX-License-Identifier: Apache-2.0
"""PDFium functions that are called thousands of times a page, unwrapped.

The bindings of pypdfium2 wrap every handle that comes back in an object and check every one that goes in; without that a question
costs a half to a third of the time. Handles come from ``address`` and from these functions alone; results are
written to addresses of ctypes variables that the caller keeps.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

_handle, _number, _points = ctypes.c_void_p, ctypes.c_int, ctypes.c_double


def address(owner: Any) -> int:
    """The address behind a page or a text page of pypdfium2; good as long as that is open."""
    return ctypes.cast(owner.raw, ctypes.c_void_p).value or 0


def _bare(function: Any, result: Any, *arguments: Any) -> Any:
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


# characters of a text page
character_box_of = _bare(pdfium.FPDFText_GetCharBox, _number, _handle, _number, _handle, _handle, _handle, _handle)
loose_box_of = _bare(pdfium.FPDFText_GetLooseCharBox, _number, _handle, _number, _handle)
angle_of = _bare(pdfium.FPDFText_GetCharAngle, ctypes.c_float, _handle, _number)
font_size_of = _bare(pdfium.FPDFText_GetFontSize, _points, _handle, _number)
rects_in = _bare(pdfium.FPDFText_CountRects, _number, _handle, _number, _number)
rect_of = _bare(pdfium.FPDFText_GetRect, _number, _handle, _number, _handle, _handle, _handle, _handle)
index_at = _bare(pdfium.FPDFText_GetCharIndexAtPos, _number, _handle, _points, _points, _points, _points)
text_object_of = _bare(pdfium.FPDFText_GetTextObject, _handle, _handle, _number)
render_mode_of = _bare(pdfium.FPDFTextObj_GetTextRenderMode, _number, _handle)
# page objects
objects_of_page = _bare(pdfium.FPDFPage_CountObjects, _number, _handle)
set_active = _bare(pdfium.FPDFPageObj_SetIsActive, _number, _handle, _number)
marks_of = _bare(pdfium.FPDFPageObj_CountMarks, _number, _handle)
mark_of = _bare(pdfium.FPDFPageObj_GetMark, _handle, _handle, ctypes.c_ulong)
mark_name = _bare(pdfium.FPDFPageObjMark_GetName, _number, _handle, _handle, ctypes.c_ulong, _handle)
fill_colour_of = _bare(pdfium.FPDFPageObj_GetFillColor, _number, _handle, _handle, _handle, _handle, _handle)
object_of = _bare(pdfium.FPDFPage_GetObject, _handle, _handle, _number)
object_of_form = _bare(pdfium.FPDFFormObj_GetObject, _handle, _handle, ctypes.c_ulong)
objects_in = _bare(pdfium.FPDFFormObj_CountObjects, _number, _handle)
kind_of = _bare(pdfium.FPDFPageObj_GetType, _number, _handle)
bounds_of = _bare(pdfium.FPDFPageObj_GetBounds, _number, _handle, _handle, _handle, _handle, _handle)
matrix_of = _bare(pdfium.FPDFPageObj_GetMatrix, _number, _handle, _handle)
# paths
segments_in = _bare(pdfium.FPDFPath_CountSegments, _number, _handle)
segment_of = _bare(pdfium.FPDFPath_GetPathSegment, _handle, _handle, _number)
draw_mode_of = _bare(pdfium.FPDFPath_GetDrawMode, _number, _handle, _handle, _handle)
kind_of_segment = _bare(pdfium.FPDFPathSegment_GetType, _number, _handle)
point_of = _bare(pdfium.FPDFPathSegment_GetPoint, _number, _handle, _handle, _handle)
closes = _bare(pdfium.FPDFPathSegment_GetClose, _number, _handle)


def has_layer(item: int) -> bool:
    """Whether a page object stands in marked content that names a layer."""
    name, size = (ctypes.c_ushort * 4)(), ctypes.c_ulong()
    into = ctypes.addressof(name), ctypes.sizeof(name), ctypes.addressof(size)
    marks = (mark_of(item, number) for number in range(marks_of(item)))
    return any(mark and mark_name(mark, *into) and size.value == 6 and bytes(name)[:4] == b"O\x00C\x00" for mark in marks)
