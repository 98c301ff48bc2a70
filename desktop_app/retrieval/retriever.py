# SPDX-License-Identifier: Apache-2.0
"""The retriever: from a question to ranked passages.

    lexical   FTS5, best 50                                                \
    dense     Chroma, best 50 of the question's language                    >  one score  ->  exact matches first, the first of each arm
    foreign   Chroma, best 50 of each of up to three other languages       /                  among the first eight  ->  copies gathered
    exact     quoted words, codes, addresses: where they are found as such /

Every candidate is scored by its words (``query_terms``) and by its centred cosine (``background``), so that what one arm did not list is
not punished for it.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from desktop_app.analysis import clauses, codes, language, words
from desktop_app.analysis.folding import fold
from desktop_app.analysis.matching import TermMatcher
from desktop_app.contract.ledger import EVERYWHERE, Scope, StoredChunk
from desktop_app.contract.passage import NONE, Passage, SearchResult
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.errors import UsageProblem
from desktop_app.library.library import Library
from desktop_app.retrieval import context_expansion, copies, exact_words, fusion
from desktop_app.retrieval.background import Vector
from desktop_app.retrieval.dense_search import DenseQuery, DenseSearch
from desktop_app.retrieval.query_terms import LexicalMatch, QueryTerms, is_bare, library_terms, phrases, search_terms
from desktop_app.retrieval.reranking import DEPTH, Reranker, reranked
from desktop_app.retrieval.sentence_vectors import SentenceVectors

LONGEST_QUESTION = 8_000
"""Characters."""
_DEPTH = 50
_EXACT = 20
_AT_ONCE = 3  # the lanes that search: two quick ones and the one for answers
_SCORED_LEXICAL = 40
_SCORED_DENSE = 20
# Passages of one file among the first ones, while others have something to say as well.
_OF_ONE_FILE = 3
_AS_RELEVANT = 0.6
# Relevance of a passage that holds a quoted phrase or a code of the question: it may answer, whatever else the question says.
_EXACT_MATCH = 0.6
# Share of the weight of a question's other words that a passage holds for a number of its lists to be the clause that is asked for.
_LISTED = 0.6
# What an arm must see in a passage to have found it: by words, this share of the question's weight; in another language, this share of the
# similarity that a plain answer has.
_MIN_COVERAGE, _MIN_SIMILARITY = 0.3, 0.4
# Of the first few passages for a question, those of at least this relevance are hits, too: what is said in other words is often among them.
_FIRST, _OF_FIRST = 5, 0.12
_BROAD = 10  # texts that hold each word of a broad question


@dataclass(slots=True)
class _Candidates:
    """Chunk ids of each arm, best first. ``dense``: by the language they were searched for in."""

    lexical: list[tuple[int, float]]
    dense: dict[str, list[int]] = field(default_factory=dict)
    exact: list[int] = field(default_factory=list)

    def rerank_candidates(self, top: int) -> list[int]:
        """The first of each arm: scoring every one would take as long as finding them."""
        lexical, dense = max(_SCORED_LEXICAL, 2 * top), max(_SCORED_DENSE, top)
        nearest = (chunk for arm in self.dense.values() for chunk in arm[:dense])
        return list(dict.fromkeys([*self.exact, *(chunk for chunk, _ in self.lexical[:lexical]), *nearest]))


@dataclass(frozen=True, slots=True)
class _Scored:
    """``similarity`` as ``Background.similarity``, None without a vector that could be compared; ``foreign``: in none of the question's
    languages."""

    chunk: StoredChunk
    order: tuple[int, float]
    relevance: float
    lexical: LexicalMatch
    similarity: float | None
    language: str
    foreign: bool


class Retriever:
    """Searches one library. ``embedder`` and ``reranker`` are called at each search: they may still be loading, or be exchanged."""

    def __init__(
        self,
        library: Library,
        embedder: Callable[[], Embedder | None],
        reranker: Callable[[], Reranker | None] = lambda: None,
    ) -> None:
        self._library = library
        self._dense = DenseSearch(library, embedder)
        self._beside = ThreadPoolExecutor(_AT_ONCE, "words")
        self._reranker = reranker

    def search(self, question: str, top: int = 10, scope: Scope = EVERYWHERE) -> SearchResult:
        """The ``top`` best passages within ``scope``, best first. Raises ``UsageProblem``: question_empty, question_too_long."""
        check(question)
        lookup = self._library.catalogue.lookup
        terms = search_terms(question)
        depth = max(top, _DEPTH)
        # The index is asked while the question is embedded: neither holds the other up.
        lexical = self._beside.submit(self._exact if scope.exact else self._lexical, question, terms, depth, scope)
        query, dense = self._dense.search(question, terms, depth, scope) if terms and not scope.exact else (None, {})
        asked = library_terms(lookup, question, terms)
        found = lexical.result()
        found.dense = dense
        scored = _with_standout(self._score(question, asked, found, query, top), asked.texts)
        arms = _arms(scored, found)
        if asked.min_document_frequency >= _BROAD:
            scored = _of_several_files(scored, top)
        scored = fusion.with_first_of_each(scored, list(arms.values()))
        reranker = self._reranker()
        passages = self._passages(question, terms, scored, arms, max(top, DEPTH) if reranker else top)
        if reranker is not None and passages:
            passages = list(reranked(question, passages, reranker))[:top]
        searched, total = lookup.searched_files(scope)
        certainty = passages[0].certainty if passages else NONE
        ready = lookup.share_with_vectors(scope)
        # Vectors may be missing because the model is still being loaded.
        asked_for_meaning = query is not None or (ready < 1 and not scope.exact)
        return SearchResult(question, tuple(passages), searched, total, certainty, ready if asked_for_meaning else None)

    def passages(self, question: str, chunks: Sequence[int], scope: Scope = EVERYWHERE) -> list[Passage]:
        """These chunks, which another search found, as passages of a search for ``question``, in their order; copies are gathered."""
        terms = search_terms(question)
        query = self._dense.query(question, terms) if terms and not scope.exact else None
        asked = library_terms(self._library.catalogue.lookup, question, terms)
        scored = self._score(question, asked, _Candidates([], exact=list(chunks)), query, len(chunks))
        places = {chunk: place for place, chunk in enumerate(chunks)}
        return self._passages(question, terms, sorted(scored, key=lambda one: places[one.chunk.id]), {}, len(chunks))

    def embedder_for(self, text: str) -> Embedder | None:
        """The embedding model, if it is trusted with the language of a text."""
        return self._dense.trusted(language.language(text))

    def sentence_vectors(self, question: str) -> SentenceVectors | None:
        """Vectors for the sentences compared while ``question`` is answered; None where no model is trusted with its language."""
        embedder = self.embedder_for(question)
        return SentenceVectors(embedder) if embedder is not None else None

    def relevance_of_sentences(
        self, question: str, sentences: Sequence[tuple[str, str]], vectors: SentenceVectors | None
    ) -> list[float]:
        """The relevance, 0..1, of each (sentence, its heading) by itself; [] without ``vectors``. The vector of a long passage is a mean
        of all that it says, in which the one sentence that answers may be lost."""
        terms = search_terms(question)
        query = self._dense.query(question, terms) if terms else None
        if query is None or vectors is None or not sentences:
            return []
        asked = library_terms(self._library.catalogue.lookup, question, terms)
        relevance = []
        for (text, heading), vector in zip(sentences, vectors.of([text for text, _ in sentences]), strict=True):
            code = language.language(text)
            similarity = query.similarity(vector, code) if self._dense.comparable(query, code) else None
            coverage = asked.match(text, heading, None).coverage
            relevance.append(fusion.relevance(coverage, similarity, asked.texts, query.noise, _word_count(text, code)))
        return relevance

    def _lexical(self, question: str, terms: list[str], depth: int, scope: Scope) -> _Candidates:
        lookup = self._library.catalogue.lookup
        found = _Candidates(lookup.search(terms, depth, scope))
        for phrase in phrases(question):
            found.exact += [chunk for chunk, _ in lookup.phrase(phrase, _EXACT, scope)]
        folded = fold(question)
        for code in (*codes.exact(folded), *_clauses(folded)):
            found.exact += [chunk for chunk, _ in lookup.search([code], _EXACT, scope)]
        return found

    def _exact(self, question: str, terms: list[str], depth: int, scope: Scope) -> _Candidates:
        found = exact_words.holding(self._library, question, scope)
        return _Candidates(self._library.catalogue.lookup.ranked(terms, depth, found))

    # ---- one score --------------------------------------------------------------------------------------------------

    def _score(self, question: str, asked: QueryTerms, found: _Candidates, query: DenseQuery | None, top: int) -> list[_Scored]:
        """Every candidate with its score, best first."""
        candidates = self._library.catalogue.chunks.by_ids(found.rerank_candidates(top))
        vectors = self._vectors(query, [chunk.id for chunk in candidates])
        bm25 = dict(found.lexical)
        # One that the index did not list has no more than the last that it did.
        min_bm25 = found.lexical[-1][1] if len(found.lexical) >= _DEPTH else 0.0
        written = fold(question)
        named, numbers, parts = set(codes.exact(written)), _clauses(written), language.parts(question)
        others = set(search_terms(clauses.without(written))) if numbers else set[str]()
        enough = _LISTED * asked.weight_of(list(others))
        scored = []
        for chunk in candidates:
            context = " ".join((*chunk.trail, os.path.basename(chunk.path)))
            lexical = asked.match(chunk.text, context, bm25.get(chunk.id), min_bm25)
            code = language.language(chunk.text[: language.ENOUGH])
            similarity = None
            if query is not None and chunk.id in vectors and self._dense.comparable(query, code):
                similarity = query.similarity(vectors[chunk.id], code)
            exact = lexical.phrases
            if named or numbers:
                text = "\n\n".join((chunk.text, *chunk.trail, os.path.basename(chunk.path)))
                folded = fold(text)
                held = named.intersection(codes.normalised_entities(folded)) if named else named
                exact += len(held)
                if numbers and (held or not named):
                    listed = asked.weight_of([term for term in lexical.terms if term in others]) >= enough
                    exact += len(numbers.intersection(clauses.heads(text, folded, listed=listed)))
            foreign = code not in parts
            order = fusion.fused_score(lexical.ranking, similarity, own_language=not foreign)
            noise = query.noise if query else 0.0
            relevance = fusion.relevance(lexical.coverage, similarity, asked.texts, noise, _word_count(chunk.text, code))
            relevance = max(relevance, _EXACT_MATCH) if exact else relevance
            scored.append(_Scored(chunk, (-exact, -order), relevance, lexical, similarity, code, foreign))
        scored.sort(key=lambda one: (one.order, one.chunk.path, one.chunk.ordinal))
        return scored

    def _vectors(self, query: DenseQuery | None, chunks: Sequence[int]) -> dict[int, Vector]:
        """By chunk id, also of those the dense arms did not list; one that has no vector yet is scored by its words alone."""
        if query is None:
            return {}
        vectors = self._library.catalogue.vectors.of_chunks(chunks, query.model)
        return {chunk: np.frombuffer(vector, dtype="<f2").astype(np.float32) for chunk, vector in vectors.items()}

    # ---- passages ---------------------------------------------------------------------------------------------------

    def _passages(
        self, question: str, terms: Sequence[str], scored: Sequence[_Scored], arms: Mapping[str, Sequence[_Scored]], top: int
    ) -> list[Passage]:
        of = {one.chunk.id: one for one in scored}
        matcher, folded = TermMatcher(terms), fold(question)
        written = [term for term in terms if term in folded]  # "ht20230417" is how the index spells it, not what was asked for
        ranks = {name: {one.chunk.id: rank for rank, one in enumerate(arm, start=1)} for name, arm in arms.items()}
        passages, score, bare = list[Passage](), 1.0, is_bare(question)
        for rank, group in enumerate(copies.gathered([one.chunk for one in scored], top), start=1):
            chunk = group[0]
            one = of[chunk.id]
            # A passage further down is less relevant, however many words it shares (measured: AUC of "nothing found" 0.93, not 0.91).
            score = min(score, one.relevance)
            held, marks = matcher.held_and_marks(chunk.text)
            present = {*held, *one.lexical.terms}
            enough = _OF_FIRST if rank <= _FIRST and not bare else fusion.MAY_ANSWER
            before, after = context_expansion.expand_context(chunk, self._library.catalogue.chunks.neighbours(chunk.id, 1, 1))
            passages.append(
                Passage(
                    chunk_id=chunk.id,
                    rank=rank,
                    path=chunk.path,
                    text=chunk.text,
                    locator=chunk.locator,
                    score=round(score, 4),
                    trail=chunk.trail,
                    pieces=chunk.pieces,
                    terms=tuple(words.joined([term for term in written if term in present], chunk.text)),
                    arms={name: places[chunk.id] for name, places in ranks.items() if chunk.id in places},
                    marks=marks,
                    also_in=copies.also_in(chunk, group[1:]),
                    before=before,
                    after=after,
                    modified=chunk.modified,
                    certainty=fusion.certainty(score),
                    by_meaning=one.similarity is not None and not present,
                    language=one.language,
                    hit=one.relevance >= enough,
                )
            )
        return passages


def _with_standout(scored: list[_Scored], texts: int) -> list[_Scored]:
    """The same, the passage that is by far the most similar at least as one that may answer."""
    similar = sorted((one for one in scored if one.similarity is not None), key=lambda one: -(one.similarity or 0.0))
    if len(similar) < 2 or not fusion.stands_out(similar[0].similarity or 0.0, similar[1].similarity or 0.0, texts):
        return scored
    best = similar[0]
    return [replace(one, relevance=max(one.relevance, fusion.MAY_ANSWER)) if one is best else one for one in scored]


def _clauses(folded: str) -> set[str]:
    """The numbers of the clauses that a question asks for, none where it is nothing but a number."""
    return set() if clauses.is_number(folded) else {clause.number for clause in clauses.asked(folded)}


def _word_count(text: str, code: str) -> float:
    """About how many words a text has; a Chinese or Japanese one has one for 1.6 characters."""
    return len(text) / 1.6 if code in ("zh", "ja") else text.count(" ") + text.count("\n") + 1


def _arms(scored: Sequence[_Scored], found: _Candidates) -> dict[str, list[_Scored]]:
    """What each arm found of the candidates, in its own order: by words, by meaning in the question's language, and in others."""
    by_words, by_meaning = {chunk for chunk, _ in found.lexical}, {chunk for arm in found.dense.values() for chunk in arm}
    lexical = [one for one in scored if one.chunk.id in by_words and one.lexical.coverage >= _MIN_COVERAGE]
    similar = [one for one in scored if one.similarity is not None and one.chunk.id in by_meaning]
    similar.sort(key=lambda one: -(one.similarity or 0.0))
    return {
        "lexical": sorted(lexical, key=lambda one: -one.lexical.ranking),
        "dense": [one for one in similar if not one.foreign],
        "foreign": [one for one in similar if one.foreign and (one.similarity or 0.0) >= _MIN_SIMILARITY],
    }


def _of_several_files(scored: list[_Scored], top: int) -> list[_Scored]:
    """For a broad question: from the fourth passage of one file on, those of other files that are nearly as relevant go first."""
    if not scored:
        return scored
    least = _AS_RELEVANT * max(one.relevance for one in scored)
    seen, first, later = dict[str, int](), list[_Scored](), list[_Scored]()
    for one in scored:
        seen[one.chunk.path] = seen.get(one.chunk.path, 0) + 1
        (later if seen[one.chunk.path] > _OF_ONE_FILE else first).append(one)
    worthy = [one for one in first if one.relevance >= least]
    rest = sorted([*later, *(one for one in first if one.relevance < least)], key=lambda one: one.order)
    return [*worthy, *rest] if len(scored) > top else scored


def check(question: str) -> None:
    """Raises ``UsageProblem``: question_empty (also for one of control characters only), question_too_long."""
    if not any(unicodedata.category(character)[0] not in "ZC" for character in question):
        raise UsageProblem("question_empty")
    if len(question) > LONGEST_QUESTION:
        raise UsageProblem("question_too_long", length=len(question), limit=LONGEST_QUESTION)
