"""Noticing that a model goes round in circles, so that it can be stopped.

At temperature 0 small models sometimes repeat a line until the token limit. llama.cpp's own remedy, a penalty on tokens that came
before, is not used: an answer from documents must repeat numbers, names and citation marks exactly, and a penalty makes
"100,000" or the second "[1]" less likely than something else. So the text is never bent; a plain circle only ends the answer.
"""

from __future__ import annotations

from collections.abc import Sequence

_LONGEST_PERIOD = 128  # tokens; longer circles are paragraphs, which may return for a reason
_FEWEST_TOKENS = 48  # a row of a table's rule, dots or zeros is shorter
_FEWEST_ROUNDS = 3
WINDOW = _LONGEST_PERIOD * _FEWEST_ROUNDS
"""How many of the last tokens ``is_looping`` looks at."""


def is_looping(tokens: Sequence[int]) -> bool:
    """Whether the end of ``tokens`` is one block of up to 128 tokens, three times or more and at least 48 tokens long."""
    count = len(tokens)
    if count < _FEWEST_TOKENS:
        return False
    last = tokens[-1]
    for period in range(1, _LONGEST_PERIOD + 1):
        span = max(period * _FEWEST_ROUNDS, _FEWEST_TOKENS)
        if span > count:
            return False
        if tokens[-1 - period] != last:  # nearly always: the cheap way out
            continue
        if all(tokens[-i] == tokens[-i - period] for i in range(1, span - period + 1)):
            return True
    return False
