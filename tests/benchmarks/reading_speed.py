# SPDX-License-Identifier: Apache-2.0
"""Pages a second of processor time of our PDF reader against pypdf on the same files in one run, as a ratio.

python -m tests.benchmarks reading_speed        PDFs of ../shared/data, or below $INKSTONE_PDFS

A first round that does not count pays for imports and a cold cache on both sides, as a reader process does once in its life;
then rounds in turns, and the median of each. Wanted: at least 8.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.pdf import pdf_document, pdf_second_try
from desktop_app.documents.reader import Progress
from tests.benchmarks.figures import spread
from tests.benchmarks.pdf_agreement import files

_ROUNDS = 5


def main() -> None:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    paths = [path for path in files() if _readable(path)]
    if not paths:
        print("skipped: no PDFs in ../shared/data")
        return
    pages = sum(_ours(path, lambda *_: None).pages or 0 for path in paths)
    rounds = [(_seconds(_ours, paths), _seconds(pdf_second_try.read, paths)) for _ in range(_ROUNDS)]
    ours, theirs = median(a for a, _ in rounds), median(b for _, b in rounds)
    print(f"{len(paths)} files, {pages} pages: ours {pages / ours:,.0f} pages/s, pypdf {pages / theirs:,.0f} pages/s")
    print(f"ratio {theirs / ours:.1f} (rounds: {spread([b / a for a, b in rounds], '', 1)}); wanted: at least 8")


def _ours(path: Path, progress: Progress) -> Document:
    return pdf_document.read(path, progress, "", "off")


def _readable(path: Path) -> bool:
    """Whether both read it; also the round that does not count."""
    try:
        _ours(path, lambda *_: None)
        pdf_second_try.read(path, lambda *_: None)
    except UnreadableDocument:
        return False
    return True


def _seconds(read: Callable[..., Any], paths: list[Path]) -> float:
    start = time.process_time()
    for path in paths:
        read(path, lambda *_: None)
    return time.process_time() - start
