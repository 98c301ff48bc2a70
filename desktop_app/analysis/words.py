# SPDX-License-Identifier: Apache-2.0
"""Text as index terms: CJK bigrams, folded stems, normalised entities.

FTS5's own tokenizers find nothing inside Chinese text (``unicode61`` takes a whole run as one word, ``trigram`` misses
two-character words) and stem English only, so text is cut into terms here and handed to FTS5 separated by spaces. The same function
cuts the question, therefore both always agree. ``VERSION`` is stored with the index; another one means the index is rebuilt.

Stems are Snowball's (PyStemmer): English for all Latin letters, Russian; Arabic has its own. One stemmer for all Latin letters, because the
language of a short question is a guess and a wrong guess would find nothing; what it misses in other languages is found by the first
letters of a word (``fulltext``) and by parts of words (``retrieval.query_terms``). Measured on 632 German questions, R@1: English stems
0.875, German stems 0.904, English stems with both helps 0.938.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import Stemmer

from desktop_app.analysis import arabic, clauses, codes, question_words, script
from desktop_app.analysis.folding import fold

# 5: numbers that head clauses; dates as sheets show them. 4: radicals, unseen and spaced out characters folded; codes in one piece, their last figures. 3: months by
# their names
VERSION = 5

BIGRAMS = f"{script.HAN}{script.KANA}{script.HANGUL}"
"""For character classes: the scripts that are cut into bigrams, because they are written without spaces or searched by part."""

_RUN = re.compile(rf"[{BIGRAMS}]+|[^\W_{BIGRAMS}]+")
_WORD = re.compile(rf"[^\W_{BIGRAMS}]+")
_ASCII_RUN = re.compile(r"[a-z0-9]+")  # the same where that is all there is, in half the time
_CJK_RUN = re.compile(rf"[{BIGRAMS}]")
_STEMMERS = (
    (re.compile(r"[a-z]+"), Stemmer.Stemmer("english").stemWord),
    (re.compile(f"[{script.CYRILLIC}]+"), Stemmer.Stemmer("russian").stemWord),
    (re.compile(f"[{script.ARABIC}]+"), arabic.stem),
)


@functools.lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """The stem that a folded word is looked up by; itself where no stemmer knows its script, a CJK term always."""
    for letters, stemmer in _STEMMERS:
        if letters.fullmatch(word):
            return str(stemmer(word)) or word
    return word


def terms(text: str) -> list[str]:
    """Every index term of ``text`` in order, with repetitions; after the rest entities (``codes``) that are no words of it already, "40.00"
    counts as one 40, and the numbers that head its clauses."""
    folded = fold(text)
    cut = _cut(folded)
    entities = codes.normalised_entities(folded)
    if entities:
        present = set(cut)
        entities = [entity for entity in entities if entity not in present]
    return [*map(stem, cut), *entities, *clauses.heads(text, folded)]


def places(folded: str) -> Iterator[tuple[str, int, int]]:
    """(stem, start, end) of each word of a folded text that is not cut into bigrams; a half-open range of characters."""
    for word in (_ASCII_RUN if folded.isascii() else _WORD).finditer(folded):
        yield stem(word[0]), *word.span()


def cut(text: str) -> list[str]:
    """The folded words and bigrams of ``text`` in order, not stemmed, without its entities."""
    return _cut(fold(text))


def sequence(text: str) -> list[str]:
    """The stems of ``text`` in order without its entities, as they follow each other in the index of a text that holds it."""
    return list(map(stem, cut(text)))


def _cut(folded: str) -> list[str]:
    if folded.isascii():
        return _ASCII_RUN.findall(folded)
    found: list[str] = []
    for run in _RUN.findall(folded):
        if len(run) == 1 or not _CJK_RUN.match(run):
            found.append(run)
        else:
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
    return found


def joined(matched: list[str], text: str) -> list[str]:
    """Matched terms as one would mark them by hand: bigrams that overlap and follow each other in ``text`` become one word again."""
    folded, found = fold(text), list[str]()
    for term in matched:
        longer = found[-1] + term[1:] if found and found[-1][-1] == term[0] and is_cjk(term) else ""
        if longer and longer in folded:
            found[-1] = longer
        else:
            found.append(term)
    return found


def is_cjk(term: str) -> bool:
    """Whether a term comes from a script that is cut into bigrams."""
    return _CJK_RUN.match(term) is not None


def question_terms(question: str) -> list[str]:
    """The distinct words and bigrams of a question that say what is asked for, in order, not stemmed, entities last. Falls back to
    every word of the question when nothing else is left of it ("谁？")."""
    folded = fold(question)
    cut = _cut(question_words.without(folded))
    empty = question_words.of(cut)
    content = [word for word in cut if word not in empty] or _cut(folded)
    return list(dict.fromkeys([*content, *codes.normalised_entities(folded)]))
