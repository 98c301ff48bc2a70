"""PDF: paragraphs found on the page, every sentence with its exact characters.

PDFium reads (1.5 ms a page, 27 of 1,030 real files failed); pypdf is the second try for what PDFium cannot open, then without
character places. ``chars`` are PDFium's own indices, which Qt PDF shares: ``QPdfDocument.getSelectionAtIndex(page - 1, start,
end - start)`` marks the very same characters. Paragraphs are joined from lines in ``pdf_layout.py``; each sentence of a paragraph
becomes a segment of its own (``continues``), because its place cannot be found again once line ends and hyphens are mended.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from desktop_app.documents.base import Progress
from desktop_app.documents.headings import Trail
from desktop_app.documents.model import Document, Locator, Segment, UnreadableDocument
from desktop_app.documents.pdf_layout import Line, Paragraph, paragraphs
from desktop_app.documents.sentences import sentences

SUFFIXES = (".pdf",)
_LINE = re.compile(r"[^\r\n\x02\ufffe]+[\x02\ufffe]?")
_SPACE = re.compile(r"[\s\x00-\x1f]+")
_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1f\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_LOOSE = re.compile(r"[\W_]+")


def read(path: Path, progress: Progress, password: str = "") -> Document:
    try:
        pdf = pypdfium2.PdfDocument(path, password=password or None)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise UnreadableDocument("password") from error
        return _second_try(path, progress, password)
    try:
        return _read(pdf, progress)
    finally:
        pdf.close()


def _read(pdf: Any, progress: Progress) -> Document:
    total = len(pdf)
    outline, trail = _outline(pdf), Trail()
    segments: list[Segment] = []
    silent = failed = 0
    for index in range(total):
        progress(index, total)
        try:
            page = pdf[index]
        except pypdfium2.PdfiumError:
            failed += 1
            continue
        try:
            found = list(_page(page, index + 1, outline.get(index, []), trail))
            if not found and _has_images(page):
                silent += 1
            segments.extend(found)
        finally:
            page.close()
    if not segments:
        raise UnreadableDocument("damaged" if failed or not total else "no_text", f"{total} of {total} pages without text")
    missing = silent + failed
    partial, detail = ("partly_read", f"{missing} of {total} pages without text") if missing else ("", "")
    title = _SPACE.sub(" ", pdf.get_metadata_dict().get("Title", "")).strip()
    return Document(tuple(segments), pages=total, title=title, partial=partial, detail=detail)


def _page(page: Any, number: int, entries: list[tuple[int, str]], trail: Trail) -> Iterator[Segment]:
    textpage = page.get_textpage()
    try:
        text = characters(textpage)
        if len(_UNREADABLE.findall(text)) * 2 > len(text.strip()):
            return  # a font without a map to Unicode: what comes out is not what people see
        for paragraph in paragraphs(_lines(textpage, text)):
            heading = _entry(paragraph.text, entries)
            if heading is not None:
                trail.enter(*heading)
            yield from _segments(paragraph, number, trail.now, "heading" if heading else "text")
    finally:
        textpage.close()


def characters(textpage: Any) -> str:
    """The page's text with exactly one character for each of PDFium's indices.

    PDFium's own text leaves out characters without a Unicode value, which shifts every later index; then they are asked one by
    one (a third of a microsecond each).
    """
    count = textpage.count_chars()
    if count <= 0:
        return ""
    text: str = textpage.get_text_range()
    if len(text) == count:
        return text
    codes = (pdfium.FPDFText_GetUnicode(textpage, index) for index in range(count))
    return "".join(chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\x00" for code in codes)


def _lines(textpage: Any, text: str) -> Iterator[Line]:
    """Lines as PDFium ordered them; a hyphen at which it joined two lines (U+0002 or U+FFFE) ends a line here."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    box = (ctypes.byref(left), ctypes.byref(right), ctypes.byref(bottom), ctypes.byref(top))
    for match in _LINE.finditer(text):
        start, end = match.start(), match.end()
        hyphen = text[end - 1] in "\x02\ufffe"
        stop = end - hyphen
        while start < stop and (text[start].isspace() or text[start] == "\x00"):
            start += 1
        while stop > start and (text[stop - 1].isspace() or text[stop - 1] == "\x00"):
            stop -= 1
        if start >= stop:
            continue
        if not pdfium.FPDFText_GetCharBox(textpage, start, *box):
            yield Line(text, start, stop, end, hyphen)
            continue
        first, base = left.value, bottom.value
        pdfium.FPDFText_GetLooseCharBox(textpage, start, ctypes.byref(rect := pdfium.FS_RECTF()))
        size = pdfium.FPDFText_GetFontSize(textpage, start) or 0.0
        height = abs(rect.top - rect.bottom) or size
        pdfium.FPDFText_GetCharBox(textpage, stop - 1, *box)
        level = abs(pdfium.FPDFText_GetCharAngle(textpage, start)) < 0.1 and right.value > first
        yield Line(text, start, stop, end, hyphen, first, right.value, rect.bottom if height else base, height, level=level)


def _segments(paragraph: Paragraph, page: int, headings: tuple[str, ...], kind: str) -> Iterator[Segment]:
    spans = [(0, len(paragraph.text))] if kind == "heading" else sentences(paragraph.text)
    for number, (start, end) in enumerate(spans):
        chars = paragraph.origin[start], paragraph.origin[end - 1] + 1
        place = Locator(page=page, chars=chars, headings=headings)
        yield Segment(paragraph.text[start:end], place, kind, continues=number > 0)


def _outline(pdf: Any) -> dict[int, list[tuple[int, str]]]:
    """Bookmarks by page index: (level from 1, title)."""
    entries: dict[int, list[tuple[int, str]]] = {}
    try:
        for bookmark in pdf.get_toc(max_depth=8):
            target = bookmark.get_dest()
            index = None if target is None else target.get_index()
            title = _SPACE.sub(" ", bookmark.get_title() or "").strip()
            if index is not None and title:
                entries.setdefault(index, []).append((bookmark.level + 1, title))
    except (pypdfium2.PdfiumError, ValueError, RecursionError):
        return {}  # a broken outline costs the trail, not the text
    return entries


def _entry(text: str, entries: list[tuple[int, str]]) -> tuple[int, str] | None:
    """The bookmark that this paragraph is the heading of; taken from ``entries``. A bookmark whose words do not stand on the
    page is not believed."""
    if not entries or len(text) > 200:
        return None
    loose = _LOOSE.sub("", text).casefold()
    for position, (level, title) in enumerate(entries):
        wanted = _LOOSE.sub("", title).casefold()
        if wanted and (loose.endswith(wanted) or loose.startswith(wanted)) and len(loose) - len(wanted) <= 6:
            del entries[: position + 1]
            return level, title
    return None


def _has_images(page: Any) -> bool:
    try:
        return any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    except pypdfium2.PdfiumError:
        return False


def _second_try(path: Path, progress: Progress, password: str) -> Document:
    """pypdf repairs some files that PDFium refuses; it gives text a page, not places on it."""
    import pypdf
    from pypdf.errors import PyPdfError

    try:
        reader = pypdf.PdfReader(path, strict=False, password=password or None)
        if reader.is_encrypted and not reader.decrypt(password):
            raise UnreadableDocument("password")
        segments: list[Segment] = []
        total = len(reader.pages)
        for index, page in enumerate(reader.pages):
            progress(index, total)
            blocks = (block.strip() for block in re.split(r"\n\s*\n", page.extract_text()))
            segments.extend(Segment(block, Locator(page=index + 1)) for block in blocks if block)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError) as error:
        raise UnreadableDocument("damaged", f"{type(error).__name__}: {error}"[:200]) from error
    if not segments:
        raise UnreadableDocument("damaged")
    return Document(tuple(segments), pages=total, detail="second reader, without places on the page")
