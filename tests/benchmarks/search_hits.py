# SPDX-License-Identifier: Apache-2.0
"""How many passages a search shows as hits, and whether the labelled one is among them.

python -m tests.benchmarks search_hits       ../shared/data/office, /retrieval and /cases; files of the sample office

"Listed": all passages that a search has, which were all shown before there was a line between hits and near misses. Wanted: of the
labelled passages that are among the first five, hits are as many as the certainty of answers shows (.81 and .89, ``retrieval.fusion``); of
plain questions all; words that stand nowhere have at most five.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from desktop_app.contract.index_run import WHOLE_LIBRARY
from desktop_app.contract.passage import SearchResult
from desktop_app.embedding.factory import BUNDLED, open_embedder
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.engine.engine import Engine
from desktop_app.foundation import paths
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.library.library import Library
from desktop_app.library.name_search import NameSearch
from desktop_app.retrieval.page_search import PageSearch
from desktop_app.retrieval.retriever import Retriever
from tests.benchmarks.retrieval_quality import Once, Set, fill, name_of

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
_OFFICE = paths.resources() / "samples" / "办公室 Sample Office"
_TOP = 30
_OF_EACH = 100  # questions of the large sets
# What people type into a search field; the last five stand nowhere.
_TYPED = (
    "hotel",
    "质保期",
    "员工手册",
    "invoice",
    "请假",
    "warranty period",
    "差旅 标准",
    "whale ocean",
    "zebra",
    "火星 移民",
    "quantum",
    "潜水艇",
)


def _lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _labelled(name: str, passages: dict[str, str], questions: Sequence[dict[str, str]], embedder: Embedder) -> None:
    rows = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder, closing(Library(Path(folder) / "library")) as library:
        fill(library, [Set(name, passages, [])], embedder)
        search = PageSearch(library, Retriever(library, lambda: embedder), NameSearch(library.catalogue))
        bare = Retriever(library, lambda: embedder)
        for question in questions:
            found, page = bare.search(question["question"], _TOP), search.search(question["question"], _TOP)
            hits = [name_of(one.path) for one in page.passages if one.hit]
            first = [name_of(one.path) for one in found.passages[:5]]
            wanted = question.get("passage", "")
            rows[question.get("kind", "plain")].append((len(found.passages), page.hits, wanted in first, wanted in hits))
    for kind, counted in sorted(rows.items()):
        columns = (np.asarray(column, dtype=float) for column in zip(*counted, strict=True))
        listed, counts, leading, kept = columns
        line = f"{name} {kind:<10} {len(counted):>3} questions: listed {listed.mean():4.1f}, hits {counts.mean():4.1f}"
        if leading.any():
            share = (leading * kept).sum() / leading.sum()
            line += f"; labelled one among the first five {leading.mean():.2f}, of those a hit {share:.2f}"
        print(line)


def _typed() -> None:
    with tempfile.TemporaryDirectory() as folder, closing(Engine(Path(folder) / "library", embedding=BUNDLED)) as engine:
        engine.add_sources([str(path) for path in (_OFFICE, _DATA / "cases") if path.is_dir()])
        engine.index(WHOLE_LIBRARY, Cancellation())
        for words in _TYPED:
            print(f"  {words:<16} {_told(engine.search(words, _TOP))}")


def _told(page: SearchResult) -> str:
    hits = [one for one in page.passages if one.hit]
    holding = sum(bool(one.marks) for one in hits)
    return (
        f"listed {len(page.passages):>2}, hits {page.hits:>2} in {page.hit_files:>2} files "
        f"({holding} with a word), named {len(page.named)}"
    )


def main() -> None:
    if not (_DATA / "office" / "meaning.questions.jsonl").is_file():
        print("skipped: no questions in ../shared/data")
        return
    opened = open_embedder(BUNDLED)
    assert opened is not None
    with closing(opened):
        embedder = Once(opened)
        office = {one["id"]: one["text"] for one in _lines(_DATA / "office" / "meaning.passages.jsonl")}
        _labelled("office", office, _lines(_DATA / "office" / "meaning.questions.jsonl"), embedder)
        for name in ("en", "zh", "de"):
            passages = {one["id"]: one["text"] for one in _lines(_DATA / "retrieval" / f"{name}.passages.jsonl")}
            asked = [one for one in _lines(_DATA / "retrieval" / f"{name}.questions.jsonl") if one["question"].strip()]
            _labelled(name, passages, random.Random(5).sample(asked, _OF_EACH), embedder)
    print("typed into the search field, sample office and ../shared/data/cases:")
    _typed()
