# SPDX-License-Identifier: Apache-2.0
"""Answers what the window asks about a picture file.

A frame is decoded once and kept, so that another zoom only scales it; a large photo is decoded at half its size where that is enough.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from desktop_app.contract.document import UnreadableDocument
from desktop_app.contract.viewer_process import MOST_PIXELS, Drawn, DrawPicture, OpenPicture, PictureOpened, ViewRequest
from desktop_app.documents.ocr import picture_decoding
from desktop_app.documents.viewing.page_drawing import pixels
from desktop_app.documents.viewing.viewing_task import ViewingTask
from desktop_app.ipc.message import Reply

_TURN = {1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_90}
_ON_THE_SIDE = (5, 6, 7, 8)  # values of the EXIF orientation
_ORIENTATION = 0x0112


def answer(request: ViewRequest, task: ViewingTask) -> Reply:
    """The end of one request. Raises ``UnreadableDocument``."""
    file = task.files.get(request.path, "", PictureFile)
    if isinstance(request, OpenPicture):
        return PictureOpened(request.id, *file.size(request.page), file.page_count, task.files.version)
    assert isinstance(request, DrawPicture)
    width, height = max(request.width, 1), max(request.height, 1)
    if width * height > MOST_PIXELS:
        raise UnreadableDocument("too_big", f"{width} x {height} pixels")
    if request.turns % 2:
        width, height = height, width
    frame = file.frame(request.page, width, height)
    if frame.size != (width, height):
        frame = frame.resize((width, height), Image.Resampling.BOX if width < frame.width else Image.Resampling.BICUBIC)
    if turn := _TURN.get(request.turns % 4):
        frame = frame.transpose(turn)
    return Drawn(request.id, pixels(np.asarray(frame)[:, :, ::-1]))


class PictureFile:
    """A picture file and the frame that was decoded last. Pages count from 0."""

    def __init__(self, path: Path, _password: str) -> None:
        """Raises ``UnreadableDocument("damaged")``."""
        self._path = path
        self._kept: tuple[int, Image.Image, bool] | None = None  # page, frame, whether it has all its pixels
        with picture_decoding.opened(path) as picture:
            self.page_count = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1

    def size(self, page: int) -> tuple[int, int]:
        """Width and height, the right side up. Raises ``UnreadableDocument`` ("damaged", "too_big")."""
        with picture_decoding.opened(self._path) as picture:
            picture.seek(page)
            picture_decoding.check_size(picture)
            width, height = picture.size
            on_the_side = picture.getexif().get(_ORIENTATION) in _ON_THE_SIDE
            return (height, width) if on_the_side else (width, height)

    def frame(self, page: int, width: int, height: int) -> Image.Image:
        """A page in at least this size, where it has so many pixels. Raises as ``size`` does."""
        if self._kept is not None and self._kept[0] == page:
            _, kept, whole = self._kept
            if whole or (kept.width >= width and kept.height >= height):
                return kept
        self._kept = None
        with picture_decoding.opened(self._path) as picture:
            picture.seek(page)
            picture_decoding.check_size(picture)
            size = picture.size
            longest = max(width, height)
            picture_decoding.draft(picture, (longest, longest))
            whole = picture.size == size
            frame = picture_decoding.plain(picture)
        self._kept = page, frame, whole
        return frame

    def close(self) -> None:
        """Let go of the frame; the file is open only while it is decoded."""
        self._kept = None
