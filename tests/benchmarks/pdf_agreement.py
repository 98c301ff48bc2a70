# SPDX-License-Identifier: Apache-2.0
"""Text of PDFs against poppler's ``pdftotext``: the share of words both give, file by file, and the ten worst.

python -m tests.benchmarks pdf_agreement        PDFs of ../shared/data, or below $INKSTONE_PDFS
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from statistics import median

from desktop_app.analysis.script import CJK
from desktop_app.contract.document import UnreadableDocument
from desktop_app.documents.process import registry

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data"
_WORD = re.compile(rf"[{CJK}]|[^\W_{CJK}]+")


def files() -> list[Path]:
    return sorted(Path(os.environ.get("INKSTONE_PDFS") or FOLDER).rglob("*.pdf"))


def words(text: str) -> Counter[str]:
    """Words, and Chinese characters one by one; a hyphen at a line's end is mended on both sides."""
    return Counter(_WORD.findall(re.sub(r"(?<=\w)[-\u00ad\u2010]\s*\n\s*", "", text).casefold()))


def overlap(ours: Counter[str], theirs: Counter[str]) -> float:
    """Shared words, counted as often as both have them, over the larger side."""
    return (ours & theirs).total() / max(ours.total(), theirs.total(), 1)


def measured(path: Path) -> tuple[float, Counter[str], Counter[str]] | None:
    """(overlap, ours, theirs); None when one of the two gives no text."""
    try:
        document = registry.read(path, lambda *_: None, ocr="off")
    except UnreadableDocument:
        return None
    done = subprocess.run(["pdftotext", "-enc", "UTF-8", str(path), "-"], capture_output=True, check=False, timeout=120)
    theirs = words(done.stdout.decode("utf-8", "replace"))
    if done.returncode or not theirs:
        return None
    # What poppler does not give: comments and form fields, a table's header in each of its rows, and where a sentence goes on.
    text = ""
    names: set[str] = set()
    for segment in document.segments:
        if segment.kind == "row":
            text += "\n" + _row(segment.text, names)
        elif not segment.locator.boxes:
            text += (" " if segment.continues else "\n") + segment.text
    ours = words(text)
    return overlap(ours, theirs), ours, theirs


def _row(text: str, names: set[str]) -> str:
    """A table row, with the name of a column only where it comes first in the file."""
    cells = [cell.partition(": ") for cell in text.split("; ")]
    words = [value if not colon or name in names else f"{name} {value}" for name, colon, value in cells]
    names.update(name for name, colon, _ in cells if colon)
    return " ".join(word or cell[0] for word, cell in zip(words, cells, strict=True))


def main() -> None:
    if shutil.which("pdftotext") is None or not files():
        print("skipped: needs pdftotext (poppler-utils) and PDFs in ../shared/data")
        return
    results = {path: result for path in files() if (result := measured(path)) is not None}
    shares = [share for share, _, _ in results.values()]
    print(
        f"{len(results)} of {len(files())} files read by both; word overlap: median {median(shares):.4f}, mean {sum(shares) / len(shares):.4f}"
    )
    for path, (share, ours, theirs) in sorted(results.items(), key=lambda item: item[1][0])[:10]:
        print(
            f"  {share:.3f} {path.name}: missing {dict((theirs - ours).most_common(6))}, more {dict((ours - theirs).most_common(6))}"
        )
