# SPDX-License-Identifier: Apache-2.0
"""Score fusion of lexical and dense search, and a calibrated relevance.

Rank fusion forgets how sure an arm was; scores do not. Both are brought to a common scale: the lexical score as a share of the most that
the question's terms could give (``query_terms``), and the centred cosine, of which 1 is what a plain question has with its answer
(``background``). A few shared words are no evidence: in a question that is answered in other words they lead elsewhere, so words count
from ``_MIN_LEXICAL`` on.

Measured with multilingual-e5-small in 8 bits, R@1 / R@5, on ../shared/data/office (160 short passages; paraphrases share no word with their
answer, cross questions ask in the other language) and ../shared/data/retrieval:

                          paraphrase zh  paraphrase en  cross zh   cross en   XQuAD en    CMRC zh     XQuAD de
    words alone           .00 / .00      .00 / .00      .00 / .00  .00 / .00  .959/.997   .977/.995   .945/.992
    model alone, cosine   .40 / .76      .36 / .76      .00 / .00  .05 / .40  .948/.998   .951/.988   .926/.992
    both                  .36 / .72      .32 / .84      .70 / .95  .75 / .95  .976/1.00   .977/.994   .960/.998
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

from desktop_app.analysis.words import is_cjk
from desktop_app.contract.passage import ANSWER, NONE, PERHAPS

T = TypeVar("T")

_UNKNOWN_BIGRAM = 0.6
_MIN_LEXICAL = 0.25
_LEXICAL = 1.5
_OWN_LANGUAGE = 0.06
_FIRST, _OF_EACH = 8, 3
# A library of a few texts says little about which words are common: as if it had so many more, of which this share holds any word.
_MORE_TEXTS = 20
_ANY_WORD = 0.05

# The relevance, fitted by logistic regression (least cross-entropy; no weight below zero, so that it never falls when words or meaning rise)
# on whether the answer is among the first five: 6,900 searches in libraries of 1, 3, 12 and 60 to 180 texts, of questions that share words
# with their answer, that share none, that ask across languages, and that have no answer. ``_LUCK``: the nearest of many texts is nearer by
# chance (the largest of n normal deviates grows with the root of 2 ln n). ``_NOISE``: some questions are near to everything. ``_LONGER``: the
# vector of a long passage is a mean of all that it says, and its words are better evidence; for each e-fold of ``_SHORT`` words, two at most.
_BASE, _SIMILARITY, _COVERAGE, _LONGER, _LUCK, _NOISE = -1.47, 4.64, 2.18, 1.12, 0.39, 0.45
_SHORT = 25
_MANY, _STANDS_OUT = 16, 0.12
# A passage that covers all of a question's words answers, however common those words are. No absent office question has .9.
_ALL = 0.9
# Without a model, words alone: a passage that covers half of what is asked for answers.
_BASE_OF_WORDS, _SLOPE_OF_WORDS = -5.25, 14.8
ANSWERS, MAY_ANSWER = 0.85, 0.214
"""From which ``relevance`` on a passage answers, and may answer. Measured with multilingual-e5-small in 8 bits on ../shared/data/office
(tests/benchmarks/office_meaning): plain questions shown as answer 1.00, absent ones .14, as none .24; of the paraphrases whose passage is
among the first five .81 (English) and .89 (Chinese) are shown. The right passages of XQuAD and CMRC are shown in .99 of all cases."""


def fused_score(lexical: float, similarity: float | None, *, own_language: bool) -> float:
    """The score that passages are ordered by.

    ``lexical``: ``LexicalMatch.ranking``. ``similarity``: ``Background.similarity``, None where no model was asked or there is no vector yet;
    then the lexical score takes its place. ``own_language``: whether the passage is in the question's language.
    """
    dense = lexical if similarity is None else similarity
    return dense + _LEXICAL * max(0.0, lexical - _MIN_LEXICAL) + _OWN_LANGUAGE * own_language


def term_weight(term: str, frequency: float, texts: int) -> float:
    """The weight of a term in coverage: its inverse document frequency.

    A CJK bigram that is nowhere in the library weighs less: it is either a word the library lacks or two halves of two words
    ("提交|多少": "交多"), and cutting into bigrams makes many of those (measured: AUC of coverage 0.971 -> 0.977).
    """
    weight = idf(frequency, texts)
    return _UNKNOWN_BIGRAM * weight if frequency == 0 and is_cjk(term) else weight


def idf(frequency: float, texts: int) -> float:
    """Inverse document frequency of a term that is in ``frequency`` of ``texts`` distinct texts. Never below zero."""
    if frequency > texts:
        return 0.0
    return math.log((texts + 1 + _MORE_TEXTS) / (frequency + 0.5 + _ANY_WORD * _MORE_TEXTS))


def with_first_of_each(ordered: Sequence[T], arms: Sequence[Sequence[T]]) -> list[T]:
    """``ordered``, best first, with the first 3 of every arm among its first 8, so that what only one arm found is shown.
    They take the last of those places, from passages that no arm has among its first. With nine different ones the last arm has two."""
    wanted = [one for arm in arms for one in arm[:_OF_EACH]]
    wanted = list({id(one): one for one in wanted}.values())[:_FIRST]
    first, rest = list(ordered[:_FIRST]), list(ordered[_FIRST:])
    ids = {id(one) for one in first}
    missing = [one for one in wanted if id(one) not in ids]
    kept = {id(one) for one in wanted}
    for place in reversed(range(len(first))):
        if not missing:
            break
        if id(first[place]) not in kept:
            rest.insert(0, first.pop(place))
            missing_one = missing.pop()
            first.append(missing_one)
            rest = [one for one in rest if one is not missing_one]
    return [*first, *rest]


def relevance(coverage: float, similarity: float | None, texts: int, noise: float = 0.0, length: float = _SHORT) -> float:
    """The probability, 0..1, that a passage answers.

    ``coverage``: ``LexicalMatch.coverage``. ``similarity`` as in ``fused_score``. ``texts``: how many the library holds. ``noise``: the
    similarity that unrelated texts have to this question. ``length`` of the passage in words.
    """
    if similarity is None:
        return _logistic(_BASE_OF_WORDS + _SLOPE_OF_WORDS * coverage)
    longer = min(2.0, max(0.0, math.log(max(length, 1.0) / _SHORT)))
    words = (_COVERAGE + _LONGER * longer) * coverage**2
    probable = _logistic(
        _BASE + _SIMILARITY * (similarity - _NOISE * noise) + words - _LUCK * math.sqrt(2 * math.log(texts + 1))
    )
    return max(ANSWERS, probable) if coverage >= _ALL else probable


def certainty(score: float) -> str:
    """What a passage of this ``relevance`` is to the question: ``ANSWER``, ``PERHAPS`` or ``NONE``."""
    if score >= ANSWERS:
        return ANSWER
    return PERHAPS if score >= MAY_ANSWER else NONE


def stands_out(nearest: float, next_one: float, texts: int) -> bool:
    """Whether the passage that is nearest in meaning is so much nearer than the next one that it may answer, whatever its relevance: of
    many texts, one. The nearest one to an absent question never was by more than .08 among 128 and 160 texts."""
    return texts >= _MANY and nearest - next_one >= _STANDS_OUT


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))
