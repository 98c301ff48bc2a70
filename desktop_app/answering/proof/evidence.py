# SPDX-License-Identifier: Apache-2.0
"""Finds the sentences of passages that support a sentence of an answer.

Those that share most of its words, figures and meaning.

Measured on 100 reworded sentences (``tests/answering/planted_errors.jsonl``): they share as little as none of their words with their
source (a quarter of them less than .3), sentences that stand in no source up to .25; cosines tell the two apart (English .90 and more
against .83, Chinese .93 against .93), once they are held against those of the other sentences at hand.
"""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from desktop_app.analysis import facts
from desktop_app.analysis.facts import Fact
from desktop_app.analysis.folding import fold
from desktop_app.analysis.sentences import sentences
from desktop_app.answering.proof.statement import Statement, content_terms
from desktop_app.contract.passage import Passage

if TYPE_CHECKING:
    from numpy.typing import NDArray

Embed = Callable[[Sequence[str]], "NDArray[np.float32]"]
"""One row a text, of length one."""

# Sentences whose meaning is compared: each costs some 15 ms on 2 cores.
_COMPARED = 40
_HEADING_COUNTS = 0.4  # a word that only the heading or the file name says
_SHORTEST_COPY = 8  # letters; less may stand anywhere
_FEWEST = 4  # sentences that make a background of cosines
_USUAL = 0.8  # the background where there are fewer
_CELL_END = re.compile(r"[;；]\s*")
_CELL = re.compile(r"(?P<label>[^:：]{1,40})[:：]\s*(?P<value>.*)", re.DOTALL)


class SourceSentence(Statement):
    """A sentence of a passage. ``start`` and ``end`` in ``Passage.text``: of the nearest sentence there for one that stands around it."""

    def __init__(self, text: str, number: int, order: int, start: int, end: int) -> None:
        super().__init__(text)
        self.number, self.order, self.start, self.end = number, order, start, end

    @cached_property
    def cells(self) -> dict[str, Statement]:
        """A row of a table, "label: value; label: value", by its labels; empty for other text."""
        parts = [part.strip() for part in _CELL_END.split(self.text) if part.strip()]
        read = [_CELL.fullmatch(part) for part in parts] if len(parts) > 1 else []
        return {match["label"].strip(): Statement(match["value"].strip()) for match in read if match} if all(read) else {}


class Sources:
    """All sentences of the passages that were sent; read once for the sentences of one answer."""

    def __init__(self, passages: Sequence[Passage], question: Statement, embed: Embed | None) -> None:
        self.passages = passages
        self.question = question
        self._embed = embed
        self.sentences = [one for number, passage in enumerate(passages) for one in _sentences_of(number, passage)]
        self._context = [content_terms(" ".join((*passage.trail, os.path.basename(passage.path)))) for passage in passages]
        self._beside = [Statement(" ".join((*passage.trail, os.path.basename(passage.path)))) for passage in passages]

    @property
    def by_meaning(self) -> bool:
        """Whether an embedding model is asked."""
        return self._embed is not None

    def beside(self, source: SourceSentence) -> Statement:
        """What stands above a sentence: its headings and the name of its file."""
        return self._beside[source.number]

    def around(self, sources: Sequence[SourceSentence]) -> list[SourceSentence]:
        """The sentences and those beside them."""
        places = {(one.number, one.order + step) for one in sources for step in (-1, 0, 1)}
        return [one for one in self.sentences if (one.number, one.order) in places]

    def of_passage(self, number: int) -> list[SourceSentence]:
        """The sentences of passage ``number``, from 1."""
        return [one for one in self.sentences if one.number == number]

    @cached_property
    def _weights(self) -> tuple[dict[str, float], float]:
        """Rare words say more; and what one weighs that stands nowhere."""
        counts = Counter(term for one in self.sentences for term in one.terms)
        total = len(self.sentences)
        weights = {term: math.log(1 + total / count) for term, count in counts.items()}
        return weights, math.log(1 + total)

    def share(self, terms: Collection[str], source: SourceSentence, *, headings: bool = True) -> float:
        """How much of ``terms`` a source sentence has, 0..1; ``headings``: or what stands above it. Words of the question that are missing
        do not count."""
        weights, rare = self._weights
        asked, context = self.question.terms, self._context[source.number] if headings else frozenset()
        held = total = 0.0
        for term in terms:
            weight = weights.get(term, rare)
            if term in source.terms:
                held, total = held + weight, total + weight
            elif term in context:
                held, total = held + _HEADING_COUNTS * weight, total + _HEADING_COUNTS * weight
            elif term not in asked:
                total += weight
        return held / total if total else 0.0

    def share_of_all(self, terms: Collection[str], sources: Sequence[SourceSentence]) -> float:
        """How much of ``terms`` source sentences and their headings have together. Words of the question count half: whoever repeats them
        has not said yet what stands there."""
        weights, rare = self._weights
        held = total = 0.0
        for term in terms:
            weight = weights.get(term, rare) * (0.5 if term in self.question.terms else 1)
            there = any(term in one.terms or term in self._context[one.number] for one in sources)
            held, total = held + weight * there, total + weight
        return held / total if total else 0.0

    def copied(self, claim: Statement) -> SourceSentence | None:
        """The source sentence of which a statement is a copy, whole clauses of it, letter for letter."""
        wanted = "\0".join(["", *claim.pieces, ""])
        if len(wanted) < _SHORTEST_COPY:
            return None
        return next((one for one in self.sentences if wanted in "\0".join(["", *one.pieces, ""])), None)

    def asked_share(self, source: SourceSentence) -> float:
        """How much of the question's words a source sentence or its heading has."""
        weights, rare = self._weights
        total = sum(weights.get(term, rare) for term in self.question.terms)
        context = self._context[source.number]
        held = sum(weights.get(term, rare) for term in self.question.terms if term in source.terms or term in context)
        return held / total if total else 0.0

    @cached_property
    def _vectors(self) -> NDArray[np.float32]:
        assert self._embed is not None
        return np.asarray(self._embed([one.text for one in self.sentences[:_COMPARED]]), dtype=np.float32)

    def nearness(self, texts: Sequence[str]) -> list[list[float]] | None:
        """How near each text is to each source sentence: 0 as near as the rest of the passages, 1 the same. None without a model."""
        if self._embed is None or not self.sentences or not texts:
            return None
        cosines = np.asarray(self._embed(texts), dtype=np.float32) @ self._vectors.T
        numbers = np.array([one.number for one in self.sentences[: cosines.shape[1]]])
        result = []
        for row in cosines:
            others = row[numbers != numbers[int(row.argmax())]]
            background = float(np.median(others)) if len(others) >= _FEWEST else _USUAL
            near = (row - background) / max(1 - background, 0.05)
            result.append([*map(float, near), *[0.0] * (len(self.sentences) - len(near))])
        return result


def _sentences_of(number: int, passage: Passage) -> Iterable[SourceSentence]:
    spans = sentences(passage.text) or [(0, len(passage.text))]
    around = [(text, spans[place]) for text, place in ((passage.before, 0), (passage.after, -1)) if text]
    found = [SourceSentence(passage.text[start:end], number, order, start, end) for order, (start, end) in enumerate(spans)]
    for text, (start, end) in around:
        order = -1 if text is passage.before else len(spans)
        found += [SourceSentence(text[begin:stop], number, order, start, end) for begin, stop in sentences(text)]
    return found


def stands(fact: Fact, source: Statement) -> bool:
    """Whether a source holds a figure, date or unit."""
    return any(facts.agree(fact, known) for known in source.facts)


def name_stands(name: str, folded: str) -> bool:
    """Whether a name stands in a folded text, also where its parts stand apart ("Mr Finch" of "Tobias Finch, IT support")."""
    whole = fold(name)
    if whole in folded:
        return True
    return whole.isascii() and all(
        part.removesuffix("'s").removesuffix("s") in folded for part in whole.split() if len(part) > 2
    )
