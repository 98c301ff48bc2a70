# SPDX-License-Identifier: Apache-2.0
"""Answers a question of facts over all files with a row for each file.

"Which contracts expire in 2026?": how many, in words what was looked for and over how many files, and a table whose cells carry the number of the
sentence that states them. Files that state it less clearly come apart, as what may belong to it.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from desktop_app.answering.texts import form_texts
from desktop_app.answering.texts.fixed_texts import language_of
from desktop_app.contract import form as forms
from desktop_app.contract.answer import Answer, AnswerPart, Checks, Citation
from desktop_app.contract.form import Computed, Condition, Form, ProvingRow
from desktop_app.contract.ledger import Scope, StoredChunk
from desktop_app.contract.locator import Locator
from desktop_app.contract.passage import ANSWER, PERHAPS, Passage
from desktop_app.contract.typed_table import MONEY
from desktop_app.documents.text.locators import locate
from desktop_app.facts.file_questions import FactQuestion, asked
from desktop_app.facts.gathering import Progress, statements
from desktop_app.facts.matching_files import MatchedFiles, matched, totals
from desktop_app.foundation.shown import shown_name
from desktop_app.library import stated_fact as facts
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stated_fact import FileStatement, StatedFact
from desktop_app.tables.periods import periods

_MOST_LISTED, _MOST_PERHAPS, _MOST_ROWS = 50, 20, 500
_NUMBERED = re.compile(r"\[(\d+)\]")
_KINDS = {
    "contract": ("份合同", "contract", "contracts"),
    "invoice": ("张发票", "invoice", "invoices"),
    "minutes": ("份会议纪要", "set of minutes", "sets of minutes"),
    "report": ("份报告", "report", "reports"),
    "notice": ("份通知", "notice", "notices"),
    "policy": ("份制度", "policy", "policies"),
    "quotation": ("份报价单", "quotation", "quotations"),
    "order": ("份订单", "order", "orders"),
    "": ("个文件", "file", "files"),
}
_NAMES = {
    facts.PARTY: ("当事人", "Parties", "names no party"),
    facts.SIGNED: ("签订日期", "Signed", "states no date of signing"),
    facts.BEGIN: ("开始日期", "Begins", "states no first day"),
    facts.END: ("到期日", "Ends", "states no end date"),
    facts.AMOUNT: ("金额", "Amount", "states no amount"),
}
_SAID = {
    facts.PARTY: "parties",
    facts.SIGNED: "date of signing",
    facts.BEGIN: "first day",
    facts.END: "end date",
    facts.AMOUNT: "amount",
}
_NOTES = {
    facts.RENEWS: ("自动续期", "renews unless cancelled"),
    facts.COUNTED: ("按期限推算", "counted from the first day"),
    facts.RATE: ("单价或每期金额", "a rate, not a total"),
}
_UNSURE = ("不够明确", "not said clearly")
_OPEN_END = ("无固定期限", "no fixed end")
_TESTS = {
    forms.MORE: ("超过", "is above"),
    forms.AT_LEAST: ("不低于", "is at least"),
    forms.LESS: ("低于", "is below"),
    forms.AT_MOST: ("不超过", "is at most"),
}
_EXTREMES = {
    (facts.AMOUNT, forms.MAX): ("金额最高", "the largest amount"),
    (facts.AMOUNT, forms.MIN): ("金额最低", "the smallest amount"),
    (facts.END, forms.MIN): ("最早到期", "the first to end"),
    (facts.END, forms.MAX): ("最晚到期", "the last to end"),
}
_DAY_TESTS = {
    forms.MORE: ("晚于", "after {}"),
    forms.AT_LEAST: ("不早于", "on {} or later"),
    forms.LESS: ("早于", "before {}"),
    forms.AT_MOST: ("不晚于", "on {} or earlier"),
}
_OF_CONTRACTS = (facts.PARTY, facts.END, facts.AMOUNT)


class FactsAnswerer:
    """Over the files of a library; what they state is read once and kept."""

    def __init__(self, catalogue: Catalogue, today: Callable[[], dt.date] = dt.date.today) -> None:
        self._catalogue = catalogue
        self._today = today

    def answer(self, about: Answer, question: str, scope: Scope, progress: Progress) -> Answer | None:
        """``about`` with the files in ``scope`` that ``question`` asks for; None where it asks for no facts of several files, or where there is no
        file of that kind. Raises whatever ``progress`` raises."""
        read = asked(question, self._today(), _spans)
        if read is None:
            return None
        found = matched(read, statements(self._catalogue, scope, progress))
        if found is None:
            return None
        return _Wording(self._catalogue, about, found).answer()


def beside_table(stated: Answer, tabled: Answer) -> Answer:
    """``stated`` with what a table of the library gives for the same question, where that is certain: a register of contracts may be meant."""
    if not tabled.found:
        return stated
    said = " ".join(re.sub(r" \[\d+\]", "", tabled.text).split("\n\n")[:2])
    words = "也可能指表格里的：" if language_of(stated.question) == "zh" else "Or, of a table: "
    return replace(stated, text=f"{stated.text}\n\n{words}{said}")


def _spans(folded: str, today: dt.date) -> Iterator[tuple[str, str, bool, int, int]]:
    for span in periods(folded, today):
        yield (*span.iso(), span.open_year, span.start, span.end)


class _Wording:
    """One answer in words, with its citations."""

    def __init__(self, catalogue: Catalogue, about: Answer, found: MatchedFiles) -> None:
        self._about, self._found = about, found
        self._zh = language_of(about.question) == "zh"
        self._question = found.question
        self._columns = _columns(found.question)
        shown = [*found.certain[:_MOST_LISTED], *found.perhaps[:_MOST_PERHAPS]]
        ids = dict.fromkeys(fact.chunk for one in shown for fact in one.facts)
        self._chunks = {chunk.id: chunk for chunk in catalogue.chunks.by_ids(list(ids))}
        self._numbers = dict[tuple[int, int, int], int]()
        self._citations = list[Citation]()

    def answer(self) -> Answer:
        found, question = self._found, self._question
        head = self._head()
        text = f"**{head}**\n\n{self._looked_at()}"
        parts = [AnswerPart(0, len(head) + 4)]
        for heading, files, most in (("", found.certain, _MOST_LISTED), (self._perhaps(), found.perhaps, _MOST_PERHAPS)):
            if files:
                text += f"\n\n{heading}" if heading else ""
                text += "\n\n" + self._table(files[:most])
                if len(files) > most:
                    rest = len(files) - most
                    text += f"\n\n另有{rest:,}个文件。" if self._zh else f"\n\nAnd {rest:,} more."
        if older := self._older():
            text += f"\n\n{older}"
        parts += [
            AnswerPart(match.start(), match.end(), tuple(dict.fromkeys(int(n) for n in _NUMBERED.findall(match[0]))))
            for match in re.finditer(r"^\|.*\[\d+\].*\|$", text, re.MULTILINE)
        ]
        certainty = ANSWER if found.certain or not (found.perhaps or found.unstated) else PERHAPS
        return replace(
            self._about,
            text=text,
            found=certainty == ANSWER,
            certainty=certainty,
            mode="computed",
            parts=tuple(parts),
            citations=tuple(self._citations),
            sent=self._passages(),
            checks=Checks(supported=1),
            computed=self._computed(question),
        )

    def _computed(self, question: FactQuestion) -> Computed:
        found = self._found
        sums, without = totals(found.certain) if question.summed else ({}, 0)
        groups = tuple((currency, float(value)) for currency, value in sums.items())
        single = groups[0] if len(groups) == 1 else None
        counted = len(found.certain) if question.counted else None
        return Computed(
            _form(question, self._columns),
            value=single[1] if single else counted,
            listed=tuple(one.path for one in found.certain),
            groups=groups if len(groups) > 1 else (),
            unit=single[0] if single else "",
            matched=len(found.certain),
            empty=without,
            columns=self._columns,
            rows=tuple(self._rows()),
            perhaps=tuple(one.path for one in found.perhaps),
        )

    # ---- words ------------------------------------------------------------------------------------------------------

    def _counted(self, count: int) -> str:
        chinese, one, many = _KINDS[self._question.kind]
        return f"{count:,}{chinese}" if self._zh else f"{count:,} {one if count == 1 else many}"

    def _head(self) -> str:
        text = self._counted(len(self._found.certain))
        conditions = [self._condition(one) for one in self._question.conditions]
        if self._question.pick is not None:
            said = _EXTREMES[self._question.pick][0 if self._zh else 1]
            units = {fact.unit for one in self._found.certain for fact in one.of(self._question.pick[0])}
            conditions.append(said + (("（各币种）" if self._zh else " in each currency") if len(units) > 1 else ""))
        if conditions:
            text += ("：" + "；".join(conditions)) if self._zh else (": " + " and ".join(conditions))
        if self._question.summed:
            sums, without = totals(self._found.certain)
            sum_of_each = [
                _money(str(value if value.denominator > 1 else int(value)), currency, self._zh)
                for currency, value in sums.items()
            ]
            figures = ("；" if self._zh else "; ").join(sum_of_each) or "0"
            text += f"，金额合计{figures}" if self._zh else f", total amount {figures}"
            if without:
                text += (
                    f"（{without:,}份没有明确的金额，未计入）"
                    if self._zh
                    else f" ({without:,} without a clear amount, left out)"
                )
        return text

    def _condition(self, test: Condition) -> str:
        chinese, english = _NAMES[test.column][0], _SAID[test.column]
        if test.test == forms.NOTHING:
            return f"未写明{chinese}" if self._zh else f"{english} not stated"
        if test.test == forms.ONE_OF:
            names = ("、" if self._zh else " or ").join(form_texts.plain(str(one)) for one in test.values)
            return f"{chinese}包括{names}" if self._zh else f"with {names}"
        if test.test == forms.BETWEEN:
            first, last = map(str, test.values)
            if first < "0002":
                return f"{chinese}不晚于{last}" if self._zh else f"{english} on {last} or earlier"
            if last > "9999":
                return f"{chinese}不早于{first}" if self._zh else f"{english} on {first} or later"
            return f"{chinese}在{first}至{last}" if self._zh else f"{english} from {first} to {last}"
        figure = str(test.values[0])
        if test.column != facts.AMOUNT:
            chinese_test, english_test = _DAY_TESTS[test.test]
            return f"{chinese}{chinese_test}{figure}" if self._zh else f"{english} {english_test.format(figure)}"
        figure = _money(figure, self._question.currency, self._zh)
        return f"{chinese}{_TESTS[test.test][0]}{figure}" if self._zh else f"{english} {_TESTS[test.test][1]} {figure}"

    def _looked_at(self) -> str:
        found, about = self._found, self._about
        kinds = self._counted(found.looked_at)
        files = about.searched_files
        if self._zh:
            text = f"看了{files:,}个文件，其中{kinds}。" if self._question.kind else f"看了{files:,}个文件。"
            text += f"{found.unstated:,}份没有写明所问的内容。" if found.unstated else ""
            return text + (f"还有{about.unread_files:,}个文件没有读完。" if about.unread_files else "")
        looked = "1 file was looked at" if files == 1 else f"{files:,} files were looked at"
        text = f"{looked}, {kinds} among them." if self._question.kind else f"{looked}."
        if found.unstated:
            text += f" {found.unstated:,} of them {'does' if found.unstated == 1 else 'do'} not state it."
        return text + (
            f" {about.unread_files:,} {'file is' if about.unread_files == 1 else 'files are'} not read yet."
            if about.unread_files
            else ""
        )

    def _perhaps(self) -> str:
        count = len(self._found.perhaps)
        return (
            f"可能还有{count:,}个文件，写得不够明确："
            if self._zh
            else f"Perhaps {count:,} more, which {'says' if count == 1 else 'say'} it less clearly:"
        )

    def _older(self) -> str:
        if not self._found.older:
            return ""
        names = [form_texts.plain(_name(one)) for one in self._found.older[:_MOST_PERHAPS]]
        if self._zh:
            return f"较早的版本或相同的副本未计入：{'、'.join(names)}。"
        return f"Not counted, because a newer version or an equal file is: {', '.join(names)}."

    # ---- the table --------------------------------------------------------------------------------------------------

    def _table(self, files: Sequence[FileStatement]) -> str:
        head = ["文件" if self._zh else "File", *(_NAMES[column][0 if self._zh else 1] for column in self._columns)]
        rows = []
        for one in files:
            cells = [self._cell(one, column) for column in self._columns]
            name = form_texts.plain(_name(one))
            if not any(_NUMBERED.search(cell) for cell in cells):
                name += self._numbers_of(one, one.of(facts.KIND))
            rows.append([name, *cells])
        return form_texts.markdown_table(head, rows, [False, *(column == facts.AMOUNT for column in self._columns)])

    def _cell(self, one: FileStatement, column: str) -> str:
        said = one.of(column)
        return form_texts.plain(self._shown(said)) + self._numbers_of(one, said)

    def _shown(self, said: Sequence[StatedFact]) -> str:
        return ("；" if self._zh else "; ").join(self._fact(fact) for fact in said) or "–"

    def _fact(self, fact: StatedFact) -> str:
        at = 0 if self._zh else 1
        text = _money(fact.value, fact.unit, self._zh) if fact.about == facts.AMOUNT else fact.value
        if not text:
            text = _OPEN_END[at] if facts.OPEN in fact.notes else "?"
        notes = [_NOTES[note][at] for note in fact.notes if note in _NOTES]
        notes += [] if fact.sure or facts.RATE in fact.notes else [_UNSURE[at]]
        if not notes:
            return text
        return f"{text}（{'，'.join(notes)}）" if self._zh else f"{text} ({', '.join(notes)})"

    def _numbers_of(self, one: FileStatement, said: Sequence[StatedFact]) -> str:
        numbers = dict.fromkeys(filter(None, (self._cited(one, fact) for fact in said)))
        return "".join(f" [{number}]" for number in numbers)

    def _cited(self, one: FileStatement, fact: StatedFact) -> int:
        """The number of the citation of a fact's sentence; 0 where its passage is gone."""
        key, chunk = (fact.chunk, fact.start, fact.end), self._chunks.get(fact.chunk)
        if chunk is None or chunk.path != one.path:
            return 0
        if key not in self._numbers:
            number = self._numbers[key] = len(self._numbers) + 1
            quote = chunk.text[fact.start : fact.end]
            self._citations.append(Citation(number, chunk.id, one.path, _place(chunk, fact), quote, fact.start, fact.end))
        return self._numbers[key]

    def _passages(self) -> tuple[Passage, ...]:
        cited = dict.fromkeys(one.chunk_id for one in self._citations)
        return tuple(
            Passage(chunk.id, rank, chunk.path, chunk.text, chunk.locator, 1.0, chunk.trail, chunk.pieces, certainty=ANSWER)
            for rank, chunk in enumerate((self._chunks[chunk_id] for chunk_id in cited), start=1)
        )

    def _rows(self) -> Iterator[ProvingRow]:
        """The files as rows, the certain ones first; their place is that of what states the first fact asked for."""
        for number, one in enumerate((*self._found.certain, *self._found.perhaps)[:_MOST_ROWS], start=1):
            proof = next((fact for column in (*self._columns, facts.KIND) for fact in one.of(column)), None)
            chunk = self._chunks.get(proof.chunk) if proof else None
            place = _place(chunk, proof) if chunk is not None and proof is not None else Locator()
            yield ProvingRow(0, one.path, number, tuple(self._shown(one.of(column)) for column in self._columns), place)


def _place(chunk: StoredChunk, fact: StatedFact) -> Locator:
    return locate(chunk.text, chunk.pieces, fact.start, fact.end) or chunk.locator


def _columns(question: FactQuestion) -> tuple[str, ...]:
    """The facts that are shown: those asked for and those compared; of contracts without either the usual three."""
    wanted = [*question.columns, *(one.column for one in question.conditions)]
    wanted += [facts.AMOUNT] if question.summed else []
    if not wanted and question.kind == "contract":
        return _OF_CONTRACTS
    return tuple(dict.fromkeys(wanted))


def _form(question: FactQuestion, columns: tuple[str, ...]) -> Form:
    kind = (Condition(facts.KIND, forms.EQUAL, (question.kind,)),) if question.kind else ()
    currency = (Condition("currency", forms.EQUAL, (question.currency,)),) if question.currency else ()
    conditions = (*kind, *question.conditions, *currency)
    if question.pick is not None:
        return Form((), forms.FILES, ", ".join(columns), conditions=conditions, named=question.pick[0], pick=question.pick[1])
    if question.summed:
        return Form((), forms.SUM, facts.AMOUNT, conditions=conditions, group="currency")
    return Form((), forms.FILES, ", ".join(columns), conditions=conditions)


def _money(value: str, currency: str, chinese: bool) -> str:
    number = float(value)
    return form_texts.worded(int(number) if number.is_integer() else number, MONEY, currency, "zh" if chinese else "en")


def _name(one: FileStatement) -> str:
    return shown_name(os.path.basename(one.path), 60)
