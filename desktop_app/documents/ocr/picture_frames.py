# SPDX-License-Identifier: Apache-2.0
"""Pages of a picture file, decoded for text recognition.

Each frame of a TIFF is a page; of an animation only the first frame counts. Pillow opens them, turns photos as their camera noted (EXIF)
and refuses what would not fit into memory; ``text_recognition.py`` reads.
"""

from __future__ import annotations

import warnings
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from desktop_app.contract.document import Document, Segment, UnreadableDocument
from desktop_app.documents.ocr import text_recognition
from desktop_app.documents.reader import Progress

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF")
_MOST_PIXELS = 120_000_000  # an A0 plan at 300 dpi has 139 million; 120 million need 360 MB
_MOST_PAGES = 2_000
_SMALLEST = 12  # pixels: less than one line of text


def read(path: Path, progress: Progress) -> Document:
    """Raises ``UnreadableDocument`` ("damaged", "no_text", "too_big")."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's own warning about large pictures: we have a limit
        Image.MAX_IMAGE_PIXELS = None
        try:
            with Image.open(path, formats=_FORMATS) as picture:
                return _read(picture, progress)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
            raise UnreadableDocument("damaged", f"{type(error).__name__}: {error}"[:200]) from error
        except text_recognition.Unavailable as error:
            raise UnreadableDocument("no_text", f"OCR cannot be used: {error}") from error


def _read(picture: Image.Image, progress: Progress) -> Document:
    total = min(getattr(picture, "n_frames", 1), _MOST_PAGES) if picture.format == "TIFF" else 1
    segments: list[Segment] = []
    unsure = failed = 0
    for number in range(total):
        progress(number, total)
        try:
            picture.seek(number)
            frame = prepared(picture)
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            if total == 1:
                raise
            failed += 1
            if isinstance(error, EOFError):
                break
            continue
        if frame is None:
            continue
        reading = text_recognition.recognise(frame, number + 1 if total > 1 else None, partial(progress, number, total))
        segments.extend(reading.segments)
        unsure += bool(reading.segments) and reading.sureness < text_recognition.SURE
    if not segments:
        raise UnreadableDocument("no_text", "a picture without text")
    remarks = [f"{unsure} of {total} pages recognised with little confidence"] if unsure else []
    remarks += [f"{failed} of {total} pages could not be read"] if failed else []
    return Document(tuple(segments), pages=total, partial="partly_read" if remarks else "", detail="; ".join(remarks) or "OCR")


def prepared(picture: Image.Image) -> text_recognition.Picture | None:
    """The current frame as OCR wants it; None when it is too small to hold text. Raises ``UnreadableDocument("too_big")``."""
    width, height = picture.size
    if width * height > _MOST_PIXELS:
        raise UnreadableDocument("too_big", f"{width} x {height} pixels")
    if min(width, height) < _SMALLEST:
        return None
    if picture.format in ("JPEG", "MPO"):
        picture.draft(
            "RGB", (text_recognition.LONGEST_SIDE, text_recognition.LONGEST_SIDE)
        )  # decodes large photos at half their size, four times faster
    frame = ImageOps.exif_transpose(picture)
    if frame.mode in ("RGBA", "LA", "PA") or "transparency" in frame.info:
        white = Image.new("RGBA", frame.size, "white")  # letters on nothing: screens show them on white
        white.alpha_composite(frame.convert("RGBA"))
        frame = white
    if frame.mode.startswith("I;16") or frame.mode in ("I", "F"):
        values = np.asarray(frame, dtype=np.float32)
        low, high = float(values.min()), float(values.max())
        frame = Image.fromarray(((values - low) * (255 / max(high - low, 1.0))).astype(np.uint8))
    frame = frame.convert("RGB")
    longest = max(frame.size)
    if longest > text_recognition.LONGEST_SIDE:
        share = text_recognition.LONGEST_SIDE / longest
        frame = frame.resize((max(1, round(frame.width * share)), max(1, round(frame.height * share))), Image.Resampling.BOX)
    return np.ascontiguousarray(np.asarray(frame)[:, :, ::-1])
