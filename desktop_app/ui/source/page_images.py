# SPDX-License-Identifier: Apache-2.0
"""Gets pictures of PDF pages when they are wanted, and keeps them.

The viewer process draws them, one after another. Two are asked for at a time, so that it draws while the last one travels; what has left
the screen meanwhile is taken back. The least recently shown pictures go when all together pass 96 MB.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from desktop_app.bridge.operation import Operation
from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract.viewer_process import Drawn, DrawPage, Pixels
from desktop_app.foundation.errors import Problem

_KEPT_BYTES = 96 * 1024 * 1024
_AT_ONCE = 2

ImageKey = tuple[int, int, int, int]  # page from 0, width and height in px, quarters turned clockwise


def image_of(pixels: Pixels) -> QImage:
    """A picture that came from the viewer, as the screen paints it quickest."""
    layout = QImage.Format.Format_Grayscale8 if pixels.channels == 1 else QImage.Format.Format_BGR888
    # Qt only points at the bytes; the conversion makes pixels of its own.
    seen = QImage(pixels.data, pixels.width, pixels.height, pixels.width * pixels.channels, layout)
    return seen.convertToFormat(QImage.Format.Format_RGB32)


class PageImages(QObject):
    """``came``: another picture is there, or a page could not be drawn."""

    came = Signal()

    def __init__(self, viewer: ViewerClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._path = self._password = ""
        self._kept: OrderedDict[ImageKey, QImage] = OrderedDict()
        self._problems: dict[int, Problem] = {}
        self._drawing: dict[ImageKey, Operation] = {}
        self._visible: set[int] = set()

    def open(self, path: str, password: str) -> None:
        """Draw pages of this file from now on."""
        self.close()
        self._path, self._password = path, password

    def close(self) -> None:
        """Let go of all pictures; what is being drawn is not wanted any more."""
        drawing, self._drawing = self._drawing, {}
        for operation in drawing.values():
            operation.cancel()
        self._kept.clear()
        self._problems.clear()
        self._path = ""

    def want(self, visible: Sequence[ImageKey], around: Iterable[ImageKey]) -> None:
        """Get the next pictures that the screen lacks, then those just outside it."""
        self._visible = {key[0] for key in visible}
        lacking = [key for key in visible if self._lacks(key)]
        wanted = lacking + [key for key in around if self._lacks(key)]
        for key, operation in list(self._drawing.items()):
            # One for later makes way for one that is waited for.
            if key not in wanted or (lacking and key not in lacking):
                del self._drawing[key]
                operation.cancel()
        for key in wanted:
            if len(self._drawing) >= _AT_ONCE:
                return
            if key not in self._drawing:
                self._ask(key)

    def has(self, key: ImageKey) -> bool:
        """Whether the page is here in this very size."""
        return key in self._kept

    def image(self, key: ImageKey) -> QImage | None:
        """The page, in another size where this one is not here yet."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        page, _, _, turns = key
        return next((image for (other, _, _, way), image in self._kept.items() if (other, way) == (page, turns)), None)

    def problem(self, page: int) -> Problem | None:
        """Why a page could not be drawn."""
        return self._problems.get(page)

    def _lacks(self, key: ImageKey) -> bool:
        return key not in self._kept and key[0] not in self._problems

    def _ask(self, key: ImageKey) -> None:
        page, width, height, turns = key
        operation = self._viewer.request(
            lambda id_: DrawPage(id_, self._path, self._password, page=page, width=width, height=height, turns=turns)
        )
        self._drawing[key] = operation
        operation.succeeded.connect(partial(self._drawn, key, operation))
        operation.failed.connect(partial(self._failed, key, operation))

    def _drawn(self, key: ImageKey, operation: Operation, result: Drawn) -> None:
        if self._drawing.get(key) is not operation:
            return  # it was taken back, too late
        del self._drawing[key]
        for old in [old for old in self._kept if old[0] == key[0]]:
            del self._kept[old]
        self._kept[key] = image_of(result.pixels)
        while sum(kept.sizeInBytes() for kept in self._kept.values()) > _KEPT_BYTES:
            out = next((old for old in self._kept if old[0] not in self._visible and old != key), None)
            if out is None:
                break
            del self._kept[out]
        self.came.emit()

    def _failed(self, key: ImageKey, operation: Operation, problem: Problem) -> None:
        if self._drawing.get(key) is operation:
            del self._drawing[key]
            self._problems[key[0]] = problem
            self.came.emit()
