"""Where the words of a question stand in a passage, so that a window can mark them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop_app.analysis import codes, words
from desktop_app.analysis.folding import fold

_RUN = re.compile(r"\w+(?:[-/._@,:–]\w+)*")
_WORD = re.compile(r"[^\W_]+")
_BEFORE_A_WHOLE = re.compile(r"[^\dA-Za-z〇零一二三四五六七八九十]+")  # "签于" before a date
_FIRST_LETTERS = 6


def marks(text: str, matched: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Half-open ranges of ``text`` in which one of the matched terms stands, in order; those that touch are one."""
    bigrams = [term for term in matched if words.is_cjk(term)]
    sought = {words.stem(term) for term in matched if not words.is_cjk(term)}
    starts = tuple(stem[:_FIRST_LETTERS] for stem in sought if len(stem) >= _FIRST_LETTERS)
    first = {stem[:2] for stem in sought}
    wholes = {term for term in sought if not term.isalpha() and not term.isdigit()}
    found: list[tuple[int, int]] = []
    # Letter by letter, so that a place in the folded text is a place in the text.
    folded = "".join(one if len(one := fold(letter)) == 1 else letter for letter in text) if bigrams else ""
    for term in bigrams:
        found += [(match.start(), match.start() + len(term)) for match in re.finditer(re.escape(term), folded)]
    if sought:
        for match in _WORD.finditer(text):
            if not match[0].isascii() and words.is_cjk(match[0]):
                continue
            folded_word = fold(match[0])
            if folded_word[:2] not in first and folded_word < "\u0600":  # stemming leaves the first letters, but not in Arabic
                continue
            stem = words.stem(folded_word)
            if stem in sought or (starts and stem.startswith(starts)):
                found.append(match.span())
    if wholes:
        for match in _RUN.finditer(text):
            if wholes.intersection(codes.wholes(fold(match[0]))):
                before = _BEFORE_A_WHOLE.match(match[0])
                found.append((match.start() + (before.end() if before else 0), match.end()))
    return _joined(sorted(found))


def _joined(found: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
