# SPDX-License-Identifier: Apache-2.0
"""What a file states about itself: its kind, parties, dates and amount.

"Which contracts expire in 2026?" is asked of all files at once; no search gives that. So each file's facts are read by rules once, each with
the sentence that states it, and kept beside its passages.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

KIND, PARTY, SIGNED, BEGIN, END, AMOUNT = "kind", "party", "signed", "begin", "end", "amount"
"""What a fact is about. ``value`` of each: one of ``KINDS``; a name as written; a day as "2026-03-31"; a number as "569400" or "0.5"."""

KINDS = ("contract", "invoice", "minutes", "report", "notice", "policy", "quotation", "order")
"""What a file may be, by its title."""

RENEWS, COUNTED, OPEN, RATE, FROM_NAME = "renews", "counted", "open", "rate", "from_name"
"""Remarks on a fact: the end is put off unless somebody cancels; it was counted from a first day and a length; there is none, and the text says so; the
amount is one for each month or piece; the name of the file says it, not its text."""


class StatedFact(msgspec.Struct, frozen=True, omit_defaults=True):
    """``chunk`` with the half-open range ``start`` to ``end`` is the sentence that states it, in characters of the chunk's text. ``unit``: the currency
    code of an amount, "" where none is said. ``sure``: the rules leave no doubt. ``notes``: some of the remarks above."""

    about: str
    value: str
    chunk: int
    start: int
    end: int
    unit: str = ""
    sure: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileStatement:
    """The facts of one file. ``modified`` in nanoseconds since the epoch; ``content``: the digest of its bytes."""

    file: int
    path: str
    modified: int
    content: str
    facts: tuple[StatedFact, ...]

    def of(self, about: str) -> tuple[StatedFact, ...]:
        """Its facts of one sort, in their order."""
        return tuple(fact for fact in self.facts if fact.about == about)
