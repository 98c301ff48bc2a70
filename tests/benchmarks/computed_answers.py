# SPDX-License-Identifier: Apache-2.0
"""Questions of figures over tables, and which files mention something: right, wrong as certain, and how long it takes.

python -m tests.benchmarks computed_answers       ../shared/data/office, or the folder $INKSTONE_OFFICE

Asked in one library of the office tables, the office documents and the made tables of tests/tables. Wanted: of the 60 office questions 54 right and at
most 2 wrong given as certain, the cells within the label for 0.9 of the right ones; of the 10 library questions 7 exact lists; of the questions
of texts (office and retrieval) at most 0.5 % taken for a computation.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from desktop_app.answering.answerer import Answerer
from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.contract.answer import Answer
from desktop_app.contract.document import SourceFile
from desktop_app.documents.process import registry
from desktop_app.documents.text import splitting
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.library.library import Library
from desktop_app.retrieval.retriever import Retriever
from tests.benchmarks.figures import percentile
from tests.tables import made_tables
from tests.tables.test_figure_questions import is_right

OFFICE = Path(os.environ.get("INKSTONE_OFFICE", Path(__file__).resolve().parents[3] / "shared" / "data" / "office"))
MADE = Path(__file__).resolve().parents[1] / "tables"


def main() -> None:
    if not (OFFICE / "tables.questions.jsonl").is_file():
        print("skipped: no office tables in ../shared/data/office")
        return
    with tempfile.TemporaryDirectory() as folder, closing(Library(Path(folder) / "library")) as library:
        files = [*sorted((OFFICE / "tables").iterdir()), *sorted((OFFICE / "followups").iterdir())]
        (Path(folder) / "made").mkdir()
        for path in [*files, *made_tables.make(Path(folder) / "made")]:
            store(library, path)
        answerer = Answerer(library, Retriever(library, lambda: None))
        _figures(answerer, "office tables", _lines(OFFICE / "tables.questions.jsonl"))
        _figures(answerer, "made tables", _lines(MADE / "made_questions.jsonl"))
        _figures(answerer, "made, no table answers", _lines(MADE / "made_unanswerable.jsonl"))
        _files(answerer)
        _texts(answerer)


def store(library: Library, path: Path) -> None:
    """Read a file into a library, without vectors."""
    document = registry.read(path, lambda _done, _total: None, (), "off", ())
    chunks = splitting.split(document, count_tokens=splitting.estimate_tokens, max_tokens=254)
    status = path.stat()
    file = SourceFile(str(path), status.st_size, status.st_mtime_ns, str(path))
    library.catalogue.files.store(file, chunks, state="indexed", document=document, recipe="benchmark")


def ask(answerer: Answerer, question: str) -> Answer:
    """The answer without a language model."""
    return answerer.answer(Asked(question), listener=Listener(), cancel=Cancellation())


def _figures(answerer: Answerer, name: str, questions: Sequence[dict[str, Any]]) -> None:
    right, of, taken = Counter[str](), Counter[str](), list[float]()
    certain = computed = 0
    for question in questions:
        begun = time.perf_counter()
        answer = ask(answerer, question["question"])
        taken.append(time.perf_counter() - begun)
        of[question["kind"]] += 1
        if answer.computed is None:
            right[question["kind"]] += question["answer"] is None
            continue
        computed += 1
        good = is_right(answer.computed, question) and any(
            Path(one.path).name == question["file"] for one in answer.computed.cells
        )
        right[question["kind"]] += good
        certain += answer.found and not good
        if not good:
            print("  wrong:", question["question"], answer.text[:90].replace("\n", " "))
    print(
        f"{name}: {right.total()} of {of.total()} right, {computed} computed, {certain} wrong as certain; "
        f"median {percentile(taken, 0.5) * 1000:.0f} ms, p95 {percentile(taken, 0.95) * 1000:.0f} ms"
    )
    print("  " + ", ".join(f"{kind} {right[kind]}/{of[kind]}" for kind in sorted(of)))


def _files(answerer: Answerer) -> None:
    exact = 0
    questions = _lines(OFFICE / "library.questions.jsonl")
    for question in questions:
        answer = ask(answerer, question["question"])
        found = [Path(str(path)) for path in answer.computed.listed] if answer.computed else []
        exact += sorted(path.relative_to(OFFICE).as_posix() for path in found if path.is_relative_to(OFFICE)) == sorted(
            question["files"]
        )
    print(f"whole-library questions: {exact} of {len(questions)} exact lists")


def _texts(answerer: Answerer) -> None:
    files = [OFFICE / "meaning.questions.jsonl", *sorted((OFFICE.parent / "retrieval").glob("*.questions.jsonl"))]
    questions = [one["question"] for file in files for one in _lines(file)]
    questions += [turn["question"] for one in _lines(OFFICE / "followups.jsonl") for turn in one["turns"]]
    taken = [question for question in questions if question.strip() and ask(answerer, question).computed is not None]
    print(f"questions of texts: {len(taken)} of {len(questions)} taken for a computation ({len(taken) / len(questions):.2%})")
    for question in taken:
        print(f"  {question}")


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
