# SPDX-License-Identifier: Apache-2.0
"""Finds the subjects that several files have in common.

Subjects are the words of headings and of names of files, which name what a text is about; common are those that several texts speak of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from desktop_app.analysis import words
from desktop_app.analysis.folding import fold

_MOST = 6
_LOOKED_AT = 60  # of the words that most files share
_LEAST_FILES = 2
_SHORTEST = 4  # letters of a Latin word that says something by itself
_MOST_TEXT = 40_000  # characters of a file that are looked at
_KEPT = 0.7  # of its files that a Chinese word keeps when it grows by a character, or it was no longer one
_GENERAL = frozenset(
    map(
        words.stem,
        "part section chapter page annex appendix general introduction summary overview conclusion contents other first second your "
        "final draft copy file document version edition note notes about with this that from what when who before after".split(),
    )
)
_GENERAL_CHINESE = frozenset("第一 第二 第三 附则 附件 总则 其他 说明 概述 前言 目录 以及 之后 之前 有关 相关".split())


def common_subjects(headings: Iterable[str], texts: Sequence[str]) -> list[tuple[str, int]]:
    """Words of ``headings`` that stand more than once in at least two of ``texts``, with the number of those; by that number, then by how often they
    stand."""
    named = set(_terms(fold("\n".join(headings))))
    named = {stem for word in named if (stem := words.stem(word)) not in _GENERAL and word not in _GENERAL_CHINESE}
    folded = [fold(text[:_MOST_TEXT]) for text in texts]
    files, often, shown = Counter[str](), Counter[str](), dict[str, Counter[str]]()
    for text in folded:
        stems = Counter[str]()
        for word, count in _terms(text).items():
            if (stem := words.stem(word)) in named:
                stems[stem] += count
                shown.setdefault(stem, Counter())[word] += count
        files.update(stem for stem, count in stems.items() if count > 1)
        often.update(stems)
    shared = [stem for stem in files if files[stem] >= _LEAST_FILES]
    shared.sort(key=lambda stem: (-files[stem], -often[stem], stem))
    found = dict[str, int]()
    for stem in shared[:_LOOKED_AT]:
        word, number = shown[stem].most_common(1)[0][0], files[stem]
        if words.is_cjk(word):
            word, number = _grown(word, number, shared, folded)
        if len(found) < _MOST and not any(word in other or other in word for other in found):
            found[word] = number
    return sorted(found.items(), key=lambda one: -one[1])


def _terms(folded: str) -> Counter[str]:
    """The words of a text that say something."""
    said = set(words.question_terms(folded))
    return Counter(
        term
        for term in words.cut(folded)
        if term in said and (words.is_cjk(term) or (term.isalpha() and len(term) >= _SHORTEST))
    )


def _grown(word: str, number: int, shared: Sequence[str], folded: Sequence[str]) -> tuple[str, int]:
    """The whole word around two characters: 采购 of 采购合同; with the number of texts that hold it twice."""
    pairs = [one for one in shared if len(one) == 2 and words.is_cjk(one)]
    grown = True
    while grown:
        grown = False
        longer = [word + one[1] for one in pairs if one[0] == word[-1]] + [one[0] + word for one in pairs if one[1] == word[0]]
        held = {one: sum(text.count(one) > 1 for text in folded) for one in longer}
        best = max(held, key=lambda one: (held[one], one), default="")
        if best and held[best] >= max(_LEAST_FILES, _KEPT * number):
            word, number, grown = best, held[best], True
    return word, number
