# SPDX-License-Identifier: Apache-2.0
"""The text of a PDF: every sentence with its exact characters.

PDFium reads (1.5 ms a page, 27 of 1,030 real files failed); pypdf is the second try for what PDFium cannot open, then without
character places. A page without text of its own, or with a garbled one, is rendered and recognised (``text_recognition.py``), then with boxes
in place of characters. ``chars`` are PDFium's own indices: the viewer process
(``documents/viewing``) marks the very same characters. Paragraphs are joined from lines in ``paragraphs.py``; each sentence of a paragraph
becomes a segment of its own (``continues``), because its place cannot be found again once line ends and hyphens are mended. A row of
a table (``pdf_tables.py``, ``pdf_unruled.py``) is one segment with its columns' names, and with the boxes of its own words beside ``chars``.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from msgspec.structs import replace

from desktop_app.analysis.sentences import sentences
from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.documents import ocr_mode
from desktop_app.documents.layout.paragraphs import Line, Paragraph, paragraphs
from desktop_app.documents.pdf import (
    pdf_fields,
    pdf_garbled,
    pdf_hidden,
    pdf_layers,
    pdf_page,
    pdf_rules,
    pdf_second_try,
    pdf_tables,
    pdf_turning,
    pdf_unruled,
)
from desktop_app.documents.pdf.pdf_attachments import Attachment, attached
from desktop_app.documents.pdf.pdf_columns import in_reading_order
from desktop_app.documents.pdf.pdf_fields import Remark
from desktop_app.documents.pdf.pdf_repeats import frame
from desktop_app.documents.pdf.pdf_tables import PdfRow, PdfTable
from desktop_app.documents.pdf.pdf_turning import Turned, shown
from desktop_app.documents.reader import Progress
from desktop_app.documents.tables.found_tables import FoundTables
from desktop_app.documents.text.headings import Trail, bookmark_of
from desktop_app.documents.text.locators import Box

_SPACE = re.compile(r"[\s\x00-\x1f]+")
_turn = attrgetter("turn")
_OCR_DPI = 200
_HARDLY_TEXT = 60  # letters: a page with fewer, under a picture of half its size, is a scan with a stamp or a fax line
_SCAN = 0.5
_IN_MEMORY = 64 << 20  # bytes of a file
_MOST_PAGES = 20_000  # the largest handbooks have 10,000; page trees that name one page a million times are traps


@dataclass(slots=True)
class _Page:
    """``recognised``: what OCR gave in place of the lines. ``mixed``: the lines are not in the order of their characters, so that a
    sentence is no range of them. ``sheet``: left, bottom, right and top of what is shown, in points, where boxes are needed.
    ``label``: what the file calls it. ``rotation``: by which the page is shown turned, in degrees. ``tables``: each with the number of lines that stand before it; their words are not among the lines."""

    number: int
    lines: list[Line]
    height: float
    remarks: list[Remark]
    hidden: list[tuple[str, list[Line]]] = field(default_factory=list)
    slanted: list[Line] = field(default_factory=list)
    recognised: tuple[Segment, ...] = ()
    mixed: bool = False
    sheet: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    rotation: int = 0
    label: str = ""
    tables: list[tuple[int, PdfTable]] = field(default_factory=list)

    @property
    def every_line(self) -> list[Line]:
        """Those that are shown level, tables included."""
        lines = [*self.lines, *(line for _, table in self.tables for line in table.lines)] if self.tables else self.lines
        level = (4 - self.rotation // 90) % 4
        return [line for line in lines if line.turn == level] if level or any(line.turn for line in lines) else lines


@dataclass(slots=True)
class _Tally:
    """``known``: by page, what text recognition gave before."""

    files: list[Attachment]
    known: dict[int, list[Segment]] = field(default_factory=lambda: defaultdict(list))
    silent: int = 0
    failed: int = 0
    recognised: int = 0
    unsure: int = 0
    doubtful: int = 0
    stamped: int = 0
    why: str = ""

    def knows(self, page: _Page) -> bool:
        """Whether the page was recognised before; then it has that text. Older versions stored its remarks unmarked among it: they are left
        out here, and where a long one was cut there, the page is recognised again."""
        remarks = {_loose(remark.text) for remark in page.remarks}
        known = tuple(one for one in self.known.get(page.number, ()) if _loose(one.text) not in remarks)
        if not known or any(_loose(one.text) in remark for one in known for remark in remarks):
            return False
        page.recognised, page.lines, page.slanted, page.tables = known, [], [], []
        self.recognised += 1
        return True


def read(
    path: Path,
    progress: Progress,
    password: str,
    ocr: str,
    files: list[Attachment] | None = None,
    recognised: Sequence[Segment] = (),
) -> Document:
    """``password`` may be ""; ``ocr`` is one of ``ocr_mode.MODES``; ``files`` takes those attached; ``recognised`` as in ``ReadContext``.
    Raises ``UnreadableDocument``."""
    # Not by its path, which pypdfium2 resolves: of a folder "old." on Windows that left "old". From memory, because PDFium asks a stream for
    # a few bytes at a time: a tenth of all time.
    with path.open("rb") as stream:
        source = stream.read() if path.stat().st_size <= _IN_MEMORY else stream
        try:
            pdf = pypdfium2.PdfDocument(source, password=password or None)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
                raise UnreadableDocument("password") from error
            return pdf_second_try.read(path, progress, password)
        try:
            files = [] if files is None else files
            return _read(pdf, progress, ocr, files, recognised, layers=pdf_layers.may_be_off(path))
        finally:
            pdf.close()


def _read(
    pdf: Any, progress: Progress, ocr: str, files: list[Attachment], recognised: Sequence[Segment], *, layers: bool
) -> Document:
    total = len(pdf)
    files.extend(attached(pdf))
    tally = _Tally(files)
    for segment in recognised:
        tally.known[segment.locator.page or 0].append(segment)
    form = None
    if pdf.get_formtype():
        pdf.init_forms()
        form = pdf.formenv.raw if pdf.formenv else None
    pages: list[_Page] = []
    for index in range(min(total, _MOST_PAGES)):
        progress(index, total)
        try:
            page = pdf[index]
        except pypdfium2.PdfiumError:
            tally.failed += 1
            continue
        try:
            last = pages[-1].tables[-1][1] if pages and pages[-1].tables else None
            pages.append(_look(page, index + 1, form, tally, ocr, last, partial(progress, index, total), layers=layers))
            pages[-1].label = pdf_page.label(pdf, index)
        finally:
            page.close()
    tables = FoundTables()
    segments = list(_text(pages, _outline(pdf), tables))
    if not segments:
        reason = "damaged" if tally.failed or not total else "no_text"
        raise UnreadableDocument(reason, tally.why or f"{total} of {total} pages without text")
    lacking, detail = _remark(tally, total)
    title = _SPACE.sub(" ", pdf.get_metadata_dict().get("Title", "")).strip()
    return Document(tuple(segments), pages=total, title=title, partial=lacking, detail=detail, tables=tuple(tables.heads))


def _remark(tally: _Tally, total: int) -> tuple[str, str]:
    """What the ledger says: (partial, detail)."""
    missing = tally.silent + tally.failed
    problems = [f"{missing} of {total} pages without text"] if missing else []
    problems += [f"{tally.unsure} of {total} pages recognised with little confidence"] if tally.unsure else []
    if tally.doubtful:
        problems.append(f"{tally.doubtful} of {total} pages with letters that are probably not those people see")
    problems += [f"figures hard to read under a stamp on {tally.stamped} of {total} pages"] if tally.stamped else []
    problems += [f"only the first {_MOST_PAGES:,} of {total:,} pages"] if total > _MOST_PAGES else []
    problems += [tally.why] if tally.why else []
    if problems:
        return "partly_read", "; ".join(problems)
    return "", f"OCR on {tally.recognised} of {total} pages" if tally.recognised else ""


def _look(
    page: Any,
    number: int,
    form: Any,
    tally: _Tally,
    ocr: str,
    last: PdfTable | None,
    alive: Callable[[], None],
    *,
    layers: bool,
) -> _Page:
    """One page: its lines, or what OCR makes of it. ``last`` is the table at the end of the page before, which may go on."""
    textpage = page.get_textpage()
    try:
        text = pdf_page.characters(textpage)
        garbled = pdf_garbled.is_garbled(text)
        drawn, columns = ([], False) if garbled else pdf_page.lines_as_read(page, textpage, text)
        boxes = partial(_character_boxes, page, textpage)
        looks, sheet, stamps = pdf_hidden.Looks(textpage, drawn), pdf_page.sheet(page), list[Box]()
        off = _layers(page, textpage) if layers else None
        seen, hidden = pdf_hidden.parted(page, looks, drawn, boxes, partial(_seen, page), sheet, off)
        letters = sum(line.stop - line.start for line in seen)
        slanted = [line for line in seen if line.turn == pdf_turning.SLANTED]
        drawn = [line for line in seen if line.turn != pdf_turning.SLANTED] if slanted else seen
        tables: list[PdfTable] = []
        turned = any(line.turn for line in drawn)
        remarks, drawn = pdf_fields.remarks(page, form, drawn, boxes, tally.files, stamps)
        tally.stamped += pdf_hidden.has_stamp(page, textpage, seen, boxes, partial(_seen, page), sheet, stamps, looks)
        tables, drawn = (_turned_tables if turned else _tables)(page, textpage, drawn, last)
        lines = drawn if columns else _ordered(page, textpage, drawn)
        mixed = columns or lines is not drawn
    finally:
        textpage.close()
    found = _Page(number, lines, page.get_height(), remarks, hidden, slanted)
    found.mixed = mixed
    if found.mixed or tables or turned:
        found.sheet, found.rotation = pdf_page.sheet(page), page.get_rotation()
    found.tables = [(_lines_before(table, lines, mixed=found.mixed), table) for table in tables]
    lacking = garbled or not letters or (letters < _HARDLY_TEXT and pdf_page.picture_share(page) > _SCAN)
    doubtful = not lacking and pdf_garbled.is_doubtful(text)
    if lacking and not letters and not pdf_page.has_drawing(page):
        return found  # an empty page lacks nothing
    if not lacking and not doubtful and ocr != "always":
        return found
    # The own text of these is stored without characters, too.
    if (lacking or not (found.mixed or found.tables)) and tally.knows(found):
        return found
    if not ocr_mode.wanted(ocr):
        tally.silent += lacking  # a stamp on a scan is not its text
        tally.doubtful += doubtful
        return found
    from desktop_app.documents.ocr import text_recognition

    try:
        reading = text_recognition.recognise(
            pdf_page.picture(page, dpi=_OCR_DPI, longest=text_recognition.LONGEST_SIDE), number, alive
        )
    except text_recognition.Unavailable as error:
        tally.why = f"OCR cannot be used: {error}"
        tally.silent += not letters
        tally.doubtful += doubtful
        return found
    # A page that lacks text must gain some; one that is only recognised because all are may not lose half of it.
    if sum(len(segment.text) for segment in reading.segments) > (letters if lacking else letters // 2):
        found.recognised, found.lines, found.slanted, found.tables = reading.segments, [], [], []
        tally.recognised += 1
        tally.unsure += reading.sureness < text_recognition.SURE
    elif not letters and (garbled or pdf_page.picture_share(page) > 0):
        tally.silent += 1
    else:
        tally.doubtful += doubtful
    return found


def _ordered(page: Any, textpage: Any, lines: list[Line]) -> list[Line]:
    turns = {line.turn for line in lines}
    if len(turns) > 1:
        return lines
    frame = Turned(turns.pop(), pdf_page.sheet(page)) if any(turns) else None
    return in_reading_order(lines, partial(pdf_page.gaps, textpage, frame=frame))


def _loose(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _character_boxes(page: Any, textpage: Any, line: Line) -> list[Box]:
    frame = Turned(line.turn, pdf_page.sheet(page)) if line.turn else None
    return pdf_page.character_boxes(textpage, line, frame)


def _seen(page: Any, *, annotations: bool = True) -> Any:
    return pdf_page.picture(page, dpi=pdf_hidden.DPI, longest=pdf_hidden.LONGEST, annotations=annotations)


def _layers(page: Any, textpage: Any) -> pdf_hidden.Layers | None:
    if pdf_page.picture_share(page) > _SCAN:
        return None  # text recognition may have laid it below the picture
    place = partial(pdf_hidden.place_of, sheet=pdf_page.sheet(page), rotation=page.get_rotation())
    return pdf_layers.Layers(page, textpage, partial(_seen, page), place).unseen


def _turned_tables(page: Any, textpage: Any, lines: list[Line], last: PdfTable | None) -> tuple[list[PdfTable], list[Line]]:
    """The tables of a page on which some or all is turned: those of each quarter by themselves."""
    tables: list[PdfTable] = []
    rest: set[int] = set()
    for turn in sorted({line.turn for line in lines}):
        same = [line for line in lines if line.turn == turn]
        found, outside = _tables(page, textpage, same, last, Turned(turn, pdf_page.sheet(page)))
        tables += found
        rest.update(line.start for line in outside)
    return sorted(tables, key=lambda table: table.start), [line for line in lines if line.start in rest]


def _tables(
    page: Any, textpage: Any, lines: list[Line], last: PdfTable | None, frame: Turned | None = None
) -> tuple[list[PdfTable], list[Line]]:
    """The tables of a page, with rules and without, and the lines outside them."""
    boxes = partial(pdf_page.character_boxes, textpage, frame=frame)
    ruled: list[PdfTable] = []
    rest = lines
    if pdf_rules.is_short(page) or pdf_tables.is_likely(lines):
        level, upright = pdf_rules.rules(page, len(lines))
        if frame is not None:
            level, upright = frame.rules(level, upright)
        ruled, rest = pdf_tables.find(lines, level, upright, boxes)
    unruled, rest = pdf_unruled.find(rest, partial(pdf_page.boxes_at, textpage, frame=frame), None if ruled else last)
    return sorted((*ruled, *unruled), key=lambda table: table.start), rest


def _lines_before(table: PdfTable, lines: list[Line], *, mixed: bool) -> int:
    if mixed:  # lines that were put into another order: the last one above it
        return max((at for at, line in enumerate(lines, 1) if line.base > table.top - line.size), default=0)
    return sum(line.start < table.start for line in lines)


def _text(pages: list[_Page], outline: dict[int, list[tuple[int, str]]], tables: FoundTables) -> Iterator[Segment]:
    dropped = frame([page.every_line for page in pages], [page.height for page in pages])
    rows = _rows(pages, dropped, tables)
    trail = Trail()
    for index, page in enumerate(pages):
        entries = outline.get(page.number - 1, [])
        yield from _recognised(page, entries, trail)
        position = 0
        waiting = sorted(page.remarks, key=_place, reverse=True)
        for stop, table in (*page.tables, (len(page.lines), None)):
            kept = (line for line in page.lines[position:stop] if (index, line.start) not in dropped)
            position = stop
            for paragraph in (one for _, same in groupby(kept, _turn) for one in paragraphs(same)):
                while waiting and _place(waiting[-1]) <= paragraph.origin[0]:
                    yield _remark_segment(waiting.pop(), page, trail.now)
                heading = bookmark_of(paragraph.text, entries)
                if heading is not None:
                    trail.enter(*heading)
                yield from _segments(paragraph, page, trail.now, "heading" if heading else "text")
            while waiting and table is not None and _place(waiting[-1]) <= table.start:
                yield _remark_segment(waiting.pop(), page, trail.now)
            for row, text, kind in rows.get(id(table), ()):
                yield from _row(row, text, kind, page, trail.now)
        for remark in reversed(waiting):
            yield _remark_segment(remark, page, trail.now)
        yield from _slanted(page, trail.now)
        yield from _hidden(page, trail.now)


def _recognised(page: _Page, entries: list[tuple[int, str]], trail: Trail) -> Iterator[Segment]:
    for segment in page.recognised:
        heading = None if segment.continues else bookmark_of(segment.text, entries)
        if heading is not None:
            trail.enter(*heading)
        place = Locator(page=page.number, boxes=segment.locator.boxes, headings=trail.now, label=page.label)
        yield Segment(segment.text, place, "heading" if heading else segment.kind, segment.continues)


def _slanted(page: _Page, headings: tuple[str, ...]) -> Iterator[Segment]:
    """Watermarks and stamps: never in one paragraph with the text that they lie over."""
    for line in page.slanted:
        for paragraph in paragraphs([line]):
            place = Locator(page=page.number, chars=(line.start, line.stop), headings=headings, label=page.label)
            yield Segment(paragraph.text, place)


def _hidden(page: _Page, headings: tuple[str, ...]) -> Iterator[Segment]:
    for reason, lines in page.hidden:
        for paragraph in paragraphs(lines):
            for segment in _segments(paragraph, page, headings, "text"):
                yield replace(segment, locator=replace(segment.locator, hidden=reason))


def _place(remark: Remark) -> float:
    return math.inf if remark.anchor is None else remark.anchor


def _remark_segment(remark: Remark, page: _Page, headings: tuple[str, ...]) -> Segment:
    place = Locator(
        page=page.number,
        boxes=(remark.box,) if remark.box else (),
        headings=headings,
        label=page.label,
        aside=remark.aside,
        author=remark.author,
        hidden=remark.hidden,
    )
    return Segment(remark.text, place)


def _rows(pages: list[_Page], dropped: set[tuple[int, int]], tables: FoundTables) -> dict[int, list[tuple[PdfRow, str, str]]]:
    """The rows of each table, by its identity, without what belongs to the frame of the pages."""
    groups: list[list[PdfTable]] = []
    titles: list[str] = []
    goes_on = False  # whether the last table ends its page
    for index, page in enumerate(pages):
        for number, (before, table) in enumerate(page.tables):
            table.rows = [row for row in table.rows if not all((index, line.start) in dropped for line in row.lines)]
            first = not number and not _kept(page.lines[:before], index, dropped)
            if goes_on and first and table.goes_on(groups[-1][-1]):
                groups[-1].append(table)
            else:
                groups.append([table])
                titles.append(pdf_tables.title([one for one in page.lines[:before] if (index, one.start) not in dropped]))
        goes_on = bool(page.tables) and not _kept(page.lines[page.tables[-1][0] :], index, dropped)
    laid_out: dict[int, list[tuple[PdfRow, str, str]]] = {}
    for group, title in zip(groups, titles, strict=True):
        pdf_tables.join_split_rows(group)
        tables.begin(title)
        laid_out.update((id(table), rows) for table, rows in zip(group, pdf_tables.laid_out(group, tables), strict=True))
    return laid_out


def _kept(lines: list[Line], index: int, dropped: set[tuple[int, int]]) -> bool:
    return any((index, line.start) not in dropped for line in lines)


def _row(row: PdfRow, text: str, kind: str, page: _Page, headings: tuple[str, ...]) -> Iterator[Segment]:
    """One segment; of a row with a long text in it, the sentences of its cells."""
    if not row.texts:
        boxes = tuple(_box(line, line.left, line.right, page) for line in (*row.above, *row.lines))
        place = Locator(page=page.number, chars=row.chars, boxes=boxes, headings=headings, label=page.label)
        yield Segment(text, place, kind, cells=row.noted)
        return
    noted = row.noted  # with the first sentence
    for lines in row.texts:
        for paragraph in paragraphs(lines):
            for number, (start, end) in enumerate(sentences(paragraph.text)):
                boxes = tuple(_boxes(paragraph.origin[start:end], lines, page))
                place = Locator(page=page.number, boxes=boxes, headings=headings, label=page.label)
                yield Segment(paragraph.text[start:end], place, continues=number > 0, cells=noted)
                noted = None


def _segments(paragraph: Paragraph, page: _Page, headings: tuple[str, ...], kind: str) -> Iterator[Segment]:
    spans = [(0, len(paragraph.text))] if kind == "heading" else sentences(paragraph.text)
    for number, (start, end) in enumerate(spans):
        if page.mixed:
            boxes = tuple(_boxes(paragraph.origin[start:end], page.lines, page))
            place = Locator(page=page.number, boxes=boxes, headings=headings, label=page.label)
        else:
            chars = (paragraph.origin[start], paragraph.origin[end - 1] + 1)
            place = Locator(page=page.number, chars=chars, headings=headings, label=page.label)
        yield Segment(paragraph.text[start:end], place, kind, continues=number > 0)


def _boxes(origin: Sequence[int], lines: list[Line], page: _Page) -> Iterator[Box]:
    """A box for each line that holds some of the characters, taking those of a line for equally wide."""
    for line in lines:
        inside = [index for index in origin if line.start <= index < line.stop]
        if inside:
            wide = (line.right - line.left) / (line.stop - line.start)
            x0, x1 = line.left + (inside[0] - line.start) * wide, line.left + (inside[-1] + 1 - line.start) * wide
            yield _box(line, x0, x1, page)


def _box(line: Line, x0: float, x1: float, page: _Page) -> Box:
    """From ``x0`` to ``x1`` of a line, as shares of the page."""
    box = (x0, line.base, x1, line.base + line.size)
    return shown(Turned(line.turn, page.sheet).back(box) if line.turn else box, page.sheet, page.rotation)


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
