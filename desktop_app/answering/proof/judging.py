# SPDX-License-Identifier: Apache-2.0
"""Judges one sentence of an answer: its support, or why it has none.

copied clause by clause                            supported
a figure, date, unit or name that differs          unsupported, or partly where it was only added
no sentence is about what it says                  unsupported
yes where the source says no, an opposite word     unsupported
a value that the source has of something else      unsupported
a word exchanged, a clause added                   partly
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from desktop_app.analysis import facts
from desktop_app.answering.proof.attribution import Attribution
from desktop_app.answering.proof.denial import answered_wrongly, denied
from desktop_app.answering.proof.differences import SentenceComparison
from desktop_app.answering.proof.evidence import Sources, SourceSentence, name_stands, stands
from desktop_app.answering.proof.statement import Clause, Statement, is_short
from desktop_app.contract.answer import PARTLY, SUPPORTED, UNSUPPORTED

DOUBTS = (
    "not_in_passage",
    "number_differs",
    "date_differs",
    "unit_differs",
    "name_differs",
    "says_opposite",
    "words_differ",
    "says_more",
    "of_another",
    "checker_doubts",
)
"""Every ``AnswerPart.why`` that is given."""

_ENOUGH_WORDS = 0.32  # share of a sentence's words from which on it counts as said,
_ENOUGH_BESIDE_MEANING = 0.5  # the same where its meaning was compared as well
_ENOUGH_NEAR = 0.6
_ENOUGH_BOTH = 0.75
# The same where the answer is in another language than its source: right ones lie at .20 to .48, foreign ones at .10 to .28.
_ENOUGH_ACROSS = 0.22
_ABOUT = 0.4  # share of the question's words, of those in the best sentence, from which on a sentence is about what was asked
_ABOUT_NEAR = 0.5
_SURE_WORDS, _SURE_NEAR = 0.6, 0.75  # from which on no checker is asked
_FACTS = 0.35  # what it is worth that all figures and names agree, in shares of words
_FACTS_ACROSS = 0.1  # the same in another language, where cosines lie closer together
_CHANCE = 0.2  # with a smaller share of words a bare figure agrees by chance
_NAMED = 0.05  # for a passage that the model cited
_MOST = 3  # sentences as evidence
_ADDS = 0.25  # what a sentence more must add for its clause
_SAME_PASSAGE, _BESIDE = 0.1, 0.05  # which one is taken of equals
_NEGATIVE = frozenset(("no", "不是", "不对", "不可以", "不能", "没有", "不需要", "不允许"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """``why`` and ``missing`` as in an ``AnswerPart``. ``nearest``: the source sentence that is most like it, evidence or not. ``sure``:
    nothing that a checker says changes it."""

    verdict: str
    evidence: tuple[SourceSentence, ...] = ()
    why: str = ""
    missing: tuple[str, ...] = ()
    nearest: SourceSentence | None = None
    sure: bool = True


def judge(claim: Statement, sources: Sources, near: Sequence[float], *, yes: str = "", named: Collection[int] = ()) -> Verdict:
    """``near``: how near in meaning the claim is to each source sentence, 0 without a model. ``yes``: the "Yes" or "No" that stood before
    it. ``named``: numbers of the passages that the model cited, from 1."""
    if not sources.sentences:
        return Verdict(UNSUPPORTED, why="not_in_passage")
    copied = sources.copied(claim)
    if copied is not None:
        # A cell copied out of a table may be one of another row.
        what = Attribution(claim, sources).in_table() if len(claim.pieces) < len(copied.pieces) else ""
        return Verdict(UNSUPPORTED, (copied,), "of_another", (what,)) if what else Verdict(SUPPORTED, (copied,))
    if yes and not claim.terms and not claim.facts:
        return _answer_to(sources, no=yes in _NEGATIVE)
    return _Judge(claim, sources, near, named).verdict()


def _answer_to(sources: Sources, *, no: bool) -> Verdict:
    """Of a bare "Yes." or "No."."""
    best = max(sources.sentences, key=sources.asked_share)
    if sources.asked_share(best) < _ENOUGH_WORDS:
        return Verdict(UNSUPPORTED, why="not_in_passage", nearest=best, sure=False)
    if answered_wrongly(sources.question, [best], no=no):
        return Verdict(UNSUPPORTED, (best,), "says_opposite")
    return Verdict(SUPPORTED, (best,), nearest=best, sure=False)


class _Judge:
    def __init__(self, claim: Statement, sources: Sources, near: Sequence[float], named: Collection[int]) -> None:
        self._claim, self._sources, self._near, self._named = claim, sources, near, named
        self._short = is_short(claim) and bool(sources.question.terms)

    def verdict(self) -> Verdict:
        best = max(range(len(self._sources.sentences)), key=self._rank)
        first = self._sources.sentences[best]
        evidence = tuple(self._with_more(first))
        words, near = self._sources.share_of_all(self._claim.terms, evidence), self._near[best]
        said = self._said(words, near, evidence)
        compared = SentenceComparison(self._claim, evidence, self._sources)
        difference = compared.facts() or compared.names()
        if difference is not None and (said or difference.changed):
            verdict = UNSUPPORTED if difference.changed else PARTLY
            return Verdict(verdict, evidence, difference.why, difference.missing)
        if not said:  # a figure or a name that stands nowhere either leaves no doubt
            return Verdict(UNSUPPORTED, (), "not_in_passage", nearest=first, sure=difference is not None)
        opposite = denied(self._claim, evidence, self._sources.around(evidence))
        if opposite:
            return Verdict(UNSUPPORTED, evidence, "says_opposite", (opposite,))
        attribution = Attribution(self._claim, self._sources)
        another = attribution.in_table() or attribution.in_text(evidence)
        if another:
            return Verdict(UNSUPPORTED, evidence, "of_another", (another,))
        swapped = compared.swapped()
        if swapped:
            return Verdict(PARTLY, evidence, "words_differ", (swapped,), first, sure=False)
        more = compared.new_clauses()
        if more:
            return Verdict(PARTLY, evidence, "says_more", more, first, sure=False)
        return Verdict(SUPPORTED, evidence, nearest=first, sure=words >= _SURE_WORDS or near >= _SURE_NEAR)

    def _said(self, words: float, near: float, evidence: Sequence[SourceSentence]) -> bool:
        """Whether the evidence is about what the sentence says."""
        strong = [fact for fact in self._claim.facts if not fact.weak]
        known = [fact for one in evidence for fact in one.facts if not fact.weak or not self._claim.terms]
        agrees = bool(strong) and all(any(facts.agree(fact, one) for one in known) for fact in strong)
        distinctive = [fact for fact in strong if fact.base or fact.kind != facts.QUANTITY]
        by_chance = not any(facts.alike(fact, one) and facts.agree(fact, one) for fact in distinctive for one in known)
        if self._short and not self._answers(near, evidence):
            return False
        if not self._claim.terms:
            return agrees or not strong
        if agrees and (not by_chance or words >= _CHANCE):
            return True
        if self._claim.is_cjk != evidence[0].is_cjk:
            return near >= _ENOUGH_ACROSS
        enough = _ENOUGH_BESIDE_MEANING if self._sources.by_meaning else _ENOUGH_WORDS
        return words >= enough or near >= _ENOUGH_NEAR or words + near >= _ENOUGH_BOTH

    def _answers(self, near: float, evidence: Sequence[SourceSentence]) -> bool:
        """Whether the evidence of a short answer is about what was asked, as far as any sentence is."""
        most = max(map(self._sources.asked_share, self._sources.sentences))
        return max(map(self._sources.asked_share, evidence)) >= _ABOUT * most or near >= _ABOUT_NEAR

    # ---- the sentences that it rests on ----

    def _rank(self, place: int) -> float:
        source = self._sources.sentences[place]
        score = self._sources.share(self._claim.terms, source) + max(self._near[place], 0.0)
        if self._short:
            score += self._sources.asked_share(source)
        agree = self._agreement(None, source)
        if self._short:
            score += (1 + _FACTS) * agree
        elif any(
            facts.alike(mine, one) and facts.agree(mine, one)
            for mine in self._claim.facts
            if not mine.weak
            for one in source.facts
        ):
            score += agree * (_FACTS_ACROSS if self._sources.by_meaning and self._claim.is_cjk != source.is_cjk else _FACTS)
        else:
            score += _FACTS * agree * min(1.0, score / _CHANCE)
        return score + _NAMED * (source.number + 1 in self._named)

    def _agreement(self, clause: Clause | None, source: SourceSentence) -> float:
        """The share of the figures that stand in a source sentence; with those names, too, that a clause or a short answer has."""
        start, end = (clause.start, clause.end) if clause else (0, len(self._claim.text))
        marks = [stands(fact, source) for fact in self._claim.facts if start <= fact.start < end and not fact.weak]
        if clause or self._short:
            marks += [name_stands(name, source.folded) for name, at, _ in self._claim.names if start <= at < end]
        return sum(marks) / len(marks) if marks else 0.0

    def _with_more(self, first: SourceSentence) -> list[SourceSentence]:
        """``first``, and for each clause that it does not say the sentence that does."""
        evidence = [first]
        for clause in self._claim.clauses:
            shares = [self._sources.share(clause.terms, one, headings=False) for one in self._sources.sentences]
            fits = [
                share + _FACTS * self._agreement(clause, one)
                for share, one in zip(shares, self._sources.sentences, strict=True)
            ]
            most = max(shares)
            best, found = (
                max(fit for fit, one in zip(fits, self._sources.sentences, strict=True) if one in evidence) + _ADDS,
                None,
            )
            for share, fit, one in zip(shares, fits, self._sources.sentences, strict=True):
                here = one.number == first.number
                if share < (max(0.6 * most, 0.2) if here else max(0.8 * most, 0.5)) or not (here or len(clause.terms) > 2):
                    continue
                fit_here = fit + _SAME_PASSAGE * here + _BESIDE * (here and abs(one.order - first.order) == 1)
                if one not in evidence and fit > best - _SAME_PASSAGE and fit_here > best:
                    best, found = fit_here, one
            if found is not None:
                evidence.append(found)
        return evidence[:_MOST]
