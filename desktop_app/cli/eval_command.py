# SPDX-License-Identifier: Apache-2.0
"""``inkstone eval``: how well known questions find their places."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.cli.eval_output import arms_text, comparison_text, head_text
from desktop_app.cli.running import DONE, json_line, open_engine, stopping
from desktop_app.cli.text_output import LiveLine
from desktop_app.contract.reports.evaluation_report import ArmFigures, Comparison, Matched, Question
from desktop_app.embedding.factory import NAMES, NONE
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import UsageProblem
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import trn

if TYPE_CHECKING:
    from desktop_app.engine.engine import Engine


def run(options: argparse.Namespace) -> int:
    """``inkstone eval``: of the library as it is, or of several embedding models side by side.

    Raises ``UsageProblem``: batch_unreadable, eval_line, eval_empty, eval_unmatched, library_empty.
    """
    from desktop_app.retrieval import questions

    with open_engine(options) as engine, stopping() as cancel:
        file = Path(options.questions).expanduser()
        asked, blank = questions.read(file)
        matched = engine.match_questions(asked, blank)
        if not matched.targets:
            raise UsageProblem("eval_unmatched", path=file)
        head = {
            "questions": len(asked) + blank,
            "counted": len(matched.targets),
            "blank": blank,
            "unmatched": [question.line for question in matched.unmatched],
        }
        if options.embedding:
            choices = list(dict.fromkeys(_choice(one) for one in options.embedding))
            compared = _compared(engine, asked, choices, cancel)
            fields, text = _comparison_json(compared), comparison_text(compared)
        else:
            figures = _figures(engine, matched, cancel)
            fields = {"embedding": engine.embedding, "reranker": engine.reranker, "arms": _arms_json(figures)}
            text = arms_text(figures, matched)
        if options.json:
            json_line({**head, **fields})
        else:
            print(head_text(matched, len(asked) + blank) + "\n\n" + text)
    return DONE


def _compared(engine: Engine, asked: Sequence[Question], choices: Sequence[str], cancel: Cancellation) -> Comparison:
    line = LiveLine(sys.stderr)

    def report(name: str, done: int, total: int) -> None:
        line.show(f"{shown_name(name)}  {done}/{total}")

    compared = engine.compare_embeddings(asked, choices, cancel=cancel, report=report)
    line.clear()
    return compared


def _figures(engine: Engine, matched: Matched, cancel: Cancellation) -> dict[str, ArmFigures]:
    line = LiveLine(sys.stderr)

    def report(done: int, total: int) -> None:
        line.show(trn("{done} of {total} question", "{done} of {total} questions", total, done=done, total=total))

    figures = engine.evaluate(matched.targets, cancel=cancel, report=report)
    line.clear()
    return figures


def _choice(embedding: str) -> str:
    if embedding == NONE:
        raise UsageProblem("eval_nothing_to_compare")
    return embedding if embedding in NAMES else os.path.abspath(os.path.expanduser(embedding))


def _arms_json(figures: dict[str, ArmFigures]) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "r@1": round(one.recall_1, 4),
            "r@5": round(one.recall_5, 4),
            "mrr@10": round(one.mrr_10, 4),
            "ndcg@10": round(one.ndcg_10, 4),
            "latency_ms": {"p50": round(one.p50, 2), "p95": round(one.p95, 2)},
        }
        for name, one in figures.items()
    }


def _comparison_json(compared: Comparison) -> dict[str, Any]:
    models = []
    for model in compared.models:
        plain = {name: value for name, value in asdict(model).items() if name not in ("arms", "choice")}
        plain["speed"] = round(model.speed, 1)
        models.append({"embedding": model.choice, **plain, "arms": _arms_json(model.arms)})
    reasons = [{"reason": code, **data} for code, data in compared.recommended.reasons]
    return {
        "models": models,
        "chunks": compared.chunks,
        "all_chunks": compared.all_chunks,
        "recommended": {"embedding": compared.recommended.choice, "reasons": reasons},
    }
