# SPDX-License-Identifier: Apache-2.0
"""``inkstone search``: passages for a question or a file of questions."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.cli import option_values
from desktop_app.cli.running import DONE, INCOMPLETE, json_line, open_engine
from desktop_app.cli.text_output import (
    OutOfReach,
    all_gone,
    coverage,
    flat,
    is_missing,
    locator_json,
    missing_files,
    nothing_searched,
)
from desktop_app.foundation.errors import UsageProblem
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr, trn
from desktop_app.wording import passage_texts
from desktop_app.wording.place import names_apart, place

if TYPE_CHECKING:
    from desktop_app.contract.passage import Passage, SearchResult

_PREVIEW = 300  # characters of a passage that was asked for


def run(options: argparse.Namespace) -> int:
    """``inkstone search``: passages, for one question or for each of a file."""
    questions = [option_values.text(options.question)] if options.batch is None else list(_batch(Path(options.batch)))
    found = False
    with open_engine(options) as engine:
        for question in questions:
            result = engine.search(question, options.top, option_values.scope(options), options.order)
            result = replace(result, passages=result.passages[: options.top])
            found = found or bool(result.passages)
            if options.json:
                json_line(search_json(result))
            else:
                print(search_result(result, headed=options.batch is not None, out_of_reach=engine.out_of_reach))
    return DONE if found else INCOMPLETE


def _batch(file: Path) -> Iterator[str]:
    """The questions of a file of JSON lines. Raises ``UsageProblem``: batch_unreadable, batch_line."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem("batch_unreadable", path=file) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = json.loads(line)["question"]
        except (ValueError, KeyError, TypeError) as error:
            raise UsageProblem("batch_line", path=file, line=number) from error
        if not isinstance(question, str):
            raise UsageProblem("batch_line", path=file, line=number)
        yield question


def search_json(result: SearchResult) -> dict[str, Any]:
    """A result for scripts."""
    passages = [
        {
            "rank": p.rank,
            "path": p.path,
            "missing": is_missing(p.path),
            "locator": locator_json(p.locator),
            "text": p.text,
            "score": p.score,
            "certainty": p.certainty,
            "hit": p.hit,
            "by_meaning": p.by_meaning,
            "language": p.language,
            "best": p.best,
            "terms": p.terms,
            "marks": p.marks,
            "arms": p.arms,
            "before": p.before,
            "after": p.after,
            "also_in": [{"path": copy.path, "locator": locator_json(copy.locator), "same": copy.same} for copy in p.also_in],
        }
        for p in result.passages
    ]
    return {
        "question": result.question,
        "certainty": result.certainty,
        "passages": passages,
        "hits": result.hits,
        "files": [{"path": file.path, "state": file.state} for file in result.named],
        "searched_files": result.searched_files,
        "total_files": result.total_files,
        "meaning": result.meaning,
    }


def search_result(result: SearchResult, *, headed: bool = False, out_of_reach: OutOfReach = all_gone) -> str:
    """A result for people. ``headed``: under its question, as one of several."""
    blocks = [f"» {flat(result.question)}"] if headed else []
    blocks += [tr("File: {path}", path=shown_name(file.path)) for file in result.named]
    if result.hits:
        blocks.append(
            trn("{n} passage", "{n} passages", result.hits) + " " + trn("in {n} file", "in {n} files", result.hit_files)
        )
    hit = True
    missing = missing_files((p.path for p in result.passages), out_of_reach)
    names = names_apart(path for p in result.passages for path in (p.path, *(copy.path for copy in p.also_in)))
    for p in result.passages:
        if hit and not p.hit:
            blocks.append(tr("Less certain:"))
        hit = p.hit
        labels = passage_texts.labels(p, result.question)
        head = " · ".join(filter(None, (names[p.path], place(p.locator), f"{p.score:.2f}", *labels)))
        blocks.append(f"{p.rank}. {head}\n   {_preview(p)}")
        if p.also_in:
            also = tr(", ").join(names[copy.path] for copy in p.also_in)
            blocks.append("   " + tr("Also in, newest first: {names}", names=also))
        if p.path in missing:
            blocks.append("   " + missing[p.path])
    if not result.passages:
        blocks.append(tr("Nothing found.") if result.searched_files else nothing_searched(result.total_files))
    blocks += filter(None, (coverage(result.searched_files, result.total_files), passage_texts.unfinished(result.meaning)))
    return "\n".join(blocks) + ("\n" if headed else "")


def _preview(passage: Passage) -> str:
    """The beginning, or what begins with the sentence that is nearest in meaning where that stands further down."""
    start = passage.best[0] if passage.best is not None and passage.best[1] > _PREVIEW else 0
    return ("… " if start else "") + flat(passage.text[start:], _PREVIEW)
