# SPDX-License-Identifier: Apache-2.0
"""The sentence of a passage that is nearest to a question in meaning.

A passage that was found by its meaning holds no word of the question that could be marked; this sentence is marked instead. Only the
first few such passages are looked into, because their sentences are embedded while somebody waits: 40 take 0.25 s with
multilingual-e5-small in float32 on two cores.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from desktop_app.analysis.sentences import below_headings
from desktop_app.contract.passage import Passage, SearchResult
from desktop_app.retrieval.sentence_vectors import SentenceVectors

_PASSAGES = 5
_SENTENCES = 40  # of all of them


def with_best_sentences(result: SearchResult, sentence_vectors: Callable[[str], SentenceVectors | None]) -> SearchResult:
    """``result`` with ``best``, a half-open range of characters, in its first five passages found by meaning.

    ``sentence_vectors`` is called with the question, only when sentences must be compared; it gives None where there is no model.
    """
    best, several = dict[int, tuple[int, int]](), list[tuple[int, tuple[int, int]]]()
    for passage in [one for one in result.passages if one.by_meaning][:_PASSAGES]:
        spans = below_headings(passage.text, passage.trail)
        if len(spans) == 1:
            best[passage.chunk_id] = spans[0]
        elif len(several) + len(spans) <= _SENTENCES:  # the best of half a passage may be a poor one
            several += [(passage.chunk_id, span) for span in spans]
    vectors = sentence_vectors(result.question) if several else None
    if vectors is not None:
        texts = {one.chunk_id: one.text for one in result.passages}
        rows = vectors.of([texts[chunk][start:end] for chunk, (start, end) in several])
        cosines = rows @ vectors.of_question(result.question)
        for place in np.argsort(-cosines, kind="stable").tolist():
            chunk, span = several[place]
            best.setdefault(chunk, span)
    return replace(result, passages=tuple(_with(passage, best.get(passage.chunk_id)) for passage in result.passages))


def _with(passage: Passage, best: tuple[int, int] | None) -> Passage:
    return passage if best is None else replace(passage, best=best)
