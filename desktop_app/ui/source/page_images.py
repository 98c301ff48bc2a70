# SPDX-License-Identifier: Apache-2.0
"""Renders pages of a PDF when they are wanted, and keeps the images.

``QPdfPageRenderer`` works in a thread of Qt's, one page at a time. The least recently shown images go when all together pass 96 MB.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfDocument, QPdfDocumentRenderOptions, QPdfPageRenderer

_KEPT_BYTES = 96 * 1024 * 1024

ImageKey = tuple[int, int, int]  # page from 0, width and height in px


class PageImages(QObject):
    """``came``: another image is there."""

    came = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._renderer = QPdfPageRenderer(self)
        self._renderer.setRenderMode(QPdfPageRenderer.RenderMode.MultiThreaded)
        self._renderer.pageRendered.connect(self._rendered)
        self._kept: OrderedDict[ImageKey, QImage] = OrderedDict()
        self._rendering: ImageKey | None = None
        self._visible: set[int] = set()

    def open(self, pdf: QPdfDocument) -> None:
        """Render pages of ``pdf`` from now on."""
        self._renderer.setDocument(pdf)

    def close(self) -> None:
        """Before the document is closed: the renderer may be at work on it, and is waited for."""
        self._renderer.setDocument(None)  # type: ignore[arg-type]  # Qt takes a null pointer
        self._rendering = None
        self._kept.clear()

    def want(self, visible: Sequence[ImageKey], around: Iterable[ImageKey]) -> None:
        """Start the next image that the screen lacks, then those just outside it."""
        self._visible = {key[0] for key in visible}
        if self._rendering is not None:
            return
        for key in (*visible, *around):
            if key not in self._kept:
                self._rendering = key
                self._renderer.requestPage(key[0], QSize(key[1], key[2]), QPdfDocumentRenderOptions())
                return

    def has(self, key: ImageKey) -> bool:
        """Whether the page is here in this very size."""
        return key in self._kept

    def image(self, key: ImageKey) -> QImage | None:
        """The page, in another size where this one is not here yet."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        return next((image for (page, *_), image in self._kept.items() if page == key[0]), None)

    def _rendered(self, page: int, size: QSize, image: QImage, *_: object) -> None:
        key = (page, size.width(), size.height())
        if key != self._rendering:
            return  # of a document that was closed meanwhile
        self._rendering = None
        for old in [old for old in self._kept if old[0] == page]:
            del self._kept[old]
        self._kept[key] = image
        while sum(kept.sizeInBytes() for kept in self._kept.values()) > _KEPT_BYTES:
            out = next((old for old in self._kept if old[0] not in self._visible and old != key), None)
            if out is None:
                break
            del self._kept[out]
        self.came.emit()
