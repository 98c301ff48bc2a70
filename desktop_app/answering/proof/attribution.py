# SPDX-License-Identifier: Apache-2.0
"""Whether a sentence says of one thing what its source says of another.

"Staff in Shanghai may spend 420 yuan" is made of words and figures of the source, but 420 stands in the row of another city. Its own
value, what is not in the question, is looked up: in a table by row and column, in a text by clause. It belongs to something else where
each place that has it lacks words of the question that another place has, together with another value of the same kind. Of the wrong
answers of a small model (Qwen 0.5B) that no other check marked, most were of this form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop_app.analysis import asked_kind, facts
from desktop_app.analysis.facts import Fact
from desktop_app.answering.proof.evidence import Sources, SourceSentence
from desktop_app.answering.proof.statement import Statement

_BETWEEN = re.compile(r"[,，;；、]|\b(?:and|while|but|or)\b|[和而与]")
_LEANS = re.compile(r"\b(?:it|its|they|their|this|these|that|those|he|she|both)\b|[其该它此]|这|以上|上述", re.IGNORECASE)
_COUNTED = re.compile(r"^\s+of \w+")  # "days of leave" are days of leave in the rest of the sentence, too
_BY = re.compile(r"由|\bby [a-z]")
_KNOWN = 2  # of so many words that are missing where the value stands one must stand beside the other value
_HALF = 2
_NEAR_WORDS, _NEAR_LETTERS = 5, 10  # before a value, in a sentence that names its subject once

_Held = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: dict[str, Statement]


class Attribution:
    """One sentence of an answer beside all places of the passages that have its values."""

    def __init__(self, claim: Statement, sources: Sources) -> None:
        self._claim, self._sources = claim, sources
        question = sources.question
        self._values = [
            fact for fact in claim.facts if _is_told(fact, claim) and not any(facts.agree(fact, one) for one in question.facts)
        ]
        self._own = claim.terms - question.terms
        self._terms = claim.terms | question.terms
        self._figures = [fact for fact in question.facts if not (fact.weak and fact.base)]  # "a night" tells no two apart

    def in_table(self) -> str:
        """The value of the sentence that stands in the row or the column of something else; "" for none."""
        tables = dict[tuple[str, ...], list[_Row]]()
        for source in self._sources.sentences:
            cells = source.cells if source.is_cjk == self._claim.is_cjk else {}
            if cells:
                tables.setdefault(tuple(cells), []).append(_Row(source.number, cells))
        for rows in tables.values():
            for fact in self._values:
                if self._elsewhere_in(rows, [fact], frozenset()):
                    return self._claim.text[fact.start : fact.end]
            if self._own and self._elsewhere_in(rows, (), self._own):
                return self._written({term for row in rows for cell in row.cells.values() for term in cell.terms & self._own})
        return ""

    def in_text(self, evidence: Sequence[SourceSentence]) -> str:
        """The same for a value that stands in the clause or the sentence of something else."""
        for fact in self._values:
            if self._fact_of_another(fact):
                return self._claim.text[fact.start : fact.end]
        kinds = asked_kind.asked(self._sources.question.text)
        for kind in (asked_kind.PERSON, asked_kind.PLACE):
            if kind in kinds and (own := self._words_of_another(kind)):
                return self._written(own)
        if asked_kind.REASON in kinds and asked_kind.holds(asked_kind.REASON, self._claim.text):
            reasons = [one for one in self._sources.around(evidence) if asked_kind.holds(asked_kind.REASON, one.text)]
            if reasons and not any(one in evidence for one in reasons):
                return self._claim.text.strip()
        return ""

    # ---- tables ----

    def _elsewhere_in(self, rows: Sequence[_Row], values: Sequence[Fact], own: _Held) -> bool:
        """Whether every cell with the value is in another row, or another column, than what is spoken of."""
        most = max(len(own & cell.terms) for row in rows for cell in row.cells.values())
        homes = [(row, label) for row in rows for label, cell in row.cells.items() if _has(cell, values, own, most)]
        # Of the columns with the value that one counts which is spoken of.
        asked = {label: len(Statement(label).terms & self._terms) for _, label in homes}
        homes_asked = [(row, label) for row, label in homes if asked[label] == max(asked.values())]
        others = [row for row in rows if all(row is not home for home, _ in homes)]
        return bool(homes) and all(
            self._is_of_another_row(row, label, others) or self._is_of_another_column(row, label, values)
            for row, label in homes_asked
        )

    def _is_of_another_row(self, home: _Row, label: str, others: Sequence[_Row]) -> bool:
        held, named = self._held_by_row(home, label), self._named_by_row(home, label)
        return any(
            held < self._held_by_row(row, label) or named < self._named_by_row(row, label)
            for row in others
            if row.cells[label].text
        )

    def _is_of_another_column(self, home: _Row, label: str, values: Sequence[Fact]) -> bool:
        here = Statement(label).terms & self._terms
        return any(
            here < Statement(name).terms & self._terms
            for name, cell in home.cells.items()
            if name != label
            and values
            and any(facts.alike(value, one) or not one.base for value in values for one in cell.facts)
        )

    def _held_by_row(self, row: _Row, label: str) -> _Held:
        cells = [cell for name, cell in row.cells.items() if name != label]
        return self._held(frozenset().union(*(cell.terms for cell in cells)), [fact for cell in cells for fact in cell.facts])

    def _named_by_row(self, row: _Row, label: str) -> _Held:
        """The cells that are said word for word: a shared bigram of Chinese names nothing."""
        cells = [cell for name, cell in row.cells.items() if name != label]
        return frozenset(cell.folded for cell in cells if cell.terms and cell.terms <= self._terms)

    # ---- running text ----

    def _fact_of_another(self, fact: Fact) -> bool:
        places = [
            (source, one)
            for source in self._prose()
            for one in source.facts
            if _is_told(one, source) and facts.alike(fact, one)
        ]
        homes = [(source, one) for source, one in places if facts.agree(fact, one)]
        others = [
            (source, one)
            for source, one in places
            if not any(facts.agree(mine, one) for mine in (*self._claim.facts, *self._sources.question.facts))
        ]
        return bool(homes) and all(any(self._beaten(home, other) for other in others) for home in homes)

    def _beaten(self, home: tuple[SourceSentence, Fact], other: tuple[SourceSentence, Fact]) -> bool:
        """Whether the other value is the one of what is spoken of."""
        if home[0] is other[0]:
            first, second = self._segment(*home), self._segment(*other)
            if home[1].start < other[1].start:
                first = _near(first, home[0], home[1])
            else:
                second = _near(second, other[0], other[1])
            return self._less(self._held_by(first), self._held_by(second))
        return self._less(self._held_by(home[0]) | self._context(home[0]), self._held_by(self._segment(*other)))

    def _segment(self, source: SourceSentence, fact: Fact) -> Statement:
        """The part of a sentence that belongs to one of its values."""
        start, end = 0, len(source.text)
        for one in source.facts:
            if one is fact or not _is_told(one, source) or not facts.alike(one, fact):
                continue
            first, second = (one, fact) if one.start < fact.start else (fact, one)
            cut = _BETWEEN.search(source.text, first.end, second.start)
            place = cut.start() if cut else first.end
            start, end = (max(start, place), end) if one is first else (start, min(end, place))
        return Statement(source.text[start:end])

    def _words_of_another(self, kind: str) -> _Held:
        """Words of a person or a place that the source has in a clause of something else."""
        own = self._own
        places = [(source, place) for source in self._prose() for place in range(len(source.clauses))]
        counts = [len(own & source.clauses[place].terms) for source, place in places]
        most = max(counts, default=0)
        if not most or _HALF * most < len(own):
            return frozenset()
        homes = [one for one, count in zip(places, counts, strict=True) if count == most]
        others = [
            (source, place)
            for (source, place), count in zip(places, counts, strict=True)
            if not count and _tells(kind, source.text[source.clauses[place].start : source.clauses[place].end])
        ]
        shared = own & frozenset().union(*(source.clauses[place].terms for source, place in homes))
        if all(
            any(
                self._less(
                    self._up_to(*home) | self._context(home[0]),
                    self._up_to(*other) if other[0] is home[0] else self._held_by(other[0]),
                    own,
                )
                for other in others
            )
            for home in homes
        ):
            return shared
        return frozenset()

    def _up_to(self, source: SourceSentence, place: int) -> _Held:
        """What a clause says, with the clauses before it: the subject stands in the first one."""
        clauses = source.clauses[: place + 1]
        return self._held(frozenset().union(*(one.terms for one in clauses)), ())

    def _prose(self) -> Iterable[SourceSentence]:
        return (one for one in self._sources.sentences if one.is_cjk == self._claim.is_cjk and not one.cells)

    def _context(self, source: SourceSentence) -> _Held:
        """What a sentence is about though it does not say so: its headings, and the sentence before one that leans on it."""
        before = [one for one in self._sources.of_passage(source.number) if one.order == source.order - 1]
        leans = before if _LEANS.search(source.text[:40]) else []
        return self._held(self._sources.beside(source).terms.union(*(one.terms for one in leans)), ())

    # ---- comparing ----

    def _held_by(self, statement: Statement) -> _Held:
        return self._held(statement.terms, statement.facts)

    def _held(self, terms: _Held, known: Sequence[Fact]) -> _Held:
        """Which words and figures of what is spoken of stand in a place."""
        figures = (str(place) for place, fact in enumerate(self._figures) if any(facts.agree(fact, one) for one in known))
        return (terms & self._terms).union(figures)

    def _less(self, home: _Held, other: _Held, own: _Held = frozenset()) -> bool:
        """Whether the place of the value has less of what is spoken of than another place, which has most of what it lacks. ``own``: the
        words of the value."""
        letters = set("".join(home | other))
        # Two Chinese letters of two known words side by side are no word.
        missing = {
            term
            for term in self._terms - home - own
            if term in other or term.isascii() or (len(term) > 1 and not letters.issuperset(term))
        }
        return home - own < other - own and _KNOWN * len(other - home - own) >= len(missing)

    def _written(self, terms: Iterable[str]) -> str:
        """The words of the sentence, as they are written, that hold ``terms``."""
        wanted = set(terms)
        found = [match[0] for match in re.finditer(r"[A-Za-z][\w'-]*", self._claim.text) if Statement(match[0]).terms & wanted]
        if found:
            return " ".join(found)
        folded = self._claim.folded
        spans = [(folded.find(term), folded.find(term) + len(term)) for term in wanted if term in folded]
        if not spans or len(folded) != len(self._claim.text):
            return ""
        return self._claim.text[min(start for start, _ in spans) : max(end for _, end in spans)].lstrip("由在")


def _tells(kind: str, clause: str) -> bool:
    """Whether a clause names someone or a place: by whom something is done is told by 由 and "by", too."""
    return asked_kind.holds(kind, clause) or (kind == asked_kind.PERSON and _BY.search(clause) is not None)


def _is_told(fact: Fact, statement: Statement) -> bool:
    """Whether a fact is a figure of its own: 一年 and "one year" are, 每年 and "a year" are not."""
    return not fact.weak or (bool(fact.base) and statement.text.startswith(("一", "one ", "One "), fact.start))


def _has(cell: Statement, values: Sequence[Fact], own: _Held, most: int) -> bool:
    """Whether a cell has one of ``values``, or more than half of the ``most`` words of ``own`` that a cell has."""
    return any(facts.agree(value, one) for value in values for one in cell.facts) or 2 * len(own & cell.terms) > most


def _near(segment: Statement, source: SourceSentence, fact: Fact) -> Statement:
    """What stands right before a value and behind it: the beginning of the sentence may be said of its other values, too."""
    end = segment.text.find(source.text[fact.start : fact.end])
    before = segment.text[: max(end, 0)]
    if source.is_cjk:
        return Statement(before[-_NEAR_LETTERS:] + segment.text[max(end, 0) :])
    behind = _COUNTED.sub("", segment.text[max(end, 0) + fact.end - fact.start :])
    return Statement(" ".join([*before.split()[-_NEAR_WORDS:], behind]))
