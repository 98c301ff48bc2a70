# SPDX-License-Identifier: Apache-2.0
"""Evaluation of search on the user's own questions, arm by arm.

What is counted are files where the question names a file, and passages where it gives the passage: the rank of the first right one.
R@1 and R@5 are the shares of questions whose right one is first, or among the first five; MRR@10 is the mean of 1/rank and nDCG@10
(Järvelin and Kekäläinen 2002) the discounted gain of all right ones, both over the first ten.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from statistics import mean

from desktop_app.contract.reports.evaluation_report import ArmFigures, Target
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import UsageProblem
from desktop_app.library.library import Library
from desktop_app.retrieval.retriever import Retriever

TEN = 10
_DEPTH = 50  # passages; ten files are among them
_PASSAGES = 30

Ranking = Callable[[str], Sequence[tuple[int, str]]]
"""From a question to (chunk id, path), best first."""
EvaluationProgress = Callable[[int, int], None]
"""(questions asked, questions in all)."""


def arms(library: Library, embedder: Embedder | None, reranking: Retriever | None = None) -> dict[str, Ranking]:
    """The ways of ranking a library offers: "lexical"; with an embedder "dense" and "fused"; with a retriever that re-ranks
    "reranked"."""
    alone = Retriever(library, lambda: None)
    found: dict[str, Ranking] = {"lexical": _searched(alone)}
    vectors = library.vectors
    if embedder is not None and vectors is not None:

        def dense(question: str) -> list[tuple[int, str]]:
            ids = [chunk for chunk, _ in vectors.search(embedder.embed_question(question), _DEPTH)]
            return [(chunk.id, chunk.path) for chunk in library.catalogue.chunks.by_ids(ids)]

        found["dense"] = dense
        found["fused"] = _searched(Retriever(library, lambda: embedder))
    if reranking is not None:
        found["reranked"] = _searched(reranking)
    return found


def _searched(retriever: Retriever) -> Ranking:
    return lambda question: [(found.chunk_id, found.path) for found in retriever.search(question, _PASSAGES).passages]


def evaluate(
    rankings: dict[str, Ranking],
    targets: Sequence[Target],
    *,
    cancel: Cancellation,
    report: EvaluationProgress = lambda _done, _total: None,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, ArmFigures]:
    """Every arm on every question; the arms take turns, so that a PC that is busy for a moment is busy for all. Raises
    ``Cancelled``."""
    ranks: dict[str, list[int]] = {name: [] for name in rankings}
    gains: dict[str, list[float]] = {name: [] for name in rankings}
    seconds: dict[str, list[float]] = {name: [] for name in rankings}
    for ranking in rankings.values():
        if targets:  # the first question of all also loads what is loaded once
            _asked(ranking, targets[0].question.text)
    for number, target in enumerate(targets):
        report(number, len(targets))
        for name, ranking in rankings.items():
            cancel.check()
            started = clock()
            found = _asked(ranking, target.question.text)
            seconds[name].append(clock() - started)
            right = _right(found, target)
            ranks[name].append(right[0] if right else 0)
            gains[name].append(_ndcg(right, len(target.chunks) or len(target.files)))
    return {name: _figures(ranks[name], gains[name], seconds[name]) for name in rankings}


def _asked(ranking: Ranking, question: str) -> Sequence[tuple[int, str]]:
    try:
        return ranking(question)
    except UsageProblem:  # a question that cannot be asked finds nothing
        return ()


def _right(found: Sequence[tuple[int, str]], target: Target) -> list[int]:
    """Ranks, from 1, of the right ones among the first ten."""
    if target.chunks:
        return [rank for rank, (chunk, _) in enumerate(found[:TEN], start=1) if chunk in target.chunks]
    files = list(dict.fromkeys(path for _, path in found))[:TEN]
    return [rank for rank, path in enumerate(files, start=1) if path in target.files]


def _ndcg(right: Sequence[int], wanted: int) -> float:
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(wanted, TEN) + 1))
    return sum(1 / math.log2(rank + 1) for rank in right) / best if best else 0.0


def _figures(ranks: Sequence[int], gains: Sequence[float], seconds: Sequence[float]) -> ArmFigures:
    if not ranks:
        return ArmFigures(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    ordered = sorted(seconds)
    return ArmFigures(
        recall_1=mean(rank == 1 for rank in ranks),
        recall_5=mean(0 < rank <= 5 for rank in ranks),
        mrr_10=mean(1 / rank if rank else 0.0 for rank in ranks),
        ndcg_10=mean(gains),
        p50=1000 * ordered[_nearest_rank(0.5, len(ordered))],
        p95=1000 * ordered[_nearest_rank(0.95, len(ordered))],
        ranks=tuple(ranks),
    )


def _nearest_rank(share: float, count: int) -> int:
    return max(0, math.ceil(share * count) - 1)
