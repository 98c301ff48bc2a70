# SPDX-License-Identifier: Apache-2.0
"""Chooses the sentences that say what a text is about.

Central is a sentence that is like all the others of its part: by their words, and by their meaning where an embedding model is at hand. Words choose
whom it is asked about, because a vector costs 15 ms and a long file has thousands of sentences. Of those that say the same only one is taken
(maximal marginal relevance: Carbonell and Goldstein, 1998; centroids: Radev et al., 2004).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from desktop_app.analysis import words
from desktop_app.analysis.numerals import TO_HUNDREDS
from desktop_app.summaries.document_parts import DocumentPart, PartSentence

_NUMBER = re.compile(rf"\d|[{TO_HUNDREDS}]+(?:个|日|天|年|月|元|小时|分)|百分之")
Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Vectors of length one, a row a text."""

_COMPARED = 8  # sentences of a part whose vectors are made
_MOST_COMPARED = 96  # of all parts: a second and a half
_LEAD = 0.5  # for the first sentence of a part, a half for the second, a third for the third: reports and rules begin with what they are about
_FIGURE = 0.1  # for one with a number: amounts, dates and terms are what is asked about
_TITLE = 0.3  # for one with all words of the heading
_MEANING = 0.6  # share of what the vectors say
_ALIKE = 0.5  # share of the shorter one's words, from which on two sentences of a part say the same
_SAME = 0.6  # share of all their words, from which on those of two parts do
_FEW = 6  # sentences of a part, below which a word need not come again to be central


def choose(parts: Sequence[DocumentPart], wanted: Sequence[int], embed: Embed | None) -> list[list[PartSentence]]:
    """So many sentences of each part as are ``wanted`` of it, in reading order; fewer where they would say the same, none of a part that has
    none."""
    bags = [[_words(one.text) for one in part.sentences] for part in parts]
    rarity = _rarity([bag for within in bags for bag in within])
    scores = [_by_words(part, within, rarity) for part, within in zip(parts, bags, strict=True)]
    if embed is not None:
        _add_meaning(parts, scores, embed)
    taken, chosen = list[Counter[str]](), list[list[PartSentence]]()
    for part, score, within, number in zip(parts, scores, bags, wanted, strict=True):
        chosen.append(_best(part, score, within, taken, number))
    return chosen


def _words(text: str) -> Counter[str]:
    """The stems of a text that say something."""
    return Counter(map(words.stem, words.question_terms(text)))


def _rarity(bags: Sequence[Counter[str]]) -> dict[str, float]:
    """What a word tells within the file: the rarer, the more."""
    counts = Counter(word for bag in bags for word in bag)
    return {word: math.log(1 + len(bags) / count) for word, count in counts.items()}


def _by_words(part: DocumentPart, bags: Sequence[Counter[str]], rarity: Mapping[str, float]) -> list[float]:
    """How much of what the part speaks of each sentence has, with its place and the words of the heading; scaled by its weight."""
    spoken = Counter(word for bag in bags for word in bag)  # in how many sentences
    centre = {word: count * rarity[word] for word, count in spoken.items() if count > 1 or len(bags) < _FEW}
    norm = math.sqrt(sum(value * value for value in centre.values())) or 1.0
    title = set(_words(part.title)) if part.title else set[str]()
    scores = []
    for number, (sentence, bag) in enumerate(zip(part.sentences, bags, strict=True), start=1):
        length = math.sqrt(sum(rarity[word] ** 2 for word in bag)) or 1.0
        like = sum(rarity[word] * centre.get(word, 0.0) for word in bag) / norm / length
        named = len(title & bag.keys()) / len(title) if title else 0.0
        scores.append(
            sentence.weight * (like + _LEAD / number + _FIGURE * bool(_NUMBER.search(sentence.text)) + _TITLE * named)
        )
    return scores


def _add_meaning(parts: Sequence[DocumentPart], scores: list[list[float]], embed: Embed) -> None:
    """Add to the best of each part how near they are to its middle in meaning, standardised as the scores by words are."""
    each = max(2, min(_COMPARED, _MOST_COMPARED // max(1, len(parts))))
    for part, score in zip(parts, scores, strict=True):
        places = sorted(range(len(score)), key=lambda place: -score[place])[:each]
        if len(places) < 3:
            continue
        vectors = embed([part.sentences[place].text for place in places])
        middle = vectors.mean(axis=0)
        cosines = vectors @ (middle / (np.linalg.norm(middle) or 1.0))
        spread = float(cosines.std()) or 1.0
        step = float(np.std([score[place] for place in places])) or 1.0
        for place, cosine in zip(places, cosines.tolist(), strict=True):
            score[place] += _MEANING * step * (cosine - float(cosines.mean())) / spread * part.sentences[place].weight


def _best(
    part: DocumentPart, scores: Sequence[float], bags: Sequence[Counter[str]], taken: list[Counter[str]], wanted: int
) -> list[PartSentence]:
    """The best ones that say something else than each other and than the parts before; the best in any case."""
    order = sorted(range(len(scores)), key=lambda place: (-scores[place], place))
    fresh = [place for place in order if not any(_same(bags[place], other) for other in taken)] or order
    picked = list[int]()
    for place in fresh:
        if len(picked) < wanted and not any(_alike(bags[place], bags[other]) for other in picked):
            picked.append(place)
    taken += [bags[place] for place in picked]
    return [part.sentences[place] for place in sorted(picked)]


def _alike(one: Counter[str], other: Counter[str]) -> bool:
    shared = len(one.keys() & other.keys())
    return shared > _ALIKE * min(len(one), len(other)) if one and other else False


def _same(one: Counter[str], other: Counter[str]) -> bool:
    return len(one.keys() & other.keys()) > _SAME * len(one.keys() | other.keys())
