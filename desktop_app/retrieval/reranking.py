# SPDX-License-Identifier: Apache-2.0
"""Re-ranking of the first passages within the time budget of a search.

A reranker reads question and passage together, which is slower by far than comparing vectors, and its scores mean nothing outside
itself. So it only puts passages in order: the best relevance of those it has read goes to the one it likes best, and so on down.
The calibrated relevance, and with it how certain an answer is, stay what they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from desktop_app.contract.passage import Passage

DEPTH = 30
"""Passages that are offered to a reranker, best first."""


class Reranker(Protocol):
    """A model that scores pairs of question and text."""

    def score(self, question: str, texts: Sequence[str], /) -> list[float]:
        """The higher the better, one a text; of the first texts only, when the time is over before all are read."""
        ...


def reranked(question: str, passages: Sequence[Passage], reranker: Reranker) -> tuple[Passage, ...]:
    """``passages``, best first, in the reranker's order as far as it got; what it has not read follows as it was."""
    scores = reranker.score(question, [_whole(passage) for passage in passages[:DEPTH]])
    read, rest = passages[: len(scores)], passages[len(scores) :]
    order = sorted(range(len(read)), key=lambda number: -scores[number])
    relevance = sorted(((passage.score, passage.certainty) for passage in read), key=lambda one: -one[0])
    ordered = [
        replace(read[number], score=score, certainty=certainty)
        for number, (score, certainty) in zip(order, relevance, strict=True)
    ]
    return tuple(replace(passage, rank=rank) for rank, passage in enumerate((*ordered, *rest), start=1))


def _whole(passage: Passage) -> str:
    """With its headings, which often hold the word that the passage is about."""
    return "\n".join((*passage.trail[-2:], passage.text))
