# SPDX-License-Identifier: Apache-2.0
"""PDFs made object by object, for what no library writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def pdf_of(objects: Mapping[int, str]) -> bytes:
    """A file of numbered objects, 1 the catalogue. One that begins with ``<<`` has its stream behind a line with "stream"; one without is a
    stream."""
    made = bytearray(b"%PDF-1.7\n")
    places: dict[int, int] = {}
    for number, body in sorted(objects.items()):
        places[number] = len(made)
        head, parted, stream = body.partition("\nstream\n") if body.startswith(("<<", "[")) else ("<<>>", "\nstream\n", body)
        made += f"{number} 0 obj\n".encode()
        if parted:
            data = stream.encode("latin-1")
            made += f"{head.rstrip()[:-2]} /Length {len(data)}>>\nstream\n".encode("latin-1") + data + b"\nendstream"
        else:
            made += head.encode("latin-1")
        made += b"\nendobj\n"
    table = len(made)
    last = max(objects)
    made += f"xref\n0 {last + 1}\n0000000000 65535 f \n".encode()
    for number in range(1, last + 1):
        made += f"{places[number]:010} 00000 n \n".encode() if number in places else b"0000000000 00000 f \n"
    made += f"trailer <</Size {last + 1} /Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(made)


def write_page(
    path: Path, content: str, language: str = "en", *, more: Mapping[int, str] | None = None, page: str = ""
) -> Path:
    """A page of A4 with font F1, Helvetica or a Chinese one; ``more`` objects from 20 on."""
    path.write_bytes(
        pdf_of(
            {
                1: "<</Type /Catalog /Pages 2 0 R>>",
                2: "<</Type /Pages /Kids [3 0 R] /Count 1>>",
                3: f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 7 0 R {page}>>",
                4: content,
                **fonts(language),
                7: "<</Font <</F1 5 0 R>>>>",
                **(more or {}),
            }
        )
    )
    return path


def fonts(language: str) -> dict[int, str]:
    """Objects 5 and 6: the font F1 of ``text``."""
    if language != "zh":
        return {5: "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>"}
    return {
        5: "<</Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R]>>",
        6: "<</Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (GB1) /Supplement 2>>>>",
    }


def text(words: str, y: float, x: float = 60, size: float = 14) -> str:
    """Operators that show words; Chinese as UCS-2, as the encoding of its font wants it."""
    return f"BT /F1 {size} Tf {x} {y} Td {string(words)} Tj ET"


def string(words: str) -> str:
    return f"({words})" if words.isascii() else f"<{words.encode('utf-16-be').hex()}>"
