# SPDX-License-Identifier: Apache-2.0
"""Which languages the embedding model is trusted with, by measurement.

Whether a model knows Chinese and English is measured on made texts (``embedding.scale``), before the first document is there. For
every other language its vocabulary says what it was made for, and the library is asked as soon as it holds enough of that
language.

The question is made by taking one sentence out of a chunk, and what is left of the chunk is what should be found (the inverse cloze
task of Lee, Chang and Toutanova, Latent Retrieval for Weakly Supervised Open Domain Question Answering, 2019): a sentence shares
its subject with its paragraph, and not many words, so it takes some understanding to bring them together. Up to 48 such pairs a
language are searched with words and with meaning, among each other. Mean reciprocal rank by meaning for one by words, 48 pairs:

                                German        Chinese       English
    multilingual-e5-small       1.25-1.41     1.00-1.12     1.05-1.23
    all-MiniLM-L6-v2            0.96-1.10     0.54-0.62     1.13-1.23

A sentence shares names with its neighbours, so a model that only knows letters looks better here than it is (questions in German,
R@1: MiniLM .63, words .95). Therefore pairs must say much to make a language trusted that the model was not made for, and little
to leave it one that it was made for.

The pairs are those whose texts have the smallest hashes: a sample as good as chance, and always the same one for the same texts.
The measurement is made at the end of every run that finds other pairs than before, so that what is stored depends on what the
library holds and on nothing else: not on the order in which files were read, and not on runs that were killed. It costs some 100
short texts to embed for each language whose pairs changed; in a large library most changes touch no pair, and then the model need
not even be loaded.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from desktop_app.analysis import words
from desktop_app.analysis.language import ENOUGH, language, understands
from desktop_app.analysis.sentences import sentences
from desktop_app.embedding import scale
from desktop_app.embedding.scale import centred_passages, centred_questions
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.library.library import Library
from desktop_app.library.stores import fulltext
from desktop_app.retrieval.query_terms import QueryTerms

log = logging.getLogger(__name__)

_LOOKED_AT = 2_000  # chunks that are read to find pairs
_SAMPLED = 600  # after so many, a language that was not among them will not reach ``_FEWEST`` pairs
_PAIRS = 48
_BESIDE = 2  # sentences on either side of the one that asks: enough to name the subject, and quick to embed
_FEWEST = 16  # pairs, for a measurement to say something
_SHORTEST = 8  # of a sentence, in words or bigrams
# Reciprocal rank by meaning for one by words, for a language that the model was made for, and for another.
_ENOUGH_WHERE_MADE_FOR, _ENOUGH_ELSEWHERE = 0.8, 1.15
_META = "trust"


@dataclass(frozen=True, slots=True)
class LanguageTrust:
    """Mean reciprocal rank of what belongs to ``pairs`` questions, by words and by meaning."""

    lexical: float
    dense: float
    pairs: int


class MeasuredTrust(msgspec.Struct, frozen=True):
    """What was measured, of which model, cut into which words. ``sample`` names the texts in which pairs were looked for,
    ``pairs`` those that were found, by language."""

    model: str
    words: int
    languages: dict[str, LanguageTrust]
    sample: str = ""
    pairs: dict[str, str] = {}


Pairs = dict[str, list[tuple[str, str]]]
"""By language: (a sentence, the rest of its chunk)."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(MeasuredTrust).decode


def stored(library: Library) -> MeasuredTrust | None:
    """The last measurement, of whichever model it was."""
    text = library.catalogue.meta.get(_META)
    try:
        return _decode(text) if text else None
    except msgspec.MsgspecError:
        return None  # of another version


def trusts(measured: MeasuredTrust | None, model: str, languages: tuple[str, ...], code: str) -> bool:
    """Whether ``model`` is worth asking in a language; ``languages`` is what it was made for, by its files."""
    known = scale.load(model)
    made_for = understands(languages, code)
    if known is not None and code in scale.LANGUAGES:
        return known.between(code, code).known
    own = measured.languages.get(code) if measured is not None and measured.model == model else None
    if own is not None:
        return own.dense >= own.lexical * (_ENOUGH_WHERE_MADE_FOR if made_for else _ENOUGH_ELSEWHERE)
    return made_for and (known is None or known.between(code, code).known)


def measure(library: Library, embedder: Embedder, check: Callable[[], None] = lambda: None) -> MeasuredTrust:
    """Measure and store, unless what is stored still holds; the scale of the model first, where that was never done. ``check``
    may raise to stop. ``embedder`` embeds nothing where no pair has changed, so that it may be one that is loaded when it is
    first needed."""
    if library.catalogue.chunks.count():
        scale.measure(embedder, check)
    model, known = embedder.facts.fingerprint, stored(library)
    if known is None or (known.model, known.words) != (model, words.VERSION):
        known = MeasuredTrust(model, words.VERSION, {})
    hashes = library.catalogue.lookup.sample(_LOOKED_AT)
    sample = hashlib.blake2b(b"".join(hashes), digest_size=16).hexdigest()
    if known.sample == sample:
        return known
    languages, names = dict[str, LanguageTrust](), dict[str, str]()
    for code, pairs in sorted(_pairs(library, hashes).items()):
        if len(pairs) < _FEWEST or code in scale.LANGUAGES:
            continue
        names[code] = _name(pairs)
        if known.pairs.get(code) == names[code]:
            languages[code] = known.languages[code]
        else:
            languages[code] = _measure(pairs, embedder, check)
            log.info("trust in %s for %s: %s", embedder.facts.name, code, languages[code])
    measured = MeasuredTrust(model, words.VERSION, languages, sample, names)
    library.catalogue.meta.put(_META, _encode(measured).decode())
    return measured


def _name(pairs: Sequence[tuple[str, str]]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for pair in pairs:
        digest.update(repr(pair).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def _pairs(library: Library, hashes: Sequence[bytes]) -> Pairs:
    """Of these texts, in their order; always the same ones for the same texts."""
    found: Pairs = {}
    for number, (digest, chunk) in enumerate(library.catalogue.lookup.texts(hashes)):
        if number >= _SAMPLED and all(len(pairs) == _PAIRS for pairs in found.values()):
            break
        pairs = found.setdefault(language(chunk[:ENOUGH]), [])
        if len(pairs) == _PAIRS:
            continue
        spans = sentences(chunk)
        if len(spans) < 2:
            continue
        long = [n for n, (start, end) in enumerate(spans) if len(words.question_terms(chunk[start:end])) >= _SHORTEST]
        if long:
            asks = long[digest[-1] % len(long)]
            beside = [*spans[max(0, asks - _BESIDE) : asks], *spans[asks + 1 : asks + 1 + _BESIDE]]
            pairs.append((chunk[slice(*spans[asks])], "\n".join(chunk[start:end] for start, end in beside)))
    return found


def _measure(pairs: Sequence[tuple[str, str]], embedder: Embedder, check: Callable[[], None]) -> LanguageTrust:
    asked, rests = [one for one, _ in pairs], [rest for _, rest in pairs]
    check()
    with ThreadPoolExecutor(1) as beside:  # words, while the model computes
        by_words = beside.submit(_lexical, asked, rests)
        texts = np.asarray(embedder.embed_documents(rests), dtype=np.float32)
        check()
        questions = np.asarray(embedder.embed_questions(asked), dtype=np.float32)
        lexical = by_words.result()
    texts, questions = centred_passages(texts, texts.mean(axis=0)), centred_questions(questions, questions.mean(axis=0))
    return LanguageTrust(_reciprocal_rank(lexical), _reciprocal_rank(questions @ texts.T), len(pairs))


def _lexical(asked: Sequence[str], rests: Sequence[str]) -> NDArray[np.float64]:
    scores = np.zeros((len(asked), len(rests)))
    with closing(fulltext.scratch(rests)) as index:
        for row, question in enumerate(asked):
            terms = words.question_terms(question)
            bm25 = dict(fulltext.search(index, terms, len(rests)))
            frequencies = {term: fulltext.frequency(index, term) for term in terms}
            query = QueryTerms(question, terms, frequencies, len(rests))
            scores[row] = [query.match(rest, "", bm25.get(place, 0.0)).ranking for place, rest in enumerate(rests, start=1)]
    return scores


def _reciprocal_rank(scores: NDArray[np.floating]) -> float:
    own = np.diag(scores)[:, None]
    return float(np.mean(1 / (1 + (scores > own).sum(axis=1))))
