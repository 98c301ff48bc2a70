# SPDX-License-Identifier: Apache-2.0
"""Detects a model that repeats itself, so that it can be stopped.

Or that writes a word without end.

At temperature 0 small models sometimes repeat a line until the token limit. llama.cpp's own remedy, a penalty on tokens that came
before, is not used: an answer from documents must repeat numbers, names and citation marks exactly, and a penalty makes
"100,000" or the second "[1]" less likely than something else. So the text is never bent; a plain circle only ends the answer.
"""

from __future__ import annotations

from collections.abc import Sequence

_SHORT_PERIOD = 128  # tokens; what is longer than this, a paragraph, does not come twice in a row for a reason
_LONGEST_PERIOD = 512
_FEWEST_TOKENS = 48  # a row of a table's rule, dots or zeros is shorter
_ROUNDS, _LONG_ROUNDS = 3, 2
_LONGEST_WORD = 400  # letters and digits; the longest file hashes have 128, Chinese has punctuation or a blank before that
WINDOW = _LONGEST_PERIOD * _LONG_ROUNDS
"""How many of the last tokens ``is_looping`` looks at."""


def is_looping(tokens: Sequence[int]) -> bool:
    """Whether the end of ``tokens`` is one block three times and at least 48 tokens long, or one of more than 128 tokens twice."""
    count = len(tokens)
    if count < _FEWEST_TOKENS:
        return False
    last = tokens[-1]
    for period in range(1, _LONGEST_PERIOD + 1):
        span = max(period * (_ROUNDS if period <= _SHORT_PERIOD else _LONG_ROUNDS), _FEWEST_TOKENS)
        if period * _LONG_ROUNDS > count:
            return False
        if span > count or tokens[-1 - period] != last:  # nearly always: the cheap way out
            continue
        if all(tokens[-i] == tokens[-i - period] for i in range(1, span - period + 1)):
            return True
    return False


class EndlessWord:
    """Notices letters and digits without a blank or a sign between them, for longer than any word."""

    def __init__(self) -> None:
        self._length = 0

    def grows(self, text: str) -> bool:
        """Whether the word that ``text`` continues is too long by now."""
        for character in text:
            self._length = self._length + 1 if character.isalnum() else 0
        return self._length > _LONGEST_WORD
