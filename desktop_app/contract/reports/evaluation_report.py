# SPDX-License-Identifier: Apache-2.0
"""Results of measuring search and answers on known questions."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Question:
    """``line`` from 1; ``path`` or ``passage`` is what the line says, the other is ""."""

    line: int
    text: str
    path: str = ""
    passage: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the answer is: any of these files or, when there are any, of these chunks."""

    question: Question
    files: frozenset[str]
    chunks: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Matched:
    """``unmatched``: what they name is not in the library, and they are not counted; ``blank`` lines had no question."""

    targets: tuple[Target, ...]
    unmatched: tuple[Question, ...]
    blank: int


@dataclass(frozen=True, slots=True)
class ArmFigures:
    """Shares in 0..1; ``p50`` and ``p95`` in milliseconds a question. ``ranks``: of each question in order, 0 for not among the first
    ten."""

    recall_1: float
    recall_5: float
    mrr_10: float
    ndcg_10: float
    p50: float
    p95: float
    ranks: tuple[int, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """``size`` of the weights in bytes; ``speed`` in passages embedded a second; ``question_ms``: one question, median."""

    choice: str
    name: str
    dimension: int
    size: int
    speed: float
    languages: tuple[str, ...]
    arms: dict[str, ArmFigures]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """``choice``: of one model. ``reasons``: (code, data) in order of weight: "best" (share, next), "as_good" (others), "faster",
    "smaller", "only", "words_do" (words alone are as good as any model), "few" (questions too few to tell)."""

    choice: str
    reasons: tuple[tuple[str, dict[str, float | str]], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``chunks`` of ``all_chunks`` passages were embedded by each model."""

    models: tuple[ModelFigures, ...]
    recommended: Recommendation
    chunks: int
    all_chunks: int
