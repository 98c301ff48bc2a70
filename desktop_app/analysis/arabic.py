# SPDX-License-Identifier: Apache-2.0
"""Light stemming of Arabic words, "light10".

Larkey, Ballesteros and Connell, Light Stemming for Arabic Information Retrieval, 2007. Snowball's Arabic stemmer leaves the
article on after "and" (والكتاب), which every third noun of a text begins with.
"""

from __future__ import annotations

# As folding.fold leaves them: ta marbuta is ha, alef maqsura is ya.
_ARTICLES = ("وال", "بال", "كال", "فال", "ال", "لل")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")


def stem(word: str) -> str:
    """A folded word without "and", article and endings; at least two letters are left."""
    if word.startswith("و") and len(word) > 3 and not word.startswith("وال"):
        word = word[1:]
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= 2:
            word = word[len(article) :]
            break
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            word = word[: -len(ending)]
    return word
