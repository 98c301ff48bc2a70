# SPDX-License-Identifier: Apache-2.0
"""Scores how well each sentence of the passages answers a question.

The words that pick a document must not also pick its sentence. "What is the total of invoice RE-20260417?" is answered by the line with
the total, while the line "Invoice no. RE-20260417" holds most of the question's words. So what names (codes, names, what stands in the
heading, the file name or a title) counts for every sentence that it is the name of, and what is asked for (``analysis.asked_kind``)
decides among them.
"""

from __future__ import annotations

import os
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from desktop_app.analysis import asked_kind, clauses, codes, words
from desktop_app.analysis.folding import fold
from desktop_app.analysis.language import language
from desktop_app.analysis.matching import TermMatcher
from desktop_app.analysis.sentences import is_row, sentences
from desktop_app.contract.passage import Passage

_KIND_BONUS = 0.5
# A person, a place or a count stands in most sentences of a text about people: on XQuAD in .82, .15 and .73 of those without the answer.
_COMMON_KIND_BONUS = 0.4
_COMMON_KINDS = frozenset((asked_kind.PERSON, asked_kind.PLACE, asked_kind.COUNT, asked_kind.YES_NO))
_ENDED = re.compile(r"[。！？；;.!?…][\"'”’」』）)\]]*$")
_LABELLED = re.compile(r"[^:：]{1,40}[:：]\s*\S")
_BOX = re.compile(r"[☐☑☒✓✗]\s*\S|\S.*[☐☑☒✓✗]$")
_MAIL_HEAD = re.compile(r"(?:Subject|From|To|Cc|Date): ")
_TITLE_SHARE = 0.6
# What stands above the mail that is answered, in the programs' words.
_QUOTED_MAIL = re.compile(
    r"^(?:-{3,} ?(?:Original|Forwarded|Ursprüngliche|Weitergeleitete|原始邮件|原邮件|转发)|(?:On|Am|Le) .{5,120} (?:wrote|schrieb|a écrit) ?:|"
    r".{0,80}写道 ?[:：]|发件人 ?[:：]|From: .*\nSent:|Von: .*\nGesendet:)",
    re.MULTILINE,
)
_QUOTED_SHARE = 0.5
# A name that an earlier sentence says is mostly still meant; neighbours say what a sentence is about, but less surely than its own words.
_CARRIED = 0.9
_NEIGHBOUR = 0.4
_PART_OF_NUMBER = (
    0.4  # of a figure's weight is lost where it is the part of another one: who asks for "type 40" means no price of 40.00
)
_MEANING = 0.2  # for a cosine that lies a standard deviation above that of the other sentences
_LEAST_SPREAD = 0.02
_FEW = 4  # sentences in a language, fewer have no scale of their own
_SHORTEST = 6
_SURE = 0.7  # share of the question's words from which on they count in full
_IN_CLAUSE = 1.0  # for a sentence of the clause that is asked for, and once more for one of the part of it
_OF_NUMBER = 0.05  # the same where the question is nothing but the number: first, but beside the amounts, which are as good
_LISTED = 0.6  # share of the question's other words that a passage holds for an item of a list to be the clause
_FIGURE = re.compile(r"\d")
_CAPITAL = re.compile(r"(?<=[^.?!] )[A-Z][\w&-]*")
_SUBJECT_CHINESE = re.compile(r"(.{2,})的[^的]+$")
_SUBJECT = re.compile(r".*\b(?:of|for|in|at|on|from|under|by|with|to) (.+)$")


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """``start`` and ``end`` are character offsets in the passage's text."""

    passage: Passage
    start: int
    end: int
    score: float
    share: float = 1.0  # of what it would count as a full sentence: less for a title
    complete: bool = False  # all that is asked for stands in it or in its heading
    fits: bool = True  # it holds the kind of thing that is asked for, where one is
    clause: int = 0  # the place of the clause it is of among those that are asked for, from 1; 0 for none

    @property
    def text(self) -> str:
        """The sentence as it is in its passage."""
        return self.passage.text[self.start : self.end]


def score_sentences(
    question: str, terms: Sequence[str], weights: Mapping[str, float], passages: Sequence[Passage]
) -> list[ScoredSentence]:
    """Every sentence of the passages with its score, in reading order.

    ``weights``: how much each term of the question says (its inverse document frequency). A sentence gets the weighed share of
    the terms in it, all of those that the heading and the name of its file have, most of the names that were said before it, less than half
    of what its neighbours have, more where it is of the clause that is asked for or holds the kind of thing that is asked for, scaled by how relevant its passage is. Where even
    the best sentence has few of the words, the passages were found by meaning, and words that are shared by chance say less.
    """
    asked = _Asked(question, terms, weights)
    read = [asked.read(passage) for passage in passages]
    looked_at = [sentence for one in read for sentence in asked.looked_at(one, read)]
    sure = min(1.0, max((one.words for one in looked_at), default=0.0) / _SURE)
    return [one.scored(sure) for one in looked_at]


@dataclass(frozen=True, slots=True)
class _LookedAt:
    """A sentence of a passage: the share of the question's words that it has or is about, and what it gains by the kind asked for."""

    passage: Passage
    start: int
    end: int
    words: float
    gain: float
    share: float
    complete: bool
    fits: bool
    clause: int

    def scored(self, sure: float) -> ScoredSentence:
        score = (sure * self.words + self.gain) * self.share * (0.5 + 0.5 * self.passage.score)
        return ScoredSentence(self.passage, self.start, self.end, score, self.share, self.complete, self.fits, self.clause)


@dataclass(frozen=True, slots=True)
class _Read:
    """The sentences of a passage with the question's terms in each, and those of the terms that name something in any of them."""

    passage: Passage
    spans: list[tuple[int, int]]
    held: list[set[str]]
    names: set[str]


class _Asked:
    """A question as its sentences are held against it."""

    def __init__(self, question: str, terms: Sequence[str], weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._total = sum(weights[term] for term in terms) or 1.0
        self._matcher = TermMatcher(terms)
        self._kinds = asked_kind.asked(question)
        self._names = _names(question, terms)
        self._said = re.compile("|".join(re.escape(term) for term in terms if len(term) > 1) or r"(?!)", re.IGNORECASE)
        folded = fold(question)
        self._clauses, self._codes = clauses.asked(folded), set(codes.exact(folded))
        self._is_number = clauses.is_number(folded)
        self._others = set(weights).intersection(words.question_terms(clauses.without(folded))) if self._clauses else set[str]()
        self._figures = {term: _figure(term) for term in terms if term.isdecimal()}

    def read(self, passage: Passage) -> _Read:
        spans = sentences(passage.text)
        held = [set(self._matcher.held(passage.text[start:end])) for start, end in spans]
        return _Read(passage, spans, held, self._names & set[str]().union(*held))

    def looked_at(self, read: _Read, all_read: Sequence[_Read]) -> list[_LookedAt]:
        passage, held = read.passage, read.held
        newest = _newest_ends(passage.text)
        texts = [passage.text[start:end] for start, end in read.spans]
        gains = [self._gain(text) for text in texts]
        title = [
            _MAIL_HEAD.match(text) is not None or not (gain or _is_full(text)) for text, gain in zip(texts, gains, strict=True)
        ]
        name = " ".join((*passage.trail, os.path.splitext(os.path.basename(passage.path))[0]))
        about = set(self._matcher.held(name))
        carried = set[str]().union(
            *(other.names for other in all_read if other is not read and other.passage.path == passage.path)
        )
        clause = self._clause(read, texts, about)
        found = list[_LookedAt]()
        for i, (start, end) in enumerate(read.spans):
            known = about | held[i]
            beside = set().union(*held[max(0, i - 1) : i], *held[i + 1 : i + 2]) - known - carried
            said = self._weight(known) + _CARRIED * self._weight(carried - known) + _NEIGHBOUR * self._weight(beside)
            of_clause, level = clause[i]
            sure = level > 0 and not self._is_number
            in_part = set() if sure else self._in_part(texts[i], held[i])  # the 3 of "clause 3.2" is of no other number
            said -= _PART_OF_NUMBER * self._weight(in_part)
            share = _TITLE_SHARE if title[i] else 1.0
            if start >= newest or texts[i].startswith(">"):
                share *= _QUOTED_SHARE
            complete, fits = known.issuperset(self._weights), not self._kinds or gains[i] > 0
            found.append(
                _LookedAt(
                    passage,
                    start,
                    end,
                    words=said / self._total + (_OF_NUMBER if self._is_number else _IN_CLAUSE) * level,
                    gain=gains[i],
                    share=share,
                    complete=complete or sure,
                    fits=fits,
                    clause=of_clause,
                )
            )
            carried |= (held[i] if title[i] else held[i] & self._names) - in_part
        return found

    def _clause(self, read: _Read, texts: Sequence[str], about: set[str]) -> list[tuple[int, int]]:
        """Of each sentence what ``clauses.within`` says; none is of a clause where the passage lacks the contract that is named."""
        passage = read.passage
        if not self._clauses or (self._codes and not self._holds_code(passage)):
            return [(0, 0)] * len(texts)
        held = self._others & about.union(*read.held)
        listed = self._weight(held) >= _LISTED * self._weight(self._others)
        return clauses.within(texts, passage.trail, self._clauses, listed=listed)

    def _holds_code(self, passage: Passage) -> bool:
        whole = fold("\n".join((passage.text, *passage.trail, os.path.basename(passage.path))))
        return not self._codes.isdisjoint(codes.normalised_entities(whole))

    def _in_part(self, text: str, held: set[str]) -> set[str]:
        """The figures that a text holds as a part of a number only: 40 in "40.00"."""
        figures = held.intersection(self._figures)
        return {term for term in figures if not self._figures[term].search(fold(text))}

    def _gain(self, text: str) -> float:
        """What a text gains by holding the kind of thing that is asked for."""
        held = [kind for kind in self._kinds if asked_kind.holds(kind, self._told(text) if kind == asked_kind.PERSON else text)]
        return max((_COMMON_KIND_BONUS if kind in _COMMON_KINDS else _KIND_BONUS for kind in held), default=0.0)

    def _told(self, text: str) -> str:
        """A text without the words of the question: "the manager" is no answer to who the manager is."""
        return self._said.sub(" ", text)

    def _weight(self, terms: set[str]) -> float:
        return sum(self._weights[term] for term in terms)


def _figure(term: str) -> re.Pattern[str]:
    """A number in figures, also with its thousands set apart, that is not the part of another number."""
    first = len(term) % 3 or 3
    groups = [term[:first], *(term[i : i + 3] for i in range(first, len(term), 3))]
    return re.compile(rf"(?<![\d.,]){'[,. ]?'.join(groups)}(?![.,]?\d)")


def _names(question: str, terms: Sequence[str]) -> set[str]:
    """Those of a question's terms that name what it is about rather than ask: codes and figures, what is written with a capital, what
    stands before the last 的 ("星河公司的租金") or behind the last preposition ("the rent of Galaxy Ltd").
    """
    folded = fold(question)
    said = {term for term in terms if _FIGURE.search(term)}.union(words.cut(" ".join(_CAPITAL.findall(question))))
    subject = _SUBJECT_CHINESE.match(folded) or _SUBJECT.search(folded)
    about = words.cut(subject[1]) if subject else []
    if not set(about).issuperset(terms):
        said.update(about)
    return said.intersection(terms)


def _is_full(text: str) -> bool:
    """Whether a line is more than a title, which names the subject and answers nothing: by an end mark, as a label with its value, as a
    box that is ticked or not, or as a row of a table."""
    if _BOX.match(text):
        return True
    return len(text) >= _SHORTEST and bool(_ENDED.search(text) or _LABELLED.match(text) or is_row(text))


def _newest_ends(text: str) -> int:
    """Where the newest text of a mail ends and the one that it answers begins; the end of what is no mail."""
    quoted = _QUOTED_MAIL.search(text)
    return quoted.start() if quoted else len(text)


def add_cosines(scored: Sequence[ScoredSentence], cosines: Sequence[float]) -> list[ScoredSentence]:
    """The same sentences with what the embedding model thinks of them added.

    Cosines are standardised among the sentences: those of multilingual-e5-small lie between 0.70 and 0.90, whatever is compared.
    """
    groups = dict[str, list[int]]()
    for place, sentence in enumerate(scored):
        groups.setdefault(language(sentence.text), []).append(place)
    together = list(scored)
    for places in groups.values():
        group = [cosines[place] for place in places]
        middle = statistics.fmean(group if len(group) >= _FEW else cosines)
        spread = max(statistics.pstdev(group if len(group) >= _FEW else cosines), _LEAST_SPREAD)
        for place in places:
            means = _MEANING * scored[place].share * max(0.0, cosines[place] - middle) / spread
            together[place] = replace(scored[place], score=scored[place].score + means)
    return together
