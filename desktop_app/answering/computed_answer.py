# SPDX-License-Identifier: Apache-2.0
"""Answers a question of figures with what its tables give.

The figure, what was computed in words, and up to ten of the rows that prove it, each with a citation. It takes the place of quotes, which for "how
many orders are from Bern?" could only count what a search happened to find.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from desktop_app.answering.follow_up import FollowUp
from desktop_app.answering.texts import form_texts
from desktop_app.answering.texts.fixed_texts import language_of
from desktop_app.contract import form as forms
from desktop_app.contract.answer import Answer, AnswerPart, Checks, Citation
from desktop_app.contract.document import Locator, Piece
from desktop_app.contract.form import Computed, Form, ProvingRow
from desktop_app.contract.ledger import Scope, StoredChunk
from desktop_app.contract.passage import ANSWER, PERHAPS, Passage
from desktop_app.contract.typed_table import FIGURES, PERCENT, StoredTable
from desktop_app.foundation.errors import UsageProblem
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stores.table_store import TableStore
from desktop_app.tables.choosing import Chosen, TableChooser, checked
from desktop_app.tables.computing.form_tables import FormTables
from desktop_app.tables.form_choices import FormChoices

_MOST_GROUPS = 30
_MOST_LISTED = 50
_CELLS = re.compile(r"[A-Z]+(\d+)(?::[A-Z]+(\d+))?")
_ROW = re.compile(r"^\|.*\[(\d+)\] \|$", re.MULTILINE)
_NEAREST_FILES = 12


class TableAnswerer:
    """Over the tables of a library; looks at them again when files have been read."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._chooser: TableChooser | None = None
        self._known: tuple[object, ...] = ()
        self._tables: dict[int, StoredTable] = {}

    def choose(
        self, about: Answer, follow: FollowUp, before: Answer | None, scope: Scope, near: Collection[str], *, certain: bool
    ) -> Chosen | None:
        """What the tables in ``scope`` give for its question; None where it asks for no figures of theirs. ``before``: the last answer, whose
        form a question that leans on it changes; ``near``: the files that a search found, best first; ``certain``: that search is certain of its
        answer, so that a figure which may be meant is none."""
        chooser = self._ready(scope)
        if chooser is None:
            return None
        chosen, asked = None, follow.searched_as
        if follow.follows and before is not None and before.computed is not None:
            with suppress(UsageProblem):  # its tables are gone
                chosen = chooser.follow(about.question, FormTables(self._catalogue.tables, before.computed.form).form)
            # The words of the question before, with a name that no table knows, would be answered as that question.
            asked = about.question
        if chosen is None:
            chosen = chooser.answer(asked, list(near)[:_NEAREST_FILES])
            if chosen is not None and asked != follow.searched_as:
                chosen = replace(chosen, sure=False)  # it leans on the last answer and was read without it
        if chosen is None or (certain and not chosen.sure):
            return None
        computed = chosen.computed
        return replace(chosen, computed=FormTables(self._catalogue.tables, computed.form).completed(computed))

    def choices(self, question: str, scope: Scope, near: Collection[str]) -> FormChoices | None:
        """What a language model may choose for the form of a question, None where it is none of figures."""
        chooser = self._ready(scope)
        return None if chooser is None else chooser.choices(question, list(near)[:_NEAREST_FILES])

    def checked(self, chosen: Chosen | None, choices: FormChoices, question: str, written: str, scope: Scope) -> Chosen | None:
        """``chosen`` with what the form gives that a language model wrote, as it was where that gives nothing."""
        chooser = self._ready(scope)
        read = chooser.read(choices, question, written) if chooser is not None and written else None
        if read is None:
            return chosen
        return checked(chosen, FormTables(self._catalogue.tables, read.form).completed(read))

    def compute(self, about: Answer, form: Form) -> Answer:
        """``about`` with what a form gives that somebody has changed. Raises ``UsageProblem``: tables_gone, form_unfit."""
        tables = FormTables(self._catalogue.tables, form)
        self._tables.update(tables.all)
        return self.worded(about, Chosen(tables.compute(), sure=True))

    def _ready(self, scope: Scope) -> TableChooser | None:
        state = (scope, *self._catalogue.tables.state())
        if state != self._known:
            tables = self._catalogue.tables.all_in(scope)
            hidden = [] if scope.hidden else [one for one in self._catalogue.tables.all() if one.head.locator.hidden]
            self._tables = {table.id: table for table in (*tables, *hidden)}
            self._chooser = TableChooser(self._catalogue.database.connection, tables, hidden) if tables else None
            self._known = state
        return self._chooser

    def worded(self, about: Answer, chosen: Chosen) -> Answer:
        """``about`` with what was computed: the figure, the form in words, what else it may be, the rows."""
        computed, language = chosen.computed, language_of(about.question)
        citations, passages, cited = self._cited(computed)
        head = _results(chosen, language) or form_texts.nothing(language)
        text = f"**{head}**"
        numbers = tuple(one.number for one in citations)
        text += "".join(f" [{number}]" for number in numbers[:1])
        end = len(text)
        for one in (computed, *chosen.beside):
            said = form_texts.form_sentence(one, self._tables, language)
            text += f"\n\n{said.removeprefix(head + ('。' if language == 'zh' else '. '))}"  # groups have no figure but what they are
            if chosen.beside and (table := _groups(one, language)):
                text += f"\n\n{table}"
        text += self._others(chosen, language)
        if table := (not chosen.beside and _groups(computed, language)) or _rows(computed, self._tables, cited):
            text += f"\n\n{table}"
        certainty = ANSWER if chosen.sure else PERHAPS
        return replace(
            about,
            text=text,
            found=certainty == ANSWER,
            certainty=certainty,
            mode="computed",
            parts=(AnswerPart(0, end, numbers[:1]), *_lines_with_numbers(text, end)),
            citations=citations,
            sent=passages,
            checks=Checks(supported=1),
            computed=computed,
        )

    def _others(self, chosen: Chosen, language: str) -> str:
        """What else the question may mean, and what an older version of the file gives."""
        zh, lines = language == "zh", []
        for other in chosen.rivals:
            said = form_texts.form_sentence(other, self._tables, language)
            lines.append(
                f"也可能是：**{_result(other, language)}**——{said}" if zh else f"Or: **{_result(other, language)}** – {said}"
            )
        if chosen.read is not None:
            said, result = form_texts.form_sentence(chosen.read, self._tables, language), _result(chosen.read, language)
            lines.append(
                f"语言模型的理解是：**{result}**——{said}" if zh else f"The language model reads it as: **{result}** – {said}"
            )
        if chosen.by_model:
            lines.append(
                "这种算法是语言模型从问题中读出来的，请核对。"
                if zh
                else "The language model read the question this way; please check it."
            )
        for other in chosen.older:
            name = form_texts.plain(os.path.basename(self._tables[other.form.tables[0]].path))
            result = _result(other, language)
            lines.append(
                f"较早的版本《{name}》给出的是{result}；以最近修改的文件为准。"
                if zh
                else f"An older version, {name}, gives {result}; the file changed last counts."
            )
        return "".join(f"\n\n{line}" for line in lines)

    def _cited(self, computed: Computed) -> tuple[tuple[Citation, ...], tuple[Passage, ...], dict[ProvingRow, int]]:
        """A citation for each row that is shown, where its passage is found; and the numbers of the rows."""
        citations, passages, numbers = list[Citation](), dict[int, Passage](), dict[ProvingRow, int]()
        chunks = dict[str, list[StoredChunk]]()
        for row in computed.rows:
            path = row.path
            if path not in chunks:
                chunks[path] = self._catalogue.chunks.of_path(path)
            found = _piece(chunks[path], row)
            if found is None:
                continue
            chunk, piece = found
            numbers[row] = number = len(citations) + 1
            citations.append(
                Citation(number, chunk.id, path, piece.locator, chunk.text[piece.start : piece.end], piece.start, piece.end)
            )
            passages.setdefault(
                chunk.id,
                Passage(
                    chunk.id,
                    len(passages) + 1,
                    path,
                    chunk.text,
                    chunk.locator,
                    1.0,
                    chunk.trail,
                    chunk.pieces,
                    certainty=ANSWER,
                ),
            )
        return tuple(citations), tuple(passages.values()), numbers


def rule(store: TableStore, form: Form, question: str) -> str:
    """What a form computes in words without Markdown, in the language of the question. Raises ``UsageProblem``: tables_gone, form_unfit."""
    tables = FormTables(store, form)
    return form_texts.unmarked(form_texts.form_sentence(tables.compute(), tables.all, language_of(question)))


def _lines_with_numbers(text: str, start: int) -> Iterator[AnswerPart]:
    """The rows of the table that carry the number of a citation."""
    for match in _ROW.finditer(text, start):
        yield AnswerPart(match.start(), match.end(), (int(match[1]),))


def _piece(chunks: list[StoredChunk], row: ProvingRow) -> tuple[StoredChunk, Piece] | None:
    there = [(chunk, piece) for chunk in chunks for piece in chunk.pieces if _is_at(piece.locator, row)]
    if len(there) > 1:  # rows in the body of a mail have no place of their own
        there.sort(key=lambda one: -sum(cell in one[0].text[one[1].start : one[1].end] for cell in row.shown))
    return there[0] if there else None


def _is_at(place: Locator, row: ProvingRow) -> bool:
    """Whether a piece of a passage is this row."""
    where = row.locator
    if place.sheet is not None:
        match = _CELLS.fullmatch(place.cells or "")
        return place.sheet == where.sheet and match is not None and int(match[1]) == row.number and place.aside == ""
    return (place.chars, place.lines, place.page, place.part) == (where.chars, where.lines, where.page, where.part)


def _results(chosen: Chosen, language: str) -> str:
    """The result, or what each of several is and comes to."""
    if not chosen.beside:
        return _result(chosen.computed, language)
    all_of_them = (chosen.computed, *chosen.beside)
    if any(one.form.group and not one.form.pick for one in all_of_them):
        return ("；" if language == "zh" else "; ").join(_result(one, language) for one in all_of_them)
    said = ((form_texts.what(one.form, language), _result(one, language)) for one in all_of_them)
    return ("；" if language == "zh" else "; ").join(
        f"{what}：{result}" if language == "zh" else f"{what}: {result}" for what, result in said
    )


def _result(computed: Computed, language: str) -> str:
    form = computed.form
    if form.group and not form.pick:
        return form_texts.what(form, language)
    if form.measure == forms.DIFFERENCE and computed.kind == PERCENT and isinstance(computed.value, (int, float)):
        points = form_texts.worded(computed.value, PERCENT).rstrip("%")
        return f"{points}个百分点" if language == "zh" else f"{points} percentage points"
    if computed.is_nothing and computed.empty:
        return (
            "没有数值：表中的公式没有计算结果"
            if language == "zh"
            else "No figure: the formula in the table has no stored value"
        )
    values = (computed.value,) if computed.value is not None else computed.listed
    named = bool(form.named or form.pick)
    shown = [
        form_texts.plain(
            form_texts.worded(value, computed.kind if not named else "", computed.unit if not named else "", language)
        )
        for value in values
    ]
    text = ("、" if language == "zh" else ", ").join(shown[:_MOST_LISTED])
    if len(shown) > _MOST_LISTED:
        rest = len(shown) - _MOST_LISTED
        text += f" …… 另有{rest:,}项" if language == "zh" else f" … and {rest:,} more"
    if named and computed.groups:
        best = next((figure for name, figure in computed.groups if name in values), None)
        figure = form_texts.worded(_whole(best), computed.kind, computed.unit, language)
        text += f"（{form_texts.plain(figure)}）" if language == "zh" else f" ({form_texts.plain(figure)})"
    return text


def _whole(value: float | None) -> float | int | None:
    return int(value) if value is not None and value.is_integer() else value


def _groups(computed: Computed, language: str) -> str:
    form = computed.form
    if not form.group:
        return ""
    figure = form_texts.plain(form.column) or ("行数" if language == "zh" else "Rows")
    rows = [
        (form_texts.plain(str(name)), form_texts.plain(form_texts.worded(_whole(value), computed.kind, "", language)))
        for name, value in computed.groups[:_MOST_GROUPS]
    ]
    return form_texts.markdown_table((form_texts.plain(form.group), figure), rows, (False, True))


def _rows(computed: Computed, tables: Mapping[int, StoredTable], numbers: Mapping[ProvingRow, int]) -> str:
    """The first rows that counted, with their citations."""
    if len(computed.rows) < 2 and computed.form.measure != forms.COUNT:
        return ""
    kinds = {column.name: column.kind for table in computed.form.tables for column in tables[table].head.columns}
    head = [form_texts.plain(name) for name in computed.columns] + [""]
    right = [kinds.get(name) in FIGURES for name in computed.columns] + [False]
    rows = [[*map(form_texts.plain, row.shown), f"[{numbers[row]}]" if row in numbers else ""] for row in computed.rows]
    return form_texts.markdown_table(head, rows, right) if computed.columns and rows else ""
