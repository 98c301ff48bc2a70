# SPDX-License-Identifier: Apache-2.0
"""More like this: the passages nearest to a passage or selected text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from desktop_app.analysis import words
from desktop_app.analysis.matching import TermMatcher
from desktop_app.contract.ledger import StoredChunk
from desktop_app.contract.passage import Passage, SearchResult
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.errors import UsageProblem
from desktop_app.library.library import Library
from desktop_app.retrieval import fusion

# Each term is one look into the index. A passage has hundreds: those asked for lie evenly over it, the rarest of them are searched.
_LOOKED_AT = 64
_SEARCHED = 32
_DEPTH = 60
_LOWEST = 0.15  # of the score: what only shares a few common words is no passage like this one


def similar(library: Library, embedder: Embedder | None, text: str, chunk_id: int = 0, top: int = 30) -> SearchResult:
    """Passages that say something like ``text``, the most similar first; ``chunk_id``: the passage itself, which is left out.

    ``embedder``: None where the model does not know the language. The score is the share of the telling words that both have and,
    with an embedder, two parts the cosine. Copies of the text in other files come first, as they should. Raises ``UsageProblem("question_empty")``.
    """
    if not text.strip():
        raise UsageProblem("question_empty")
    catalogue = library.catalogue
    asked = words.question_terms(text)
    asked = asked[:: max(1, -(-len(asked) // _LOOKED_AT))]
    lookup = catalogue.lookup
    frequencies, texts = lookup.document_frequencies(asked)
    terms = sorted(asked, key=lambda term: frequencies[term])[:_SEARCHED]
    found = [chunk for chunk, _ in lookup.search(terms, _DEPTH)]
    cosines: dict[int, float] = {}
    model = embedder.facts.fingerprint if embedder is not None and terms else ""
    if embedder is not None and library.vectors_of(model) is not None:
        vector = embedder.embed_documents([text], ahead=True)[0]
        near = [chunk for chunk, _ in library.nearest(model, vector, _DEPTH) or ()]
        found = list(dict.fromkeys([*found, *near]))
        stored = catalogue.vectors.of_chunks(found, model)
        cosines = {chunk: float(np.frombuffer(row, dtype="<f2") @ vector) for chunk, row in stored.items()}
    found = [chunk for chunk in found if chunk != chunk_id]
    weights = {term: fusion.idf(frequencies[term], texts) for term in terms}
    judged: list[tuple[float, list[str], StoredChunk]] = []
    matcher = TermMatcher(terms)
    for chunk in catalogue.chunks.by_ids(found):
        both = matcher.held(chunk.text)
        shared = sum(weights[term] for term in both) / (sum(weights.values()) or 1.0)
        score = (shared + 2 * max(0.0, cosines[chunk.id])) / 3 if chunk.id in cosines else shared
        if score >= _LOWEST:
            judged.append((score, [term for term in asked if term in both], chunk))
    judged.sort(key=lambda one: (-one[0], one[2].path, one[2].ordinal))
    passages = _passages(judged[:top])
    files = len({passage.path for passage in passages})
    return SearchResult(text, passages, *lookup.searched_files(), hits=len(passages), hit_files=files)


def _passages(judged: Sequence[tuple[float, list[str], StoredChunk]]) -> tuple[Passage, ...]:
    return tuple(
        Passage(
            chunk_id=chunk.id,
            rank=rank,
            path=chunk.path,
            text=chunk.text,
            locator=chunk.locator,
            score=round(min(1.0, score), 4),
            trail=chunk.trail,
            pieces=chunk.pieces,
            terms=tuple(words.joined(both, chunk.text)),
            marks=TermMatcher(both).marks(chunk.text),
            hit=True,
        )
        for rank, (score, both, chunk) in enumerate(judged, start=1)
    )
