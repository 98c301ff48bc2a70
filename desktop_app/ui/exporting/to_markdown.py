# SPDX-License-Identifier: Apache-2.0
"""Writes an export as Markdown.

Every letter that Markdown would take for a sign is escaped, so that the rendered page says what the source says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from desktop_app.foundation.translation import tr
from desktop_app.ui.answer.answer_blocks import CODE, HEADING, NO_ITEM, RULE, TABLE, AnswerBlock, TextRun
from desktop_app.ui.answer.formulas import in_a_line
from desktop_app.ui.exporting.contents import Contents, ExportedAnswer, ExportedQuestion, ExportedSource

_ANYWHERE = re.compile(r"[\\`*_\[\]<>#|~$&]")
_AT_START = re.compile(r"(?m)^(\d{1,9}(?=[.)])|(?=[-+=]))(.)")
_AT_ENDS = re.compile(r"(?m)^ +| +$")  # which Markdown takes away, or takes for indented code
_OUTER = re.compile(r"(\W*)(\w.*\w|\w)(\W*)", re.DOTALL)


def to_markdown(contents: Contents) -> bytes:
    """The text of the file."""
    blocks = [f"# {_flat(contents.title)}", _flat(contents.about)]
    for question in contents.questions:
        blocks += _question(question)
    if contents.files:
        blocks += [f"## {tr('Files')}", "\n".join(f"- {_flat(name)}: {_flat(path)}" for name, path in contents.files)]
    return ("\n\n".join(blocks) + "\n").encode()


def _question(question: ExportedQuestion) -> Iterator[str]:
    if question.text:
        yield f"## {_flat(question.text)}"
    if question.searched_as:
        yield _flat(tr("Searched for: {words}", words=question.searched_as))
    if question.instead:
        yield _flat(question.instead)
    for answer in question.answers:
        yield from _answer(answer)


def _answer(answer: ExportedAnswer) -> Iterator[str]:
    yield f"*{_flat(answer.by)}*"
    yield from written(answer.blocks)
    if answer.unproven:
        yield f"**{_flat(tr('What the model wrote, not found in the sources:'))}**"
        yield from ("> " + block.replace("\n", "\n> ") for block in written(answer.unproven))
    if answer.remarks:
        yield f"*{_flat(' '.join(answer.remarks))}*"
    if answer.sources:
        yield f"### {tr('Sources')}"
        yield from (_source(source) for source in answer.sources)


def _source(source: ExportedSource) -> str:
    where = ", ".join(filter(None, (source.name, source.where)))
    told = literal(source.quote) if source.table is None else _table(source.table)
    quote = told.replace("\n", "\n> ")
    return f"{_flat(f'[{source.number}] {where}')}\n\n> {quote}"


def written(blocks: Sequence[AnswerBlock]) -> Iterator[str]:
    """Blocks of an answer. Items of a list that follow one another are one block."""
    items: list[str] = []
    for block in blocks:
        text = _block(block)
        if block.item != NO_ITEM:
            items.append(text)
            continue
        if items and block.depth:
            items.append(f"\n{text}\n")
            continue
        if items:
            yield "\n".join(items)
            items = []
        yield text
    if items:
        yield "\n".join(items)


def _block(block: AnswerBlock) -> str:
    if block.kind == CODE:
        text = _fenced(block.runs[0].text)
    elif block.kind == TABLE:
        text = _table(block)
    elif block.kind == RULE:
        text = "---"
    else:
        text = _paragraph(_runs(block.runs))
    if block.kind == HEADING:
        text = f"{'#' * min(block.level + 2, 6)} {text}"
    if block.item != NO_ITEM:
        text = (f"{block.item}. " if block.item else "- ") + text
    lead = "> " * block.quoted + "    " * (block.depth - (block.item != NO_ITEM))
    return "\n".join(lead + line for line in text.split("\n"))


def _fenced(code: str) -> str:
    fence = "`" * max(3, 1 + _ticks(code))
    return f"{fence}\n{code}\n{fence}"


def _table(block: AnswerBlock) -> str:
    rows = [f"| {' | '.join(_runs(cell, in_table=True) for cell in row)} |" for row in block.rows]
    sides = [{"right": "--:", "center": ":-:"}.get(side, "---") for side in block.aligned]
    return "\n".join([rows[0], f"|{'|'.join(sides)}|", *rows[1:]])


def _runs(runs: Sequence[TextRun], *, in_table: bool = False) -> str:
    pieces = []
    for run in _alike(replace(run, text=in_a_line(run.text, run.rise), rise=0) for run in _alike(runs)):
        if run.code:
            code = _code(run.text)
            pieces.append(code.replace("|", "\\|") if in_table else code)
            continue
        marks = ("**" if run.bold else "") + ("*" if run.slanted else "") + ("~~" if run.struck else "")
        before, inside, after = _parted(run.text)
        pieces += [_escaped(before), marks, _escaped(inside), marks[::-1], _escaped(after)] if inside else [_escaped(run.text)]
    text = "".join(pieces)
    return text.replace("\n", "<br>") if in_table else text


def _alike(runs: Iterable[TextRun]) -> Iterator[TextRun]:
    """Neighbours that look alike in one: "**a****b**" would be no emphasis."""
    for _, same in groupby(runs, key=lambda run: (run.bold, run.slanted, run.struck, run.code, run.rise)):
        group = list(same)
        yield replace(group[0], text="".join(run.text for run in group))


def _parted(text: str) -> tuple[str, str, str]:
    """``text`` from its first letter to its last, with what stands outside: "**注意：**请" would be no emphasis."""
    match = _OUTER.fullmatch(text)
    return (match[1], match[2], match[3]) if match else (text, "", "")


def _code(text: str) -> str:
    ticks = "`" * (1 + _ticks(text))
    pad = " " if text[:1] in ("`", " ") or text[-1:] in ("`", " ") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}" if text.strip() else _escaped(text)


def _ticks(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def literal(text: str) -> str:
    """A paragraph of which Markdown shows the very letters."""
    return _paragraph(_escaped(text))


def _escaped(text: str) -> str:
    return _ANYWHERE.sub(r"\\\g<0>", text).replace("\t", "&#9;")


def _paragraph(escaped: str) -> str:
    """Lines whose beginnings are no list, and whose spaces stay; each ends in a hard break."""
    lines = _AT_START.sub(r"\1\\\2", escaped)
    return _AT_ENDS.sub(lambda match: "&#32;" * len(match[0]), lines).replace("\n", "\\\n")


def _flat(text: str) -> str:
    return literal(" ".join(text.split("\n")))
