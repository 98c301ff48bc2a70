# SPDX-License-Identifier: Apache-2.0
"""Recognises text in pictures, in Chinese and English, by RapidOCR.

Its PP-OCR models come inside the package and are run by ONNX Runtime.
The only importer of rapidocr; it is loaded for the first picture (1 s) and kept for the life of the reader process. It detects
lines as quadrilaterals, reads each, and knows nothing of order: lines are laid out by ``placed.py`` as if the page lay straight,
and marked where they really lie. Pages scanned sideways or upside down are noticed and read again turned. The package's own
classifier for turned lines stays off: it turned straight English lines around (0 of 36 lines wrong without it, a third with it).
"""

from __future__ import annotations

import math
import os
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from desktop_app.contract.document import Segment
from desktop_app.documents.layout import placed
from desktop_app.documents.layout.placed import Run
from desktop_app.foundation import offline

Picture = npt.NDArray[np.uint8]  # height x width x 3, blue first

LONGEST_SIDE = 2600  # pixels; A4 at 222 dpi. Larger pictures are shrunk before they come here
SURE = 0.8  # mean confidence below which a page counts as partly read
_READERS = 2  # processes that may recognise at the same time
_MOST_THREADS = 4
_LOWEST_SCORE = 0.5
_AT_ONCE = 4  # lines read between two proofs of life
_DOUBTFUL = 0.8  # mean confidence below which the page may stand on its head (0.6-0.7 then, 0.99 upright)
_HALF_LINE = 0.75  # of the lines' height: all lines have about one size in print, boxes vary with their letters


class Unavailable(Exception):
    """The recogniser is not installed, or its models cannot be loaded."""


@dataclass(frozen=True, slots=True)
class RecognisedText:
    """``sureness`` is the mean confidence over all characters, 0..1."""

    segments: tuple[Segment, ...]
    sureness: float


@dataclass(frozen=True, slots=True)
class _Line:
    """``corners``: upper left, upper right, lower right, lower left as the letters stand, in pixels of the picture as given."""

    text: str
    score: float
    corners: tuple[tuple[float, float], ...]


def recognise(picture: Picture, page: int | None, alive: Callable[[], None] = lambda: None) -> RecognisedText:
    """The text of one page. ``alive`` is called every few lines. Raises ``Unavailable``."""
    height, width = picture.shape[:2]
    lines, turns = _best_turn(picture, alive)
    # Laid out in the picture as it was read; shown where it is in the picture as it came.
    size = (float(width), float(height)) if turns % 2 == 0 else (float(height), float(width))
    runs = _level(lines, turns, (float(width), float(height)))
    letters = sum(len(line.text) for line in lines)
    sureness = sum(line.score * len(line.text) for line in lines) / letters if letters else 0.0
    segments = tuple(placed.segments(runs, page, size, shown_size=(float(width), float(height))))
    return RecognisedText(segments, sureness)


def _best_turn(picture: Picture, alive: Callable[[], None]) -> tuple[list[_Line], int]:
    """The lines of the picture, and by how many quarter turns (as ``np.rot90`` counts) it reads best."""
    lines = _read(picture, alive)
    if sum(_extent(line) * (1 if _is_wide(line) else -1) for line in lines) < 0:
        turns: tuple[int, ...] = (1, 3)
    elif len(lines) >= 2 and _mean(lines) < _DOUBTFUL:
        turns = (2,)
    else:
        return lines, 0
    best = (_worth(lines), 0, lines)
    for turn in turns:
        again = _read(np.ascontiguousarray(np.rot90(picture, turn)), alive)
        if _worth(again) > best[0] * 1.05:
            best = (_worth(again), turn, again)
    return best[2], best[1]


def _worth(lines: Sequence[_Line]) -> float:
    """How much was read how surely, wide lines alone: upright letters in a tall box are misread ones."""
    return sum(len(line.text) * line.score**4 for line in lines if _is_wide(line))


def _mean(lines: Sequence[_Line]) -> float:
    return statistics.fmean(line.score for line in lines) if lines else 0.0


def _is_wide(line: _Line) -> bool:
    width, height = _spread(line)
    return 1.5 * width >= height  # a taller box is read as if it lay on its side


def _extent(line: _Line) -> float:
    return max(_spread(line))


def _spread(line: _Line) -> tuple[float, float]:
    xs, ys = [x for x, _ in line.corners], [y for _, y in line.corners]
    return max(xs) - min(xs), max(ys) - min(ys)


def _read(picture: Picture, alive: Callable[[], None]) -> list[_Line]:
    """Find the lines, then read a few at a time, so that a full page on a slow PC shows that it goes on."""
    engine = _engine()  # before anything else of the package: it seals the process first

    from rapidocr.main import RapidOCRError
    from rapidocr.utils.process_img import map_boxes_to_original

    image, record = engine.preprocess_img(picture)
    try:
        crops, found = engine.detect_and_crop(image, record)
    except RapidOCRError:
        return []  # its word for an empty page
    corners = map_boxes_to_original(found.boxes, record, *picture.shape[:2])
    by_width = sorted(range(len(crops)), key=lambda at: crops[at].shape[1] / max(1, crops[at].shape[0]))  # padded to the widest
    lines: dict[int, _Line] = {}
    for start in range(0, len(by_width), _AT_ONCE):
        alive()
        batch = by_width[start : start + _AT_ONCE]
        try:
            read = engine.recognize_txt([crops[at] for at in batch])
        except RapidOCRError:
            continue
        for at, text, score in zip(batch, read.txts, read.scores, strict=True):
            if text.strip() and score >= _LOWEST_SCORE:
                lines[at] = _Line(text.strip(), float(score), tuple((float(x), float(y)) for x, y in corners[at]))
    return [lines[at] for at in sorted(lines)]


def _level(lines: Sequence[_Line], turns: int, size: tuple[float, float]) -> list[Run]:
    """Runs laid out straight, each with the box of where it really stands."""
    if not lines:
        return []
    slope = statistics.median(_angle(line) for line in lines) if len(lines) > 2 else 0.0
    slope = slope if abs(slope) < math.radians(30) else 0.0
    cosine, sine = math.cos(-slope), math.sin(-slope)
    straight = abs(slope) < math.radians(0.7)
    usual = statistics.median(_thickness(line) for line in lines)
    runs = []
    for line in lines:
        corners = line.corners if straight else tuple((x * cosine - y * sine, x * sine + y * cosine) for x, y in line.corners)
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        top, bottom = min(ys), max(ys)
        if not straight:  # a turned box around a long line is far taller than the line
            middle, thick = (top + bottom) / 2, _thickness(line)
            top, bottom = middle - thick / 2, middle + thick / 2
        if abs((bottom - top) - usual) < (1 - _HALF_LINE) * usual * 1.4:
            middle = (top + bottom) / 2
            top, bottom = middle - usual / 2, middle + usual / 2
        run = Run(line.text, min(xs), top, max(xs), bottom)
        if turns or not straight:
            a, b, c, d = (_unturned(x, y, turns, size) for x, y in line.corners)
            run = replace(run, shown=(a, b, c, d))
        runs.append(run)
    return runs


def _angle(line: _Line) -> float:
    (x0, y0), (x1, y1) = line.corners[0], line.corners[1]
    return math.atan2(y1 - y0, x1 - x0)


def _thickness(line: _Line) -> float:
    (x0, y0), (x3, y3) = line.corners[0], line.corners[3]
    return math.hypot(x3 - x0, y3 - y0)


def _unturned(x: float, y: float, turns: int, size: tuple[float, float]) -> tuple[float, float]:
    """A point of the turned picture in the picture as it came, which is ``size`` wide and high."""
    width, height = size
    match turns % 4:
        case 1:
            return width - y, x
        case 2:
            return width - x, height - y
        case 3:
            return y, height - x
    return x, y


@lru_cache(maxsize=1)
def _engine() -> Any:
    threads = max(1, min(_MOST_THREADS, (os.cpu_count() or 1) // _READERS))
    offline.seal()  # ONNX Runtime decides at its import whether it reports to its maker
    try:
        import cv2
        from rapidocr import RapidOCR

        cv2.setNumThreads(threads)
        return RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.max_side_len": LONGEST_SIDE,
                "Global.use_cls": False,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Rec.rec_batch_num": _AT_ONCE // 2,
            }
        )
    except MemoryError:
        raise
    except Exception as error:  # whatever a half installed package or a missing system library raises
        raise Unavailable(f"{type(error).__name__}: {error}"[:200]) from error
