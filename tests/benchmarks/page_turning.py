# SPDX-License-Identifier: Apache-2.0
"""Turning pages: the viewer process beside Qt's page renderer in the window, in turns, with medians and p95.

From asking for a page to its picture being there to paint. "Cold" asks for pages that nobody prepared; "reading" stays half a second on
each page, so that its neighbours are drawn meanwhile, as in the source panel. Four kinds of PDF: text, a book with figures, a scan, a
drawing of 5,000 lines a page. Qt's renderer is what the window drew with before; it is no part of Inkstone any more: `pip install PySide6_Pdf`
in the version of PySide6. Wanted: reading at least as quick as Qt's. Cold costs more for it: some 10 ms of processor time a page in grey and 20
in colour to bring the pixels over, and the two processes take turns.
"""

from __future__ import annotations

import importlib.util
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QEventLoop, QMetaObject, QSize, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

import desktop_app.bridge  # noqa: F401 - before the first Qt object
from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract.viewer_process import OpenPdf
from desktop_app.ui.source.page_images import ImageKey, PageImages

_BOOK = Path(__file__).resolve().parents[3] / "shared/data/documents/pdf/GeoTopo-komprimiert.pdf"
_WIDTH = 1_100  # px: a page that fills half a screen of 1920
_PAGES = 14
_DWELL_MS = 500
_MOST_MS = 20_000


def text(path: Path) -> Path:
    """Pages full of ordinary print."""
    canvas = Canvas(str(path))
    for page in range(_PAGES):
        lines = canvas.beginText(72, 780)
        lines.setFont("Times-Roman", 11, 14)
        for line in range(50):
            lines.textLine(f"Page {page}, line {line}: travel expenses are settled within thirty days after the journey ends.")
        canvas.drawText(lines)
        canvas.showPage()
    canvas.save()
    return path


def scan(path: Path) -> Path:
    """Pages that are one picture each, in grey noise like that of a scanner, 200 dpi."""
    canvas = Canvas(str(path))
    for page in range(_PAGES):
        paper = Image.effect_noise((1654, 2339), 12).point(lambda value: min(255, value + 110))
        paper.save(path.with_suffix(f".{page}.jpg"), quality=70)
        canvas.drawImage(ImageReader(str(path.with_suffix(f".{page}.jpg"))), 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return path


def drawing(path: Path) -> Path:
    """Pages of 5,000 thin coloured lines."""
    canvas = Canvas(str(path))
    canvas.setLineWidth(0.2)
    for page in range(_PAGES):
        canvas.setStrokeColorRGB(0.1, 0.2, 0.7)
        for line in range(5_000):
            x = (line * 7 + page) % 595
            canvas.line(x, 20 + line % 800, (x + 40) % 595, 60 + (line * 3) % 760)
        canvas.showPage()
    canvas.save()
    return path


def until(done: Callable[[], bool], wake: Callable[[Callable[[], None]], object]) -> None:
    """Run the event loop until ``done``; ``wake`` connects what may make it so."""
    if done():
        return
    loop = QEventLoop()
    wake(loop.quit)
    QTimer.singleShot(_MOST_MS, loop, loop.quit)
    while not done():
        loop.exec()


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop, loop.quit)
    loop.exec()


class Ours:
    """The pictures of pages as the source panel gets them."""

    def __init__(self, path: Path) -> None:
        self._viewer = ViewerClient()
        self._images = PageImages(self._viewer)
        self._more: QMetaObject.Connection | None = None  # what asks for the neighbours
        opened = self._viewer.request(lambda id_: OpenPdf(id_, str(path)))
        until(lambda: opened.over, opened.ended.connect)
        self._images.open(str(path), "")

    def turn(self, page: int, height: int, *, prefetch: bool) -> float:
        """Seconds until the page is there; ``prefetch`` its neighbours behind it."""
        around = [_key(near, height) for near in (page + 1, page - 1, page + 2) if prefetch and 0 <= near < _PAGES]
        started = time.perf_counter()
        if not self._images.has(_key(page, height)):
            self._images.want([_key(page, height)], around)
            until(lambda: self._images.has(_key(page, height)), self._images.came.connect)
        taken = time.perf_counter() - started
        self._more = self._images.came.connect(lambda: self._images.want([_key(page, height)], around))
        self._images.want([_key(page, height)], around)
        return taken

    def forget(self, path: Path) -> None:
        """Drop all pictures, so that the next page is cold."""
        self.settle()
        self._images.open(str(path), "")

    def settle(self) -> None:
        """The page is left."""
        if self._more is not None:
            self._images.came.disconnect(self._more)
            self._more = None

    def close(self) -> None:
        self._viewer.close()


def _key(page: int, height: int) -> ImageKey:
    return page, _WIDTH, height, 0


class Qts:
    """QPdfPageRenderer in a thread of its own, as the window used it; it drew one page at a time, and both neighbours afterwards."""

    def __init__(self, path: Path) -> None:
        qtpdf = importlib.import_module("PySide6.QtPdf")  # by name: types cannot be checked where it is not installed
        self._pdf = qtpdf.QPdfDocument()
        self._pdf.load(str(path))
        self._renderer = qtpdf.QPdfPageRenderer()
        self._renderer.setRenderMode(qtpdf.QPdfPageRenderer.RenderMode.MultiThreaded)
        self._renderer.setDocument(self._pdf)
        self._renderer.pageRendered.connect(self._rendered)
        self._kept: dict[int, QImage] = {}
        self._asked: set[int] = set()

    def turn(self, page: int, height: int, *, prefetch: bool) -> float:
        started = time.perf_counter()
        self._ask(page, height)
        until(lambda: page in self._kept, self._renderer.pageRendered.connect)
        taken = time.perf_counter() - started
        if prefetch:
            for near in (page + 1, page - 1):
                if 0 <= near < _PAGES:
                    self._ask(near, height)
        return taken

    def _ask(self, page: int, height: int) -> None:
        if page not in self._kept and page not in self._asked:
            self._asked.add(page)
            self._renderer.requestPage(page, QSize(_WIDTH, height))

    def _rendered(self, page: int, _size: QSize, image: QImage, *_: object) -> None:
        self._kept[page] = image

    def forget(self, _path: Path) -> None:
        self._kept.clear()
        self._asked.clear()

    def settle(self) -> None: ...

    def close(self) -> None:
        self._renderer.setDocument(None)
        self._pdf.close()


def figures(seconds: list[float]) -> str:
    """Median and p95 in milliseconds."""
    return f"{median(seconds) * 1000:6.1f} / {quantiles(seconds, n=20)[-1] * 1000:6.1f}"


def main() -> None:
    if importlib.util.find_spec("PySide6.QtPdf") is None:
        print("needs PySide6_Pdf to compare with")
        return
    app = QGuiApplication.instance() or QGuiApplication([])
    with tempfile.TemporaryDirectory() as folder:
        kinds = [(make.__name__, make(Path(folder) / f"{make.__name__}.pdf")) for make in (text, scan, drawing)]
        if _BOOK.exists():
            kinds.append(("book", _BOOK))
        print(f"{'':10} {'cold: ours':>17} {'Qt':>17} {'ratio':>6}   {'reading: ours':>17} {'Qt':>17}    ms, median / p95")
        for name, path in kinds:
            height = round(_WIDTH * 1.414)
            rivals: tuple[Ours | Qts, ...] = (Ours(path), Qts(path))
            cold: tuple[list[float], list[float]] = [], []
            reading: tuple[list[float], list[float]] = [], []
            for page in range(_PAGES):
                for rival, seconds in zip(rivals, cold, strict=True):
                    rival.forget(path)
                    seconds.append(rival.turn(page * 5 % _PAGES, height, prefetch=False))
                    wait(20)
            for rival in rivals:
                rival.forget(path)
            for page in range(_PAGES):
                for rival, seconds in zip(rivals, reading, strict=True):
                    seconds.append(rival.turn(page, height, prefetch=True))
                    wait(_DWELL_MS)
                    rival.settle()
            for rival in rivals:
                rival.close()
            ratio = median(cold[0]) / median(cold[1])
            print(
                f"{name:10} {figures(cold[0]):>17} {figures(cold[1]):>17} {ratio:6.2f}   {figures(reading[0]):>17} {figures(reading[1]):>17}"
            )
    del app


if __name__ == "__main__":
    main()
