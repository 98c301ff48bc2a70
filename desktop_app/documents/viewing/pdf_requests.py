# SPDX-License-Identifier: Apache-2.0
"""Answers what the window asks about a PDF."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from desktop_app.contract.viewer_process import (
    Drawn,
    DrawPage,
    FindQuotes,
    FindText,
    GetOutline,
    GetPageSizes,
    GetPageText,
    OpenPdf,
    Outline,
    PageHits,
    PageSizes,
    PageText,
    PdfOpened,
    QuotesFound,
    TextHit,
    ViewRequest,
)
from desktop_app.documents.viewing import page_drawing, pdf_quote, pdf_search
from desktop_app.documents.viewing.pdf_file import PdfFile
from desktop_app.documents.viewing.viewing_task import ViewingTask
from desktop_app.foundation.cancellation import Cancelled
from desktop_app.ipc.message import Done, Progress, Reply

_FIRST_SIZES = 100  # sizes of pages that come with the count; 20 to 50 microseconds each
_MOST_SIZES = 1_000
_MOST_HITS = 10_000
_LIFE_SECONDS = 0.25  # between two signs of life


def answer(request: ViewRequest, task: ViewingTask) -> Reply:
    """The end of one request. Raises ``UnreadableDocument`` and ``Cancelled``."""
    file = task.files.get(request.path, request.password, PdfFile)
    match request:
        case OpenPdf(id=number):
            count = file.page_count
            return PdfOpened(number, count, _sizes(file, 0, min(count, _FIRST_SIZES)), task.files.version)
        case GetPageSizes(id=number, first=first, count=count):
            return PageSizes(number, first, _sizes(file, first, min(count, _MOST_SIZES)))
        case DrawPage():
            return _drawn(file, request, task)
        case GetPageText(id=number, page=page):
            letters = file.letters(page)
            return PageText(number, page, letters.text, letters.packed)
        case GetOutline(id=number):
            return Outline(number, tuple(file.outline()))
        case FindText():
            return _found(file, request, task)
        case FindQuotes(id=number, page=page, targets=targets):
            places = tuple(place for target in targets for place in pdf_search.quote_places(file, target))
            return QuotesFound(number, places, pdf_search.printed(file, page))
    raise AssertionError(request)


def _sizes(file: PdfFile, first: int, count: int) -> tuple[tuple[float, float], ...]:
    return tuple(file.size(page) for page in range(first, min(first + count, file.page_count)))


def _alive(number: int, task: ViewingTask) -> Callable[[int, int | None], bool]:
    """Says now and then that the work goes on; the result is whether it is wanted no more."""
    last = time.monotonic()

    def look(done: int, total: int | None) -> bool:
        nonlocal last
        if time.monotonic() - last > _LIFE_SECONDS:
            last = time.monotonic()
            task.send(Progress(number, done, total))
        return task.cancelled()

    return look


def _drawn(file: PdfFile, request: DrawPage, task: ViewingTask) -> Drawn:
    stop = partial(_alive(request.id, task), 0, None)
    pixels = page_drawing.draw(file.page(request.page), request.width, request.height, request.turns, stop)
    if pixels is None:
        raise Cancelled
    return Drawn(request.id, pixels)


def _found(file: PdfFile, request: FindText, task: ViewingTask) -> Done:
    look = _alive(request.id, task)
    needle = pdf_quote.Needle(request.text)
    count, hits = file.page_count, 0
    for done in range(count):
        if look(done, count):
            raise Cancelled
        page = (request.first + done) % count
        ranges = needle.ranges(file.text(page))
        if ranges:
            letters = file.letters(page)
            found = tuple(TextHit(start, stop, letters.lines(start, stop)) for start, stop in ranges)
            task.send(PageHits(request.id, page, found))
            hits += len(found)
        if hits >= _MOST_HITS:
            break
    return Done(request.id)
