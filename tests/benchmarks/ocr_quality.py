# SPDX-License-Identifier: Apache-2.0
"""Character error rate and seconds a page of OCR on rendered pages, Chinese and English, at 150, 200 and 300 dpi."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from documents.pages import drawn_page, error_rate, wrapped
from documents.test_ocr import TEXTS

from desktop_app.documents.ocr import text_recognition


def main() -> None:
    for language, text in TEXTS.items():
        for size in (7.0, 10.5):
            lines = wrapped(text * 2, 6.2, size)
            for dpi in (150, 200, 300):
                picture = np.ascontiguousarray(np.asarray(drawn_page(lines, dpi=dpi, size=size).convert("RGB")))
                start = time.perf_counter()
                reading = text_recognition.recognise(picture, 1)
                seconds = time.perf_counter() - start
                rate = error_rate("".join(lines), "".join(segment.text for segment in reading.segments))
                print(f"{language} {size:4} pt {dpi} dpi: error rate {rate:.4f}, {len(lines)} lines in {seconds:.1f} s")
