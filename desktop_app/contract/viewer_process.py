# SPDX-License-Identifier: Apache-2.0
"""The protocol of the viewer process, in the words of ``ipc.message``.

window                      viewer process
a request              ->   answered in the order they came, one after another
Cancel                 ->   a request that has not been begun is dropped, and a page that is being drawn is given up
                       <-   any number of partial replies
                       <-   exactly one end: its result or an ErrorReply

Every request says which file it is about, so that a viewer that was killed and started again needs nothing from before; the process keeps
the file that it opened last. What fails is an ``ErrorReply`` with one of ``CODES`` and the ``path``.

Pages count from 0, as PDFium counts them. Places are in points from the top left of the page as it is shown unturned; a box is its left,
top, right and bottom.
"""

from __future__ import annotations

import msgspec

from desktop_app.ipc.message import Cancel, Done, ErrorReply, PartialReply, Progress, Reply, Request

MOST_MEMORY = 2 << 30
"""Bytes that a viewer may use."""

MOST_PIXELS = 16_000_000
"""Of one picture that is asked for: twice a 4K screen, and 48 MB in colour, which fits into a line (``ipc.pipes.LONGEST``)."""

CODES = (
    "view_password",
    "view_damaged",
    "view_too_big",
    "view_unreadable",
    "view_component_missing",
    "view_stalled",
    "view_crashed",
)
"""Why a file cannot be shown (``foundation.errors``): it needs a password; it cannot be parsed; it is larger than is safe; the system does
not open it; the process stood still, or died, while it was at it."""

Box = tuple[float, float, float, float]


class ViewRequest(Request, frozen=True):
    """``password`` opens a protected file; "" is none."""

    path: str
    password: str = ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id}, {self.path!r})"  # a password comes into no log


class Pixels(msgspec.Struct, frozen=True):
    """A picture, row by row without gaps: ``channels`` bytes a pixel, 1 (grey) or 3 (blue, green, red)."""

    width: int
    height: int
    channels: int
    data: bytes


# ---- PDF ----------------------------------------------------------------------------------------------------------------


class OpenPdf(ViewRequest, frozen=True):
    """How many pages a PDF has, and how large they are. -> PdfOpened"""


class PdfOpened(Reply, frozen=True):
    """``sizes``: width and height of the first pages as they are shown, in points; ``GetPageSizes`` gives those of the others. ``version``
    is another one when the file has changed."""

    page_count: int
    sizes: tuple[tuple[float, float], ...]
    version: str


class GetPageSizes(ViewRequest, frozen=True):
    """The sizes of ``count`` pages from ``first`` on. -> PageSizes"""

    first: int = 0
    count: int = 0


class PageSizes(Reply, frozen=True):
    """As in ``PdfOpened``."""

    first: int
    sizes: tuple[tuple[float, float], ...]


class DrawPage(ViewRequest, frozen=True):
    """Draw a page to fill ``width`` x ``height`` px after it is turned clockwise by ``turns`` quarters. -> Progress*, Drawn"""

    page: int = 0
    width: int = 1
    height: int = 1
    turns: int = 0


class Drawn(Reply, frozen=True):
    """A page, or a picture."""

    pixels: Pixels


class GetPageText(ViewRequest, frozen=True):
    """The letters of a page and their places. -> PageText"""

    page: int = 0


class PageText(Reply, frozen=True):
    """``text`` has one character for each of PDFium's indices, ``boxes`` four numbers for each (32-bit floats of this machine); zeros for a
    character that stands nowhere, a line end mostly."""

    page: int
    text: str
    boxes: bytes


class GetOutline(ViewRequest, frozen=True):
    """The bookmarks of a PDF. -> Outline"""


class OutlineEntry(msgspec.Struct, frozen=True):
    """``level`` from 0; ``page`` None where it leads nowhere in this file; ``top``: where on the page, None for its beginning."""

    title: str
    level: int
    page: int | None = None
    top: float | None = None


class Outline(Reply, frozen=True):
    """In the order of the file."""

    entries: tuple[OutlineEntry, ...]


class FindText(ViewRequest, frozen=True):
    """Every place where ``text`` stands, from page ``first`` on and round to the one before it; letter case, the width of letters, line ends
    and hyphens at them do not count. -> Progress* and PageHits*, Done"""

    text: str = ""
    first: int = 0


class TextHit(msgspec.Struct, frozen=True):
    """A range of the page's characters, and a box for each line of it."""

    start: int
    stop: int
    boxes: tuple[Box, ...]


class PageHits(PartialReply, frozen=True):
    """The hits on one page, in the order of its text."""

    page: int
    hits: tuple[TextHit, ...]


class QuoteTarget(msgspec.Struct, frozen=True):
    """A quote to find on or next to ``page``; ``chars``: where the index says that it stands, as PDFium's indices."""

    page: int
    text: str
    chars: tuple[int, int] | None = None


class FindQuotes(ViewRequest, frozen=True):
    """Where quotes stand. ``page`` is the one whose print is asked for. -> QuotesFound"""

    page: int = 0
    targets: tuple[QuoteTarget, ...] = ()


class QuotePlace(msgspec.Struct, frozen=True):
    """A quote, or its part on one of two pages, as the page has it."""

    page: int
    start: int
    stop: int
    text: str
    boxes: tuple[Box, ...]


class QuotesFound(Reply, frozen=True):
    """The places of those that were found. ``printed``: from where to where, left to right, text stands on the page; None where there is
    too little to tell."""

    places: tuple[QuotePlace, ...]
    printed: tuple[float, float] | None = None


class ListSheets(ViewRequest, frozen=True):
    """Which sheets a workbook has. -> SheetsListed"""


class SheetName(msgspec.Struct, frozen=True):
    """``hidden``: its own program does not show it."""

    name: str
    hidden: bool = False


class SheetsListed(Reply, frozen=True):
    """The sheets in order; a text of records has one."""

    sheets: tuple[SheetName, ...]


class OpenSheet(ViewRequest, frozen=True):
    """How large a sheet is (``sheet`` counts from 0), and which row stands in ``line`` of a text. -> SheetOpened"""

    sheet: int = 0
    line: int = 0


class SheetOpened(Reply, frozen=True):
    """``rows`` and ``columns`` up to the last that is filled. ``header``: the row of the columns' names, from 1, and the ``names``; 0 for
    none. ``merged``: row and column of the first cell, from 0, how many rows and columns. ``row``: of the line asked for, from 1."""

    rows: int
    columns: int
    header: int = 0
    names: tuple[str, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    row: int = 0


class ReadRows(ViewRequest, frozen=True):
    """``count`` rows of a sheet from row ``first``, which counts from 0. -> RowsRead"""

    sheet: int = 0
    first: int = 0
    count: int = 100


class GridRow(msgspec.Struct, frozen=True):
    """The cells of a row up to the last that is filled, as their program shows them; a letter of ``kinds`` for each
    (``documents.viewing.cell_formats``)."""

    cells: tuple[str, ...]
    kinds: str


class RowsRead(Reply, frozen=True):
    """The rows from ``first``; fewer at the end of the sheet."""

    first: int
    rows: tuple[GridRow, ...]


class FindInSheet(ViewRequest, frozen=True):
    """The cells that hold ``text``, whatever its case and width. -> Progress*, CellsFound"""

    sheet: int = 0
    text: str = ""


class CellsFound(Reply, frozen=True):
    """Row and column of each, from 0, in order; ``more``: the first thousands of many."""

    cells: tuple[tuple[int, int], ...]
    more: bool = False


# ---- pictures -----------------------------------------------------------------------------------------------------------


class OpenPicture(ViewRequest, frozen=True):
    """How large a page of a picture is; only a TIFF has several. -> PictureOpened"""

    page: int = 0


class PictureOpened(Reply, frozen=True):
    """``width`` and ``height`` in px, the right side up; ``version`` as in ``PdfOpened``."""

    width: int
    height: int
    page_count: int
    version: str


class DrawPicture(ViewRequest, frozen=True):
    """A page of a picture at ``width`` x ``height`` px after it is turned clockwise by ``turns`` quarters. -> Drawn"""

    page: int = 0
    width: int = 1
    height: int = 1
    turns: int = 0


AnyRequest = (
    OpenPdf
    | GetPageSizes
    | DrawPage
    | GetPageText
    | GetOutline
    | FindText
    | FindQuotes
    | OpenPicture
    | DrawPicture
    | ListSheets
    | OpenSheet
    | ReadRows
    | FindInSheet
    | Cancel
)
AnyReply = (
    PdfOpened
    | PageSizes
    | Drawn
    | PageText
    | Outline
    | PageHits
    | QuotesFound
    | PictureOpened
    | SheetsListed
    | SheetOpened
    | RowsRead
    | CellsFound
    | Progress
    | Done
    | ErrorReply
)

request_decoder: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
reply_decoder: msgspec.json.Decoder[AnyReply] = msgspec.json.Decoder(AnyReply)
