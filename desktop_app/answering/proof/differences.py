# SPDX-License-Identifier: Apache-2.0
"""Finds what a sentence changes of its source.

Changed figures, dates, units and names, exchanged words, new clauses.

A figure is held against the sentence that is about the same thing, not against the whole passage: "up to 190 euros" is wrong of hotels in
this country, though the next line says it of those abroad. Changed is what stands in place of another one of its kind; the rest was added.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from desktop_app.analysis import facts, names, units
from desktop_app.analysis.facts import Fact
from desktop_app.analysis.folding import fold
from desktop_app.analysis.script import HAN
from desktop_app.answering.proof.evidence import Sources, SourceSentence, name_stands, stands
from desktop_app.answering.proof.statement import Statement, content_terms

_AS_GOOD = 0.8  # share of the evidence's words with which another sentence is about the same clause,
_LEAST = 0.2  # and the least one
_NEW = 0.15  # with a smaller share of its words a clause stands nowhere,
_REST = 0.6  # where this share of another one does
_FEWEST = 4  # words of such a clause, or 6 Chinese bigrams
_FEWEST_CHINESE = 6
_SHORTEST_COPY = 6  # words or Chinese characters
_COPY = 0.7  # share of them that stand in the source in their order
_WORDS = re.compile(r"[\w '’-]+")
_TOKEN = re.compile(rf"[{HAN}]|[^\W{HAN}]+")
_EACH = re.compile(r"每|(?:every|each|once an?|yearly|annual)", re.IGNORECASE)
_EVERY = re.compile(r"(?:每隔?|\bevery )$", re.IGNORECASE)
_LIMIT = re.compile(r"\b(?:before|after|until|till|by|since|from) $", re.IGNORECASE)
_LIMIT_BEHIND = re.compile(r"份?(?:以|之)?[前后]|起|截?止")
_TIMES = units.TIME | {"night"}


@dataclass(frozen=True, slots=True)
class Difference:
    """``changed``: something else stands in the source; otherwise this was added. ``why`` and ``missing`` as in an ``AnswerPart``."""

    changed: bool
    why: str
    missing: tuple[str, ...]


class SentenceComparison:
    """One sentence of an answer beside the sentences of the source that it rests on."""

    def __init__(self, claim: Statement, evidence: Sequence[SourceSentence], sources: Sources) -> None:
        self._claim, self._evidence, self._sources = claim, evidence, sources
        self._numbers = {one.number for one in evidence}
        self._known = [fact for one in evidence for fact in one.facts]
        # What may be said without being in the evidence: the question's own words, headings, names of files.
        self._given = [sources.question, *(sources.beside(one) for one in evidence)]

    # ---- figures ----

    def facts(self) -> Difference | None:
        """Figures, dates and units that are not in the evidence; None when all are."""
        changed, why, missing = False, "", list[str]()
        for fact in self._claim.facts:
            reason, is_changed = self._fact(fact)
            if reason:
                missing.append(self._claim.text[fact.start : fact.end].rstrip("."))
                changed, why = changed or is_changed, why or reason
        return Difference(changed, why, tuple(missing)) if missing else None

    def _fact(self, fact: Fact) -> tuple[str, bool]:
        """Why it does not stand in the evidence, "" where it does, and whether something else stands in its place."""
        given = [one for statement in self._given for one in statement.facts]
        if fact.weak and self._another_interval(fact, given):
            return "number_differs", True
        if self._stands(fact) or any(facts.agree(fact, one) for one in given):
            if not fact.weak and self._stands_for_another(fact):
                return self._reason(fact), True
            if fact.kind == facts.DATE and (not self._year_stands(fact, given) or self._lacks_day(fact)):
                return "date_differs", False
            return "", False
        if fact.weak:
            return ("unit_differs", True) if self._another_rate(fact) else ("", False)
        if self._elsewhere(fact.start, lambda one: stands(fact, one)):
            return "", False
        reason = self._reason(fact)
        return reason, reason == "unit_differs" or self._another_instead(fact)

    def _reason(self, fact: Fact) -> str:
        if fact.kind in (facts.DATE, facts.CLOCK, facts.WEEKDAY):
            return "date_differs"
        return "unit_differs" if any(facts.another_unit(fact, one) for one in self._known) else "number_differs"

    def _stands(self, fact: Fact) -> bool:
        """Whether the evidence says it. What says another fact of the sentence, with its unit, does not also say this bare figure."""
        with_units = [one for one in self._claim.facts if one is not fact and one.base]
        return any(
            facts.agree(fact, one) and (fact.base or not one.base or not any(facts.agree(other, one) for other in with_units))
            for one in self._known
        )

    def _stands_for_another(self, fact: Fact) -> bool:
        """Whether it is said twice in place of another one: "from September to September" of "from June to September"."""
        mine = [one for one in self._claim.facts if facts.alike(fact, one) and one.value == fact.value and not one.weak]
        theirs = [one for one in self._known if facts.alike(fact, one) and not one.weak]
        agreeing = sum(facts.agree(fact, one) for one in theirs)
        return len(mine) > max(agreeing, 1) and len(theirs) >= len(mine) and self._another_instead(fact)

    def _another_instead(self, fact: Fact) -> bool:
        """Whether the evidence has something of this kind that the sentence does not say."""
        return any(
            facts.alike(fact, one)
            and not one.weak
            and not any(facts.agree(mine, one) or facts.agree(one, mine) for mine in self._claim.facts)
            for one in self._known
        )

    def _another_rate(self, fact: Fact) -> bool:
        """ "A month" where the source has "a week". A night is a day."""
        bases = _TIMES if fact.base in _TIMES else {fact.base}
        rates = [one for one in self._known if one.weak and one.base in bases]
        if not fact.base or "night" in (fact.base, *(one.base for one in rates)):
            return False
        return any(not any(facts.agree(mine, one) for mine in self._claim.facts) for one in rates)

    def _another_interval(self, fact: Fact, given: Sequence[Fact]) -> bool:
        """ "Every year" where the source has "every four years"."""
        if fact.base not in units.TIME or not _EACH.match(self._claim.text, fact.start):
            return False
        if any(facts.alike(fact, one) and fact.value == one.value for one in (*self._known, *given)):
            return False
        return any(
            not one.weak and one.base in units.TIME and one.value != fact.value and _EVERY.search(source.text, 0, one.start)
            for source in self._evidence
            for one in source.facts
        )

    def _lacks_day(self, fact: Fact) -> bool:
        """ "Before March" where the source has "before 1 March": a limit is a day."""
        before, text = self._claim.text[: fact.start], self._claim.text
        if fact.on[2] or not (_LIMIT.search(before) or _LIMIT_BEHIND.match(text, fact.end)):
            return False
        months = [one for one in self._known if one.kind == facts.DATE and one.on[1] == fact.on[1]]
        return bool(fact.on[1] and months) and all(one.on[2] for one in months)

    def _year_stands(self, fact: Fact, given: Sequence[Fact]) -> bool:
        """Whether the year of a date stands anywhere in the passage, where the date itself has none."""
        year = fact.on[0]
        said = [one for source in self._sources.sentences if source.number in self._numbers for one in source.facts]
        return not year or any(
            one.on[0] == year or (one.kind == facts.QUANTITY and one.value == year) for one in (*said, *given)
        )

    def _elsewhere(self, place: int, holds: Callable[[SourceSentence], bool]) -> bool:
        """Whether what is not in the evidence stands in a sentence of its passages that is as much about the clause at ``place``."""
        clause = next((one for one in self._claim.clauses if one.start <= place < one.end), None)
        terms = clause.terms if clause and clause.terms else self._claim.terms
        least = max(_AS_GOOD * max(self._sources.share(terms, one) for one in self._evidence), _LEAST)
        return any(
            holds(one) and self._sources.share(terms, one) >= least
            for one in self._sources.sentences
            if one.number in self._numbers and one not in self._evidence
        )

    # ---- names ----

    def names(self) -> Difference | None:
        """Names that are not in the evidence; None when all are."""
        texts = [one.folded for one in (*self._evidence, *self._given)]
        theirs = [name for one in self._evidence for name, _, _ in one.names]
        another = any(not name_stands(name, self._claim.folded) for name in theirs)
        missing = [name for name, start, _ in self._claim.names if not self._name_stands(name, start, texts, another)]
        offices = [
            which + kind
            for which, kind in names.offices(self._claim.text)
            if not any(which in text for text in texts) and self._another_office(kind)
        ]
        if not missing and not offices:
            return None
        return Difference(another or bool(offices), "name_differs", (*missing, *offices))

    def _name_stands(self, name: str, place: int, texts: Sequence[str], another: bool) -> bool:
        if name.isascii() and self._evidence[0].is_cjk and not self._claim.is_cjk:
            return True  # people and places are called otherwise in another language
        if any(name_stands(name, text) for text in texts) or self._elsewhere(place, lambda one: name_stands(name, one.folded)):
            return True
        # "She leads the project." stands below the line that names her.
        passage = self._evidence[0].number
        return not another and any(name_stands(name, one.folded) for one in self._sources.of_passage(passage))

    def _another_office(self, kind: str) -> bool:
        theirs = [office for one in self._evidence for office in names.offices(one.text)]
        return any(other == kind and which not in self._claim.text for which, other in theirs)

    # ---- words ----

    def swapped(self) -> str:
        """The words that stand in place of others in what otherwise is a copy; "" for none. No list knows all names."""
        mine, theirs = _tokens(self._claim), _tokens(self._evidence[0])
        if len(mine) < _SHORTEST_COPY:
            return ""
        matcher = SequenceMatcher(None, [token for token, _, _ in mine], [token for token, _, _ in theirs], autojunk=False)
        same = sum(size for _, _, size in matcher.get_matching_blocks())
        changes = [change for change in matcher.get_opcodes() if change[0] == "replace"]
        if same < _COPY * len(mine) or len(changes) != 1:
            return ""
        _, begin, end, start, stop = changes[0]
        if abs((end - begin) - (stop - start)) > 1:
            return ""  # said otherwise
        place, until = mine[begin][1], mine[end - 1][2]
        text = self._claim.text[place:until]
        if (end == len(mine) and stop < len(theirs)) or not _WORDS.fullmatch(text):
            return ""  # it ends otherwise
        if any(fact.start < until and place < fact.end for fact in self._claim.facts):
            return ""
        new, other = content_terms(text), content_terms(self._evidence[0].text[theirs[start][1] : theirs[stop - 1][2]])
        known = {term for one in self._sources.of_passage(self._evidence[0].number) for term in one.terms}
        return text if len(fold(text)) > 1 and new and other and not new & known else ""

    def new_clauses(self) -> tuple[str, ...]:
        """Clauses that share no words with the evidence, beside others that do."""
        clauses = self._claim.clauses
        shares = [self._sources.share_of_all(clause.terms, self._evidence) for clause in clauses]
        found = []
        for place, clause in enumerate(clauses):
            rest = [share for other, share in enumerate(shares) if other != place and clauses[other].terms]
            has_fact = any(clause.start <= fact.start < clause.end for fact in self._claim.facts)
            enough = len(clause.terms) >= (_FEWEST if clause.folded.isascii() else _FEWEST_CHINESE)
            if enough and not has_fact and shares[place] < _NEW and max(rest, default=0.0) >= _REST:
                found.append(self._claim.text[clause.start : clause.end].strip())
        return tuple(found)


def _tokens(statement: Statement) -> list[tuple[str, int, int]]:
    """A text as words, Chinese as characters, without its figures, each with its place."""
    figures = [(fact.start, fact.end) for fact in statement.facts if fact.kind != facts.CODE]
    return [
        (fold(match[0]), *match.span())
        for match in _TOKEN.finditer(statement.text)
        if not any(start <= match.start() < end for start, end in figures)
    ]
