# SPDX-License-Identifier: Apache-2.0
"""All facts of one file, from its passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop_app.contract.ledger import StoredChunk
from desktop_app.facts import kinds, parties, prices, terms
from desktop_app.facts.reading import sentences_of
from desktop_app.library.stated_fact import StatedFact

RULES = 1
"""Counts up with every change of these rules, so that facts read by older ones are read again."""

_MOST_CHUNKS = 400  # of a file; contracts have their facts within 200 pages
_WITH_TERMS = frozenset({"contract"})
_WITH_PRICE = frozenset({"contract", "invoice", "quotation", "order"})
_WITH_PARTIES = _WITH_PRICE


def stated(path: str, first: Sequence[StoredChunk], rest: Callable[[], Sequence[StoredChunk]]) -> list[StatedFact]:
    """What a file states. ``first``: its first passage, which tells its kind; ``rest`` gives all of them, asked for only where there is more to
    find."""
    found = kinds.kind(path, first, list(sentences_of(first)))
    if found is None:
        return []
    facts = [found]
    if found.value in _WITH_PRICE:
        chunks = list(rest())[:_MOST_CHUNKS]
        sentences = list(sentences_of(chunks))
        facts += parties.parties(chunks, sentences)
        if found.value in _WITH_TERMS:
            facts += terms.terms(sentences)
        amount = prices.price(sentences)
        facts += [amount] if amount is not None else []
    return facts
