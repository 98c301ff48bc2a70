# SPDX-License-Identifier: Apache-2.0
"""Commands that judge a library as a whole: copies and versions, and how well a person's own questions find their files."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from desktop_app.contract.duplicate_report import DuplicateFile, DuplicateGroup, DuplicateReport
from desktop_app.contract.evaluation_report import ArmFigures, Comparison, Matched, ModelFigures, Recommendation
from desktop_app.embedding.factory import NAMES, NONE
from desktop_app.engine.engine import Engine
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import UsageProblem
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr, trn
from desktop_app.retrieval import questions
from desktop_app.wording.quantities import size

JsonLine = Callable[[Any], None]

_MOST_NAMED = 5  # questions that are named one by one


# ---- copies and versions ------------------------------------------------------------------------------------------------


def duplicates(engine: Engine, options: argparse.Namespace, cancel: Cancellation, json_line: JsonLine) -> None:
    """``inkstone duplicates``"""
    report = engine.duplicates(report=lambda _done, _total: None, cancel=cancel)
    if not options.json:
        print(duplicates_text(report))
        return
    for group in report.groups:
        json_line({"class": group.kind, "files": [msgspec.to_builtins(file) for file in group.files]})
    counts = {kind: sum(group.kind == kind for group in report.groups) for kind in ("exact", "near")}
    json_line({"event": "done", **counts, "compared": report.compared, "seconds": round(report.seconds, 3)})


def duplicates_text(report: DuplicateReport) -> str:
    told = []
    for kind, heading in (("exact", tr("The same text:")), ("near", tr("Versions of one another:"))):
        groups = [group for group in report.groups if group.kind == kind]
        if groups:
            told += [heading, *(_group(group) for group in groups), ""]
    if not told:
        told = [tr("No copies and no versions were found.")]
    told.append(trn("Compared {n} file.", "Compared {n} files.", report.compared))
    return "\n".join(told)


def _group(group: DuplicateGroup) -> str:
    return "\n".join(f"  {'-' if number == 0 else ' '} {_line(file, group.kind)}" for number, file in enumerate(group.files))


def _line(file: DuplicateFile, kind: str) -> str:
    day = dt.datetime.fromtimestamp(file.modified).astimezone().strftime("%Y-%m-%d %H:%M")
    said = tr("newest") if file.newest else ""
    if kind == "near" and not file.newest:
        said = tr("the same as the newest") if file.similarity == 1 else tr("{share} the same", share=f"{file.similarity:.1%}")
    return "\t".join(filter(None, (day, shown_name(file.path), said)))


# ---- questions with known answers -----------------------------------------------------------------------------------------


def evaluate(engine: Engine, options: argparse.Namespace, cancel: Cancellation, json_line: JsonLine) -> int:
    """``inkstone eval``; returns the exit code. Raises ``UsageProblem`` batch_unreadable, eval_line, eval_empty, eval_unmatched,
    library_empty."""
    file = Path(options.questions).expanduser()
    asked, blank = questions.read(file)
    matched = engine.match_questions(asked, blank)
    if not matched.targets:
        raise UsageProblem("eval_unmatched", path=file)
    progress = _Progress()
    head = {
        "questions": len(asked) + blank,
        "counted": len(matched.targets),
        "blank": blank,
        "unmatched": [question.line for question in matched.unmatched],
    }
    if options.embedding:
        choices = list(dict.fromkeys(_choice(one) for one in options.embedding))
        compared = engine.compare_embeddings(asked, choices, cancel=cancel, report=progress.model)
        progress.clear()
        if options.json:
            json_line({**head, **_comparison_json(compared)})
        else:
            print(_head_text(matched, len(asked) + blank) + "\n\n" + comparison_text(compared))
        return 0
    figures = engine.evaluate(matched.targets, cancel=cancel, report=progress.questions)
    progress.clear()
    if options.json:
        model = {"embedding": engine.embedding, "reranker": engine.reranker}
        json_line({**head, **model, "arms": _arms_json(figures)})
    else:
        print(_head_text(matched, len(asked) + blank) + "\n\n" + arms_text(figures, matched))
    return 0


def _choice(embedding: str) -> str:
    if embedding == NONE:
        raise UsageProblem("eval_nothing_to_compare")
    return embedding if embedding in NAMES else os.path.abspath(os.path.expanduser(embedding))


class _Progress:
    """One line that is written over itself on a terminal; nothing on anything else."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()

    def model(self, name: str, done: int, total: int) -> None:
        self._tell(f"{shown_name(name)}  {done}/{total}")

    def questions(self, done: int, total: int) -> None:
        self._tell(tr("{done} of {total} questions", done=done, total=total))

    def _tell(self, text: str) -> None:
        if self._live:
            print(f"\r\x1b[2K{text}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._live:
            print("\r\x1b[2K", end="", file=sys.stderr, flush=True)


# ---- JSON -----------------------------------------------------------------------------------------------------------------


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


# ---- for people -----------------------------------------------------------------------------------------------------------


def _head_text(matched: Matched, lines: int) -> str:
    told = [trn("{n} of {total} question counted.", "{n} of {total} questions counted.", len(matched.targets), total=lines)]
    if matched.blank:
        told.append(
            trn("{n} line without a question was left out.", "{n} lines without a question were left out.", matched.blank)
        )
    if matched.unmatched:
        named = ", ".join(str(question.line) for question in matched.unmatched[:_MOST_NAMED])
        more = "…" if len(matched.unmatched) > _MOST_NAMED else ""
        told.append(
            trn(
                "{n} question names what is not in this library (line {lines}).",
                "{n} questions name what is not in this library (lines {lines}).",
                len(matched.unmatched),
                lines=named + more,
            )
        )
    return "\n".join(told)


def _arm_name(name: str) -> str:
    return {
        "lexical": tr("words alone"),
        "dense": tr("meaning alone"),
        "fused": tr("both, as in use"),
        "reranked": tr("and re-ranked"),
    }[name]


def arms_text(figures: dict[str, ArmFigures], matched: Matched) -> str:
    head = ["", tr("first"), tr("among five"), "MRR@10", "nDCG@10", tr("time"), tr("95% within")]
    rows = [[_arm_name(name), *_cells(one)] for name, one in figures.items()]
    last = list(figures.values())[-1]
    told = [_table([head, *rows]), ""]
    told.append(
        tr("The right place comes first for {first} and among the first five for {five} of the questions.",
            first=_percent(last.recall_1), five=_percent(last.recall_5))
    )  # fmt: skip
    missed = [target.question for target, rank in zip(matched.targets, last.ranks, strict=True) if not rank]
    if missed:
        told.append(tr("Not among the first ten:"))
        told += [f"  {question.line}: {shown_name(question.text[:80])}" for question in missed[:_MOST_NAMED]]
        if len(missed) > _MOST_NAMED:
            told.append("  " + trn("and {n} more", "and {n} more", len(missed) - _MOST_NAMED))
    return "\n".join(told)


def _cells(one: ArmFigures) -> list[str]:
    times = [tr("{n} ms", n=f"{value:.0f}" if value >= 10 else f"{value:.1f}") for value in (one.p50, one.p95)]
    return [_percent(one.recall_1), _percent(one.recall_5), f"{one.mrr_10:.3f}", f"{one.ndcg_10:.3f}", *times]


def comparison_text(compared: Comparison) -> str:
    head = [
        "", tr("first"), tr("among five"), "nDCG@10", tr("meaning alone"), tr("time"), tr("passages a second"), tr("size"),
    ]  # fmt: skip
    words = compared.models[0].arms["lexical"]
    rows = [[_arm_name("lexical"), *_cells(words)[:2], f"{words.ndcg_10:.3f}", "", _cells(words)[4], "", ""]]
    for model in compared.models:
        fused, dense = model.arms["fused"], model.arms["dense"]
        rows.append(
            [
                shown_name(model.name),
                *_cells(fused)[:2],
                f"{fused.ndcg_10:.3f}",
                _percent(dense.recall_1),
                _cells(fused)[4],
                f"{model.speed:.0f}",
                size(model.size),
            ]
        )
    told = [_table([head, *rows]), ""]
    if compared.chunks < compared.all_chunks:
        told.append(
            tr(
                "Measured on {some} of {all} passages: the files the questions need, and others by chance.",
                some=f"{compared.chunks:,}",
                all=f"{compared.all_chunks:,}",
            )
        )
    chosen = next(model for model in compared.models if model.choice == compared.recommended.choice)
    told.append(tr("Recommended: {name}", name=shown_name(chosen.name)))
    told += [f"  - {reason}" for reason in _reasons(compared.recommended, chosen)]
    return "\n".join(told)


def _reasons(recommended: Recommendation, chosen: ModelFigures) -> list[str]:
    told = []
    for code, data in recommended.reasons:
        share = _percent(float(data.get("share", 0)))
        if code == "best":
            told.append(
                tr(
                    "It puts the right place first for {share} of the questions; the next best, {other}, for {next}.",
                    share=share,
                    other=shown_name(str(data["other"])),
                    next=_percent(float(data["next"])),
                )
            )
        elif code == "as_good":
            told.append(
                tr(
                    "It puts the right place first for {share} of the questions, and no other is better by more than chance ({other}).",
                    share=share,
                    other=shown_name(str(data["other"])),
                )
            )
        elif code == "only":
            told.append(tr("It puts the right place first for {share} of the questions; no other was named.", share=share))
        elif code == "faster":
            told.append(tr("It reads {times} times as fast.", times=f"{float(data['times']):.1f}"))
        elif code == "smaller":
            told.append(
                tr(
                    "It is smaller: {size} instead of {other}.",
                    size=size(float(data["size"])),
                    other=size(float(data["other_size"])),
                )
            )
        elif code == "words_do":
            told.append(tr("On these questions, searching for words alone is as good as any of them."))
        elif code == "few":
            told.append(trn("{n} question is too few to be sure.", "{n} questions are too few to be sure.", int(data["n"])))
    if "*" not in chosen.languages:
        told.append(
            tr(
                "It knows these languages: {languages}. For others, words are searched.",
                languages=" ".join(chosen.languages) or "–",
            )
        )
    return told


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Columns of even width; the first one to the left, numbers to the right. A Chinese character takes two places."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        first = row[0] + " " * (widths[0] - _width(row[0]))
        rest = [" " * (width - _width(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join([first, *rest]).rstrip())
    return "\n".join(lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
