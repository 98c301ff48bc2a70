# SPDX-License-Identifier: Apache-2.0
"""Marks where nothing can be selected: on a picture, and on the scanned page of a PDF."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shown_pdf import until
from stub_client import StubClient

from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract import messages
from desktop_app.contract.answer import Answer, Citation
from desktop_app.contract.document import Locator, Piece
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.look import theme
from desktop_app.ui.shell.source_commands import source_commands
from desktop_app.ui.source.image_view import ImageView
from desktop_app.ui.source.source_panel import SourcePanel

BOX = (0.25, 0.6, 0.75, 0.65)
QUOTE = "质保期为十八个月。"


def picture(path: Path, width: int = 800, height: int = 2000) -> Path:
    """White paper with a black line of "text" in the box."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    left, top, right, bottom = BOX
    middle = round((top + bottom) / 2 * height)
    painter.fillRect(round(left * width), middle - 4, round((right - left) * width), 8, Qt.GlobalColor.black)
    painter.end()
    assert image.save(str(path))
    return path


@pytest.fixture
def viewer(qtbot: QtBot) -> Iterator[ViewerClient]:
    viewer = ViewerClient()
    yield viewer
    viewer.close()


def load(view: ImageView, path: Path, page: int = 0) -> str:
    """Open a picture and wait until it is there in all its pixels; "" or the code of its problem."""

    def connect(take: Callable[[object], None]) -> None:
        view.drawn.connect(lambda: take(""))
        view.failed.connect(take)
        view.load(str(path), page)

    came = until(connect)
    return came.code if isinstance(came, Problem) else ""


@pytest.fixture
def view(qtbot: QtBot, viewer: ViewerClient) -> ImageView:
    view = ImageView(viewer)
    qtbot.addWidget(view)
    view.resize(420, 600)
    view.show()
    return view


def test_the_marked_line_is_on_the_screen_in_amber(view: ImageView, tmp_path: Path) -> None:
    assert load(view, picture(tmp_path / "扫描 件.png")) == ""
    assert view.show_marked([(Locator(boxes=(BOX,)), QUOTE)])
    (mark,) = view.marks()
    assert view.viewport().rect().contains(mark.toRect())
    shot = view.viewport().grab().toImage()
    ratio = shot.width() / view.viewport().width()
    corner = QColor(shot.pixel(round((mark.left() + 3) * ratio), round((mark.top() + 2) * ratio)))
    assert corner.blue() < 160 < corner.red()
    edge, side = QColor(theme.LIGHT.mark_edge), round((mark.left() - 2) * ratio)
    seen = [QColor(shot.pixel(side + step, round(mark.center().y() * ratio))) for step in (-2, -1, 0, 1)]
    assert min(abs(one.red() - edge.red()) + abs(one.green() - edge.green()) for one in seen) < 60, "an edge of 3:1 around it"
    ink = QColor(shot.pixel(round(mark.center().x() * ratio), round(mark.center().y() * ratio)))
    assert ink.lightness() < 60
    assert view.marked_text() == QUOTE


def test_zoom_keeps_the_point_under_the_pointer(view: ImageView, tmp_path: Path) -> None:
    load(view, picture(tmp_path / "图.png"))
    view.show_marked([(Locator(boxes=(BOX,)), QUOTE)])
    before = view.marks()[0].center()
    view.set_zoom(view.zoom * 2, before)
    after = view.marks()[0].center()
    assert (after - before).manhattanLength() < 4
    assert view.marks()[0].width() == pytest.approx(0.5 * 800 * view.zoom)
    view.fit_width()
    assert view.horizontalScrollBar().maximum() == 0


def test_what_is_no_picture_says_so(view: ImageView, tmp_path: Path) -> None:
    (tmp_path / "坏.png").write_bytes(b"\x89PNG not really")
    assert load(view, tmp_path / "坏.png") == "view_damaged"
    assert load(view, tmp_path / "没有.png") == "view_unreadable"
    view.set_zoom(2.0, QPointF(1, 1))
    assert not view.show_marked([(Locator(), QUOTE)])


def test_a_tiff_whose_second_page_has_no_size_says_so(view: ImageView, tmp_path: Path) -> None:
    """Pillow's TypeError ended the process, twice."""
    file = tmp_path / "坏.tif"
    Image.new("L", (40, 40)).save(file)
    data = bytearray(file.read_bytes())
    (directory,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, directory)
    struct.pack_into("<I", data, directory + 2 + 12 * count, len(data))  # the next page is an empty directory
    file.write_bytes(bytes(data) + bytes(6))
    assert load(view, file, 1) == "view_damaged"


def test_a_second_picture_is_shown_after_a_marked_one(view: ImageView, tmp_path: Path) -> None:
    """Its layout looked for the first mark of the picture before, which was gone."""
    for name in ("一.png", "二.png"):
        assert load(view, picture(tmp_path / name)) == ""
        assert view.show_marked([(Locator(boxes=(BOX,)), QUOTE)])
        (mark,) = view.marks()
        assert view.viewport().rect().contains(mark.toRect())
    load(view, picture(tmp_path / "三.png"))
    assert view.marks() == []
    assert view.marked_text() == ""


def test_pages_of_a_tiff_and_the_turn_of_a_camera(view: ImageView, tmp_path: Path) -> None:
    first, second = Image.new("L", (80, 40), 255), Image.new("L", (30, 60), 0)
    first.save(tmp_path / "传真.tif", save_all=True, append_images=[second])
    assert load(view, tmp_path / "传真.tif", 1) == ""
    assert (view._pixels, view.page_count) == ((30, 60), 2)
    assert view._picture.pixelColor(5, 5) == QColor("black")
    assert load(view, tmp_path / "传真.tif", 2) == "view_damaged"
    turned = Image.Exif()
    turned[0x0112] = 6  # the camera was held upright
    Image.new("RGB", (200, 100), "red").save(tmp_path / "照片.jpg", exif=turned)
    assert load(view, tmp_path / "照片.jpg") == ""
    assert view._pixels == (100, 200)
    assert view._picture.pixelColor(5, 150).red() > 240


def test_a_large_photo_comes_in_the_pixels_of_the_screen_and_sharper_when_zoomed(
    qtbot: QtBot, view: ImageView, tmp_path: Path
) -> None:
    Image.effect_noise((3000, 2000), 60).save(tmp_path / "大.jpg")
    assert load(view, tmp_path / "大.jpg") == ""
    assert 380 <= view._picture.width() <= 420
    view.set_zoom(0.5)
    qtbot.waitUntil(lambda: view._picture.width() == 1500, timeout=20_000)
    view.set_zoom(3.0)
    qtbot.waitUntil(lambda: view._picture.width() == 3000, timeout=20_000)


def test_marks_turn_with_the_picture(qtbot: QtBot, view: ImageView, tmp_path: Path) -> None:
    load(view, picture(tmp_path / "图.png"))
    view.show_marked([(Locator(boxes=(BOX,)), QUOTE)])
    with qtbot.waitSignal(view.drawn):
        view.rotate(90)
    assert view._picture.width() > view._picture.height()
    (mark,) = view.marks()
    ink = QColor(view.viewport().grab().toImage().pixel(mark.center().toPoint()))
    assert ink.lightness() < 150  # a line of 8 px at a fifth of its size


def test_a_bomb_costs_a_sentence(view: ImageView, tmp_path: Path) -> None:
    """30,000 x 30,000 px, all of them there, in 110 kB."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(30_000 * 3_751))
    (tmp_path / "弹.png").write_bytes(b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", rows) + part(b"IEND", b""))
    assert load(view, tmp_path / "弹.png") == "view_too_big"
    assert load(view, picture(tmp_path / "图.png")) == ""


def shown(panel: SourcePanel, client: StubClient, path: Path, locator: Locator) -> None:
    citation = Citation(1, 5, str(path), locator, QUOTE, 0, len(QUOTE))
    panel.show_citation(Answer("质保期多长？", "……[1]", True, "llm", citations=(citation,), sent=()), 1)
    chunk = messages.ContextChunk(5, QUOTE, locator, [], [Piece(0, len(QUOTE), locator)])
    client.answer(
        messages.Context,
        lambda id_: messages.ContextResult(id=id_, path=str(path), chunk_id=5, chunks=[chunk], exists=True, changed=False),
    )


@pytest.fixture
def client() -> StubClient:
    return StubClient()


@pytest.fixture
def panel(qtbot: QtBot, client: StubClient, settings: Settings) -> SourcePanel:
    panel = SourcePanel(client, settings)
    qtbot.addWidget(panel)
    panel.resize(420, 700)
    panel.show()
    return panel


def test_the_panel_shows_the_picture_of_a_citation(panel: SourcePanel, client: StubClient, tmp_path: Path) -> None:
    shown(panel, client, picture(tmp_path / "合同" / "扫描.png"), Locator(boxes=(BOX,)))
    assert panel.views.currentWidget() is panel.views.picture
    assert panel.marked_text() == QUOTE
    assert not panel._note.isVisible()


def test_a_picture_is_turned_and_zoomed_by_its_buttons_and_a_command(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path
) -> None:
    shown(panel, client, picture(tmp_path / "扫描.png"), Locator(boxes=(BOX,)))
    view, buttons = panel.views.image, panel.views.picture.zoom
    qtbot.waitUntil(lambda: bool(view.marks()), timeout=20_000)
    assert buttons.percent.text() == f"{view.zoom * 100:.0f} %"
    upright = view.marks()[0]
    assert upright.width() > upright.height()
    buttons.turn.click()
    turned = view.marks()[0]
    assert turned.width() < turned.height()
    command = next(one for one in source_commands(lambda: panel, panel.clear, shown=True) if one.id == "source.turn")
    for _ in range(3):
        command.run()
    assert view.marks()[0] == upright
    before = view.zoom
    buttons.larger.click()
    assert view.zoom == pytest.approx(before * 1.2)
    assert buttons.percent.text() == f"{view.zoom * 100:.0f} %"
    QTest.keyClick(view, Qt.Key.Key_0)
    QTest.keyClick(view, Qt.Key.Key_R)
    assert view.marks()[0].width() < view.marks()[0].height()


def test_a_picture_that_cannot_be_shown_gives_its_text(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path
) -> None:
    (tmp_path / "坏.png").write_bytes(b"no picture")
    shown(panel, client, tmp_path / "坏.png", Locator(boxes=(BOX,)))
    qtbot.waitUntil(panel._note.isVisible, timeout=20_000)
    assert panel.views.currentWidget() is panel.views.text
    assert panel.marked_text() == QUOTE


def test_the_scanned_page_of_a_pdf_is_marked_by_its_boxes(
    qtbot: QtBot, panel: SourcePanel, client: StubClient, tmp_path: Path
) -> None:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path / "扫描.pdf"
    canvas = Canvas(str(path), pagesize=(400, 1000))
    canvas.drawString(20, 500, "first page")
    canvas.showPage()
    canvas.drawImage(ImageReader(str(picture(tmp_path / "页.png"))), 0, 0, 400, 1000)
    canvas.save()
    shown(panel, client, path, Locator(page=2, boxes=(BOX,)))
    assert panel.views.pdf is not None
    assert panel.views.currentWidget() is panel.views.pdf
    qtbot.waitUntil(lambda: panel.marked_text() == QUOTE, timeout=20_000)
    (mark,) = panel.views.pdf.pages._marks.boxes[1]
    assert mark == pytest.approx((100, 600, 300, 650))
    assert panel.views.pdf.pages.page == 1
