# SPDX-License-Identifier: Apache-2.0
"""Made PDFs of unruled papers, which the reader was not tuned on: the cells of their tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from desktop_app.documents.process import registry
from documents.made_papers import EACH, KINDS, made
from documents.making import quiet


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_cells_of_unruled_papers(tmp_path: Path) -> None:
    scores: dict[str, list[float]] = defaultdict(list)
    for paper in made(tmp_path):
        document = registry.read(paper.path, quiet, ocr="off")
        rows = [segment.text for segment in document.segments if segment.kind == "row"]
        given = Counter(squeezed(part.split(": ", 1)[-1]) for row in rows for part in row.split("; "))
        wanted = Counter(squeezed(cell) for row in paper.cells for cell in row)
        scores[paper.kind].append(2 * (given & wanted).total() / max(1, given.total() + wanted.total()))
    for kind, values in scores.items():
        print(f"\n{kind}: cell F1 {sum(values) / len(values):.3f}, {min(values):.2f} at worst", end="")
    every = [value for values in scores.values() for value in values]
    print(f"\nall {len(every)}: {sum(every) / len(every):.3f}")
    assert len(every) == EACH * len(KINDS) == 30
    assert sum(every) >= 0.88 * len(every)
    assert all(sum(values) >= 0.88 * EACH for values in scores.values())


def test_a_table_of_contents_stays_lines(tmp_path: Path) -> None:
    """Dots that lead to page numbers are no columns."""
    from documents.raw_pdf import text, write_page

    lines = [f"Chapter {number} on leases {'.' * 60} {10 * number}" for number in range(1, 8)]
    path = write_page(tmp_path / "contents.pdf", "\n".join(text(line, 700 - 20 * at) for at, line in enumerate(lines)))
    found = registry.read(path, quiet, ocr="off").segments
    assert [(segment.text, segment.kind) for segment in found if segment.kind == "row"] == []


def test_a_diagram_of_single_signs_is_no_table(tmp_path: Path) -> None:
    """As the ones of mathematics: a frame around letters and figures, and formulas below each other."""
    from documents.raw_pdf import text, write_page

    frame = "0.5 w " + " ".join(f"{60 + 60 * column} {640 + 30 * row} 60 30 re S" for column in range(3) for row in range(3))
    signs = [["R", "f", "S"], ["g", "0", "h"], ["T", "k", "U"]]
    cells = [text(sign, 710 - 30 * row, 80 + 60 * column) for row, line in enumerate(signs) for column, sign in enumerate(line)]
    formulas = [
        text(f"(x{row} + y)", 560 - 18 * row, 60)
        + " "
        + text("=", 560 - 18 * row, 180)
        + " "
        + text(f"z{row}", 560 - 18 * row, 240)
        for row in range(6)
    ]
    path = write_page(tmp_path / "diagram.pdf", "\n".join([frame, *cells, *formulas]))
    found = registry.read(path, quiet, ocr="off").segments
    assert [segment.text for segment in found if segment.kind == "row"] == []
    assert all(any(sign in segment.text for segment in found) for line in signs for sign in line)
