# SPDX-License-Identifier: Apache-2.0
"""A made folder for the indexing benchmarks: 240 texts and three PDFs of 460 pages together.

The sentences are those of ../shared/data/retrieval, shuffled with a fixed seed: real words, and no two chunks alike, so that embedding
equal texts once gives nobody an advantage.
"""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

_SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "retrieval"
_TEXTS = 240
_PAGES = (200, 160, 100)
_LINES = 30
_LINE = 88


def available() -> bool:
    return (_SHARED / "en.passages.jsonl").is_file()


def sentences() -> list[str]:
    """English sentences."""
    lines = (_SHARED / "en.passages.jsonl").read_text(encoding="utf-8").splitlines()
    text = " ".join(json.loads(line)["text"] for line in lines)
    text = re.sub(r"\s+", " ", text).encode("latin-1", "ignore").decode("latin-1")
    return [sentence for sentence in re.split(r"(?<=[.!?]) ", text) if len(sentence) > 20]


def make_folder(folder: Path) -> Path:
    rng = random.Random(460)
    stock = sentences()
    folder.mkdir(parents=True)
    for number in range(_TEXTS):
        paragraphs = [" ".join(rng.sample(stock, 6)) for _ in range(1 + number % 3)]
        (folder / f"text {number:03d}.txt").write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")
    for number, pages in enumerate(_PAGES):
        _make_pdf(folder / f"report {number}.pdf", pages, stock, rng)
    return folder


def _make_pdf(path: Path, pages: int, stock: list[str], rng: random.Random) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path))
    for _ in range(pages):
        canvas.setFont("Helvetica", 11)
        y, words = 780, " ".join(rng.sample(stock, 24)).split()
        for _ in range(_LINES):
            line = ""
            while words and len(line) + len(words[0]) < _LINE:
                line += " " + words.pop(0)
            canvas.drawString(50, y, line.strip())
            y -= 22
        canvas.showPage()
    canvas.save()
