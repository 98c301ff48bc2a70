# SPDX-License-Identifier: Apache-2.0
"""What the viewer process answers about real PDFs: pages, letters, bookmarks, words, quotes."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from pdf_files import CHINESE, ENGLISH, handbook, make_pdf
from reportlab.pdfgen.canvas import Canvas

from desktop_app.contract.document import UnreadableDocument
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
    QuoteTarget,
    ViewRequest,
)
from desktop_app.documents.viewing import pdf_quote, pdf_requests
from desktop_app.documents.viewing.kept_file import KeptFile
from desktop_app.documents.viewing.page_letters import PageLetters
from desktop_app.documents.viewing.viewing_task import ViewingTask
from desktop_app.foundation.cancellation import Cancelled
from desktop_app.ipc.message import PartialReply, Reply


class Asker:
    """Asks like the worker's main loop; ``sent`` holds the partial replies, ``looks`` counts how often it asked whether to stop."""

    def __init__(self) -> None:
        self.files = KeptFile()
        self.sent: list[PartialReply] = []
        self.looks = 0
        self.stop_at = 1 << 60

    def __call__(self, request: ViewRequest) -> Reply:
        self.sent.clear()
        return pdf_requests.answer(request, ViewingTask(self.files, self.sent.append, self._stop))

    def _stop(self) -> bool:
        self.looks += 1
        return self.looks > self.stop_at


@pytest.fixture
def ask() -> Iterator[Asker]:
    asker = Asker()
    yield asker
    asker.files.close()


@pytest.fixture
def book(tmp_path: Path) -> str:
    return str(handbook(tmp_path / "员工 手册.pdf"))


def test_sizes_come_in_batches(ask: Asker, tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "长.pdf"))
    for number in range(230):
        canvas.setPageSize((100 + number, 200))
        canvas.drawString(10, 10, str(number))
        canvas.showPage()
    canvas.save()
    opened = ask(OpenPdf(1, str(tmp_path / "长.pdf")))
    assert isinstance(opened, PdfOpened)
    assert opened.page_count == 230
    assert opened.sizes[99] == (199, 200)
    rest = ask(GetPageSizes(2, str(tmp_path / "长.pdf"), first=len(opened.sizes), count=1000))
    assert isinstance(rest, PageSizes)
    assert len(opened.sizes) + len(rest.sizes) == 230
    assert rest.sizes[-1] == (329, 200)


@pytest.mark.parametrize("width", [333, 640])
def test_a_page_in_black_and_white_travels_in_grey(ask: Asker, book: str, width: int) -> None:
    drawn = ask(DrawPage(1, book, page=0, width=width, height=471))
    assert isinstance(drawn, Drawn)
    pixels = drawn.pixels
    assert (pixels.width, pixels.height, pixels.channels, len(pixels.data)) == (width, 471, 1, width * 471)
    assert pixels.data[:width] == b"\xff" * width
    assert min(pixels.data) < 80


def test_a_coloured_page_is_drawn_and_turned(ask: Asker, tmp_path: Path) -> None:
    file = tmp_path / "色.pdf"
    canvas = Canvas(str(file), pagesize=(100, 200))
    canvas.setFillColorRGB(1, 0, 0)
    canvas.rect(0, 180, 100, 20, stroke=0, fill=1)  # along the top
    canvas.save()
    for turns, size, corner in (
        (0, (50, 100), (0, 0)),
        (1, (100, 50), (99, 0)),
        (2, (50, 100), (49, 99)),
        (3, (100, 50), (0, 49)),
    ):
        drawn = ask(DrawPage(1, str(file), width=size[0], height=size[1], turns=turns))
        assert isinstance(drawn, Drawn)
        assert drawn.pixels.channels == 3
        at = 3 * (corner[1] * size[0] + corner[0])
        assert drawn.pixels.data[at : at + 3] == b"\x00\x00\xff", turns


def test_drawing_stops_when_it_is_wanted_no_more(ask: Asker, tmp_path: Path) -> None:
    file = tmp_path / "图纸.pdf"
    canvas = Canvas(str(file))
    for number in range(20_000):
        canvas.line(number % 600, 0, (number * 7) % 600, 800)
    canvas.save()
    drawn = ask(DrawPage(1, str(file), width=600, height=800))
    assert isinstance(drawn, Drawn)
    looks, ask.looks = ask.looks, 0
    ask.stop_at = 3
    with pytest.raises(Cancelled):
        ask(DrawPage(2, str(file), width=600, height=800))
    assert ask.looks < looks
    ask.stop_at = 1 << 60
    assert ask(DrawPage(3, str(file), width=600, height=800)) == Drawn(3, drawn.pixels)


def test_too_many_pixels_are_refused(ask: Asker, book: str) -> None:
    with pytest.raises(UnreadableDocument, match="too_big"):
        ask(DrawPage(1, book, width=30_000, height=30_000))


def test_a_page_of_100_000_points_is_drawn_small(ask: Asker, tmp_path: Path) -> None:
    file = tmp_path / "巨.pdf"
    canvas = Canvas(str(file), pagesize=(100_000, 100_000))
    canvas.rect(10_000, 10_000, 50_000, 50_000, fill=1)
    canvas.save()
    opened = ask(OpenPdf(1, str(file)))
    assert isinstance(opened, PdfOpened)
    assert opened.sizes == ((100_000, 100_000),)
    drawn = ask(DrawPage(2, str(file), width=300, height=300))
    assert isinstance(drawn, Drawn)
    assert 0 in drawn.pixels.data


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_letters_stand_where_they_are_drawn(ask: Asker, tmp_path: Path, rotate: int) -> None:
    """Dark pixels lie in the box of a letter, and none far from every box."""
    file = str(make_pdf(tmp_path / "字.pdf", [["Handbook"]], rotate=rotate))
    opened = ask(OpenPdf(1, file))
    assert isinstance(opened, PdfOpened)
    width, height = (round(side) for side in opened.sizes[0])
    text = ask(GetPageText(2, file))
    drawn = ask(DrawPage(3, file, width=width, height=height))
    assert isinstance(text, PageText)
    assert isinstance(drawn, Drawn)
    assert text.text.strip() == "Handbook"
    assert len(array("f", text.boxes)) == 4 * len(text.text)
    (line,) = PageLetters(text.text, text.boxes).lines(0, 8)
    dark = [divmod(at, width) for at, value in enumerate(drawn.pixels.data) if value < 100]
    assert dark
    assert all(line[0] - 2 <= x <= line[2] + 2 and line[1] - 2 <= y <= line[3] + 2 for y, x in dark)


def test_the_outline_leads_to_pages(ask: Asker, tmp_path: Path) -> None:
    file = tmp_path / "目录.pdf"
    canvas = Canvas(str(file), pagesize=(400, 600))
    for number, (title, level) in enumerate((("第一章 总则", 0), ("第一节 适用范围", 1), ("第二章 请假", 0))):
        canvas.bookmarkPage(title, fit="XYZ", left=0, top=500)
        canvas.addOutlineEntry(title, title, level)
        canvas.drawString(10, 10, str(number))
        canvas.showPage()
    canvas.save()
    outline = ask(GetOutline(1, str(file)))
    assert isinstance(outline, Outline)
    assert [(entry.title, entry.level, entry.page) for entry in outline.entries] == [
        ("第一章 总则", 0, 0),
        ("第一节 适用范围", 1, 1),
        ("第二章 请假", 0, 2),
    ]
    assert outline.entries[0].top == pytest.approx(100)
    assert ask(GetOutline(2, str(make_pdf(tmp_path / "无.pdf", [["x"]])))) == Outline(2, ())


def test_words_are_found_from_the_page_on_and_round(ask: Asker, book: str) -> None:
    ask(FindText(1, book, text="病假", first=11))
    assert [one.page for one in ask.sent if isinstance(one, PageHits)] == [11]
    ask(FindText(2, book, text="第", first=15))
    pages = [one.page for one in ask.sent if isinstance(one, PageHits)]
    assert pages == [*range(15, 20), *range(15)]


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("three WORKING days", 1),  # over a line end
        ("requested", 1),  # hyphenated
        ("re-quested", 1),
        ("ＯＡ 表单", 1),
        ("at least", 1),
        ("atleast", 1),
        ("e. A", 1),
        ("a nnual", 0),
        ("没有这句话", 0),
        (" ", 0),
    ],
)
def test_what_counts_as_the_same_words(ask: Asker, book: str, typed: str, count: int) -> None:
    ask(FindText(1, book, text=typed, first=11))
    hits = [hit for one in ask.sent if isinstance(one, PageHits) for hit in one.hits]
    assert len(hits) == count
    assert all(hit.boxes for hit in hits)


def test_a_search_stops_when_it_is_wanted_no_more(ask: Asker, book: str) -> None:
    ask.stop_at = 5
    with pytest.raises(Cancelled):
        ask(FindText(1, book, text="公司"))
    assert sum(isinstance(one, PageHits) for one in ask.sent) == 5


@pytest.mark.parametrize("quote", [CHINESE, ENGLISH])
def test_a_quote_is_found_with_a_box_a_line(ask: Asker, book: str, quote: str) -> None:
    found = ask(FindQuotes(1, book, page=11, targets=(QuoteTarget(11, quote),)))
    assert isinstance(found, QuotesFound)
    (place,) = found.places
    assert place.page == 11
    assert pdf_quote.same(place.text, quote)
    assert len(place.boxes) == 3
    assert found.printed is not None
    assert found.printed[0] < place.boxes[0][0] < place.boxes[0][2] < found.printed[1]
    assert ask(FindQuotes(2, book, targets=(QuoteTarget(99, quote), QuoteTarget(-1, quote)))) == QuotesFound(
        2,
        (),
        pytest.approx(ask(FindQuotes(3, book)).printed),  # type: ignore[attr-defined]
    )


def test_a_page_that_is_not_there_is_damaged(ask: Asker, book: str) -> None:
    with pytest.raises(UnreadableDocument, match="damaged"):
        ask(DrawPage(1, book, page=20, width=10, height=10))


def test_a_closed_file_leaves_neither_its_version_nor_its_password(tmp_path: Path) -> None:
    class Opened:
        def close(self) -> None: ...

    path = tmp_path / "加密.pdf"
    path.write_bytes(b"1")
    files = KeptFile()
    files.get(str(path), "geheim", lambda _path, _password: Opened())
    assert files.version
    path.unlink()
    with pytest.raises(UnreadableDocument):
        files.get(str(path), "geheim", lambda _path, _password: Opened())
    assert files.version == ""
    assert "geheim" not in repr(vars(files))
