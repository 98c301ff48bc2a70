"""The two arms joined, and one relevance score that means something.

Ranks forget how sure an arm was; its scores do not. Both are brought to a common scale: closeness of words as a share of the most
that the question's words could give (``closeness``), and the cosine between what unrelated and related texts of this library have
(``trust``). The dense arm is weighed by what it was measured to add. Measured with the bundled model on ../shared/data/retrieval
(R@1, one paragraph a file):

                                          English   German   Chinese
    dense alone                           0.918     0.634    0.095
    lexical alone                         0.957     0.948    0.972
    reciprocal rank fusion, equal weight  0.951     0.812    0.549
    scores, weighed as measured           0.970     0.948    0.972
"""

from __future__ import annotations

import math

from desktop_app.analysis.words import is_cjk
from desktop_app.contract.passage import ANSWER, NONE, PERHAPS

_UNKNOWN_BIGRAM = 0.6
# A text can be nearer to a question than related texts usually are, but it does not answer twice.
_HIGHEST = 1.5

# Where "an answer is there" parts best from "the answering paragraph was taken out": half of what is asked for stands in the passage,
# and its meaning is as near as related texts are.
_COVERED = 0.48
_MEANT = 1.0
_DENSE_SHARE = 0.8
THRESHOLD = 0.5
"""A passage with this ``relevance`` or more counts as an answer being there."""
_WORTH_SHOWING = 0.25


def joined(words: float, meaning: float, weight: float) -> float:
    """What passages are put in order by. ``meaning``: 0 for unrelated, 1 for related texts; ``weight`` of the dense arm."""
    return words + weight * max(0.0, min(_HIGHEST, meaning))


def term_weight(term: str, frequency: float, texts: int) -> float:
    """How much a term of the question says: its inverse document frequency.

    A CJK bigram that stands nowhere in the library weighs less: it is either a word the library lacks or two halves of two words
    ("提交|多少": "交多"), and cutting into bigrams makes many of those (measured: AUC of coverage 0.971 -> 0.977).
    """
    weight = idf(frequency, texts)
    return _UNKNOWN_BIGRAM * weight if frequency == 0 and is_cjk(term) else weight


def idf(frequency: float, texts: int) -> float:
    """Inverse document frequency: of a term that stands in ``frequency`` of ``texts`` distinct texts. Never below zero."""
    return math.log((texts + 1) / (frequency + 0.5)) if frequency <= texts else 0.0


def relevance(covered: float, meaning: float, weight: float) -> float:
    """0..1; ``THRESHOLD`` is where answers part from near misses.

    A power brings the measured cut to 0.5, keeps 0 and 1, and keeps the order.
    """
    share = _DENSE_SHARE * weight
    most = 1 + _HIGHEST * share
    raw = (covered + share * max(0.0, min(_HIGHEST, meaning))) / most
    cut = (_COVERED + share * _MEANT) / most
    return math.pow(min(1.0, max(0.0, raw)), math.log(THRESHOLD) / math.log(cut))


def certainty(score: float) -> str:
    """What a passage of this ``relevance`` is to the question: ``ANSWER``, ``PERHAPS`` or ``NONE``."""
    if score >= THRESHOLD:
        return ANSWER
    return PERHAPS if score >= _WORTH_SHOWING else NONE
