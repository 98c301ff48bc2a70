# SPDX-License-Identifier: Apache-2.0
"""The quote on the page: real PDFs, the mark under the very words, whatever the file does to them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import odd_viewer
import pytest
from pdf_files import CHINESE, ENGLISH, handbook, make_pdf
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas
from shown_pdf import load, mark, result_of
from tooltips import displayed

from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract.document import Locator
from desktop_app.contract.viewer_process import MOST_PIXELS, Drawn, Outline, PageText
from desktop_app.documents.viewing import pdf_quote
from desktop_app.documents.viewing.page_letters import PageLetters
from desktop_app.foundation import translation
from desktop_app.ui.look import theme
from desktop_app.ui.source.page_images import image_of
from desktop_app.ui.source.pdf_view import PdfView
from desktop_app.ui.source.turned_boxes import turned
from desktop_app.wording.problem_texts import sentence


@pytest.fixture
def viewer(qtbot: QtBot) -> Iterator[ViewerClient]:
    viewer = ViewerClient()
    yield viewer
    viewer.close()


@pytest.fixture
def view(qtbot: QtBot, viewer: ViewerClient) -> PdfView:
    view = PdfView(viewer)
    qtbot.addWidget(view)
    view.resize(420, 640)
    view.show()
    return view


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return handbook(tmp_path / "人事 制度" / "员工手册（2025）.pdf")


def rendered(view: PdfView) -> bool:
    """Whether every page on the screen is painted from an image of its own size."""
    pages = view.pages
    return bool(pages.page_count) and all(pages._images.has(pages._key(page)) for page in pages._visible())


def boxes(view: PdfView, page: int) -> list[QRectF]:
    """The marks on a page, in points."""
    return [turned(box, view.pages._points[page], 0) for box in view.pages._marks.boxes[page]]


@pytest.mark.parametrize("quote", [CHINESE, ENGLISH])
def test_the_mark_lies_on_the_very_words(view: PdfView, book: Path, quote: str) -> None:
    assert load(view.pages, book) == ""
    assert mark(view.pages, [(Locator(page=12), quote)])
    assert pdf_quote.same(view.pages.marked_text(), quote)
    assert view.pages.page == 11
    assert view._field.text() == "12"


def test_right_character_indices_are_taken_as_they_are(view: PdfView, book: Path) -> None:
    """Of two equal sentences the one that the index meant is marked."""
    twin = make_pdf(book.parent / "两处.pdf", [["见附件。", "正文。", "见附件。"]])
    load(view.pages, twin)
    page = result_of(view.pages.page_text(0))
    assert isinstance(page, PageText)
    text = page.text
    second = text.rfind("见附件。")
    assert mark(view.pages, [(Locator(page=1, chars=(second, second + 4)), "见附件。")])
    assert [(place.page, place.start) for place in view.pages._marks.places] == [(0, second)]


def test_wrong_character_indices_do_not_mislead(view: PdfView, book: Path) -> None:
    load(view.pages, book)
    assert mark(view.pages, [(Locator(page=12, chars=(2, 9)), CHINESE)])
    assert pdf_quote.same(view.pages.marked_text(), CHINESE)
    assert mark(view.pages, [(Locator(page=12, chars=(90_000, 90_100)), CHINESE)])
    assert pdf_quote.same(view.pages.marked_text(), CHINESE)


def test_a_wrong_page_number_is_forgiven_by_one(view: PdfView, book: Path) -> None:
    load(view.pages, book)
    assert mark(view.pages, [(Locator(page=11), CHINESE)])
    assert view.pages.page == 11


def test_a_sentence_over_two_pages_is_marked_on_both(view: PdfView, tmp_path: Path) -> None:
    file = make_pdf(
        tmp_path / "跨页.pdf",
        [["上文。", "员工申请休假需提前三个工作日填写", "- 1 -"], ["员工手册", "申请表单，由部门经理审批。"]],
    )
    load(view.pages, file)
    quote = "员工申请休假需提前三个工作日填写申请表单，由部门经理审批。"
    assert mark(view.pages, [(Locator(page=1), quote)])
    assert pdf_quote.same(view.pages.marked_text(), quote)
    assert sorted(view.pages._marks.boxes) == [0, 1]


def test_what_is_not_on_the_page_is_not_marked_but_the_page_is_shown(view: PdfView, book: Path) -> None:
    load(view.pages, book)
    assert not mark(view.pages, [(Locator(page=15), "这句话哪里都没有。")])
    assert view.pages.marked_text() == ""
    assert view.pages.page == 14


def test_a_whole_passage_of_several_pieces(view: PdfView, book: Path) -> None:
    load(view.pages, book)
    assert mark(view.pages, [(Locator(page=12), CHINESE), (Locator(page=12), ENGLISH)], softly=True)
    assert pdf_quote.same(view.pages.marked_text(), CHINESE + ENGLISH)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_the_amber_is_where_the_words_are(qtbot: QtBot, view: PdfView, tmp_path: Path, rotate: int) -> None:
    """Pixels: every box of the mark is amber on the screen, and dark ink lies in it."""
    view.resize(1300, 1300)
    load(view.pages, make_pdf(tmp_path / f"旋转{rotate}.pdf", [["上一行。", CHINESE, "下一行。"]], rotate=rotate))
    view.pages.set_zoom(1.0)  # all of the page is in sight, upright or lying: a pixel outside has no colour
    mark(view.pages, [(Locator(page=1), CHINESE)])
    qtbot.waitUntil(lambda: rendered(view))
    image = view.pages.viewport().grab().toImage()
    scale = view.pages._scale()
    rect = view.pages._rect(0)
    (box,) = boxes(view, 0)
    colours = [
        image.pixelColor(
            int(rect.x() + (box.left() + box.width() * i / 60) * scale),
            int(rect.y() + (box.top() + box.height() * j / 60) * scale),
        )
        for i in range(61)
        for j in range(61)
    ]
    assert all(colour.blue() < 190 for colour in colours), "white shows through: the mark is not over the box"
    assert any(colour.lightness() < 110 for colour in colours), "no ink under the mark"
    assert image.pixelColor(int(rect.x() + 8), int(rect.y() + rect.height() - 8)) == QColor("white")


@pytest.mark.parametrize(
    ("name", "page", "quote"),
    [
        ("google-doc-document.pdf", 1, "Explicit is better than implicit."),
        ("multicolumn.pdf", 1, "Two-Column Document with Lorem Ipsum"),
        ("pdflatex-4-pages.pdf", 2, ""),
        ("GeoTopo-komprimiert.pdf", 20, ""),
        ("habibi.pdf", 1, "habibi"),
    ],
)
def test_files_that_others_made(view: PdfView, shared: Path, name: str, page: int, quote: str) -> None:
    file = shared / "data" / "documents" / "pdf" / name
    assert load(view.pages, file) == ""
    if not quote:  # a stretch from the middle of the page, written as the index would: one line, single spaces
        answer = result_of(view.pages.page_text(page - 1))
        assert isinstance(answer, PageText)
        text = answer.text
        quote = " ".join(text[len(text) // 3 : len(text) // 3 + 200].split()).replace("\ufffe", "").replace("\x02", "")
    assert mark(view.pages, [(Locator(page=page), quote)])
    assert pdf_quote.same(view.pages.marked_text(), quote)


def test_every_real_file_opens_or_says_why(view: PdfView, shared: Path) -> None:
    files = sorted((shared / "data" / "documents" / "pdf").glob("*.pdf"))
    reasons = {file.name: load(view.pages, file) for file in files}
    assert {name for name, reason in reasons.items() if reason} == {"libreoffice-writer-password.pdf"}
    assert reasons["libreoffice-writer-password.pdf"] == "view_password"


def test_protected_broken_and_missing_files(view: PdfView, tmp_path: Path) -> None:
    assert load(view.pages, make_pdf(tmp_path / "加密.pdf", [["秘密"]], password="密码")) == "view_password"
    broken = tmp_path / "损坏.pdf"
    broken.write_bytes(b"%PDF-1.7\nnonsense")
    assert load(view.pages, broken) == "view_damaged"
    assert load(view.pages, tmp_path / "没有.pdf") == "view_unreadable"
    assert view.pages.page_count == 0
    view.grab()


def test_the_same_file_is_loaded_once_and_again_when_it_changed(view: PdfView, tmp_path: Path) -> None:
    file = make_pdf(tmp_path / "改.pdf", [["旧"]])
    load(view.pages, file)
    sizes = view.pages._sizes
    load(view.pages, file)
    assert view.pages._sizes is sizes
    make_pdf(file, [["新的第一页"], ["新的第二页"]])
    load(view.pages, file)
    assert view.pages.page_count == 2


def test_zoom_by_wheel_keys_and_buttons_and_back_to_fit(qtbot: QtBot, view: PdfView, book: Path) -> None:
    load(view.pages, book)
    fitted = view.pages.zoom
    at = QPointF(100, 100)
    wheel = QWheelEvent(
        at,
        view.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    view.pages.wheelEvent(wheel)
    assert view.pages.zoom == pytest.approx(fitted * 1.2)
    qtbot.keyClick(view.pages, Qt.Key.Key_Plus)
    assert view.pages.zoom == pytest.approx(fitted * 1.44)
    qtbot.mouseClick(view.zoom.smaller, Qt.MouseButton.LeftButton)
    assert view.pages.zoom == pytest.approx(fitted * 1.2)
    qtbot.keyClick(view.pages, Qt.Key.Key_0)
    assert view.pages.zoom == pytest.approx(fitted)
    view.resize(800, 640)
    qtbot.waitUntil(lambda: view.pages.zoom > fitted * 1.5)


def test_in_a_narrow_panel_the_blank_margins_stay_outside(qtbot: QtBot, view: PdfView, book: Path) -> None:
    view.resize(320, 640)
    load(view.pages, book)
    whole = view.pages.zoom
    mark(view.pages, [(Locator(page=12), CHINESE)])
    assert view.pages.zoom > whole * 1.2
    rect, scale = view.pages._rect(11), view.pages._scale()
    for box in boxes(view, 11):
        assert rect.x() + box.left() * scale >= 0
        assert rect.x() + box.right() * scale <= view.pages.viewport().width()
    view.resize(1200, 640)
    qtbot.waitUntil(lambda: view.pages.horizontalScrollBar().maximum() == 0)


def test_the_page_field_goes_to_a_page(qtbot: QtBot, view: PdfView, book: Path) -> None:
    load(view.pages, book)
    view._field.setText("17")
    with qtbot.waitSignal(view.page_changed):
        qtbot.keyClick(view._field, Qt.Key.Key_Return)
    assert view.pages.page == 16
    view._field.setText("99")
    qtbot.keyClick(view._field, Qt.Key.Key_Return)
    assert view.pages.page == 16


def test_a_long_file_keeps_few_images(qtbot: QtBot, view: PdfView, tmp_path: Path) -> None:
    load(view.pages, make_pdf(tmp_path / "长.pdf", [[f"第 {n} 页"] for n in range(1, 401)]))
    for page in (0, 100, 200, 399):
        view.pages.go_to(page)
        view.pages.grab()
        qtbot.waitUntil(lambda: rendered(view))
    assert len(view.pages._images._kept) < 30
    qtbot.waitUntil(lambda: view.pages._measured == 400)
    assert len(view.pages._tops) == 400


def test_resizing_keeps_the_mark_on_the_screen(qtbot: QtBot, view: PdfView, book: Path) -> None:
    load(view.pages, book)
    mark(view.pages, [(Locator(page=12), CHINESE)])
    for width in (300, 900, 500):
        view.resize(width, 500)
        rect, scale = view.pages._rect(11), view.pages._scale()
        top = rect.y() + boxes(view, 11)[0].top() * scale
        assert 0 <= top < view.pages.viewport().height()


def test_selecting_and_copying_words(qtbot: QtBot, view: PdfView, tmp_path: Path) -> None:
    load(view.pages, make_pdf(tmp_path / "选.pdf", [[CHINESE]]))
    mark(view.pages, [(Locator(page=1), CHINESE)])
    pages = view.pages
    (box,) = boxes(view, 0)
    rect, scale = pages._rect(0), pages._scale()
    start = QPoint(int(rect.x() + box.left() * scale) + 1, int(rect.y() + box.center().y() * scale))
    end = QPoint(int(rect.x() + box.right() * scale) - 1, start.y())
    qtbot.mousePress(pages.viewport(), Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(pages.viewport(), end)
    qtbot.mouseRelease(pages.viewport(), Qt.MouseButton.LeftButton, pos=end)
    qtbot.waitUntil(lambda: pages.selected_text() != "")  # its letters may come later than the mouse
    qtbot.keyClick(pages, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == CHINESE.rstrip("。")  # the drag ended before the full stop's ink


def test_its_words_are_translated(view: PdfView) -> None:
    try:
        translation.use("zh_CN")
        view.retranslate()
        assert displayed(view.zoom.fit.toolTip()).startswith("适合宽度")
    finally:
        translation.use("en")


def letters_of(qtbot: QtBot, view: PdfView, page: int) -> PageLetters:
    """The letters of a page once they are here; it must be on the screen."""
    view.pages.viewport().grab()
    qtbot.waitUntil(lambda: view.pages._selection.letters(page) is not None, timeout=20_000)
    letters = view.pages._selection.letters(page)
    assert letters is not None
    return letters


def spot(view: PdfView, page: int, index: int) -> QPoint:
    """The middle of a character on the screen."""
    letters = view.pages._selection.letters(page)
    assert letters is not None
    box = letters.box(index)
    assert box is not None
    (place,) = view.pages._placed(page, [box])
    return place.center().toPoint()


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_turned_page_keeps_its_mark_and_its_letters(qtbot: QtBot, view: PdfView, book: Path, turns: int) -> None:
    view.resize(900, 900)
    load(view.pages, book)
    mark(view.pages, [(Locator(page=12), CHINESE)])
    view.pages.rotate(90 * turns)
    qtbot.waitUntil(lambda: rendered(view), timeout=20_000)
    letters = letters_of(qtbot, view, 11)
    (place, *_) = view.pages._placed(11, view.pages._marks.boxes[11])
    assert view.pages.viewport().rect().contains(place.center().toPoint())
    shot = view.pages.viewport().grab().toImage()
    colours = [
        shot.pixelColor(int(place.x() + place.width() * i / 40), int(place.y() + place.height() * j / 40))
        for i in range(1, 40)
        for j in range(1, 40)
    ]
    assert min(colour.lightness() for colour in colours) < 130, "no ink under the mark"
    at = letters.text.index("病假")
    qtbot.mouseDClick(view.pages.viewport(), Qt.MouseButton.LeftButton, pos=spot(view, 11, at))
    assert "病假须附医院证明" in view.pages.selected_text()


def test_selected_words_stay_readable_in_the_dark_theme(qtbot: QtBot, view: PdfView, book: Path, qapp: QApplication) -> None:
    """The selection took the dark theme's own colour, which made ink and paper one."""
    theme.apply(qapp, "dark")
    try:
        load(view.pages, book)
        mark(view.pages, [(Locator(page=12), CHINESE)])
        qtbot.waitUntil(lambda: rendered(view), timeout=20_000)
        letters = letters_of(qtbot, view, 11)
        qtbot.mouseDClick(view.pages.viewport(), Qt.MouseButton.LeftButton, pos=spot(view, 11, letters.text.index("病假")))
        (place,) = view.pages._placed(11, view.pages._selection.boxes(11))
        shot, spots = view.pages.viewport().grab().toImage(), place.toRect()
        paper = max(shot.pixelColor(x, spots.center().y()).lightness() for x in range(spots.left(), spots.right()))
        assert paper > 180
    finally:
        theme.apply(qapp, "light")


def test_a_selection_over_two_pages(qtbot: QtBot, view: PdfView, tmp_path: Path) -> None:
    view.resize(500, 1500)
    load(view.pages, make_pdf(tmp_path / "两页.pdf", [["First page.", "It ends here"], ["and goes on", "over there."]]))
    qtbot.waitUntil(lambda: rendered(view), timeout=20_000)
    first, second = letters_of(qtbot, view, 0), letters_of(qtbot, view, 1)
    port = view.pages.viewport()
    start, end = spot(view, 0, first.text.index("It")), spot(view, 1, second.text.index("on"))
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(port, end)
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)
    assert view.pages.selected_text() == "It ends here\nand goes o"
    qtbot.mouseClick(port, Qt.MouseButton.LeftButton, pos=start)
    assert view.pages.selected_text() == ""
    qtbot.keyClick(view.pages, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.pages.selected_text() == "First page.\nIt ends here"


def test_words_are_looked_for_and_gone_through(qtbot: QtBot, view: PdfView, book: Path) -> None:
    load(view.pages, book)
    view.pages.go_to(17)
    finding = view.pages.finding
    view.pages.find_text("标准工时")
    qtbot.waitUntil(lambda: not finding.searching, timeout=20_000)
    assert len(finding.hits) == 19 * 20
    assert finding.current is not None
    assert finding.current.page == 17
    assert finding.number == 16 * 20 + 1
    finding.step(-1)
    assert (finding.current.page, view.pages.page) == (16, 16)
    for _ in range(3):
        finding.step(1)
    assert finding.current.page == 17
    qtbot.waitUntil(lambda: rendered(view), timeout=20_000)
    shot = view.pages.viewport().grab().toImage()
    (place,) = view.pages._placed(17, finding.current.boxes)
    corner = shot.pixelColor(place.topLeft().toPoint() + QPoint(0, 1))
    assert corner.green() > corner.red(), "the hit is marked"
    view.pages.find_text("")
    assert finding.hits == []


def test_the_outline_leads_to_its_place(view: PdfView, tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "目录.pdf"), pagesize=(400, 600))
    for title in ("一", "二", "三"):
        canvas.bookmarkPage(title, fit="XYZ", left=0, top=300)
        canvas.addOutlineEntry(title, title, 0)
        canvas.drawString(10, 10, title)
        canvas.showPage()
    canvas.save()
    load(view.pages, tmp_path / "目录.pdf")
    outline = result_of(view.pages.outline())
    assert isinstance(outline, Outline)
    last = outline.entries[1]
    assert (last.title, last.page) == ("二", 1)
    view.pages.go_to(1, last.top or 0.0)
    rect = view.pages._rect(1)
    assert rect.y() + (last.top or 0.0) * view.pages._scale() == pytest.approx(12, abs=1)


def test_small_pictures_and_pictures_for_the_printer(view: PdfView, book: Path) -> None:
    load(view.pages, book)
    small = result_of(view.pages.requests.thumbnail(3, 120))
    assert isinstance(small, Drawn)
    assert image_of(small.pixels).size().width() == 120
    view.pages.rotate(90)
    printed = result_of(view.pages.requests.picture(3, 150))
    assert isinstance(printed, Drawn)
    assert (printed.pixels.width, printed.pixels.height) == (1753, 1240)
    huge = result_of(view.pages.requests.picture(3, 2_400))
    assert isinstance(huge, Drawn)
    assert huge.pixels.width * huge.pixels.height <= MOST_PIXELS


def test_a_protected_file_opens_with_its_password(view: PdfView, tmp_path: Path) -> None:
    file = make_pdf(tmp_path / "加密.pdf", [[CHINESE]], password="密码1")
    assert load(view.pages, file) == "view_password"
    assert load(view.pages, file, "错") == "view_password"
    assert load(view.pages, file, "密码1") == ""
    assert mark(view.pages, [(Locator(page=1), CHINESE)])


def test_a_screen_reader_is_told_the_page(qtbot: QtBot, view: PdfView, book: Path) -> None:
    load(view.pages, book)
    mark(view.pages, [(Locator(page=12), CHINESE)])
    qtbot.waitUntil(lambda: "病假须附医院证明" in view.pages.accessibleDescription(), timeout=20_000)
    view.pages.go_to(3)
    view.pages.viewport().grab()
    qtbot.waitUntil(lambda: view.pages.accessibleDescription().startswith("第 4 页"), timeout=20_000)


def test_killed_while_it_draws_the_page_is_drawn_by_the_next(
    qtbot: QtBot, view: PdfView, viewer: ViewerClient, book: Path
) -> None:
    load(view.pages, book)
    first = viewer.pid
    view.pages.go_to(9)
    view.pages._render()
    os.kill(first, signal.SIGKILL)
    qtbot.waitUntil(lambda: rendered(view), timeout=20_000)
    assert viewer.pid not in (0, first)


@pytest.mark.parametrize(("name", "words"), [("总是崩溃", "broke down"), ("停住", "took too long"), ("内存", "too large")])
def test_a_page_that_cannot_be_drawn_says_why_in_its_place(qtbot: QtBot, tmp_path: Path, name: str, words: str) -> None:
    os.mkfifo(tmp_path / "门")
    viewer = ViewerClient(
        command=odd_viewer.command("unlimited", "drawing"), silence=3.0 if name == "停住" else 20.0, most_memory=500 << 20
    )
    view = PdfView(viewer)
    qtbot.addWidget(view)
    view.resize(420, 640)
    view.show()
    try:
        assert load(view.pages, make_pdf(tmp_path / f"{name}.pdf", [[CHINESE]])) == ""
        qtbot.waitUntil(lambda: view.pages._images.problem(0) is not None, timeout=20_000)
        problem = view.pages._images.problem(0)
        assert problem is not None
        assert words in str(sentence(problem))
        blank = view.pages.viewport().grab().toImage()
        dark = [(x, y) for x in range(40, 360) for y in range(60, 500) if blank.pixelColor(x, y).lightness() < 120]
        assert len(dark) > 100, "the sentence is painted"
        assert load(view.pages, make_pdf(tmp_path / "好.pdf", [[CHINESE]])) == ""
        qtbot.waitUntil(lambda: rendered(view), timeout=20_000)
    finally:
        viewer.close()
