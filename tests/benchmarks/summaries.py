# SPDX-License-Identifier: Apache-2.0
"""Summaries of twelve long files: sections covered, sentences cited and verbatim; and questions taken for a request of one.

python -m tests.benchmarks summaries       prints a line a file; with INKSTONE_SHOW set the summaries as well, to be read

The files: ../shared/data/documents, data/office, the sample office and the guides in docs; in Chinese, English, German and Russian. Questions: all of
../shared/data/retrieval and data/office, asked where these files are called so. Wanted: every section covered, every sentence cited and verbatim, at
most 0.2 % of the questions taken.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from contextlib import closing
from pathlib import Path

from desktop_app.answering.answerer import Answerer
from desktop_app.embedding.factory import open_embedder
from desktop_app.library.library import Library
from desktop_app.retrieval.retriever import Retriever
from desktop_app.summaries.document_parts import divide
from tests.benchmarks.computed_answers import ask, store

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("INKSTONE_DATA", ROOT.parent / "shared" / "data"))
SAMPLES = ROOT / "resources" / "samples" / "办公室 Sample Office"
FILES = (
    DATA / "documents" / "pdf" / "GeoTopo-komprimiert.pdf",
    DATA / "documents" / "pdf" / "pdflatex-4-pages.pdf",
    DATA / "documents" / "mixed" / "big-preamble.html",
    DATA / "office" / "followups" / "it-service-guide.md",
    DATA / "office" / "followups" / "设备租赁合同.txt",
    SAMPLES / "人事" / "员工手册.pdf",
    SAMPLES / "人事" / "Onboarding guide.pdf",
    SAMPLES / "IT" / "Incident report.pdf",
    SAMPLES / "财务" / "Travel policy.docx",
    SAMPLES / "财务" / "采购合同.docx",
    ROOT / "docs" / "install" / "administrators.md",
    ROOT / "docs" / "install" / "administrators.zh.md",
)


def main() -> None:
    if not FILES[0].is_file():
        print("skipped: no documents in ../shared/data")
        return
    embedder = open_embedder("light")
    with tempfile.TemporaryDirectory() as folder, closing(Library(Path(folder) / "library")) as library:
        for path in FILES:
            store(library, path)
        answerer = Answerer(library, Retriever(library, lambda: embedder))
        covered = [_summary(library, answerer, path) for path in FILES]
        print(f"{sum(covered)} of {len(FILES)} files: every section covered, every sentence cited and verbatim")
        _questions(answerer)


def _summary(library: Library, answerer: Answerer, path: Path) -> bool:
    begun = time.perf_counter()
    answer = ask(answerer, f"Summarize {path.name}")
    taken = time.perf_counter() - begun
    chunks = library.catalogue.chunks.of_path(str(path))
    parts, sections = divide(chunks, hidden=False)
    texts = {chunk.id: chunk.text for chunk in chunks}
    places = [(one.chunk_id, one.start, one.end) for one in answer.citations]
    said = [{(s.chunk.id, s.start, s.end) for s in part.sentences} for part in parts]
    covered = sum(any(place in of_part for place in places) or not of_part for of_part in said)
    verbatim = sum(texts[one.chunk_id][one.start : one.end] == one.quote for one in answer.citations)
    cited = sum(bool(part.citations) for part in answer.parts)
    print(
        f"{path.name}: {sum(map(len, texts.values())):,} characters, {sections} sections, {covered} of {len(parts)} parts covered, "
        f"{cited} of {len(answer.parts)} sentences cited, {verbatim} of {len(answer.citations)} verbatim, {taken:.2f} s"
    )
    if os.environ.get("INKSTONE_SHOW"):
        print(answer.text, "\n")
    return (
        answer.mode == "summary" and covered == len(parts) and cited == len(answer.parts) and verbatim == len(answer.citations)
    )


def _questions(answerer: Answerer) -> None:
    office = DATA / "office"
    named = ("meaning", "tables", "library")
    files = [*(office / f"{name}.questions.jsonl" for name in named), *sorted((DATA / "retrieval").glob("*.questions.jsonl"))]
    questions = [json.loads(line)["question"] for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    lines = (office / "followups.jsonl").read_text(encoding="utf-8").splitlines()
    questions += [turn["question"] for line in lines for turn in json.loads(line)["turns"]]
    questions = [question for question in questions if question.strip()]
    taken = [question for question in questions if ask(answerer, question).mode == "summary"]
    print(f"{len(taken)} of {len(questions)} questions taken for a request of a summary ({len(taken) / len(questions):.2%})")
    for question in taken:
        print(f"  {question}")
