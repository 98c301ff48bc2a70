# SPDX-License-Identifier: Apache-2.0
"""Questions that share no word with their answer, across languages, and without one: 160 short office passages as one library.

python -m tests.benchmarks office_meaning       ../shared/data/office, or the folder $INKSTONE_OFFICE

Words alone, the model alone (cosine), and both as shipped. Wanted: paraphrase R@1 0.30, R@5 0.65, R@8 0.80 in each language, and 0.8 of those in
the first five shown as answer or perhaps; cross R@1 0.35, R@5 0.85; plain R@1 0.98, 0.9 shown as answer; absent questions shown as answer
at most 0.15, as none at least 0.25; the labelled answer within the first two quotes for 0.9 of plain and 0.45 of paraphrase questions; R@5 of
each kind at most 0.05 below the better arm's. Small libraries hold 1, 3 or 12 of the passages.
"""

from __future__ import annotations

import json
import os
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from desktop_app.answering.answerer import Answerer
from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.contract.answer import Answer
from desktop_app.embedding.factory import BUNDLED, open_embedder
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.library.library import Library
from desktop_app.retrieval.retriever import Retriever
from tests.benchmarks.retrieval_quality import Once, Question, Set, fill, name_of, rankings

OFFICE = Path(os.environ.get("INKSTONE_OFFICE", Path(__file__).resolve().parents[3] / "shared" / "data" / "office"))
_KINDS = ("plain", "paraphrase", "cross")
_SIZES = (1, 3, 12)
_QUIET = Listener()


def main() -> None:
    if not (OFFICE / "meaning.questions.jsonl").is_file():
        print("skipped: no office questions in ../shared/data/office")
        return
    passages = {one["id"]: one["text"] for one in _lines(OFFICE / "meaning.passages.jsonl")}
    questions = _lines(OFFICE / "meaning.questions.jsonl")
    embedder = open_embedder(BUNDLED)
    assert embedder is not None
    try:
        _table(passages, questions, Once(embedder))
        _small(passages, questions, Once(embedder))
    finally:
        embedder.close()


def _lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _table(passages: dict[str, str], questions: Sequence[dict[str, str]], embedder: Embedder) -> None:
    groups: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for question in questions:
        groups[question["kind"], question["language"]].append(question)
    with tempfile.TemporaryDirectory() as folder, closing(Library(Path(folder) / "library")) as library:
        fill(library, [Set("office", passages, [])], embedder)
        retriever = Retriever(library, lambda: embedder)
        answerer = Answerer(library, retriever)
        for (kind, language), asked in sorted(groups.items()):
            answers = [answerer.answer(Asked(one["question"]), listener=_QUIET, cancel=Cancellation()) for one in asked]
            told = Counter(answer.certainty for answer in answers)
            shares = ", ".join(f"{name} {told[name] / len(asked):.2f}" for name in ("answer", "perhaps", "none"))
            print(f"{kind} {language}, {len(asked)} questions: {shares}")
            if kind not in _KINDS:
                continue
            known = [Question(one["question"], one["passage"]) for one in asked]
            for name, places in rankings(library, embedder, known).items():
                if name in ("dense", "lexical", "ours"):
                    print(f"  {name:<8} " + "  ".join(f"R@{k} {np.mean(places <= k):.2f}" for k in (1, 5, 8)))
                if name == "ours":
                    shown = [a.certainty != "none" for a, place in zip(answers, places, strict=True) if place <= 5]
                    print(f"  of those in the first five shown as answer or perhaps {np.mean(shown) if shown else 0:.2f}")
            quoted = [_quotes(answer, one["answer"]) for answer, one in zip(answers, asked, strict=True)]
            print(f"  the labelled answer within the first two quotes {np.mean(quoted):.2f}")


def _quotes(answer: Answer, labelled: str) -> bool:
    return any(labelled in citation.quote for citation in answer.citations[:2])


def _small(passages: dict[str, str], questions: Sequence[dict[str, str]], embedder: Embedder) -> None:
    """The same questions in libraries of a few of the passages; for the rest of them the answer is missing."""
    chance = random.Random(5)
    for size in _SIZES:
        told: dict[str, Counter[str]] = defaultdict(Counter)
        for _ in range(24 // size):
            names = chance.sample(sorted(passages), size)
            here = [one for one in questions if one["passage"] in names]
            absent = chance.sample([one for one in questions if one["passage"] not in names], max(4, len(here)))
            with tempfile.TemporaryDirectory() as folder, closing(Library(Path(folder) / "library")) as library:
                fill(library, [Set("office", {name: passages[name] for name in names}, [])], embedder)
                retriever = Retriever(library, lambda: embedder)
                for one in (*here, *absent):
                    found = retriever.search(one["question"], 8)
                    first = bool(found.passages) and name_of(found.passages[0].path) == one["passage"]
                    told["absent" if one in absent else f"{one['kind']}, first" if first else f"{one['kind']}, not first"][
                        found.certainty
                    ] += 1
        print(f"libraries of {size}: " + "; ".join(f"{kind} {dict(counts)}" for kind, counts in sorted(told.items())))
