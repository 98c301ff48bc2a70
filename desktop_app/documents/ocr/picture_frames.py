# SPDX-License-Identifier: Apache-2.0
"""Pages of a picture file, decoded for text recognition.

Each frame of a TIFF is a page; of an animation only the first frame counts. ``picture_decoding.py`` opens them, ``text_recognition.py``
reads.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from desktop_app.contract.document import Document, Segment, UnreadableDocument
from desktop_app.documents.ocr import picture_decoding, text_recognition
from desktop_app.documents.reader import Progress

_MOST_PAGES = 2_000
_SMALLEST = 12  # pixels: less than one line of text


def read(path: Path, progress: Progress) -> Document:
    """Raises ``UnreadableDocument`` ("damaged", "no_text", "too_big")."""
    try:
        with picture_decoding.opened(path) as picture:
            return _read(picture, progress)
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
    picture_decoding.check_size(picture)
    if min(picture.size) < _SMALLEST:
        return None
    picture_decoding.draft(picture, (text_recognition.LONGEST_SIDE, text_recognition.LONGEST_SIDE))
    frame = picture_decoding.plain(picture)
    longest = max(frame.size)
    if longest > text_recognition.LONGEST_SIDE:
        share = text_recognition.LONGEST_SIDE / longest
        frame = frame.resize((max(1, round(frame.width * share)), max(1, round(frame.height * share))), Image.Resampling.BOX)
    return np.ascontiguousarray(np.asarray(frame)[:, :, ::-1])
