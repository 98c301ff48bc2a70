"""From a question to passages: the lexical arm, the dense arm where its model knows the language, fused and scored."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.base import Embedder
from desktop_app.foundation.errors import UsageProblem
from desktop_app.library import words
from desktop_app.library.library import Library
from desktop_app.retrieval import fusion
from desktop_app.retrieval.language import understands
from desktop_app.retrieval.model import Passage, SearchResult

LONGEST_QUESTION = 8_000
# Each term of a question is one look into the index; a pasted page has hundreds, and the first ones say enough.
_MOST_TERMS = 64
_DEPTH = 50


@dataclass(frozen=True, slots=True)
class _Arms:
    """Chunk ids, best first. ``question`` is the question's vector, None when the dense arm has no say."""

    lexical: list[int]
    dense: list[int]
    question: NDArray[np.float32] | None = None
    model: str = ""


class Retriever:
    """Searches one library. ``embedder`` is asked at each search: it may still be loading, or be exchanged."""

    def __init__(self, library: Library, embedder: Callable[[], Embedder | None]) -> None:
        self._library = library
        self._embedder = embedder

    def search(self, question: str, top: int = 10) -> SearchResult:
        """The best passages, best first. Raises ``UsageProblem``: question_empty, question_too_long."""
        check(question)
        catalogue = self._library.catalogue
        terms = asked_terms(question)
        arms = self._ask_arms(question, terms, max(top, _DEPTH))
        best = fusion.fuse(arms.lexical, arms.dense)[:top]
        cosines = self._cosines(arms, best)
        matched = catalogue.matching_terms(terms, best)
        frequencies = catalogue.document_frequencies(terms)
        count = catalogue.chunk_count()
        lexical_rank = {chunk: rank for rank, chunk in enumerate(arms.lexical, start=1)}
        dense_rank = {chunk: rank for rank, chunk in enumerate(arms.dense, start=1)}
        passages = []
        for rank, chunk in enumerate(catalogue.chunks(best), start=1):
            covered = fusion.coverage(terms, matched[chunk.id], frequencies, count)
            passages.append(
                Passage(
                    chunk_id=chunk.id,
                    rank=rank,
                    path=chunk.path,
                    text=chunk.text,
                    locator=chunk.locator,
                    score=round(fusion.relevance(covered, cosines.get(chunk.id)), 4),
                    trail=chunk.trail,
                    pieces=chunk.pieces,
                    terms=tuple(words.joined(matched[chunk.id], chunk.text)),
                    arms={
                        **({"lexical": lexical_rank[chunk.id]} if chunk.id in lexical_rank else {}),
                        **({"dense": dense_rank[chunk.id]} if chunk.id in dense_rank else {}),
                    },
                )
            )
        searched, total = catalogue.searchable_files()
        return SearchResult(question, tuple(passages), searched, total)

    def embedder_for(self, question: str) -> Embedder | None:
        """The embedding model, if it has a say in the language of this question.

        What the library has written down of it is asked first: a model that knows no Chinese need not be loaded, which takes
        seconds, for a Chinese question.
        """
        if not understands(self._library.embedding_languages, question):
            return None
        embedder = self._embedder()
        return embedder if embedder is not None and understands(embedder.facts.languages, question) else None

    def _ask_arms(self, question: str, terms: list[str], depth: int) -> _Arms:
        lexical = [chunk for chunk, _ in self._library.catalogue.search_terms(terms, depth)]
        embedder = self.embedder_for(question) if terms else None
        vectors = self._library.vectors
        if embedder is None or vectors is None:
            return _Arms(lexical, [])
        asked = embedder.embed_question(question)
        dense = [chunk for chunk, _ in vectors.search(asked, depth)]
        return _Arms(lexical, dense, np.asarray(asked, dtype=np.float32), embedder.facts.fingerprint)

    def _cosines(self, arms: _Arms, chunks: list[int]) -> dict[int, float]:
        """Cosine of the question with each chunk, exactly, also with those the dense arm did not list; a chunk that has no vector
        yet is left out, and judged by its words alone."""
        if arms.question is None:
            return {}
        vectors = self._library.catalogue.vectors(chunks, arms.model)
        return {chunk: float(np.frombuffer(vector, dtype="<f2") @ arms.question) for chunk, vector in vectors.items()}


def asked_terms(question: str) -> list[str]:
    """The terms of a question that are searched for."""
    return words.question_terms(question)[:_MOST_TERMS]


def check(question: str) -> None:
    """Raises ``UsageProblem``: question_empty (also for one of control characters only), question_too_long."""
    if not any(unicodedata.category(character)[0] not in "ZC" for character in question):
        raise UsageProblem("question_empty")
    if len(question) > LONGEST_QUESTION:
        raise UsageProblem("question_too_long", length=len(question), limit=LONGEST_QUESTION)
