# SPDX-License-Identifier: Apache-2.0
"""An answer on the command line: its JSON and its text."""

from __future__ import annotations

import re
from typing import Any, TextIO

import msgspec

from desktop_app.cli.text_output import OutOfReach, all_gone, coverage, flat, is_missing, locator_json, missing_files
from desktop_app.contract.answer import PARTLY, UNSUPPORTED, Answer, AnswerPart, Citation
from desktop_app.contract.form import FILES, Computed
from desktop_app.contract.passage import NONE, Passage
from desktop_app.foundation.errors import problem_from
from desktop_app.foundation.shown import shown_text
from desktop_app.foundation.translation import tr, trn
from desktop_app.wording import passage_texts
from desktop_app.wording.place import place
from desktop_app.wording.problem_texts import cut_off, sentence, unsupported

_ESCAPED = re.compile(r"\\([\\`*_\[\]<>|#~$])")  # signs that mean something in Markdown
_GLANCE = 120  # characters of a passage that is only near


class Streamed:
    """Writes tokens as they come, where ``enabled``; ``used`` says whether any was written."""

    def __init__(self, stream: TextIO, *, enabled: bool) -> None:
        self._stream = stream
        self._enabled = enabled
        self.used = False

    def add(self, text: str) -> None:
        """Write a token."""
        if self._enabled:
            self.used = True
            self._stream.write(shown_text(text))
            self._stream.flush()

    def end(self) -> None:
        """End the line after the last token."""
        if self.used:
            self._stream.write("\n")


# ---- JSON -----------------------------------------------------------------------------------------------------------


def certainty_json(passage: Passage) -> dict[str, Any]:
    """How sure it is that a passage answers, how it was found, and its language."""
    return {"certainty": passage.certainty, "by_meaning": passage.by_meaning, "language": passage.language}


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer for scripts, which rely on its fields (README, "Command line")."""
    citations = []
    for c in answer.citations:
        passage = passage_texts.passage_of(answer, c)
        about = certainty_json(passage) if passage else {}
        citations.append(
            {
                "number": c.number,
                "path": c.path,
                "missing": is_missing(c.path),
                "locator": locator_json(c.locator),
                "quote": c.quote,
                **about,
            }
        )
    nearest = [
        {
            "path": p.path,
            "missing": is_missing(p.path),
            "locator": locator_json(p.locator),
            "text": p.text,
            "score": p.score,
            **certainty_json(p),
        }
        for p in answer.nearest
    ]
    return {
        "question": answer.question,
        "searched_as": answer.searched_as or answer.question,
        "follows": answer.follows,
        "answer": answer.text,
        "found": answer.found,
        "certainty": answer.certainty,
        "mode": answer.mode,
        "refused": answer.refused,
        "sentences": [_sentence_json(answer, part) for part in answer.parts],
        "citations": citations,
        "checks": msgspec.to_builtins(answer.checks),
        "model": answer.model,
        "finish": answer.finish,
        "written": answer.written,
        "thought": answer.thought,
        "problem": answer.problem,
        "tokens": answer.tokens,
        "dropped_turns": answer.dropped_turns,
        "timings": answer.timings,
        "nearest": nearest,
        "searched_files": answer.searched_files,
        "total_files": answer.total_files,
        "meaning": answer.meaning,
        **(_computed_json(answer.computed) if answer.computed else {}),
    }


def _computed_json(computed: Computed) -> dict[str, Any]:
    """What was computed, with the cells that prove it; a sheet's name before the cells where there are several."""
    sheets = {(one.path, one.sheet) for one in computed.cells}
    form = computed.form
    return {
        "form": {
            "measure": form.measure,
            "column": form.column,
            "times": form.times,
            "conditions": msgspec.to_builtins(form.conditions),
            "group": form.group,
            "pick": form.pick,
            "named": form.named,
        },
        "value": computed.value,
        "listed": computed.listed,
        "groups": computed.groups,
        "unit": computed.unit,
        "kind": computed.kind,
        "matched_rows": computed.matched,
        "rows_without_figure": computed.empty,
        "hidden_rows": computed.hidden,
        "rows": [
            {
                "path": row.path,
                "locator": locator_json(row.locator),
                "row": row.number,
                "hidden": row.hidden,
                "values": dict(zip(computed.columns, row.shown, strict=False)),
            }
            for row in computed.rows
        ],
        "files": list(dict.fromkeys(one.path for one in computed.cells))
        or list(computed.listed if form.measure == FILES else ()),
        "perhaps": list(computed.perhaps),
        "sheets": list(dict.fromkeys(one.sheet for one in computed.cells if one.sheet)),
        "cells": [f"{one.sheet}!{cells}" if len(sheets) > 1 else cells for one in computed.cells for cells in one.ranges],
    }


def _sentence_json(answer: Answer, part: AnswerPart) -> dict[str, Any]:
    return {
        "text": _said(answer, part),
        "verdict": part.verdict,
        "citations": part.citations,
        "why": part.why,
        "missing": part.missing,
    }


def _said(answer: Answer, part: AnswerPart) -> str:
    """A sentence without the numbers of its citations behind it; a quote exactly as in its document."""
    if not answer.is_written and answer.mode != "computed" and len(part.citations) == 1:
        return next((one.quote for one in answer.citations if one.number == part.citations[0]), "")
    numbers = "|".join(map(str, part.citations)) or r"(?!)"
    return re.sub(rf"(?:\s*\[(?:{numbers})\])+(?=[\s.!?。！？]*$)", "", answer.text[part.start : part.end]).strip()


# ---- for people -----------------------------------------------------------------------------------------------------


def answer_text(answer: Answer, *, streamed: bool, out_of_reach: OutOfReach = all_gone) -> str:
    """An answer for people. ``streamed``: what the language model wrote is on the screen already."""
    lines = []
    if answer.searched_as and not streamed:
        lines += [searched_for(answer), ""]
    text = _ESCAPED.sub(r"\1", answer.text.replace("**", "")) if answer.mode in ("computed", "summary") else answer.text
    lines += [] if streamed and not (answer.written or answer.refused) else [shown_text(text)]
    if answer.certainty != NONE:
        quotes = not answer.is_written or bool(answer.written) or answer.refused  # they are in the text
        names = passage_texts.names_in(answer)
        missing = missing_files((citation.path for citation in answer.citations), out_of_reach)
        lines.append("")
        for citation in answer.citations:
            lines.append(_citation(citation, answer, names[citation.path], quoted=not quotes))
            lines += [f"    {missing[citation.path]}"] if citation.path in missing else []
        lines += _written_by(answer, streamed=streamed)
    elif answer.nearest:
        lines += ["", tr("Nearest passages:")]
        names = passage_texts.names_in(answer)
        missing = missing_files((p.path for p in answer.nearest), out_of_reach)
        for p in answer.nearest:
            head = " · ".join(filter(None, (names[p.path], place(p.locator))))
            lines.append(f"- {head}\n  {flat(p.text, _GLANCE)}")
            lines += [f"  {missing[p.path]}"] if p.path in missing else []
    lines += filter(None, (coverage(answer.searched_files, answer.total_files), passage_texts.unfinished(answer.meaning)))
    return "\n".join(lines)


def searched_for(answer: Answer) -> str:
    """What was searched for, where that is not the question as typed."""
    return tr("Searched for: {words}", words=flat(answer.searched_as))


def _written_by(answer: Answer, *, streamed: bool) -> list[str]:
    """Who wrote the answer, which of its sentences no document supports, and what went wrong."""
    lines = []
    if answer.refused:
        lines.append(tr("The language model gave no answer; quoted from your documents."))
    elif answer.written:
        lines.append(tr("What the model wrote, not found in the sources:"))
        lines += [] if streamed else [flat(answer.written)]
    elif answer.mode in ("extractive", "summary") and not answer.is_written:
        lines.append(tr("Quoted from your documents, without a language model."))
    elif answer.mode == "computed":
        lines.append(tr("Computed from your documents, without a language model."))
    else:
        lines += [_doubt(answer, part) for part in answer.parts if part.verdict in (PARTLY, UNSUPPORTED)]
        if answer.checks.unsupported:
            lines.append(
                trn(
                    "{n} sentence is not supported by the documents.",
                    "{n} sentences are not supported by the documents.",
                    answer.checks.unsupported,
                )
            )
    if cut := cut_off(answer.finish):
        lines.append(cut)
    if answer.stopped:
        lines.append(tr("Stopped before its end."))
    if answer.problem:
        lines.append(str(sentence(problem_from(answer.problem, answer.problem_data))))
    return lines


def _doubt(answer: Answer, part: AnswerPart) -> str:
    mark = tr("(only partly in the sources)") if part.verdict == PARTLY else tr("(not found in the sources)")
    return " ".join(filter(None, (mark, flat(_said(answer, part)), unsupported(part.why, part.missing))))


def _citation(citation: Citation, answer: Answer, name: str, *, quoted: bool) -> str:
    """Where a quote stands, how its passage was found, and the quote itself unless it has just been read."""
    passage = passage_texts.passage_of(answer, citation)
    labels = passage_texts.labels(passage, answer.question) if passage else []
    where = " · ".join(filter(None, (place(citation.locator), *labels)))
    about = {"number": citation.number, "name": name, "place": where}
    if not quoted:
        return tr("[{number}] {name}, {place}", **about) if where else tr("[{number}] {name}", **about)
    quote = flat(citation.quote)
    if where:
        return tr("[{number}] {name}, {place}: “{quote}”", quote=quote, **about)
    return tr("[{number}] {name}: “{quote}”", quote=quote, **about)
