# SPDX-License-Identifier: Apache-2.0
"""An answer as plain blocks of runs: what every output is written from.

The window, the clipboard and every export read the same blocks.

Pure data, no Qt. A block is a paragraph, a heading, a row of code, a table; a run is a stretch of letters that look alike. Links lose their
address (nothing here opens a browser), pictures keep their description, HTML is text. Quotes never go through Markdown: each is a paragraph
with the letters of its source, and a row of a table is a small table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from desktop_app.analysis.script import CJK
from desktop_app.contract.answer import Answer, AnswerPart, Citation
from desktop_app.contract.passage import Passage
from desktop_app.ui.answer import answer_parser, formulas
from desktop_app.ui.answer.answer_marks import BEGIN, END, SEAL, bracketed, quote_and_number, quotes_only
from desktop_app.wording import passage_texts, quoted_tables
from desktop_app.wording.place import file_name, place
from desktop_app.wording.quoted_tables import QuotedTable
from desktop_app.wording.quoted_words import is_markdown, without_signs

if TYPE_CHECKING:
    from markdown_it.token import Token

TEXT, HEADING, CODE, TABLE, RULE, FORMULA = "text", "heading", "code", "table", "rule", "formula"
NO_ITEM, BULLET = -1, 0
_FACES = {"strong": "bold", "em": "slanted", "s": "struck"}  # tags of Markdown
_NO_SPACE_BESIDE = re.compile(rf"[{CJK}”]")
_SPECIAL = re.compile(rf"\[{SEAL}(\d{{1,3}})\]|{BEGIN}|{END}")
_OURS = re.compile(f"[{BEGIN}{END}{SEAL}]")
ALL_COLUMNS = 10_000
_UNFINISHED = "；;，,、"  # what an item of a list ends in, and a quote does not


@dataclass(frozen=True, slots=True)
class TextRun:
    """``rise``: 1 raised, -1 lowered. ``seal``: the number of a citation, whose ``text`` is "[n]". ``mark``: which of the sentences that
    are not supported it belongs to, -1 for none. ``note``: words of ours, in an export; ``quiet``: small ones above a
    quoted row. ``tint``: of a cell that the question speaks of. "\\n" is a line's end inside a paragraph."""

    text: str
    bold: bool = False
    slanted: bool = False
    struck: bool = False
    code: bool = False
    rise: int = 0
    seal: int = 0
    mark: int = -1
    note: bool = False
    quiet: bool = False
    tint: bool = False


TableCell = tuple[TextRun, ...]


@dataclass(frozen=True, slots=True)
class AnswerBlock:
    """``level`` of a heading; ``depth``: how many lists it stands in; ``item``: the number of the item that it begins, ``BULLET`` or
    ``NO_ITEM``; ``quoted``: how deep. ``close``: the next block follows closely. A table has ``rows``, the first of which is its
    head, and ``aligned`` ("", "right", "center") for each column. Code has one run."""

    kind: str
    runs: tuple[TextRun, ...] = ()
    level: int = 0
    depth: int = 0
    item: int = NO_ITEM
    quoted: int = 0
    close: bool = False
    rows: tuple[tuple[TableCell, ...], ...] = ()
    aligned: tuple[str, ...] = ()


def blocks_of(answer: Answer) -> tuple[list[AnswerBlock], list[AnswerPart]]:
    """All blocks of an answer, and its sentences that are not supported, in the order of ``TextRun.mark``."""
    groups, marked = groups_of(answer, ALL_COLUMNS)
    return [block for group in groups for block in group], marked


def groups_of(
    answer: Answer, most_columns: int = quoted_tables.MOST_COLUMNS
) -> tuple[Iterator[list[AnswerBlock]], list[AnswerPart]]:
    """The same, one top-level block of Markdown after the other, so that a long answer can be written in slices. ``most_columns`` of
    a quoted row are shown."""
    if quotes_only(answer):
        return (group for group in [list(_quotes(answer, most_columns))]), []
    text, marked = bracketed(answer.text, answer.parts, {citation.number for citation in answer.citations})
    return _groups(text), marked


def hidden_columns(answer: Answer) -> int:
    """How many columns of the rows that an answer quotes are left out."""
    tables = (quoted_tables.of_citation(one, passage_texts.passage_of(answer, one)) for one in answer.citations)
    return sum(table.hidden for table in tables if table is not None) if quotes_only(answer) else 0


def table_of_quote(answer: Answer, citation: Citation) -> AnswerBlock | None:
    """The rows that a citation quotes with all their columns; None where it quotes anything else."""
    table = quoted_tables.of_citation(citation, passage_texts.passage_of(answer, citation), ALL_COLUMNS)
    return _of_table(table) if table is not None else None


def _groups(text: str) -> Iterator[list[AnswerBlock]]:
    reader = BlockReader()
    for group in answer_parser.top_level(answer_parser.parser().parse(text)):
        yield reader.blocks(group)


def _quotes(answer: Answer, most_columns: int) -> Iterator[AnswerBlock]:
    """Quotes, and the words of ours above them: a paragraph or a small table each, with their seals."""
    text, at = answer.text, 0
    citations = {citation.number: citation for citation in answer.citations}
    for part in sorted(answer.parts, key=lambda part: part.start):
        yield from _paragraphs(text[at : part.start])
        said, number = quote_and_number(text, part)
        at = part.end
        citation = citations.get(number)
        if citation is None:
            yield AnswerBlock(TEXT, (TextRun(said), *([TextRun(f"[{number}]", seal=number)] if number else [])))
        else:
            yield from _quote(said, citation, passage_texts.passage_of(answer, citation), most_columns)
    yield from _paragraphs(text[at:])


def _quote(said: str, citation: Citation, passage: Passage | None, most_columns: int) -> Iterator[AnswerBlock]:
    seal = TextRun(f"[{citation.number}]", seal=citation.number)
    table = quoted_tables.of_citation(citation, passage, most_columns)
    if table is not None:
        where = place(citation.locator) or file_name(citation.path)
        yield AnswerBlock(TEXT, (TextRun(where, quiet=True), seal), close=True)
        yield _of_table(table)
        return
    if is_markdown(citation.path, citation.locator.part):
        said, _ = without_signs(said)
    yield AnswerBlock(TEXT, (TextRun(said.rstrip(_UNFINISHED) or said), seal))
    table = quoted_tables.below(citation, passage, most_columns)
    if table is not None:
        yield _of_table(table)


def _of_table(table: QuotedTable) -> AnswerBlock:
    head = tuple((TextRun(name, bold=True),) if name else () for name in table.columns)
    rows = (tuple((TextRun(cell.text, tint=cell.marked),) if cell.text else () for cell in row) for row in table.rows)
    return AnswerBlock(TABLE, rows=(head, *rows), aligned=tuple("right" if right else "" for right in table.right))


def _paragraphs(text: str) -> Iterator[AnswerBlock]:
    return (AnswerBlock(TEXT, (TextRun(line),)) for line in text.split("\n") if line.strip())


@dataclass(slots=True)
class _Place:
    """Where in the nest of lists, quotes and emphasis the reader is."""

    bold: int = 0
    slanted: int = 0
    struck: int = 0
    quoted: int = 0
    mark: int = -1
    lists: list[int] = field(default_factory=list)  # of each open list the next number, ``BULLET`` for bullets


class BlockReader:
    """Turns the tokens of one top-level block after the other into blocks; an open mark reaches into the next."""

    def __init__(self) -> None:
        self._marks = 0
        self._place = _Place()
        self._item_open = False
        self._level = 0
        self._tight = False

    def blocks(self, group: Sequence[Token]) -> list[AnswerBlock]:
        """The blocks of one group of tokens, as ``top_level`` gives it."""
        result: list[AnswerBlock] = []
        index = 0
        while index < len(group):
            token = group[index]
            if token.type == "table_open":
                block, index = self._table(group, index)
                result.append(block)
            elif token.type == "inline":
                result.append(self._text_block(token))
            elif token.type in ("fence", "code_block"):
                lines = _OURS.sub("", token.content).removesuffix("\n")
                result.append(self._block(CODE, (TextRun(lines, code=True),)))
            elif token.type == answer_parser.BLOCK:
                result.append(self._block(FORMULA, self._formula(token)))
            elif token.type == "hr":
                result.append(self._block(RULE))
            else:
                self._container(token)
            index += 1
        if result and result[-1].close:
            result[-1] = replace(result[-1], close=False)
        return result

    def _container(self, token: Token) -> None:
        """The opening or closing of something that holds other blocks, or of a paragraph."""
        kind = token.type
        if kind == "paragraph_open":
            self._tight = token.hidden
        elif kind == "heading_open":
            self._level = int(token.tag[1])
        elif kind == "heading_close":
            self._level = 0
        elif kind == "list_item_open":
            self._item_open = True
        elif kind in ("bullet_list_open", "ordered_list_open"):
            self._place.lists.append(int(token.attrGet("start") or 1) if kind[0] == "o" else BULLET)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._place.lists.pop()
        elif kind in ("blockquote_open", "blockquote_close"):
            self._place.quoted += token.nesting

    def _text_block(self, token: Token) -> AnswerBlock:
        children = token.children or []
        runs = self._inline(children)
        if len(children) == 1 and children[0].type == answer_parser.INLINE and children[0].meta.get("display"):
            return self._block(FORMULA, runs)
        return self._block(HEADING if self._level else TEXT, runs)

    def _block(self, kind: str, runs: Sequence[TextRun] = ()) -> AnswerBlock:
        place = self._place
        item = NO_ITEM
        if place.lists and self._item_open and kind in (TEXT, HEADING, FORMULA):
            self._item_open = False
            item = place.lists[-1]
            if item:
                place.lists[-1] += 1
        close = self._tight and bool(place.lists)
        self._tight = False
        return AnswerBlock(kind, tuple(runs), self._level, len(place.lists), item, place.quoted, close)

    def _table(self, group: Sequence[Token], index: int) -> tuple[AnswerBlock, int]:
        rows: list[list[TableCell]] = []
        aligned: list[str] = []
        while group[index].type != "table_close":
            token = group[index]
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "th_open":
                style = str(token.attrGet("style") or "")
                aligned.append(next((side for side in ("right", "center") if side in style), ""))
            elif token.type == "inline":
                self._place.bold += len(rows) == 1
                rows[-1].append(tuple(self._inline(token.children or [])))
                self._place.bold -= len(rows) == 1
            index += 1
        wide = max(len(row) for row in rows)
        full = tuple((*row, *[()] * (wide - len(row))) for row in rows)
        return replace(self._block(TABLE), rows=full, aligned=tuple(aligned)), index

    # ---- words ----

    def _inline(self, tokens: Sequence[Token]) -> list[TextRun]:
        runs: list[TextRun] = []
        for number, token in enumerate(tokens):
            kind = token.type
            if kind in ("text", "image"):
                self._text(token.content, runs)
            elif kind == "code_inline":
                runs.append(self._run(_OURS.sub("", token.content), code=True))
            elif kind == answer_parser.INLINE:
                runs += self._formula(token)
            elif kind == "softbreak":
                if self._space_at(tokens, number):
                    runs.append(self._run(" "))
            elif kind == "hardbreak":
                runs.append(self._run("\n"))
            elif (face := _FACES.get(token.tag)) is not None:
                setattr(self._place, face, getattr(self._place, face) + token.nesting)
        return runs

    @staticmethod
    def _space_at(tokens: Sequence[Token], number: int) -> bool:
        """A line end inside a paragraph is a space, except between Chinese characters."""
        before = tokens[number - 1].content[-1:] if number else ""
        after = tokens[number + 1].content[:1] if number + 1 < len(tokens) else ""
        return not (_NO_SPACE_BESIDE.match(before) and _NO_SPACE_BESIDE.match(after))

    def _text(self, text: str, runs: list[TextRun]) -> None:
        at = 0
        for match in _SPECIAL.finditer(text):
            before = text[at : match.start()]
            at = match.end()
            if match[1]:
                self._words(before.rstrip(" "), runs)  # a seal stands close to its sentence
                runs.append(TextRun(f"[{match[1]}]", seal=int(match[1]), mark=self._place.mark))
                continue
            self._words(before, runs)
            if match[0] == BEGIN:
                self._place.mark = self._marks
                self._marks += 1
            else:
                self._place.mark = -1
        self._words(text[at:], runs)

    def _words(self, text: str, runs: list[TextRun]) -> None:
        text = text.replace(SEAL, "")
        if text:
            runs.append(self._run(text))

    def _formula(self, token: Token) -> list[TextRun]:
        source, markup = _OURS.sub("", token.content), _OURS.sub("", token.markup)
        read = formulas.letters(source)
        if read is None:
            return [self._run(markup, code=True)]
        return [replace(self._run(one.text, rise=one.rise), slanted=one.slanted) for one in read]

    def _run(self, text: str, *, code: bool = False, rise: int = 0) -> TextRun:
        place = self._place
        return TextRun(text, place.bold > 0, place.slanted > 0, place.struck > 0, code, rise, 0, place.mark)
