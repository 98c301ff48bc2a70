"""How far the embedding model can be trusted, measured on the library itself, for each of its languages.

The question is made by taking one sentence out of a chunk, and what is left of the chunk is what should be found (the inverse cloze
task of Lee, Chang and Toutanova, Latent Retrieval for Weakly Supervised Open Domain Question Answering, 2019): a sentence shares
its subject with its paragraph, and not many words, so it takes some understanding to bring them together. Up to 48 such pairs a
language are searched with words, with meaning and with both at several weights, among each other; the least weight of the dense arm
that is as good as the best one is taken. Measured with the bundled model against the weights that are best for the questions of
../shared/data/retrieval: English 0.25-0.35 (questions: 0.1-0.5), German 0-0.05 (0-0.1), Chinese 0 (0).

The same pairs tell what a cosine of this model is worth: the mean of pairs that belong together and of those that do not. Before there
are any, made texts tell it (``embedding.scale``), and whether the model knows the language at all. Few pairs say little: of multilingual-e5-small,
12 draws of 16 pairs from one library gave weights from .02 to .5, of 48 from .1 to .2, and between libraries the mean is .08 to .25. So the
library's word counts by its number of pairs, and that of the made texts as much as ``_FIRST`` pairs.

The pairs are those whose texts have the smallest hashes: a sample as good as chance, and always the same one for the same texts. The
measurement is made at the end of every run that finds other pairs than before, so that what is stored depends on what the library holds
and on nothing else: not on the order in which files were read, and not on runs that were killed. It costs some 100 short texts to embed
for each language whose pairs changed; in a large library most changes touch no pair, and then the model need not even be loaded.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from desktop_app.analysis import words
from desktop_app.analysis.language import ENOUGH, language, understands
from desktop_app.analysis.sentences import sentences
from desktop_app.embedding import scale
from desktop_app.embedding.base import Embedder
from desktop_app.library import fulltext
from desktop_app.library.library import Library
from desktop_app.retrieval.closeness import Asked

log = logging.getLogger(__name__)

_LOOKED_AT = 2_000  # chunks that are read to find pairs
_TELLS = 600  # after so many, a language that was not among them will not reach ``_FEWEST`` pairs
_PAIRS = 48
_BESIDE = 2  # sentences on either side of the one that asks: enough to tell the subject, and quick to embed
_FEWEST = 16  # pairs, for a measurement to say something
_SHORTEST = 8  # of a sentence, in words or bigrams
_FIRST = 48  # the weight differs between two draws of so many pairs about as much as between two libraries
_WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5)
_AS_GOOD = 0.01  # of mean reciprocal rank: what so few pairs cannot tell apart
_META = "trust"


@dataclass(frozen=True, slots=True)
class Trust:
    """``weight`` of the dense arm, 0: it has no say. ``unrelated`` and ``related``: mean cosines. ``lexical`` and ``dense``: mean
    reciprocal rank of each arm over ``pairs`` questions; 0 pairs: not measured."""

    weight: float
    unrelated: float = 0.0
    related: float = 0.6
    lexical: float = 0.0
    dense: float = 0.0
    pairs: int = 0

    def meaning(self, cosine: float) -> float:
        """0 for what is as near as unrelated texts are, 1 for related ones."""
        return (cosine - self.unrelated) / max(0.05, self.related - self.unrelated)


NO_TRUST = Trust(0.0)
# Until anything is measured: what a model says of itself is believed, with a weight that was right for English.
PRIOR = Trust(0.2)


class MeasuredTrust(msgspec.Struct, frozen=True):
    """What was measured, of which model, cut into which words. ``sample`` names the texts in which pairs were looked for, ``pairs`` those
    that were found, by language."""

    model: str
    words: int
    languages: dict[str, Trust]
    sample: str = ""
    pairs: dict[str, str] = {}


Pairs = dict[str, list[tuple[str, str]]]
"""By language: (a sentence, the rest of its chunk)."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(MeasuredTrust).decode


def stored(library: Library) -> MeasuredTrust | None:
    """The last measurement, of whichever model it was."""
    text = library.catalogue.meta(_META)
    try:
        return _decode(text) if text else None
    except msgspec.MsgspecError:
        return None  # of another version


def of(measured: MeasuredTrust | None, model: str, languages: tuple[str, ...], code: str) -> Trust:
    """The trust in ``model`` for a language; ``languages`` is what the model says it knows."""
    own = measured.languages.get(code) if measured is not None and measured.model == model else None
    known = scale.load(model)
    if known is None:
        return own or (PRIOR if understands(languages, code) else NO_TRUST)
    worth = known.between(code, code)
    expected = worth.known and (code in scale.LANGUAGES or understands(languages, code))
    first = Trust(PRIOR.weight if expected else 0.0, worth.unrelated, worth.related)
    if code in scale.LANGUAGES and not expected:
        return NO_TRUST  # a sentence shares words with its neighbours, so pairs flatter a model that only knows letters
    return _refined(first, own, worth.paraphrase - worth.unrelated) if own else first


def _refined(first: Trust, own: Trust, apart: float) -> Trust:
    """What was known of the model before, refined by a library's pairs. Where those are hardly nearer to each other than to anything else,
    though the made texts are ``apart``, this library's neighbours do not share a subject (a list of unrelated rules), and the pairs
    only tell what unrelated texts have."""
    share = own.pairs / (own.pairs + _FIRST)
    unrelated = first.unrelated + share * (own.unrelated - first.unrelated)
    if own.related - own.unrelated < apart / 2:
        return replace(own, weight=first.weight, unrelated=unrelated, related=unrelated + first.related - first.unrelated)
    return replace(
        own,
        weight=first.weight + share * (own.weight - first.weight),
        unrelated=unrelated,
        related=first.related + share * (own.related - first.related),
    )


def measure(library: Library, embedder: Embedder, check: Callable[[], None] = lambda: None) -> MeasuredTrust:
    """Measure and store, unless what is stored still holds; the scale of the model first, where that was never done. ``check`` may raise to
    stop. ``embedder`` embeds nothing where no pair has changed, so that it may be one that is loaded when it is first needed."""
    if library.catalogue.chunk_count():
        scale.measure(embedder, check)
    model, known = embedder.facts.fingerprint, stored(library)
    if known is None or (known.model, known.words) != (model, words.VERSION):
        known = MeasuredTrust(model, words.VERSION, {})
    hashes = library.catalogue.lookup.sample(_LOOKED_AT)
    sample = hashlib.blake2b(b"".join(hashes), digest_size=16).hexdigest()
    if known.sample == sample:
        return known
    languages, names = dict[str, Trust](), dict[str, str]()
    for code, pairs in sorted(_pairs(library, hashes).items()):
        if len(pairs) < _FEWEST:
            continue
        names[code] = _name(pairs)
        if known.pairs.get(code) == names[code]:
            languages[code] = known.languages[code]
        else:
            languages[code] = _measure(pairs, embedder, check)
            log.info("trust in %s for %s: %s", embedder.facts.name, code, languages[code])
    measured = MeasuredTrust(model, words.VERSION, languages, sample, names)
    library.catalogue.put_meta(_META, _encode(measured).decode())
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
        if number >= _TELLS and all(len(pairs) == _PAIRS for pairs in found.values()):
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


def _measure(pairs: Sequence[tuple[str, str]], embedder: Embedder, check: Callable[[], None]) -> Trust:
    asked, rests = [one for one, _ in pairs], [rest for _, rest in pairs]
    check()
    with ThreadPoolExecutor(1) as beside:  # words, while the model computes
        by_words = beside.submit(_lexical, asked, rests)
        texts = np.asarray(embedder.embed_documents(rests), dtype=np.float32)
        check()
        questions = np.asarray(embedder.embed_questions(asked), dtype=np.float32)
        lexical = by_words.result()
    cosines = questions @ texts.T
    related = float(np.mean(np.diag(cosines)))
    unrelated = float(np.mean(cosines[~np.eye(len(pairs), dtype=bool)]))
    scale = Trust(1.0, unrelated, related)
    meaning = np.clip(np.vectorize(scale.meaning)(cosines), 0.0, 1.5)
    reached = {weight: _reciprocal_rank(lexical + weight * meaning) for weight in _WEIGHTS}
    weight = min(weight for weight in _WEIGHTS if reached[weight] >= max(reached.values()) - _AS_GOOD)
    if related - unrelated < 0.02:
        weight = 0.0  # everything is alike to it
    return Trust(weight, unrelated, related, reached[0.0], _reciprocal_rank(cosines), len(pairs))


def _lexical(asked: Sequence[str], rests: Sequence[str]) -> NDArray[np.float64]:
    scores = np.zeros((len(asked), len(rests)))
    with closing(fulltext.scratch(rests)) as index:
        for row, question in enumerate(asked):
            terms = words.question_terms(question)
            bm25 = dict(fulltext.search(index, terms, len(rests)))
            frequencies = {term: fulltext.frequency(index, term) for term in terms}
            near = Asked(question, terms, frequencies, len(rests))
            scores[row] = [near.closeness(rest, "", bm25.get(place, 0.0)).ranked for place, rest in enumerate(rests, start=1)]
    return scores


def _reciprocal_rank(scores: NDArray[np.floating]) -> float:
    own = np.diag(scores)[:, None]
    return float(np.mean(1 / (1 + (scores > own).sum(axis=1))))
