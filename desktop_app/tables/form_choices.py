# SPDX-License-Identifier: Apache-2.0
"""What a language model may choose of a table for the form of a question.

The grammar is made of the table's own columns, and of those of its values, figures and dates that the question says, so that whatever is written can
be computed. A form that leaves out what the question says of rows is another question's, and is refused.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Sequence

import msgspec

from desktop_app.analysis import words
from desktop_app.analysis.facts import Fact
from desktop_app.analysis.folding import fold
from desktop_app.analysis.script import HAN
from desktop_app.contract import form as forms
from desktop_app.contract.form import Condition, Form
from desktop_app.contract.typed_table import CODE, DATE, FIGURES, TEXT, Value
from desktop_app.tables import asking, office_terms
from desktop_app.tables.filling import Filling
from desktop_app.tables.named_places import AskedText
from desktop_app.tables.periods import TimeSpan
from desktop_app.tables.table_view import TableView

_MOST_COLUMNS, _MOST_VALUES, _MOST_SHOWN = 16, 6, 2  # of a table; of a column that may be chosen, and that the prompt shows
_LONGEST_NAME = 48  # characters
_MOST_UNSAID = {
    False: 0.45,
    True: 0.6,
}  # share of the question that may have no meaning in the table; where a condition is said
_ALIKE = 0.8  # of the letters of a value and a word of the question
_IN = "in"
_MOST_COMPARED = 2_000  # values of a column that are held against the question letter by letter
_PARTS = ("month", "quarter", "year")
_COMPARED = (forms.EQUAL, forms.MORE, forms.AT_LEAST, forms.LESS, forms.AT_MOST)
_SIGNS = (
    *(forms.COUNT, forms.SUM, forms.AVERAGE, forms.SHARE, forms.MAX, forms.MIN),
    *(asking.GROUP, asking.HOW_MUCH),
)


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    """As the model writes it; ``table`` from 1."""

    table: int
    measure: str
    column: str = ""
    where: list[tuple[str, str, Value]] = []
    each: str = ""
    pick: str = ""
    show: str = ""


_decoder = msgspec.json.Decoder(_Written)


class FormChoices:
    """Over the few tables that a question may be about, the likeliest first."""

    def __init__(self, asked: AskedText, views: Sequence[TableView]) -> None:
        tables = [OfferedTable(asked, view) for view in views if any(column.name for column in view.head.columns)]
        most = max((table.said for table in tables), default=0)
        self._tables = [table for table in tables if table.said == most]

    def described(self, language: str) -> str:
        """The tables for a prompt in ``language`` ("zh" or "en"): a line each."""
        name = "表" if language == "zh" else "Table "
        return "\n".join(f"{name}{at} {table.described()}" for at, table in enumerate(self._tables, 1))

    @property
    def grammar(self) -> str:
        """In llama.cpp's notation: one line of JSON."""
        rules = ["root ::= " + " | ".join(f"t{at}" for at in range(1, len(self._tables) + 1))]
        for at, table in enumerate(self._tables, 1):
            rules += table.rules(at)
        return "\n".join(rules) + "\n"

    def read(self, text: str) -> tuple[Form, TableView] | None:
        """The form that a model wrote, and its table; None where it is none or says something else than the question."""
        try:
            written = _decoder.decode(text)
            table = self._tables[written.table - 1]
        except (msgspec.DecodeError, IndexError):
            return None
        form = table.form_of(written)
        return (form, table.view) if table.is_said(form) else None


def has_sign(asked: AskedText) -> bool:
    """Whether a question has a word for something that is computed, by other than a difference, which has two sides."""
    return asking.asks_for(asked.folded, *_SIGNS) and not asking.is_difference(asked.folded)


class OfferedTable(Filling):
    """Of one table: its rules of the grammar, and the form made of what was chosen."""

    def __init__(self, asked: AskedText, view: TableView) -> None:
        super().__init__(asked, view)
        self.view = view
        mentioned = [mention.column for mention in self._mentions] + [value.column for value in self._values]
        order = dict.fromkeys([*mentioned, *range(len(self._columns))])
        fit = [at for at in order if 0 < len(self._columns[at].name) <= _LONGEST_NAME]
        self._offered = sorted(fit[:_MOST_COLUMNS])
        self._values_of = {at: self._said_values(at) for at in self._offered if self._columns[at].kind in (TEXT, CODE)}

    @property
    def said(self) -> int:
        """How many values of it the question says; a table that knows fewer of them than another is not meant."""
        return sum(value.end - value.start > 1 for value in self._values)

    def described(self) -> str:
        """Its name and its columns, each with some values."""
        said = []
        for at in self._offered:
            column = self._columns[at]
            some = [*self._values_of.get(at, ()), *self.view.values.texts.get(at, ())[:_MOST_SHOWN]]
            values = "/".join(value for value in list(dict.fromkeys(some))[:_MOST_SHOWN] if len(value) <= _LONGEST_NAME)
            kind = "" if column.kind in (TEXT, CODE) else f" ({column.kind})"
            said.append(f"{column.name}{kind}" + (f": {values}" if values else ""))
        return f"{self.view.named}: {'; '.join(said)}"

    def rules(self, at: int) -> Iterator[str]:
        """Rule ``t{at}`` and those it needs."""
        figures = [n for n in self._offered if self._columns[n].kind in FIGURES]
        dates = [n for n in self._offered if self._columns[n].kind == DATE]
        texts = [_json(self._columns[n].name) for n in self._offered if self._columns[n].kind in (TEXT, CODE)]
        conditions = [*self._of_texts(), *self._of_figures(figures), *self._of_dates(dates)]
        each = texts + [_json(f"{part} of {self._columns[n].name}") for n in dates for part in _PARTS]
        where = some = ""
        if conditions:
            yield f"if{at} ::= {_either(conditions)}"
            more = f'("," if{at})?'
            some = f'{_key("where")} "[" if{at} {more} {more} "]"'
            where = some if self.said or self._free_figures() else f"({some})?"
        yield f"any{at} ::= {self._names(self._offered)}"
        if figures:
            yield f"figure{at} ::= {self._names(figures)}"
        if each:
            yield f"each{at} ::= {_either(each)}"
        bodies = list(self._bodies(at, figures, [*figures, *dates], where, some, self._grouping(at) if each else ""))
        begin = _word(f'{{"table":{at},"measure":')
        yield f"t{at} ::= {begin} ({_either(bodies or [_json(forms.COUNT)])}) {_word('}')}"

    def _grouping(self, at: int) -> str:
        """The grouping that the question's words ask for, "" where they ask for none."""
        each = f"{_key('each')} each{at}"
        if self._asks(forms.MAX, forms.MIN, asking.MORE, asking.LESSER):
            return f"{each} {_key('pick')} ({_json(forms.MAX)} | {_json(forms.MIN)})"
        return f"({each})?" if self._asks(asking.GROUP) else ""

    def _bodies(
        self, at: int, figures: Sequence[int], compared: Sequence[int], where: str, some: str, group: str
    ) -> Iterator[str]:
        """What may be measured: where the question has a word for a measure, that one."""
        column = _key("column")
        summed = f"{column} figure{at} {where} {group}"
        if self._asks(forms.SHARE) and some:
            yield f"{_json(forms.SHARE)} {f'({column} figure{at})?' if figures else ''} {some}"
        elif self._asks(forms.AVERAGE) and figures:
            yield f"{_json(forms.AVERAGE)} {summed}"
        else:
            extreme = self._asks(forms.MAX, forms.MIN)
            if not extreme or group:
                yield f"{_json(forms.COUNT)} {where} {group}"
                if figures:
                    yield f"({_json(forms.SUM)} | {_json(forms.AVERAGE)}) {summed}"
            if compared:
                extremes = f"({_json(forms.MAX)} | {_json(forms.MIN)})"
                yield f"{extremes} {column} ({self._names(compared)}) {where} ({_key('show')} any{at})?"
            if not extreme:
                yield f"{_json(forms.LIST)} {column} any{at} {where}"
                if some:
                    yield f"{_json(forms.VALUE)} {column} any{at} {some}"

    def _asks(self, *whats: str) -> bool:
        return any(sign.what in whats for sign in self._signs)

    def form_of(self, written: _Written) -> Form:
        """The form for this table."""
        conditions = self._conditions_of(written.where)
        part, group = "", written.each
        if group and " of " in group and not self._is_column(group):
            part, group = group.split(" of ", 1)
        column = written.column
        form = Form(
            (self.view.table.id,),
            written.measure,
            column,
            conditions=conditions,
            group=group,
            pick=written.pick,
            part=part,
            named=written.show if written.show != column else "",
        )
        return self._in_one_currency(form)

    def is_said(self, form: Form) -> bool:
        """Whether the question says every value of the form, and the form all that the question says of rows."""
        if not self._are_offered(form) or not self._keeps_all(form):
            return False
        for sign in self._signs:
            self._know(sign.start, sign.end)
        for word in (match for match in asking.MORE_THAN.finditer(self._text)):
            self._know(*word.span())
        self._name_table()
        self._things()
        self._conditions = list(form.conditions)
        return not self._names_a_stranger() and self._left() <= _MOST_UNSAID[bool(form.conditions)]

    def _are_offered(self, form: Form) -> bool:
        """Whether the texts of its conditions are of those that the grammar has."""
        offered = {self._columns[at].name: values for at, values in self._values_of.items()}
        return all(
            set(condition.values) <= set(offered[condition.column])
            for condition in form.conditions
            if condition.column in offered
        )

    def _keeps_all(self, form: Form) -> bool:
        """Whether every value, figure and stretch of time that the question says is in the form."""
        used = {value for condition in form.conditions for value in condition.values}
        columns = {form.column, form.group, form.named, *(condition.column for condition in form.conditions)}
        for mention in self._values:
            if not used.intersection(mention.values) and mention.end - mention.start > 1:
                return False
            self._know(mention.start, mention.end)
        for fact in self._free_figures():
            if not used.intersection(self._as_in(at, fact) for at in self.view.figures):
                return False
            self._know(self._folded_start(fact), self._folded_end(fact))
        for period in self._asked.periods:
            if not self._holds_period(period, form, columns):
                return False
            self._know(period.start, period.end)
        return True

    # ---- values, figures and dates -------------------------------------------------------------------------------------

    def _said_values(self, column: int) -> list[str]:
        """Values of a column that the question says, or nearly says, those first that it says."""
        values = [text for text in self.view.values.texts.get(column, ()) if 0 < len(text) <= _LONGEST_NAME]
        named = [value for mention in self._values if mention.column == column for value in mention.values]
        near = [value for value in values if self._is_like(value)] if len(values) <= _MOST_COMPARED else []
        return list(dict.fromkeys([*named, *near]))[:_MOST_VALUES]

    def _is_like(self, value: str) -> bool:
        """Whether the question says a value, or nearly so: by its words, in the other language, with a letter changed."""
        folded = fold(value).strip()
        if re.search(f"[{HAN}]", folded):
            longest = difflib.SequenceMatcher(None, folded, self._text, autojunk=False).find_longest_match()
            return (longest.size >= 2 and 2 * longest.size >= len(folded)) or self._says_otherwise(folded)
        stems = [words.stem(word) for word in re.findall(r"[a-z\d]+", folded)]
        if not stems:
            return False
        said = [word.stem for word in self._asked.words]
        return all(difflib.get_close_matches(stem, said, 1, _ALIKE) for stem in stems) or self._says_otherwise(folded)

    def _says_otherwise(self, folded: str) -> bool:
        return any(self._asked.find(other) for other in office_terms.others(folded))

    def _free_figures(self) -> list[Fact]:
        """The figures of the question that are no part of a date, a value or a word such as "一共"."""
        found = []
        for fact in self._facts:
            start, end = self._folded_start(fact), self._folded_end(fact)
            taken = [(period.start, period.end) for period in self._asked.periods]
            taken += [(value.start, value.end) for value in self._values]
            taken += [span for slot in self._slots for span in slot.spans]
            taken += [(sign.start, sign.end) for sign in self._signs]
            if not fact.weak and not any(a < end and start < b for a, b in taken):
                found.append(fact)
        return found

    def _periods(self) -> Iterator[tuple[str, str]]:
        time = self.view.time
        own = time.first[0] if time and not time.open_year else 0
        for period in self._asked.periods:
            meant = period.in_year(own) if own else period
            if not meant.open_year:
                yield meant.iso()

    def _of_texts(self) -> Iterator[str]:
        for at, values in self._values_of.items():
            if values:
                tests = _either([_json(forms.EQUAL), _json(forms.DIFFERS)])
                yield f'"[" {self._name(at)} "," ({tests}) "," ({_either([_json(one) for one in values])}) "]"'

    def _of_figures(self, figures: Sequence[int]) -> Iterator[str]:
        tests = _either([_json(test) for test in _COMPARED])
        for at in figures:
            numbers = dict.fromkeys(self._as_in(at, fact) for fact in self._free_figures() if self._fits(at, fact))
            if numbers:
                said = _either([_word(f"{number:.12g}") for number in numbers])
                yield f'"[" {self._name(at)} "," ({tests}) "," ({said}) "]"'

    def _of_dates(self, dates: Sequence[int]) -> Iterator[str]:
        stretches = [_json(f"{first}..{last}") for first, last in dict.fromkeys(self._periods())]
        if stretches:
            for at in dates:
                yield f'"[" {self._name(at)} "," {_json(_IN)} "," ({_either(stretches)}) "]"'

    def _conditions_of(self, where: Sequence[tuple[str, str, Value]]) -> tuple[Condition, ...]:
        made = list[Condition]()
        for column, test, value in dict.fromkeys(where):
            same = next((one for one in made if one.column == column and test == forms.EQUAL == one.test), None)
            if test == _IN and isinstance(value, str):
                made.append(Condition(column, forms.BETWEEN, tuple(value.split(".."))))
            elif same is not None:  # of one column either value
                made[made.index(same)] = Condition(column, forms.ONE_OF, (*same.values, value))
            else:
                made.append(Condition(column, test, (value,)))
        return tuple(made)

    def _holds_period(self, period: TimeSpan, form: Form, columns: set[str]) -> bool:
        """Whether the form keeps to a stretch of time: by its dates, as the table is about it, or as a heading says it."""
        if any(condition.test == forms.BETWEEN for condition in form.conditions):
            return True
        if self.view.time is not None and period.holds(self.view.time):
            return True
        return any(
            (period.start, period.end) in (*mention.own, *mention.above)
            for mention in self._mentions
            if self._columns[mention.column].name in columns
        )

    def _is_column(self, name: str) -> bool:
        return any(column.name == name for column in self._columns)

    def _names(self, columns: Sequence[int]) -> str:
        return _either([self._name(at) for at in columns])

    def _name(self, at: int) -> str:
        return _json(self._columns[at].name)


def _json(text: str) -> str:
    """A text as JSON, as a literal of the grammar."""
    return _word(json.dumps(text, ensure_ascii=False))


def _word(text: str) -> str:
    """A literal of the grammar."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _key(name: str) -> str:
    """The next key of an object, as a literal of the grammar."""
    return _word(f',"{name}":')


def _either(options: Sequence[str]) -> str:
    return " | ".join(options)
