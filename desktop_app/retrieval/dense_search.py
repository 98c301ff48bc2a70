# SPDX-License-Identifier: Apache-2.0
"""Dense search: the passages whose vectors are nearest to a question.

The model is asked in the languages that it was measured to know (``trust``). Passages in the question's languages and in up to three other
languages of the library are searched for one by one, each with the question moved to the centre of that language (``background``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from desktop_app.analysis import language, words
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.embedding.scale import Scale, load
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.library.library import Library
from desktop_app.library.stores.lookup import inside
from desktop_app.retrieval import trust
from desktop_app.retrieval.background import Background, Vector, background_of
from desktop_app.retrieval.query_terms import library_terms

# Another embedding model may take over between a question's vector and its search; then it is asked again, of the new one.
_TRIES = 3
_OTHERS = 3  # languages of the library beside the question's that are searched


@dataclass(frozen=True, slots=True)
class DenseQuery:
    """A question as vectors are compared with it.

    ``vector``: (dimension,) float32, centred and of length one. ``model``: fingerprint. ``languages``: those of the question that the
    model knows. ``foreign``: others of the library that it knows. ``share``, 0..1, of the question's words that ``vector`` was made of.
    ``noise`` as ``Background.noise``.
    """

    vector: Vector
    model: str
    scale: Scale
    background: Background
    languages: tuple[str, ...]
    foreign: tuple[str, ...]
    share: float
    noise: float

    def similarity(self, passage: Vector, code: str) -> float:
        """``Background.similarity`` of a passage's vector in the language ``code``, times ``share``."""
        return self.share * self.background.similarity(self.vector, passage, code)


class DenseSearch:
    """Searches one library. ``embedder`` is called at each search: the model may still be loading, or be exchanged."""

    def __init__(self, library: Library, embedder: Callable[[], Embedder | None]) -> None:
        self._library = library
        self._embedder = embedder
        self._trust: tuple[str, trust.MeasuredTrust | None] = ("", None)

    def trusted(self, code: str) -> Embedder | None:
        """The model, if it can be trusted with this language.

        What the library has stored is asked first: a model that knows no Chinese need not be loaded, which takes seconds, for a Chinese
        question.
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

    def query(self, question: str, terms: Sequence[str]) -> DenseQuery | None:
        """The question as a vector; of one in several languages, the parts whose language the model is trusted with. None without any."""
        parts = language.parts(question)
        trusted = {code: one for code in parts if (one := self.trusted(code)) is not None}
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
            share = library_terms(self._library.catalogue.lookup, question, terms).weight_of(words.question_terms(text))
        vector = np.asarray(embedder.embed_question(text), dtype=np.float32)
        background = background_of(self._library, model, scale)
        others = [code for code in background.languages if code not in parts and self._known_across(scale, languages[0], code)]
        centred = background.question(vector, languages[0])
        noise = background.noise(centred, languages[0])
        return DenseQuery(centred, model, scale, background, languages, tuple(others[:_OTHERS]), share, noise)

    def comparable(self, query: DenseQuery, code: str) -> bool:
        """Whether a passage in the language ``code`` can be compared with this question."""
        return code in query.languages or self._known_across(query.scale, query.languages[0], code)

    def search(
        self, question: str, terms: Sequence[str], depth: int, scope: Scope
    ) -> tuple[DenseQuery | None, dict[str, list[int]]]:
        """The query, and by language the ids of the ``depth`` nearest passages, nearest first; (None, {}) where no model can be asked."""
        for _ in range(_TRIES):
            query = self.query(question, terms)
            if query is None:
                break
            found = self._of_each_language(query, depth, scope)
            if found is not None:
                return query, found
        return None, {}

    def _known_across(self, scale: Scale, asked_in: str, code: str) -> bool:
        """Whether a passage in the language ``code`` can be compared with a question in another one."""
        return scale.between(asked_in, code).known and self.trusted(code) is not None

    def _of_each_language(self, query: DenseQuery, depth: int, scope: Scope) -> dict[str, list[int]] | None:
        """The nearest passages of each language; None when the index was exchanged meanwhile."""
        found = dict[str, list[int]]()
        for code in (*query.languages, *query.foreign):
            nearest = self._nearest(query.background.toward(query.vector, code), query.model, depth, scope)
            if nearest is None:
                return None
            found[code] = nearest
        return found

    def _nearest(self, vector: Vector, model: str, depth: int, scope: Scope) -> list[int] | None:
        """A metadata filter of Chroma takes 90 ms at 100,000 chunks. A small scope is compared one by one instead; of a large one
        enough is left when more are asked for and those outside it are dropped. Hidden passages are in no index: they are compared one by
        one where they are asked for."""
        lookup, seen = self._library.catalogue.lookup, replace(scope, hidden=False)
        allowed = None if seen == EVERYWHERE else lookup.allowed(seen)
        found: list[tuple[int, float]] | None
        if allowed is not None and allowed.few:
            found = lookup.nearest(vector, depth, seen, model)
        else:
            found = self._library.nearest(model, vector, depth if allowed is None else int(depth / allowed.share * 1.5))
        if found is None:
            return None
        if allowed is not None and not allowed.few:
            found = inside(allowed, found)
        if scope.hidden:
            found = sorted([*found, *lookup.nearest_hidden(vector, depth, scope, model)], key=lambda one: -one[1])
        return [chunk for chunk, _ in found][:depth]
