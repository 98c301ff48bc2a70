# SPDX-License-Identifier: Apache-2.0
"""Corrects which letters the glyphs of a PDF stand for.

What is copied or searched in it is then what was written.

Qt finds a glyph's letter by asking its font which characters have that glyph, and takes the first: with Noto Sans CJK 工 is copied as the
radical ⼯ (U+2F2F), a space as a tab, and figures beside Latin letters as nothing, because their glyph is a variant that no character has.
What was laid out knows better: the text layout tells for each glyph the letters it was made of. Qt numbers the glyphs of a font by their
first use, and the fonts as well; so the glyphs are listed here in the order in which they are painted.

Where the lists do not agree with the file, its own tables stay, without radicals and tabs.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from PySide6.QtGui import QGlyphRun, QTextLayout, QTextLine

_RANGE = re.compile(r"<([0-9A-F]{4})> <[0-9A-F]{4}> (?:<([0-9A-F]{4})>|\[((?:<[0-9A-F]+> ?)+)\])")
_AGREEMENT = 0.7  # of glyphs; lists that are one place apart agree in almost none
_PER_SECTION = 100  # entries, as the format allows


class Glyphs:
    """The glyphs of each font in the order of their first use, with the letters that they stand for."""

    def __init__(self) -> None:
        self.fonts: dict[tuple[str, str], dict[int, str]] = {}
        self.written: set[str] = set()  # every letter of the document, also with its accent in one

    def paint(self, line: QTextLine, text: str) -> None:
        """``line`` of a layout of ``text`` is painted now."""
        runs = line.glyphRuns(-1, -1, QTextLayout.GlyphRunRetrievalFlag.RetrieveAll)
        letters = _letters(line, runs, text)
        self.written.update(text, unicodedata.normalize("NFC", text))
        for run in runs:
            font = _font(run)
            glyphs = self.fonts.setdefault(font, {})
            for glyph in run.glyphIndexes():
                if glyph:
                    glyphs.setdefault(glyph, letters.get((font, glyph), ""))


def _font(run: QGlyphRun) -> tuple[str, str]:
    raw = run.rawFont()
    return raw.familyName(), raw.styleName()


def _letters(line: QTextLine, runs: Sequence[QGlyphRun], text: str) -> dict[tuple[tuple[str, str], int], str]:
    """What each glyph of the line stands for: the text from where it begins to where the next one does."""
    units = text.encode("utf-16-le", "surrogatepass")
    starts = [start for run in runs for start in run.stringIndexes()]
    first, last = line.textStart(), line.textStart() + line.textLength()
    found: dict[tuple[tuple[str, str], int], str] = {}
    unseen = any(unicodedata.category(letter) == "Cf" for letter in _text(units, first, last))
    if unseen or starts != sorted(set(starts)):
        # Where one font steps in for another, Qt counts anew, and letters that are not seen it does not count; so it is asked for each.
        for start in range(first, last):
            for run in line.glyphRuns(start, 1):
                for glyph in run.glyphIndexes():
                    found.setdefault((_font(run), glyph), _text(units, start, start + 1))
        return found
    ends = [*starts, last][1:]
    for (font, glyph), start, end in zip(
        ((_font(run), glyph) for run in runs for glyph in run.glyphIndexes()), starts, ends, strict=True
    ):
        found.setdefault((font, glyph), _text(units, start, max(end, start + 1)))
    return found


def _text(units: bytes, start: int, end: int) -> str:
    """UTF-16 units, with both halves of a character where one is asked for."""
    letters = units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")
    if letters[-1:] and "\ud800" <= letters[-1] <= "\udbff":
        letters = units[2 * start : 2 * end + 2].decode("utf-16-le", "replace")
    return re.sub("[\t\u2028\ud800-\udfff]", "", letters)


def with_letters(pdf: bytes, glyphs: Glyphs) -> bytes:
    """``pdf``, made by Qt, with the letters of ``glyphs``."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import DecodedStreamObject, NameObject

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    fonts: dict[int, Any] = {}
    for page in writer.pages:
        resources: Any = page["/Resources"]
        for name, font in resources.get("/Font", {}).items():
            fonts.setdefault(int(name.removeprefix("/F")), font.get_object())
    told = list(glyphs.fonts.values())
    for place, (_, font) in enumerate(sorted(fonts.items())):
        known = _known(font["/ToUnicode"].get_object().get_data().decode("latin-1"))
        letters = list(told[place].values()) if len(told) == len(fonts) else []
        stream = DecodedStreamObject()
        stream.set_data(_cmap(_agreed(known, letters, glyphs.written)).encode("ascii"))
        font[NameObject("/ToUnicode")] = writer._add_object(stream.flate_encode())
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _known(cmap: str) -> dict[int, str]:
    """Glyph number -> letter, as the file has it."""
    result: dict[int, str] = {}
    for first, one, several in _RANGE.findall(cmap):
        values = [one] if one else re.findall("[0-9A-F]+", several)
        for number, value in enumerate(values, int(first, 16)):
            result[number] = bytes.fromhex(value).decode("utf-16-be", "replace")
    return {number: letter for number, letter in result.items() if letter != "\0"}


def _agreed(known: dict[int, str], letters: list[str], written: set[str]) -> dict[int, str]:
    """What was painted, where most of it agrees with what the file knows. Of two letters for one glyph the one that was written counts."""
    plain = {number: _usual(letter) for number, letter in known.items()}
    told = dict(enumerate(letters, 1))
    same = {number for number, letter in plain.items() if _usual(told.get(number, ""))[:1] == letter[:1]}
    if len(same) < _AGREEMENT * len(plain):
        return plain
    kept = {
        number: letter for number, letter in known.items() if number not in same and (letter in written or not told.get(number))
    }
    return told | kept


def _usual(letter: str) -> str:
    """A letter without its variants of form: radicals as characters, ligatures as letters, every space as one."""
    return unicodedata.normalize("NFKC", "".join(" " if one.isspace() else one for one in letter))


def _cmap(letters: dict[int, str]) -> str:
    lines = [
        f"<{number:04X}> <{text.encode('utf-16-be', 'replace').hex().upper()}>" for number, text in letters.items() if text
    ]
    sections = [lines[at : at + _PER_SECTION] for at in range(0, len(lines), _PER_SECTION)]
    body = "\n".join(f"{len(part)} beginbfchar\n{chr(10).join(part)}\nendbfchar" for part in sections)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
