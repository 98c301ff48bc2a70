# SPDX-License-Identifier: Apache-2.0
"""The figures of ``inkstone eval`` for people: tables and reasons."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.cli.text_output import width
from desktop_app.contract.reports.evaluation_report import ArmFigures, Comparison, Matched, ModelFigures, Recommendation
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr, trn
from desktop_app.wording.quantities import size

_MOST_NAMED = 5  # questions that are named one by one


def head_text(matched: Matched, total: int) -> str:
    """How many of ``total`` questions are counted, and which not."""
    lines = [trn("{n} of {total} question counted.", "{n} of {total} questions counted.", len(matched.targets), total=total)]
    if matched.blank:
        lines.append(
            trn("{n} line without a question was left out.", "{n} lines without a question were left out.", matched.blank)
        )
    if matched.unmatched:
        named = ", ".join(str(question.line) for question in matched.unmatched[:_MOST_NAMED])
        more = "…" if len(matched.unmatched) > _MOST_NAMED else ""
        lines.append(
            trn(
                "{n} question names what is not in this library (line {lines}).",
                "{n} questions name what is not in this library (lines {lines}).",
                len(matched.unmatched),
                lines=named + more,
            )
        )
    return "\n".join(lines)


def _arm_name(name: str) -> str:
    return {
        "lexical": tr("words alone"),
        "dense": tr("meaning alone"),
        "fused": tr("both, as in use"),
        "reranked": tr("and re-ranked"),
    }[name]


def arms_text(figures: dict[str, ArmFigures], matched: Matched) -> str:
    """A row for each way to search, and the questions that were not found."""
    head = ["", tr("first"), tr("among five"), "MRR@10", "nDCG@10", tr("time"), tr("95% within")]
    rows = [[_arm_name(name), *_cells(one)] for name, one in figures.items()]
    last = list(figures.values())[-1]
    lines = [_table([head, *rows]), ""]
    lines.append(
        tr("The right place comes first for {first} and among the first five for {five} of the questions.",
            first=_percent(last.recall_1), five=_percent(last.recall_5))
    )  # fmt: skip
    missed = [target.question for target, rank in zip(matched.targets, last.ranks, strict=True) if not rank]
    if missed:
        lines.append(tr("Not among the first ten:"))
        lines += [f"  {question.line}: {shown_name(question.text[:80])}" for question in missed[:_MOST_NAMED]]
        if len(missed) > _MOST_NAMED:
            lines.append("  " + trn("and {n} more", "and {n} more", len(missed) - _MOST_NAMED))
    return "\n".join(lines)


def _cells(one: ArmFigures) -> list[str]:
    times = [tr("{n} ms", n=f"{value:.0f}" if value >= 10 else f"{value:.1f}") for value in (one.p50, one.p95)]
    return [_percent(one.recall_1), _percent(one.recall_5), f"{one.mrr_10:.3f}", f"{one.ndcg_10:.3f}", *times]


def comparison_text(compared: Comparison) -> str:
    """A row for each embedding model, and which is recommended, with the reasons."""
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
    lines = [_table([head, *rows]), ""]
    if compared.chunks < compared.all_chunks:
        lines.append(
            trn(
                "Measured on {some} of {all} passage: the files the questions need, and others by chance.",
                "Measured on {some} of {all} passages: the files the questions need, and others by chance.",
                compared.all_chunks,
                some=f"{compared.chunks:,}",
                all=f"{compared.all_chunks:,}",
            )
        )
    chosen = next(model for model in compared.models if model.choice == compared.recommended.choice)
    lines.append(tr("Recommended: {name}", name=shown_name(chosen.name)))
    lines += [f"  - {reason}" for reason in _reasons(compared.recommended, chosen)]
    return "\n".join(lines)


def _reasons(recommended: Recommendation, chosen: ModelFigures) -> list[str]:
    lines = []
    for code, data in recommended.reasons:
        share = _percent(float(data.get("share", 0)))
        if code == "best":
            lines.append(
                tr(
                    "It puts the right place first for {share} of the questions; the next best, {other}, for {next}.",
                    share=share,
                    other=shown_name(str(data["other"])),
                    next=_percent(float(data["next"])),
                )
            )
        elif code == "as_good":
            lines.append(
                tr(
                    "It puts the right place first for {share} of the questions, and no other is better by more than chance ({other}).",
                    share=share,
                    other=shown_name(str(data["other"])),
                )
            )
        elif code == "only":
            lines.append(tr("It puts the right place first for {share} of the questions; no other was named.", share=share))
        elif code == "faster":
            lines.append(tr("It reads {times} times as fast.", times=f"{float(data['times']):.1f}"))
        elif code == "smaller":
            lines.append(
                tr(
                    "It is smaller: {size} instead of {other}.",
                    size=size(float(data["size"])),
                    other=size(float(data["other_size"])),
                )
            )
        elif code == "words_do":
            lines.append(tr("On these questions, searching for words alone is as good as any of them."))
        elif code == "few":
            lines.append(trn("{n} question is too few to be sure.", "{n} questions are too few to be sure.", int(data["n"])))
    if "*" not in chosen.languages:
        lines.append(
            tr(
                "It knows these languages: {languages}. For others, words are searched.",
                languages=" ".join(chosen.languages) or "–",
            )
        )
    return lines


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Columns of even width; the first one to the left, numbers to the right. A Chinese character takes two places."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        first = row[0] + " " * (widths[0] - width(row[0]))
        rest = [" " * (columns - width(cell)) + cell for cell, columns in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join([first, *rest]).rstrip())
    return "\n".join(lines)
