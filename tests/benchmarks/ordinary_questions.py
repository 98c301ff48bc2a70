# SPDX-License-Identifier: Apache-2.0
"""Ordinary questions beside all tables: how many are taken for a computation, facts, a list of files or a summary, and how long each takes.

python -m tests.benchmarks ordinary_questions [--json]

One library of the paragraphs of ../shared/data/retrieval, the office tables, documents and passages of ../shared/data/office, and the sample office.
Asked by words, without a model: the questions of all of them, follow-ups with their conversation. Wanted: at most 0.5 % taken. Those that are
taken are listed, the ones given as certain marked; ``--json`` prints one object in place of the lines.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_app.answering.answerer import Answerer
from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.contract import form as forms
from desktop_app.contract.answer import Answer
from desktop_app.contract.document import Document, Locator, Segment, SourceFile
from desktop_app.documents.process import registry
from desktop_app.documents.text import splitting
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.library.library import Library
from desktop_app.retrieval.retriever import Retriever
from tests.benchmarks.computed_answers import OFFICE
from tests.benchmarks.figures import percentile

RETRIEVAL = OFFICE.parent / "retrieval"
SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"
_WANTED = 0.005


def main() -> None:
    as_json = "--json" in sys.argv
    if not (OFFICE / "tables.questions.jsonl").is_file() or not RETRIEVAL.is_dir():
        print("skipped: no questions in ../shared/data")
        return
    with tempfile.TemporaryDirectory() as folder, closing(Library(Path(folder) / "library")) as library:
        fill(library)
        answerer = Answerer(library, Retriever(library, lambda: None))
        seconds, of, taken = list[float](), Counter[str](), list[dict[str, Any]]()
        for name, dialogue in dialogues():
            earlier = list[Answer]()
            for turn in dialogue:
                begun = time.perf_counter()
                asked = Asked(turn["question"], earlier=tuple(earlier))
                answer = answerer.answer(asked, listener=Listener(), cancel=Cancellation())
                seconds.append(time.perf_counter() - begun)
                of[name] += 1
                earlier.append(replace(answer, text=turn["reply"], said=turn["reply"]) if turn.get("reply") else answer)
                if (kind := taken_as(answer)) != "":
                    taken.append(
                        {"set": name, "question": turn["question"], "as": kind, "certain": answer.found, "text": answer.text}
                    )
    total = of.total()
    result = {
        "questions": dict(of),
        "total": total,
        "taken": taken,
        "share": round(len(taken) / total, 5),
        "median_ms": round(percentile(seconds, 0.5) * 1000, 1),
        "p95_ms": round(percentile(seconds, 0.95) * 1000, 1),
    }
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
        return
    print(f"{total} questions: {', '.join(f'{name} {count}' for name, count in of.items())}")
    kinds = Counter(one["as"] for one in taken)
    print(f"taken: {len(taken)} ({len(taken) / total:.2%}; wanted {_WANTED:.1%}): {dict(kinds)}")
    for one in taken:
        said = " ".join(one["text"].split())[:120]
        print(f"  {'CERTAIN' if one['certain'] else 'perhaps'} {one['as']}, {one['set']}: {one['question']} -> {said}")
    print(f"median {result['median_ms']} ms, p95 {result['p95_ms']} ms")


def fill(library: Library) -> None:
    """The files of the office, the samples and one file for each paragraph."""
    for path, document in _documents():
        chunks = splitting.split(document, count_tokens=splitting.estimate_tokens, max_tokens=254)
        size, changed = (path.stat().st_size, path.stat().st_mtime_ns) if path.exists() else (1, 1_700_000_000_000_000_000)
        file = SourceFile(str(path), size, changed, str(path))
        library.catalogue.files.store(file, chunks, state="indexed", document=document, recipe="benchmark")


def _documents() -> Iterator[tuple[Path, Document]]:
    folders = (OFFICE / "tables", OFFICE / "followups", SAMPLES)
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".json"):
        yield path, registry.read(path, lambda _done, _total: None, (), "off", ())
    for file in (OFFICE / "meaning.passages.jsonl", *sorted(RETRIEVAL.glob("*.passages.jsonl"))):
        for line in _lines(file):
            document = Document((Segment(line["text"], Locator(lines=(1, 1))),))
            yield file.with_name(f"{file.name.split('.')[0]} {line['id']}.txt"), document


def dialogues() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The name of a set and the turns of one of its conversations, one turn where it is a question alone."""
    for language, questions in json.loads((SAMPLES / "questions.json").read_text(encoding="utf-8")).items():
        yield from ((f"samples {language}", [{"question": question}]) for question in questions)
    yield from (("samples", [one]) for one in _lines(Path(__file__).resolve().parents[1] / "sample_questions.jsonl"))
    for one in _lines(OFFICE / "meaning.questions.jsonl"):
        yield f"office {one['kind']}", [one]
    for one in _lines(OFFICE / "followups.jsonl"):
        yield "office follow-ups", one["turns"]
    for file in sorted(RETRIEVAL.glob("*.questions.jsonl")):
        yield from ((f"retrieval {file.name[:2]}", [one]) for one in _lines(file) if one["question"].strip())


def taken_as(answer: Answer) -> str:
    """What an answer is beside quotes: "summary", "file list", "facts", "computed"; "" for quotes."""
    if answer.mode == "summary":
        return "summary"
    if answer.computed is None:
        return ""
    if answer.computed.form.tables:
        return "computed"
    return "file list" if any(one.test == forms.HOLDS for one in answer.computed.form.conditions) else "facts"


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
