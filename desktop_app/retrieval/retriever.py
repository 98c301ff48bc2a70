# SPDX-License-Identifier: Apache-2.0
"""From a question to passages.

    words     the index, best 50                                           \
    meaning   Chroma, best 50 of the question's language                    >  one score  ->  exact matches first, the first of each arm
    foreign   Chroma, best 50 of each of up to three other languages       /                  among the first eight  ->  copies gathered
    exact     quoted words, codes, addresses: where they stand as such    /

Every candidate is looked at once more, by its words (``closeness``) and by its centred cosine (``background``), so that what one arm did
not list is not punished for it. The model is asked in the languages that it was measured to know (``trust``).
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from desktop_app.analysis import codes, language, words
from desktop_app.analysis.folding import fold
from desktop_app.analysis.matching import TermMatcher
from desktop_app.contract.ledger import EVERYWHERE, Scope, StoredChunk
from desktop_app.contract.passage import NONE, Passage, SearchResult
from desktop_app.embedding.scale import Scale, load
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.errors import UsageProblem
from desktop_app.library.library import Library
from desktop_app.library.stores.lookup import inside
from desktop_app.retrieval import context_expansion, copies, fusion, trust
from desktop_app.retrieval.background import Background, Vector, of
from desktop_app.retrieval.query_terms import Asked, Closeness
from desktop_app.retrieval.reranking import DEPTH, Reranker, reranked
from desktop_app.retrieval.sentence_vectors import SentenceVectors

LONGEST_QUESTION = 8_000
# Each term of a question is one look into the index; a pasted page has hundreds, and the first ones say enough.
_MOST_TERMS = 64
_DEPTH = 50
# Another embedding model may take over between a question's vector and its search; then it is asked again, of the new one.
_TRIES = 3
_EXACT = 20
_AT_ONCE = 3  # the lanes that search: two quick ones and the one for answers
_LOOKED_AT_WORDS = 40
_LOOKED_AT_MEANING = 20
_QUOTED = re.compile(r"“([^”]{2,80})”|\"([^\"]{2,80})\"|「([^」]{2,80})」|『([^』]{2,80})』|«([^»]{2,80})»|„([^“”]{2,80})[“”]")
_NAME = range(2, 7)  # words or bigrams of a question that is nothing but a name or a title
# Passages of one file among the first ones, while others have something to say as well.
_OF_ONE_FILE = 3
_AS_RELEVANT = 0.6
# Relevance of a passage in which what was asked for stands as such: it may answer, whatever else the question says.
_FOR_SURE = 0.6
# What an arm must see in a passage to have found it: by words, this share of what those of the question say; in another language, this share
# of what a plain answer means.
_BY_WORDS, _BY_MEANING = 0.3, 0.4
_OTHERS = 3  # languages of the library beside the question's that are looked in
_BROAD = 10  # texts in which every word of a broad question stands


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the dense arms are asked. ``vector``: the question's, centred; ``languages``: those of the question that the model knows;
    ``foreign``: others of the library that it knows; ``share`` of the question's words that ``vector`` stands for;
    ``noise`` as ``Background.noise``."""

    vector: Vector
    model: str
    scale: Scale
    background: Background
    languages: tuple[str, ...]
    foreign: tuple[str, ...]
    share: float
    noise: float

    def of(self, vector: Vector, code: str) -> float:
        return self.share * self.background.meaning(self.vector, vector, code)


@dataclass(slots=True)
class _Found:
    """Candidates of each arm, best first. ``dense``: by the language they were looked for in."""

    lexical: list[tuple[int, float]]
    dense: dict[str, list[int]] = field(default_factory=dict)
    exact: list[int] = field(default_factory=list)

    def worth_a_look(self, top: int) -> list[int]:
        """The first of each arm: a second look at every one would take as long as finding them."""
        words, meaning = max(_LOOKED_AT_WORDS, 2 * top), max(_LOOKED_AT_MEANING, top)
        by_meaning = (chunk for arm in self.dense.values() for chunk in arm[:meaning])
        return list(dict.fromkeys([*self.exact, *(chunk for chunk, _ in self.lexical[:words]), *by_meaning]))


@dataclass(frozen=True, slots=True)
class _Judged:
    """``meaning`` as ``Background.meaning``, None without a vector that could be compared; ``foreign``: in none of the question's
    languages."""

    chunk: StoredChunk
    order: tuple[int, float]
    relevance: float
    closeness: Closeness
    meaning: float | None
    language: str
    foreign: bool


class Retriever:
    """Searches one library. ``embedder`` and ``reranker`` are asked at each search: they may still be loading, or be exchanged."""

    def __init__(
        self,
        library: Library,
        embedder: Callable[[], Embedder | None],
        reranker: Callable[[], Reranker | None] = lambda: None,
    ) -> None:
        self._library = library
        self._embedder = embedder
        self._beside = ThreadPoolExecutor(_AT_ONCE, "words")
        self._trust: tuple[str, trust.MeasuredTrust | None] = ("", None)
        self._reranker = reranker

    def search(self, question: str, top: int = 10, scope: Scope = EVERYWHERE) -> SearchResult:
        """The best passages within ``scope``, best first. Raises ``UsageProblem``: question_empty, question_too_long."""
        check(question)
        lookup = self._library.catalogue.lookup
        terms = asked_terms(question)
        depth = max(top, _DEPTH)
        # The index is asked while the question is embedded: neither holds the other up.
        by_words = self._beside.submit(self._by_words, question, terms, depth, scope)
        meaning, dense = self._by_meaning(question, terms, depth, scope) if terms else (None, {})
        asked = self._asked(question, terms)
        found = by_words.result()
        found.dense = dense
        judged = _with_standout(self._judge(question, asked, found, meaning, top), asked.texts)
        arms = _arms(judged, found)
        if asked.least >= _BROAD:
            judged = _of_several_files(judged, top)
        judged = fusion.with_first_of_each(judged, list(arms.values()))
        reranker = self._reranker()
        passages = self._passages(question, terms, judged, arms, max(top, DEPTH) if reranker else top)
        if reranker is not None and passages:
            passages = list(reranked(question, passages, reranker))[:top]
        searched, total = lookup.searched_files(scope)
        certainty = passages[0].certainty if passages else NONE
        ready = lookup.share_with_vectors(scope)
        asked_for_meaning = meaning is not None or ready < 1  # vectors may be missing because the model is still being loaded
        return SearchResult(question, tuple(passages), searched, total, certainty, ready if asked_for_meaning else None)

    def _asked(self, question: str, terms: Sequence[str]) -> Asked:
        title = _title(question)
        frequencies, texts = self._library.catalogue.lookup.document_frequencies(terms)
        return Asked(question, terms, frequencies, texts, [*phrases(question), *([title] if title else [])])

    def embedder_for(self, question: str) -> Embedder | None:
        """The embedding model, if it is worth asking about single sentences in the language of this question."""
        return self._trusted(language.language(question))

    def sentence_vectors(self, question: str) -> SentenceVectors | None:
        """For the sentences looked at while ``question`` is answered; None where no model is asked about them."""
        embedder = self.embedder_for(question)
        return SentenceVectors(embedder) if embedder is not None else None

    def relevance_of_sentences(
        self, question: str, sentences: Sequence[tuple[str, str]], vectors: SentenceVectors | None
    ) -> list[float]:
        """How relevant each sentence is by itself; (a sentence, its heading). None at all without ``vectors``. The vector of a long
        passage is a mean of all that it says, in which the one sentence that answers may be lost."""
        terms = asked_terms(question)
        meaning = self._meaning(question, terms) if terms else None
        if meaning is None or vectors is None or not sentences:
            return []
        asked = self._asked(question, terms)
        relevance = []
        for (text, heading), vector in zip(sentences, vectors.of([text for text, _ in sentences]), strict=True):
            code = language.language(text)
            means = meaning.of(vector, code) if self._comparable(meaning, code) else None
            covered = asked.closeness(text, heading, None).covered
            relevance.append(fusion.relevance(covered, means, asked.texts, meaning.noise, _length(text, code)))
        return relevance

    # ---- the arms ---------------------------------------------------------------------------------------------------

    def _trusted(self, code: str) -> Embedder | None:
        """The model, if it can be trusted with this language.

        What the library has written down is asked first: a model that knows no Chinese need not be loaded, which takes seconds, for
        a Chinese question.
        """
        library = self._library
        text = library.catalogue.meta.get("trust")
        if text != self._trust[0]:
            self._trust = (text, trust.stored(library))
        if not trust.trusts(self._trust[1], library.embedding_fingerprint, library.embedding_languages, code):
            return None
        embedder = self._embedder()
        if embedder is None or library.vectors_of(embedder.facts.fingerprint) is None:
            return None
        facts = embedder.facts
        return embedder if trust.trusts(self._trust[1], facts.fingerprint, facts.languages, code) else None

    def _meaning(self, question: str, terms: Sequence[str]) -> _Meaning | None:
        """Of a question in several languages, the parts whose language the model is trusted with."""
        parts = language.parts(question)
        trusted = {code: one for code in parts if (one := self._trusted(code)) is not None}
        if not trusted:
            return None
        embedder = next(iter(trusted.values()))
        model, languages = embedder.facts.fingerprint, tuple(trusted)
        scale = load(model)
        if scale is None:
            return None
        text, share = question, 1.0
        if len(trusted) < len(parts):
            text = " ".join(parts[code] for code in trusted)
            share = self._asked(question, terms).weight_of(words.question_terms(text))
        vector = np.asarray(embedder.embed_question(text), dtype=np.float32)
        background = of(self._library, model, scale)
        others = [code for code in background.languages if code not in parts and self._known_across(scale, languages[0], code)]
        centred = background.question(vector, languages[0])
        noise = background.noise(centred, languages[0])
        return _Meaning(centred, model, scale, background, languages, tuple(others[:_OTHERS]), share, noise)

    def _known_across(self, scale: Scale, asked_in: str, code: str) -> bool:
        """Whether a passage in the language ``code`` can be compared with a question in another one."""
        return scale.between(asked_in, code).known and self._trusted(code) is not None

    def _comparable(self, meaning: _Meaning, code: str) -> bool:
        return code in meaning.languages or self._known_across(meaning.scale, meaning.languages[0], code)

    def _by_words(self, question: str, terms: list[str], depth: int, scope: Scope) -> _Found:
        lookup = self._library.catalogue.lookup
        found = _Found(lookup.search(terms, depth, scope))
        for phrase in phrases(question):
            found.exact += [chunk for chunk, _ in lookup.phrase(phrase, _EXACT, scope)]
        for code in codes.exact(fold(question)):
            found.exact += [chunk for chunk, _ in lookup.search([code], _EXACT, scope)]
        return found

    def _by_meaning(
        self, question: str, terms: Sequence[str], depth: int, scope: Scope
    ) -> tuple[_Meaning | None, dict[str, list[int]]]:
        for _ in range(_TRIES):
            meaning = self._meaning(question, terms)
            if meaning is None:
                break
            dense = self._dense(meaning, depth, scope)
            if dense is not None:
                return meaning, dense
        return None, {}

    def _dense(self, meaning: _Meaning, depth: int, scope: Scope) -> dict[str, list[int]] | None:
        """The nearest passages for each language; None when the index was exchanged meanwhile."""
        found = dict[str, list[int]]()
        for code in (*meaning.languages, *meaning.foreign):
            nearest = self._nearest(meaning.background.toward(meaning.vector, code), meaning.model, depth, scope)
            if nearest is None:
                return None
            found[code] = nearest
        return found

    def _nearest(self, vector: Vector, model: str, depth: int, scope: Scope) -> list[int] | None:
        """A metadata filter of Chroma takes 90 ms at 100,000 chunks. A small scope is compared one by one instead; of a large one
        enough stays when more are asked for and the others are passed over."""
        lookup = self._library.catalogue.lookup
        allowed = None if scope == EVERYWHERE else lookup.allowed(scope)
        if allowed is not None and allowed.few:
            return [chunk for chunk, _ in lookup.nearest(vector, depth, scope, model)]
        asked_for = depth if allowed is None else int(depth / allowed.share * 1.5)
        found = self._library.nearest(model, vector, asked_for)
        if found is None:
            return None
        return [chunk for chunk, _ in (found if allowed is None else inside(allowed, found))][:depth]

    # ---- one score --------------------------------------------------------------------------------------------------

    def _judge(self, question: str, asked: Asked, found: _Found, meaning: _Meaning | None, top: int) -> list[_Judged]:
        """Every candidate with its score, best first."""
        candidates = self._library.catalogue.chunks.by_ids(found.worth_a_look(top))
        vectors = self._vectors(meaning, [chunk.id for chunk in candidates])
        bm25 = dict(found.lexical)
        # One that the index did not list has no more than the last that it did.
        least = found.lexical[-1][1] if len(found.lexical) >= _DEPTH else 0.0
        named, parts = set(codes.exact(fold(question))), language.parts(question)
        judged = []
        for chunk in candidates:
            beside = " ".join((*chunk.trail, os.path.basename(chunk.path)))
            close = asked.closeness(chunk.text, beside, bm25.get(chunk.id), least)
            code = language.language(chunk.text[: language.ENOUGH])
            means = None
            if meaning is not None and chunk.id in vectors and self._comparable(meaning, code):
                means = meaning.of(vectors[chunk.id], code)
            exact = close.phrases
            if named:
                exact += len(named.intersection(codes.wholes(fold(f"{chunk.text} {beside}"))))
            foreign = code not in parts
            order = fusion.joined(close.ranked, means, own=not foreign)
            noise = meaning.noise if meaning else 0.0
            relevance = fusion.relevance(close.covered, means, asked.texts, noise, _length(chunk.text, code))
            relevance = max(relevance, _FOR_SURE) if exact else relevance
            judged.append(_Judged(chunk, (-exact, -order), relevance, close, means, code, foreign))
        judged.sort(key=lambda one: (one.order, one.chunk.path, one.chunk.ordinal))
        return judged

    def _vectors(self, meaning: _Meaning | None, chunks: Sequence[int]) -> dict[int, Vector]:
        """Of each chunk, also of those the dense arms did not list; one that has no vector yet is judged by its words alone."""
        if meaning is None:
            return {}
        vectors = self._library.catalogue.vectors.of_chunks(chunks, meaning.model)
        return {chunk: np.frombuffer(vector, dtype="<f2").astype(np.float32) for chunk, vector in vectors.items()}

    # ---- passages ---------------------------------------------------------------------------------------------------

    def _passages(
        self, question: str, terms: Sequence[str], judged: Sequence[_Judged], arms: Mapping[str, Sequence[_Judged]], top: int
    ) -> list[Passage]:
        of = {one.chunk.id: one for one in judged}
        matcher, folded = TermMatcher(terms), fold(question)
        written = [term for term in terms if term in folded]  # "ht20230417" is how the index spells it, not what was asked for
        ranks = {name: {one.chunk.id: rank for rank, one in enumerate(arm, start=1)} for name, arm in arms.items()}
        passages, score = list[Passage](), 1.0
        for rank, group in enumerate(copies.gathered([one.chunk for one in judged], top), start=1):
            chunk = group[0]
            one = of[chunk.id]
            # What stands further down is less relevant, however many words it shares (measured: AUC of "nothing found" 0.93, not 0.91).
            score = min(score, one.relevance)
            held, marks = matcher.held_and_marks(chunk.text)
            said = {*held, *one.closeness.words}
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
                    terms=tuple(words.joined([term for term in written if term in said], chunk.text)),
                    arms={name: places[chunk.id] for name, places in ranks.items() if chunk.id in places},
                    marks=marks,
                    also_in=copies.also_in(chunk, group[1:]),
                    before=before,
                    after=after,
                    modified=chunk.modified,
                    certainty=fusion.certainty(score),
                    by_meaning=one.meaning is not None and not said,
                    language=one.language,
                )
            )
        return passages


def _with_standout(judged: list[_Judged], texts: int) -> list[_Judged]:
    """The same, the passage that stands out by its meaning at least as one that may answer."""
    by_meaning = sorted((one for one in judged if one.meaning is not None), key=lambda one: -(one.meaning or 0.0))
    if len(by_meaning) < 2 or not fusion.stands_out(by_meaning[0].meaning or 0.0, by_meaning[1].meaning or 0.0, texts):
        return judged
    best = by_meaning[0]
    return [replace(one, relevance=max(one.relevance, fusion.MAY_ANSWER)) if one is best else one for one in judged]


def _length(text: str, code: str) -> float:
    """About how many words a text has; a Chinese or Japanese one has one for 1.6 characters."""
    return len(text) / 1.6 if code in ("zh", "ja") else text.count(" ") + text.count("\n") + 1


def _arms(judged: Sequence[_Judged], found: _Found) -> dict[str, list[_Judged]]:
    """What each arm found of the candidates, in its own order: by words, by meaning in the question's language, and in others."""
    by_words, by_meaning = {chunk for chunk, _ in found.lexical}, {chunk for arm in found.dense.values() for chunk in arm}
    words = [one for one in judged if one.chunk.id in by_words and one.closeness.covered >= _BY_WORDS]
    means = [one for one in judged if one.meaning is not None and one.chunk.id in by_meaning]
    means.sort(key=lambda one: -(one.meaning or 0.0))
    return {
        "lexical": sorted(words, key=lambda one: -one.closeness.ranked),
        "dense": [one for one in means if not one.foreign],
        "foreign": [one for one in means if one.foreign and (one.meaning or 0.0) >= _BY_MEANING],
    }


def _of_several_files(judged: list[_Judged], top: int) -> list[_Judged]:
    """For a broad question: from the fourth passage of one file on, those of other files that are nearly as relevant go first."""
    if not judged:
        return judged
    least = _AS_RELEVANT * max(one.relevance for one in judged)
    seen, first, later = dict[str, int](), list[_Judged](), list[_Judged]()
    for one in judged:
        seen[one.chunk.path] = seen.get(one.chunk.path, 0) + 1
        (later if seen[one.chunk.path] > _OF_ONE_FILE else first).append(one)
    worthy = [one for one in first if one.relevance >= least]
    rest = sorted([*later, *(one for one in first if one.relevance < least)], key=lambda one: one.order)
    return [*worthy, *rest] if len(judged) > top else judged


def phrases(question: str) -> list[str]:
    """What stands in quotation marks."""
    found = (next(part for part in match.groups() if part) for match in _QUOTED.finditer(question))
    return [phrase for phrase in found if words.cut(phrase)]


def _title(question: str) -> str:
    """The question, when it is nothing but a name or a title: no question word, no question mark, few words."""
    cut = words.cut(question)
    bare = question.strip().strip("。.")
    is_name = len(cut) in _NAME and set(cut) <= set(words.question_terms(question)) and bare[-1:] not in "?？"
    return bare if is_name else ""


def asked_terms(question: str) -> list[str]:
    """The terms of a question that are searched for."""
    return words.question_terms(question)[:_MOST_TERMS]


def check(question: str) -> None:
    """Raises ``UsageProblem``: question_empty (also for one of control characters only), question_too_long."""
    if not any(unicodedata.category(character)[0] not in "ZC" for character in question):
        raise UsageProblem("question_empty")
    if len(question) > LONGEST_QUESTION:
        raise UsageProblem("question_too_long", length=len(question), limit=LONGEST_QUESTION)
