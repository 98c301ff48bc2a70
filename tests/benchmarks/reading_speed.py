"""Pages a second of processor time of our PDF reader against pypdf on the same files in one run, as a ratio.

python -m tests.benchmarks reading_speed        PDFs of ../shared/data, or below $INKSTONE_PDFS
"""

from __future__ import annotations

import logging
import time

from desktop_app.documents import ocr_mode, pdf, pdf_second_try
from desktop_app.documents.model import UnreadableDocument
from tests.benchmarks.pdf_agreement import files


def main() -> None:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    paths = files()
    if not paths:
        print("skipped: no PDFs in ../shared/data")
        return
    pages, ours, theirs = 0, 0.0, 0.0
    with ocr_mode.use("off"):
        for path in paths:
            try:
                start = time.process_time()
                document = pdf.read(path, lambda *_: None)
                middle = time.process_time()
                pdf_second_try.read(path, lambda *_: None)
                end = time.process_time()
            except UnreadableDocument:
                continue
            pages += document.pages or 0
            ours += middle - start
            theirs += end - middle
    print(f"{pages} pages: ours {pages / ours:,.0f} pages/s, pypdf {pages / theirs:,.0f} pages/s, ratio {theirs / ours:.1f}")
