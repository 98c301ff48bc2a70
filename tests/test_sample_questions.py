# SPDX-License-Identifier: Apache-2.0
"""The sample office and its questions: every answer stands word for word at the place the question file names.

Read here with the plain libraries, not with Inkstone's readers: a reader's mistake must not make its own yardstick right.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "resources" / "samples"
LINES = (ROOT / "tests" / "sample_questions.jsonl").read_text("utf-8").splitlines()
QUESTIONS: list[dict[str, Any]] = [json.loads(line) for line in LINES]
ANSWERED = [question for question in QUESTIONS if question["set"] != "unanswerable"]


def under_heading(lines: list[tuple[bool, str]], heading: str) -> str:
    """The text from this heading to the next one; ``lines`` says of each whether it is a heading."""
    start = lines.index((True, heading)) + 1
    end = next((n for n in range(start, len(lines)) if lines[n][0]), len(lines))
    return "\n".join(text for _, text in lines[start:end])


def docx_lines(path: Path) -> list[tuple[bool, str]]:
    from docx import Document
    from docx.table import Table

    lines: list[tuple[bool, str]] = []
    for part in Document(str(path)).iter_inner_content():
        if isinstance(part, Table):
            lines += [(False, " ".join(cell.text for cell in row.cells)) for row in part.rows]
        else:
            lines.append((part.style.name.startswith("Heading"), part.text))
    return lines


def text_at(path: Path, place: dict[str, Any]) -> str:
    if path.suffix == ".pdf":
        import pypdfium2

        with pypdfium2.PdfDocument(path) as pdf:
            return str(pdf[place["page"] - 1].get_textpage().get_text_range())
    if path.suffix == ".xlsx":
        from openpyxl import load_workbook

        rows = load_workbook(path)[place["sheet"]][place["cells"]]
        return " ".join(str(cell.value) for row in rows for cell in row)
    if path.suffix == ".docx":
        return under_heading(docx_lines(path), place["heading"])
    text = path.read_bytes().decode("gb18030" if path.name == "会议纪要.txt" else "utf-8")
    if path.suffix == ".md":
        marked = [(line.startswith("#"), line.lstrip("# ")) for line in text.splitlines()]
        return under_heading(marked, place["heading"])
    first, last = place["lines"]
    return "\n".join(text.splitlines()[first - 1 : last])


@pytest.mark.parametrize("question", ANSWERED, ids=[question["question"] for question in ANSWERED])
def test_answer_stands_verbatim_at_its_place(question: dict[str, Any]) -> None:
    text = text_at(SAMPLES / question["file"], question["place"])
    for spelling in (question["answer"], *question.get("also", ())):
        assert spelling in text


def test_enough_questions_in_both_languages() -> None:
    for lang in ("zh", "en"):
        counts = [
            sum(q["lang"] == lang and q["set"] == name for q in QUESTIONS) for name in ("main", "reserve", "unanswerable")
        ]
        assert counts == [5, 6, 3]


def test_questions_cover_every_format() -> None:
    assert {Path(question["file"]).suffix for question in ANSWERED} == {".pdf", ".docx", ".xlsx", ".md", ".txt"}


def test_chinese_minutes_are_gb18030_and_not_utf8() -> None:
    content = next(SAMPLES.rglob("会议纪要.txt")).read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    assert content.decode("gb18030").startswith("砚湾仪器有限公司")


def test_samples_stay_small_and_carry_no_real_addresses() -> None:
    files = [path for path in SAMPLES.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 1_500_000
    for source in (ROOT / "packaging" / "samples").rglob("*.*"):
        mail = re.findall(r"[\w.-]+@([\w.-]+)", source.read_text("utf-8"))
        assert all(domain.endswith(".example") for domain in mail), source


def test_pdf_fonts_are_embedded() -> None:
    """A PDF that relies on the reader's own fonts shows boxes on a machine without Chinese ones."""
    from pypdf import PdfReader

    for path in SAMPLES.rglob("*.pdf"):
        for number, page in enumerate(PdfReader(path).pages, start=1):
            fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
            drawn = set(re.findall(rb"/(F[\w+]+) [\d.]+ Tf", page.get_contents().get_data()))
            assert drawn, (path, number)
            loose = [font["/BaseFont"] for font in fonts if "/FontDescriptor" not in font]
            assert loose in ([], ["/Helvetica"]), (path, number)  # Helvetica: named by reportlab on every page, text or not
