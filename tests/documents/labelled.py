# SPDX-License-Identifier: Apache-2.0
"""What a labelled input says, where, and whether it is seen; and how much of that a reader gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop_app.contract.document import Document, Locator, Segment


@dataclass(frozen=True)
class Gold:
    """A text of an input, whole. ``at``: the fields of its ``Locator`` that are wrong when they differ."""

    text: str
    hidden: str = ""
    at: tuple[tuple[str, object], ...] = ()


def seen(text: str, **at: object) -> Gold:
    return Gold(text, "", tuple(at.items()))


def unseen(text: str, why: str = "text", **at: object) -> Gold:
    return Gold(text, why, tuple(at.items()))


@dataclass
class Figures:
    """Counts over all inputs of a kind."""

    texts: int = 0
    found: int = 0
    placed: int = 0
    hidden: int = 0
    flagged: int = 0
    wrongly_flagged: int = 0
    twice: int = 0
    inputs: int = 0

    def add(self, document: Document, golds: Iterable[Gold], name: str) -> None:
        self.inputs += 1
        for gold in golds:
            self.texts += 1
            self.hidden += bool(gold.hidden)
            holding = [segment for segment in document.segments if gold.text in segment.text]
            if not holding:
                print(f"{name}: not found: {gold.text!r} in {[segment.text for segment in document.segments]}")
                continue
            self.found += 1
            self.twice += len(holding) > 1 or holding[0].text.count(gold.text) > 1
            if len(holding) > 1:
                print(f"{name}: twice: {gold.text!r}")
            place = holding[0].locator
            self.flagged += bool(gold.hidden) and place.hidden == gold.hidden
            self.wrongly_flagged += not gold.hidden and bool(place.hidden)
            right = _is_right(holding[0], gold)
            self.placed += right
            if not right or place.hidden != gold.hidden:
                print(f"{name}: {gold} is at {place}")

    def __str__(self) -> str:
        return (
            f"{self.inputs} inputs, {self.texts} texts: found {self.found / self.texts:.3f}, placed {self.placed / self.texts:.3f},"
            f" hidden flagged {self.flagged}/{self.hidden}, seen ones flagged {self.wrongly_flagged}, twice {self.twice}"
        )

    def hold(self) -> None:
        """The bounds for every kind."""
        print(self)
        assert self.inputs >= 12
        assert self.found >= 0.99 * self.texts, self
        assert self.placed >= 0.99 * self.texts, self
        assert self.flagged >= 0.98 * self.hidden, self
        assert self.wrongly_flagged == 0, self
        assert self.twice == 0, self


def _is_right(segment: Segment, gold: Gold) -> bool:
    expected = {"aside": "", "author": "", **dict(gold.at)}
    place: Locator = segment.locator
    return all(getattr(segment if name == "kind" else place, name) == value for name, value in expected.items())
