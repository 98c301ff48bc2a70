# SPDX-License-Identifier: Apache-2.0
"""Only exact words: the passages that hold every word as it is written.

The index knows words by their stems ("hotel" for "hotels"), and Chinese by pairs of characters. Chinese pairs that follow each other are the
very words; of other words the text itself is looked at. Letters of another case, width or script variant count as the same.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from desktop_app.analysis import words
from desktop_app.analysis.folding import fold
from desktop_app.contract.ledger import Scope
from desktop_app.library.library import Library
from desktop_app.library.stores import fulltext

# Words, codes and numbers with what holds them together (HT-2023-0417, zhang.wei@yan.cn, 2,900), and runs without spaces.
_WRITTEN = re.compile(rf"[{words.BIGRAMS}]+|[^\W{words.BIGRAMS}]+(?:[-.,/@+'’:][^\W{words.BIGRAMS}]+)*")
# Between Chinese and a word in other letters stands no space.
_LETTER = rf"[^\W{words.BIGRAMS}]"
# Texts that are looked at (0.1 ms each); with more, stems stand for the words, and the result says so.
_MOST_READ = 5_000


def written(question: str) -> list[str]:
    """The words of a question as they are written, folded, each once."""
    return list(dict.fromkeys(_WRITTEN.findall(fold(question))))


def holding(library: Library, question: str, scope: Scope) -> Sequence[int]:
    """The ids of all chunks of a scope whose text, headings or file name hold each word of the question, ascending; those that hold its
    stems where there are too many to read (``by_stems``)."""
    asked = written(question)
    query = fulltext.all_phrases(asked)
    if not query:
        return []
    lookup = library.catalogue.lookup
    found: list[int] = lookup.holding(query, scope).tolist()
    patterns = [re.compile(f"(?<!{_LETTER}){re.escape(word)}(?!{_LETTER})") for word in asked if not words.is_cjk(word)]
    if not patterns or len(found) > _MOST_READ:
        return found
    return lookup.keep((query, scope, "exact"), lambda: _read(library, found, patterns))


def by_stems(library: Library, question: str, scope: Scope) -> bool:
    """Whether stems stand for the words of the question, because more than 5,000 passages hold them."""
    asked = written(question)
    query = fulltext.all_phrases(asked)
    if not query or all(words.is_cjk(word) for word in asked):
        return False
    return len(library.catalogue.lookup.holding(query, scope)) > _MOST_READ


def _read(library: Library, found: Sequence[int], patterns: Sequence[re.Pattern[str]]) -> list[int]:
    kept = []
    for chunk in library.catalogue.chunks.by_ids(found):
        text = fold("\n".join((chunk.text, *chunk.trail, os.path.basename(chunk.path))))
        if all(pattern.search(text) for pattern in patterns):
            kept.append(chunk.id)
    return sorted(kept)
