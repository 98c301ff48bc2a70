# SPDX-License-Identifier: Apache-2.0
"""Finds contradictions of polarity, clause by clause.

A sentence says yes where its source says no, or names the opposite.

Each clause is held against the clause of the source that shares its words, not against the sentence: "don't forward it, but open what is
attached" is wrong of "do not forward it, and do not open its attachments" in its second half only.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.analysis import polarity
from desktop_app.answering.proof.statement import Clause, Statement

_DENIED = 0.5  # share of the words behind a negation that the other clause has
_SHARED = 0.4  # share of the words of the shorter clause that both have
_ALIKE = 0.5


def denied(claim: Statement, sources: Sequence[Statement], around: Sequence[Statement]) -> str:
    """The clause of ``claim`` that says the opposite of ``sources``, or the word that does; "" for none. ``around``: these and the
    sentences beside them, where a negation may stand: "The allowance is 38 euros. No receipts are needed for it."."""
    known = [clause for one in around for clause in one.clauses]
    whole = " ".join(one.folded for one in sources)
    for clause in claim.clauses:
        if _contradicted(clause, known, claim.clauses):
            return claim.text[clause.start : clause.end].strip()
        for one in _most_alike(clause, known):
            turned = polarity.opposites(clause.folded, one.folded, whole)
            if turned:
                return turned[0]
    return ""


def answered_wrongly(question: Statement, sources: Sequence[Statement], *, no: bool) -> bool:
    """Whether a bare "Yes", or ``no``, to ``question`` is the wrong one."""
    known = [clause for one in sources for clause in one.clauses]
    for clause in question.clauses:
        alike = _most_alike(clause, known)
        if alike and all((clause.negated != no) != one.negated for one in alike):
            return True
    return False


def _contradicted(clause: Clause, known: Sequence[Clause], mine: Sequence[Clause]) -> bool:
    """Whether a source clause denies what ``clause`` says, or says what it denies. Not where another clause of the sentence agrees with
    that one, or another one of the source with this."""
    if polarity.excepts(clause.folded):
        return False
    for one in known:
        if clause.negated == one.negated or polarity.excepts(one.folded):
            continue
        no, yes = (clause, one) if clause.negated else (one, clause)
        if no.head not in yes.terms and len(no.denied & yes.terms) < max(1, _DENIED * len(no.denied)):
            continue
        shared = len(clause.terms & one.terms)
        if shared < _SHARED * min(len(clause.terms), len(one.terms)):
            continue
        if any(
            one.negated == two.negated and len(two.terms & one.terms) >= shared and _speaks_of(two, no.denied) for two in mine
        ):
            continue
        if not any(clause.negated == two.negated and _speaks_of(two, no.denied) for two in known):
            return True
    return False


def _speaks_of(clause: Clause, denied_terms: frozenset[str]) -> bool:
    own = clause.denied or clause.terms
    least = min(len(denied_terms), len(own)) if clause.negated else len(denied_terms)
    return len(denied_terms & own) >= max(1, _DENIED * least)


def _most_alike(clause: Clause, known: Sequence[Clause]) -> list[Clause]:
    """The clauses that share most of their words with ``clause``, those that are equally like it."""
    best, found = 0.0, list[Clause]()
    for one in known:
        both = len(clause.terms & one.terms)
        if not both or both < _ALIKE * min(len(clause.terms), len(one.terms)):
            continue
        like = both / len(clause.terms | one.terms)
        if like > best:
            best, found = like, [one]
        elif like == best:
            found.append(one)
    return found
