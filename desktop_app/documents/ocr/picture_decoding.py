# SPDX-License-Identifier: Apache-2.0
"""Opens picture files and turns a frame into plain colours.

For text recognition and for the viewer alike, so that a mark lies where the text was recognised: Pillow, photos turned as their camera
noted (EXIF), letters on nothing put on white, grey of 16 bits spread over 8.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from desktop_app.contract.document import UnreadableDocument

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF")
# What Pillow's parsers raise on damaged files, the last five seen in 4,000 of them.
_DAMAGED = (
    UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError,
    LookupError, TypeError, ArithmeticError, struct.error, zlib.error,
)  # fmt: skip
_MOST_PIXELS = 120_000_000  # an A0 plan at 300 dpi has 139 million; 120 million need 360 MB


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """The picture in a file. Raises ``UnreadableDocument("damaged")``, also for what goes wrong inside the block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's own warning about large pictures: we have a limit
        Image.MAX_IMAGE_PIXELS = None
        try:
            with Image.open(path, formats=_FORMATS) as picture:
                yield picture
        except _DAMAGED as error:
            raise UnreadableDocument("damaged", f"{type(error).__name__}: {error}"[:200]) from error


def check_size(picture: Image.Image) -> None:
    """Raises ``UnreadableDocument("too_big")`` for a frame that does not fit into memory; its size stands in its header."""
    width, height = picture.size
    if width * height > _MOST_PIXELS:
        raise UnreadableDocument("too_big", f"{width} x {height} pixels")


def draft(picture: Image.Image, size: tuple[int, int]) -> None:
    """Let a JPEG be decoded at a half, a quarter or an eighth of its size, as long as it is not smaller than ``size``: four times faster."""
    if picture.format in ("JPEG", "MPO"):
        picture.draft("RGB", size)


def plain(picture: Image.Image) -> Image.Image:
    """The current frame in red, green and blue, the right side up."""
    frame = ImageOps.exif_transpose(picture)
    if frame.mode in ("RGBA", "LA", "PA") or "transparency" in frame.info:
        white = Image.new("RGBA", frame.size, "white")  # letters on nothing: screens show them on white
        white.alpha_composite(frame.convert("RGBA"))
        frame = white
    if frame.mode.startswith("I;16") or frame.mode in ("I", "F"):
        values = np.asarray(frame, dtype=np.float32)
        low, high = float(values.min()), float(values.max())
        frame = Image.fromarray(((values - low) * (255 / max(high - low, 1.0))).astype(np.uint8))
    return frame.convert("RGB")
