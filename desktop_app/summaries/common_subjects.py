# SPDX-License-Identifier: Apache-2.0
"""Finds the words that several files have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from desktop_app.analysis import words
from desktop_app.analysis.folding import fold

_MOST = 6
_LOOKED_AT = 40  # of the words that most files share
_LEAST_FILES = 2
_SHORTEST = 4  # letters of a Latin word that says something by itself
_MOST_TEXT = 40_000  # characters of a file that are looked at
_KEPT = 0.7  # of its files that a Chinese word keeps when it grows by a character, or it was no longer one


_GENERAL = frozenset(
    "month week year time date number item section chapter page part case example following including using used use make made take given other each every "
    "within before after under above between also only more most less first second third three four five pound euro dollar percent january february "
    "march april june july august september october november december monday friday shall well such into must when where which while".split()
)
_GENERAL_CHINESE = frozenset(
    "每月 每天 每年 使用 可以 应当 必须 不得 以上 以下 以内 之前 之后 一个 两个 三个 进行 根据 按照 其他 如果 以及 或者 并且 相关 有关 如下 包括 工作 个月 个工 日内 至少 最多 "
    "所有 需要 没有 我们 他们 它们 这个 这些 不同 时间 问题 情况 方面 部分 通过 因为 由于 因此 但是".split()
)


def common_subjects(texts: Sequence[str]) -> list[tuple[str, int]]:
    """Words that stand more than once in at least two of ``texts``, with the number of those; by that number, then by how often they stand."""
    folded = [fold(text[:_MOST_TEXT]) for text in texts]
    files, often, shown = Counter[str](), Counter[str](), dict[str, Counter[str]]()
    for text in folded:
        stems = Counter[str]()
        for word, count in _terms(text).items():
            stem = words.stem(word)
            stems[stem] += count
            shown.setdefault(stem, Counter())[word] += count
        stems = Counter({stem: count for stem, count in stems.items() if count > 1})
        files.update(stems.keys())
        often.update(stems)
    general = {*map(words.stem, _GENERAL), *_GENERAL_CHINESE}
    shared = [stem for stem in files if files[stem] >= _LEAST_FILES and stem not in general]
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
