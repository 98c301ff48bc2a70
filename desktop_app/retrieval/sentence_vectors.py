# SPDX-License-Identifier: Apache-2.0
"""Sentence vectors, each computed once while one question is answered.

The same sentences are compared three times: is the passage relevant, which sentence is quoted, which one proves what a model
wrote. Each costs 15 ms on 2 cores, and the quotes must be shown in 0.3 s, so only so many are computed before they do. Nothing is
kept from one question to the next: in another batch a vector of 8 bits comes out a little different, and the same question must
give the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.seam.embedder import Embedder

_SENTENCES, _TOKENS = 24, 450


class SentenceVectors:
    """To be made anew for each question."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: dict[str, NDArray[np.float32]] = {}

    def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) float32, a row a text, of length one."""
        new = [text for text in dict.fromkeys(texts) if text not in self._kept]
        if new:
            made = np.asarray(self._embedder.embed_documents(new, ahead=True), dtype=np.float32)
            self._kept.update(zip(new, made, strict=True))
        return np.stack([self._kept[text] for text in texts]) if texts else np.empty((0, 0), dtype=np.float32)

    def of_question(self, question: str) -> NDArray[np.float32]:
        """(dimension,) float32 of length one; its product with a row of ``of`` is their cosine."""
        return np.asarray(self._embedder.embed_question(question), dtype=np.float32)

    def affordable(self, texts: Sequence[str]) -> list[bool]:
        """Which of ``texts``, the most important first, can be embedded in time, or are already."""
        sentences, tokens = _SENTENCES - len(self._kept), _TOKENS - sum(map(_tokens, self._kept))
        afforded = []
        for text in texts:
            if text not in self._kept:
                sentences, tokens = sentences - 1, tokens - _tokens(text)
            afforded.append(text in self._kept or (sentences >= 0 and tokens >= 0))
        return afforded


def _tokens(text: str) -> int:
    """About as many tokens as a multilingual model makes of it."""
    return len(text) // (4 if text.isascii() else 2) + 2
