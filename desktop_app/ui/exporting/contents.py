# SPDX-License-Identifier: Apache-2.0
"""What an export holds, in order, as plain data for every format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import desktop_app
from desktop_app.analysis.script import glue
from desktop_app.contract.answer import PARTLY, UNSUPPORTED, Answer, AnswerPart, Citation
from desktop_app.contract.conversation import FAILED, STOPPED, Turn
from desktop_app.foundation.errors import problem_from
from desktop_app.foundation.shown import shown_text
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.answer.answer_blocks import TABLE, AnswerBlock, TableCell, TextRun, blocks_of, table_of_quote
from desktop_app.wording import day_texts
from desktop_app.wording.place import file_name, names_apart, place
from desktop_app.wording.problem_texts import cut_off, sentence
from desktop_app.wording.quoted_words import is_markdown, without_signs

_NO_XML = re.compile("[\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class ExportedSource:
    """A citation: ``quote`` is the source's own text, ``name`` and ``where`` say where it stands. ``table``: the quote where it is rows."""

    number: int
    name: str
    where: str
    quote: str
    table: AnswerBlock | None = None


@dataclass(frozen=True, slots=True)
class ExportedAnswer:
    """One answer: who gave it, its blocks, what else is to be known of it, its sources. ``unproven``: what the model wrote where nothing of it is
    supported."""

    by: str
    blocks: tuple[AnswerBlock, ...]
    remarks: tuple[str, ...] = ()
    sources: tuple[ExportedSource, ...] = ()
    unproven: tuple[AnswerBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportedQuestion:
    """``text`` is "" where it is the title."""

    text: str
    searched_as: str
    answers: tuple[ExportedAnswer, ...]
    instead: str = ""  # why there is no answer


@dataclass(frozen=True, slots=True)
class Contents:
    """``about``: program and date. ``files``: each file that is quoted, by the name it goes by here, with its full path."""

    title: str
    about: str
    questions: tuple[ExportedQuestion, ...]
    files: tuple[tuple[str, str], ...]


def contents(title: str, turns: Sequence[Turn], now: datetime) -> Contents:
    """Collect what is exported of ``turns``; ``now`` is printed as the date."""
    answers = [answer for turn in turns for answer in _answers(turn)]
    paths = list(dict.fromkeys(citation.path for answer in answers for citation in answer.citations))
    names = {path: writable(name) for path, name in names_apart(paths).items()}
    about = tr("Exported from Inkstone {version}, {date}", version=desktop_app.__version__, date=day_texts.whole(now))
    questions = [_question(turn, names) for turn in turns]
    if len(questions) == 1 and questions[0].text == writable(title):
        questions = [replace(questions[0], text="")]
    files = tuple(sorted((names[path], writable(path)) for path in paths))
    return Contents(writable(title), about, tuple(questions), files)


def writable(text: str) -> str:
    """``text`` without what no file format can hold: control characters are written as their escape."""
    return _NO_XML.sub("\ufffd", shown_text(text))


def _answers(turn: Turn) -> list[Answer]:
    return [*([turn.answer] if turn.answer is not None else []), *turn.beside]


def _question(turn: Turn, names: dict[str, str]) -> ExportedQuestion:
    answers = [answer for answer in _answers(turn) if answer.text.strip()]
    instead = ""
    if not answers:
        instead = {
            STOPPED: tr("Stopped before there was an answer."),
            FAILED: _problem(turn.answer)
            if turn.answer and turn.answer.problem
            else tr("There was no answer because of a problem."),
        }.get(turn.state, tr("Not answered yet."))
    searched_as = next((answer.searched_as for answer in answers if answer.searched_as), "")
    return ExportedQuestion(
        writable(turn.question), writable(searched_as), tuple(_exported(answer, names) for answer in answers), instead
    )


def _exported(answer: Answer, names: dict[str, str]) -> ExportedAnswer:
    remarks = []
    if answer.stopped:
        remarks.append(tr("Stopped before its end."))
    elif cut := cut_off(answer.finish):
        remarks.append(cut)
    if answer.problem:
        remarks.append(_problem(answer))
    if answer.total_files:
        remarks.append(
            trn(
                "Searched {searched} of {total} file.",
                "Searched {searched} of {total} files.",
                answer.total_files,
                searched=f"{answer.searched_files:,}",
                total=f"{answer.total_files:,}",
            )
        )
    sources = tuple(
        ExportedSource(one.number, names[one.path], writable(place(one.locator)), writable(_quote(one)), _table(answer, one))
        for one in answer.citations
    )
    return ExportedAnswer(_by(answer), tuple(_noted(*blocks_of(answer))), tuple(remarks), sources, tuple(_unproven(answer)))


def _quote(citation: Citation) -> str:
    """The source's own text, without the signs of Markdown where it is that."""
    bare = is_markdown(citation.path, citation.locator.part)
    return without_signs(citation.quote)[0] if bare else citation.quote


def _table(answer: Answer, citation: Citation) -> AnswerBlock | None:
    table = table_of_quote(answer, citation)
    return _writable(table) if table is not None else None


def _problem(answer: Answer) -> str:
    """What was in its way; not what can be done, for whoever reads an export may not be the one who asked."""
    return writable(sentence(problem_from(answer.problem, answer.problem_data)).what)


def _by(answer: Answer) -> str:
    model = writable(file_name(answer.model)) if answer.model else ""
    if answer.mode == "computed":
        return tr("Computed from the documents")
    if not answer.is_written or answer.refused or answer.written:
        return tr("Quoted from the documents")
    return tr("Written by {model}, every sentence compared with the sources", model=model) if model else tr("Written by a language model, every sentence compared with the sources")  # fmt: skip


def _unproven(answer: Answer) -> Iterator[AnswerBlock]:
    if answer.written:
        written = Answer(answer.question, answer.written, found=False, mode="llm")
        yield from (_writable(block) for block in blocks_of(written)[0])


def _noted(blocks: Sequence[AnswerBlock], marked: Sequence[AnswerPart]) -> Iterator[AnswerBlock]:
    """The blocks with a note behind each sentence that is not supported, since paper has no tooltips."""
    left = Counter(run.mark for block in blocks for run in runs_of(block))

    def noted(runs: Sequence[TextRun]) -> Iterator[TextRun]:
        for run in runs:
            yield run
            left[run.mark] -= 1
            if run.mark >= 0 and not left[run.mark]:
                note = _note(marked[run.mark])
                yield TextRun(glue(run.text, note) + note, note=True)

    for block in blocks:
        rows = tuple(tuple(tuple(noted(cell)) for cell in row) for row in block.rows)
        yield _writable(replace(block, runs=tuple(noted(block.runs)), rows=rows))


def runs_of(block: AnswerBlock) -> Iterator[TextRun]:
    """All runs of a block, those of its table cells too."""
    yield from (run for row in block.rows for cell in row for run in cell) if block.kind == TABLE else block.runs


def _note(part: AnswerPart) -> str:
    return {
        PARTLY: tr("(only partly in the sources)"),
        UNSUPPORTED: tr("(not found in the sources)"),
    }[part.verdict]


def _writable(block: AnswerBlock) -> AnswerBlock:
    def clean(runs: Sequence[TextRun]) -> TableCell:
        return tuple(replace(run, text=writable(run.text)) for run in runs)

    return replace(block, runs=clean(block.runs), rows=tuple(tuple(clean(cell) for cell in row) for row in block.rows))
