# SPDX-License-Identifier: Apache-2.0
"""Where a question names the columns and the values of a table.

By words: all of a name, or what is left of it without its general end ("到期" for "到期日期"); stems in English; other names of the same
(``office_terms``), so that a question in one language meets a table in the other. A heading that is a stretch of time ("第二季度") is named by that
stretch, however it is written.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from desktop_app.analysis import words
from desktop_app.analysis.facts import QUANTITY, Fact, facts
from desktop_app.analysis.folding import placed
from desktop_app.analysis.script import HAN
from desktop_app.contract.typed_table import TableHead
from desktop_app.tables import office_terms
from desktop_app.tables.periods import TimeSpan, periods

JOINT = " › "
Span = tuple[int, int]

_NOTE = re.compile(r"[（(\[【]([^（()）\]】]{1,20})[)）\]】]")
_GENERAL = re.compile(
    r"(?:日期|时间|数量|金额|编号|号码|名称|情况|类别|类型|单位|次数|人数|盒数|价格|费用|单价|状态|人|号|数|率|额|价|费|名)$| (?:no|number|id|code|name|date)$"
)
_HAN_RUN = re.compile(f"[{HAN}〇]+")
_LATIN_WORD = re.compile(rf"[^\W_{HAN}]+(?:[.'’&-][^\W_{HAN}]+)*")
_LITTLE = frozenset("of the a an in for to and per no".split())
_FIRM = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|集团公司|分公司|子公司|公司|集团|分行|支行|厂|事务所)$| (?:ltd|limited|gmbh|inc|plc|llc|co|corp|corporation|company|ag|s\.?a|b\.?v)\.?$"
)
_CODES = (re.compile(r"[a-z\d][a-z\d./#_-]*[a-z\d]|[a-z\d]"), re.compile(r"[a-z]\. [a-z]+"))
_MIXED = re.compile(rf"(?=([a-z\d.-]+[{HAN}]{{1,6}}|[{HAN}]{{1,6}}[a-z\d.-]+))")
_FEWEST_HAN = 2
_LONGEST = 24  # characters of a Chinese value in a question
_MOST_WORDS = 7


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word in Latin letters, or with figures, by its stem."""

    stem: str
    start: int
    end: int


class AskedText:
    """A question folded, with its words and stretches of time. ``places``: the range of each folded character in the question."""

    def __init__(self, question: str) -> None:
        self.question = question
        self.folded, self.places = placed(question)
        self.words = [AskedWord(words.stem(match[0]), *match.span()) for match in _LATIN_WORD.finditer(self.folded)]
        self.periods = periods(self.folded)
        self._stems = {word.stem for word in self.words}
        self._found = dict[str, tuple[Span, ...]]()
        self._parts = dict[str, AskedText]()

    def part(self, question: str) -> AskedText:
        """A question that is a part of this one; made once."""
        if question not in self._parts:
            self._parts[question] = AskedText(question)
        return self._parts[question]

    def original(self, start: int, end: int) -> str:
        """The question as written, from one folded character to before another."""
        places = self.places[start:end]
        return self.question[places[0][0] : places[-1][1]] if places else ""

    @cached_property
    def stretches(self) -> list[tuple[str, int, int]]:
        """Every stretch that may be a value: (folded, or as stems; where it begins and ends)."""
        return list(_stretches(self))

    @cached_property
    def quantities(self) -> list[Fact]:
        """The figures of the question that are no dates."""
        return [fact for fact in facts(self.question) if fact.kind == QUANTITY]

    def find(self, term: str) -> tuple[Span, ...]:
        """Where a folded Chinese term, or stems of English words parted by blanks, stands."""
        known = self._found.get(term)
        if known is None:
            known = self._found[term] = self._in_han(term) if _HAN_RUN.search(term) else self._in_words(term.split())
        return known

    def _in_han(self, term: str) -> tuple[Span, ...]:
        if term not in self.folded:
            return ()
        found = (match.span() for match in re.finditer(re.escape(term), self.folded))
        return tuple((start, end) for start, end in found if not self._goes_on(end - 1))  # no 列150 of 列15000

    def _goes_on(self, at: int) -> bool:
        """Whether a number or a Latin word goes on behind a character of it."""
        one, following = self.folded[at], self.folded[at + 1 : at + 2]
        return (one.isdigit() and following.isdigit()) or (_is_ascii_letter(one) and _is_ascii_letter(following))

    def _in_words(self, stems: list[str]) -> tuple[Span, ...]:
        if not stems or stems[0] not in self._stems:
            return ()
        length = len(stems)
        return tuple(
            (self.words[at].start, self.words[at + length - 1].end)
            for at in range(len(self.words) - length + 1)
            if [word.stem for word in self.words[at : at + length]] == stems
        )


@dataclass(frozen=True, slots=True)
class ColumnMention:
    """``score`` in 0..1: how much of the column's name the question says; ``own``: where its last heading is said, ``above``: where the others are."""

    column: int
    score: float
    own: tuple[Span, ...]
    above: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueMention:
    """A value of a column that the question names. ``same``: letter for letter (folded); otherwise a part of it, or another form."""

    column: int
    values: tuple[str, ...]
    start: int
    end: int
    same: bool


@dataclass
class ColumnValues:
    """The distinct texts of the columns that hold names and codes, to be looked up by what a question says."""

    texts: dict[int, Sequence[str]]
    _exact: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    _cores: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    _parts: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column, values in self.texts.items():
            for value in values:
                folded = placed(value)[0].strip()
                if not folded:
                    continue
                self._exact.setdefault(folded, []).append((column, value))
                stems = (
                    " ".join(words.stem(match[0]) for match in _LATIN_WORD.finditer(folded))
                    if not _HAN_RUN.search(folded)
                    else ""
                )
                core = _FIRM.sub("", folded).strip()
                for key in {stems, core, " ".join(map(words.stem, core.split())) if stems else ""} - {folded, ""}:
                    self._cores.setdefault(key, []).append((column, value))
                if any(map(str.isdigit, folded)):
                    for part in re.findall(r"[a-z]*\d[a-z\d.-]*", folded):
                        if part != folded:
                            self._parts.setdefault(part, []).append((column, value))

    def mentions(self, asked: AskedText) -> list[ValueMention]:
        """The longest first; those of one place side by side."""
        found = list[ValueMention]()
        for text, start, end in asked.stretches:
            for index, same in ((self._exact, True), (self._cores, False), (self._parts, False)):
                if hits := index.get(text):
                    columns = dict[int, list[str]]()
                    for column, value in hits:
                        columns.setdefault(column, []).append(value)
                    found += [ValueMention(column, tuple(values), start, end, same) for column, values in columns.items()]
                    break
        return sorted(found, key=lambda one: (one.start - one.end, not one.same))


def _stretches(asked: AskedText) -> Iterator[tuple[str, int, int]]:
    """Every stretch of a question that may be a value, each once: folded, or as stems."""
    seen = set[tuple[str, int, int]]()
    for each in (_of_han, _of_words, _of_codes):
        for one in each(asked):
            if one not in seen:
                seen.add(one)
                yield one


def _of_han(asked: AskedText) -> Iterator[tuple[str, int, int]]:
    for run in _HAN_RUN.finditer(asked.folded):
        for start in range(run.start(), run.end()):
            for end in range(start + 1, min(run.end(), start + _LONGEST) + 1):
                yield asked.folded[start:end], start, end


def _of_words(asked: AskedText) -> Iterator[tuple[str, int, int]]:
    for at, first in enumerate(asked.words):
        for until in range(at, min(len(asked.words), at + _MOST_WORDS)):
            start, end = first.start, asked.words[until].end
            text = asked.folded[start:end]
            yield text, start, end
            yield " ".join(word.stem for word in asked.words[at : until + 1]), start, end
            if text.endswith(("'s", "’s")):
                yield text[:-2], start, end - 2


def _of_codes(asked: AskedText) -> Iterator[tuple[str, int, int]]:
    """Codes and names of both scripts: "MX-35水分仪", "E2级砝码", "B. Corrie"."""
    folded = asked.folded
    for pattern in _CODES:
        yield from ((match[0], *match.span()) for match in pattern.finditer(folded))
    for match in _MIXED.finditer(folded):
        for end in range(match.start(1) + 2, match.end(1) + 1):
            if _is_ascii_letter(folded[end - 1 : end]) and _is_ascii_letter(folded[end : end + 1]):
                continue  # no piece of a code: A-13 of A-135
            yield folded[match.start(1) : end], match.start(1), end


def _is_ascii_letter(character: str) -> bool:
    return character.isascii() and character.isalnum()


def said(asked: AskedText, heading: str) -> tuple[float, list[Span]]:
    """How much of a heading a question says, 0..1, and where."""
    return _said(asked, _clean(heading))


def column_mentions(asked: AskedText, head: TableHead) -> list[ColumnMention]:
    """The columns that the question names, the best said first."""
    found = list[ColumnMention]()
    for number, column in enumerate(head.columns):
        parts = [_clean(part) for part in column.name.split(JOINT)]
        own_score, own_spans = _said(asked, parts[-1])
        scores, above = list[float](), list[Span]()
        for part in parts[:-1]:
            score, where = _said(asked, part)
            scores.append(score)
            above += where
        total = 0.85 * own_score + 0.15 * max(scores) if scores else own_score
        if total >= 0.3 and own_spans:
            found.append(ColumnMention(number, total, tuple(own_spans), tuple(above)))
    return sorted(found, key=lambda one: (-one.score, -max(end - start for start, end in one.own)))


_MONTH_HEADING = re.compile(r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*|[1-9]月|1[0-2]月")


@functools.lru_cache(4_096)
def _times(part: str) -> list[TimeSpan]:
    """The stretches of time that a heading names; a month there needs no "in" before it."""
    if _MONTH_HEADING.fullmatch(part):
        return [replace(period, start=0, end=len(part)) for period in periods(part if part[0].isdigit() else f"in {part}")]
    return periods(part)


@functools.lru_cache(4_096)
def _clean(part: str) -> str:
    return _NOTE.sub("", placed(part)[0]).strip(" .:：#")


def _said(asked: AskedText, part: str) -> tuple[float, list[Span]]:
    """How much of a folded heading a question says, and where."""
    if not part:
        return 0.0, []
    own = _times(part)
    if own and own[0].end - own[0].start >= len(part) - 2:
        same = [period for period in asked.periods if _is_same(own[0], period)]
        if same:
            return 1.0, [(period.start, period.end) for period in same]
    score, spans = _said_by_letters(asked, part)
    if part.startswith("是否") and len(part) > 2:
        score, spans = max((score, spans), _said(asked, part[2:]), key=lambda one: one[0])
    for name, worth in ((part, 0.85), (_GENERAL.sub("", part), 0.75)):
        for other in office_terms.others(name) if name else ():
            if elsewhere := list(asked.find(other)):
                if score < worth:
                    score, spans = worth, elsewhere
                else:  # "status (状态)": said twice
                    spans = [*spans, *(span for span in elsewhere if span not in spans)]
    if score < 0.4 and " " in part and not _HAN_RUN.search(part):
        score, spans = max((score, spans), _said_in_the_other_language(asked, part), key=lambda one: one[0])
    return score, spans


def _said_in_the_other_language(asked: AskedText, part: str) -> tuple[float, list[Span]]:
    """An English heading of several words in a Chinese question, word by word."""
    telling = [match[0] for match in _LATIN_WORD.finditer(part) if match[0] not in _LITTLE]
    found = [
        [span for other in office_terms.others(word) if _HAN_RUN.search(other) for span in asked.find(other)]
        for word in telling
    ]
    return 0.8 * sum(map(bool, found)) / max(1, len(found)), [span for spans in found for span in spans]


def _is_same(heading: TimeSpan, asked: TimeSpan) -> bool:
    return heading.in_year(asked.first[0]).iso() == asked.in_year(heading.first[0]).iso()


def _said_by_letters(asked: AskedText, part: str) -> tuple[float, list[Span]]:
    if _HAN_RUN.search(part):
        return _said_in_han(asked, part)
    wanted = [words.stem(match[0]) for match in _LATIN_WORD.finditer(part)]
    telling = [stem for stem in wanted if stem not in _LITTLE] or wanted
    if len(telling) > 1 and telling[-1] in ("on", "by", "at"):  # "Received on"
        telling.pop()
    if not telling:
        return 0.0, []
    whole = asked.find(" ".join(wanted))
    if whole:
        literal = any(_singular(asked.folded[start:end]) == _singular(part) for start, end in whole)
        return (1.0 if literal else 0.9), list(whole)
    joined = [word for word in asked.words if word.stem in telling or set(word.stem.split("-")) & set(telling)]
    said = {stem for stem in telling for word in joined if stem == word.stem or stem in word.stem.split("-")}
    own = _singular(part).split()
    same = all(_singular(asked.folded[word.start : word.end]) in own for word in joined)
    return (0.98 if same else 0.9) * len(said) / len(telling), [(word.start, word.end) for word in joined]


def _singular(text: str) -> str:
    return " ".join(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in text.split()
    )


def _said_in_han(asked: AskedText, part: str) -> tuple[float, list[Span]]:
    spans = list(asked.find(part))
    if spans:
        return 1.0, spans
    core = _GENERAL.sub("", part)
    if len(core) >= _FEWEST_HAN:
        spans = list(asked.find(core))
        if spans:
            return 0.9, spans
    spans, said, at = [], 0, 0
    while at < len(part) - 1:
        length = next((n for n in range(len(part) - at, 1, -1) if part[at : at + n] in asked.folded), 0)
        if length:
            spans += asked.find(part[at : at + length])
            said += length
        at += max(length, 1)
    return 0.8 * said / len(part), spans


def covers(spans: Iterable[Span], taken: bytearray) -> bool:
    """Whether any character of ``spans`` is taken."""
    return any(any(taken[start:end]) for start, end in spans)
