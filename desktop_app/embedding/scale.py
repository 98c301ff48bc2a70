# SPDX-License-Identifier: Apache-2.0
"""Calibration of a model's cosines in Chinese, English and across.

It is measured once a model, on texts made for it. All vectors of a model point in one narrow direction, those of each language in
one of their own, and each model has other ones: unrelated texts have .09 with all-MiniLM-L6-v2 in English and .55 in Chinese, .77
and .85 with multilingual-e5-small, where a question and the passage that answers it in other words have .82 and .88, and .79
across the two. A library of a few passages is too small to measure that; the made texts do, from the first passage on. They give
the centres, what all passages and all questions of a language share; cosines are compared without them. And they show whether the
model knows a language at all: mean reciprocal rank, among 64 passages, of the one that answers a question without sharing a word
with it:

                          zh-zh   en-en   zh-en   en-zh    (question-passages; by chance .07)
    all-MiniLM-L6-v2      .11     .76     .11     .21
    multilingual-e5-small .69     .60     .86     .87

The texts are in ``resources/meaning/texts.json``: for "zh" and "en" a list ``passages`` of {"text", "plain": a question that
shares words with it, "paraphrase": one that shares none, "cross": one in the other language}, and ``absent``: questions that no
passage answers. What is measured is kept in a file a model below the home folder, or below what the set-up prepared, and does not
depend on the PC.
"""

from __future__ import annotations

import functools
import hashlib
import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation import paths, private

log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]

LANGUAGES = ("zh", "en")
QUESTION_SHARE = 0.6
"""How much of what all questions share is taken off. All of it costs English paraphrases .12 of R@1, half of it questions across
languages .05 of R@5 (160 short office passages, multilingual-e5-small)."""

_PAIRS = (("zh", "en"), ("en", "zh"))
_DIRECTIONS = {"zh-zh", "en-en", "zh-en", "en-zh"}
_NEAR_CHINESE = {"zh", "ja", "ko"}
# Mean reciprocal rank: half of what multilingual-e5-small has in its weakest direction, twice what MiniLM has in Chinese.
_KNOWN = 0.3
_FORMAT = "1"  # changes with what is measured
_AT_ONCE = 32  # texts between two looks at whether to stop
_one_at_a_time = threading.Lock()


class Direction(msgspec.Struct, frozen=True):
    """Mean centred cosines of questions in one language with passages in one. ``plain`` and ``paraphrase``: with the passage that
    answers, for questions that share words with it and that share none; across languages none does, and both are equal.
    ``unrelated`` and ``deviation``: mean and standard deviation with every other passage. ``rank``: mean reciprocal rank of the
    passage that answers, for questions that share no word with it."""

    plain: float
    paraphrase: float
    unrelated: float
    deviation: float
    rank: float

    @property
    def known(self) -> bool:
        """Whether the model can be asked at all."""
        return self.rank >= _KNOWN


@dataclass(frozen=True, slots=True)
class Scale:
    """By language: the centres, and the vectors of the made ``passages``, a row each, not centred. ``directions`` by "zh-en"
    (question-passages)."""

    question_centres: Mapping[str, Vectors]
    passage_centres: Mapping[str, Vectors]
    passages: Mapping[str, Vectors]
    directions: Mapping[str, Direction]

    def between(self, question: str, passages: str) -> Direction:
        """By language codes; another language than Chinese and English goes by the one whose script is nearer."""
        return self.directions[f"{nearer(question)}-{nearer(passages)}"]

    @property
    def plain(self) -> float:
        """Mean centred cosine of a plain question with the passage that answers it, in the languages that the model knows."""
        within = [self.between(code, code) for code in LANGUAGES]
        return float(np.mean([one.plain for one in within if one.known] or [one.plain for one in within]))


def nearer(language: str) -> str:
    """Of the measured languages the one whose script is nearer to that of ``language``."""
    return "zh" if language in _NEAR_CHINESE else "en"


def centred_questions(vectors: Vectors, centre: Vectors) -> Vectors:
    """``vectors``, (dimension,) or (n, dimension), less most of the ``centre`` of all questions; of length one."""
    return unit(vectors - QUESTION_SHARE * centre)


def centred_passages(vectors: Vectors, centre: Vectors) -> Vectors:
    """``vectors``, (dimension,) or (n, dimension), less the ``centre`` of all passages; of length one."""
    return unit(vectors - centre)


def unit(vectors: Vectors) -> Vectors:
    """``vectors``, (dimension,) or (n, dimension), scaled to length one."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9), dtype=np.float32)


def load(model: str) -> Scale | None:
    """What was measured of the model with this fingerprint: in this home, or else by the set-up. Quick enough for every
    question."""
    for home in (paths.home(), paths.prepared()):
        file = _kept(home, model)
        try:
            written = file.stat()
        except OSError:
            continue
        if (found := _read(file, written.st_mtime_ns, written.st_size)) is not None:
            return found
    return None


def measure(embedder: Embedder, check: Callable[[], None] = lambda: None) -> Scale:
    """Measure and store, unless that was done before; then ``embedder`` embeds nothing. ``check`` may raise to stop. It embeds
    some 500 short texts. A disk that takes no more only costs another measurement later."""
    model = embedder.facts.fingerprint
    with _one_at_a_time:
        return load(model) or _measured(embedder, model, check)


def _measured(embedder: Embedder, model: str, check: Callable[[], None]) -> Scale:
    measured = _measure(embedder, check)
    check()
    log.info("the scale of %s: %s", embedder.facts.name, measured.directions)
    file = _kept(paths.home(), model)
    try:
        file.parent.mkdir(exist_ok=True)
        private.replace_file(file, msgspec.msgpack.encode(measured))
    except OSError as error:
        log.warning("the scale of the embedding model is not remembered: %s", error)
    return _opened(measured)


# ---- measuring ------------------------------------------------------------------------------------------------------


class _Kept(msgspec.Struct, frozen=True):
    """As it is stored. ``texts`` names the made texts; ``questions`` are centres in float32, ``passages`` rows of float16."""

    texts: str
    dimension: int
    questions: dict[str, bytes]
    passages: dict[str, bytes]
    directions: dict[str, Direction]


@dataclass(frozen=True, slots=True)
class _QuestionVectors:
    """Questions in ``language`` about passages in one language; ``places``: which of those answers each."""

    language: str
    places: list[int]
    vectors: Vectors


def _measure(embedder: Embedder, check: Callable[[], None]) -> _Kept:
    made = json.loads(_texts().read_bytes())

    def embedded(texts: list[str], embed: Callable[[list[str]], Vectors] = embedder.embed_questions) -> Vectors:
        parts = []
        for start in range(0, len(texts), _AT_ONCE):
            check()
            parts.append(embed(texts[start : start + _AT_ONCE]))
        return np.concatenate(parts).astype(np.float32)

    passages = {code: embedded([one["text"] for one in made[code]["passages"]], embedder.embed_documents) for code in LANGUAGES}
    asked = dict[tuple[str, str], _QuestionVectors]()
    for code, other in _PAIRS:
        for kind, language in (("plain", code), ("paraphrase", code), ("cross", other)):
            places = [place for place, one in enumerate(made[code]["passages"]) if kind in one]
            questions = embedded([made[code]["passages"][place][kind] for place in places])
            asked[code, kind] = _QuestionVectors(language, places, questions)
    centres = {
        code: np.concatenate(
            [embedded(made[code]["absent"]), *(one.vectors for one in asked.values() if one.language == code)]
        ).mean(axis=0)
        for code in LANGUAGES
    }
    directions = dict[str, Direction]()
    for code, other in _PAIRS:
        rows = centred_passages(passages[code], passages[code].mean(axis=0))
        cross = asked[code, "cross"]
        directions[f"{code}-{code}"] = _direction(asked[code, "plain"], asked[code, "paraphrase"], centres[code], rows)
        directions[f"{other}-{code}"] = _direction(cross, cross, centres[other], rows)
    return _Kept(
        _version(),
        embedder.facts.dimension,
        {code: centre.astype("<f4").tobytes() for code, centre in centres.items()},
        {code: vectors.astype("<f2").tobytes() for code, vectors in passages.items()},
        directions,
    )


def _direction(plain: _QuestionVectors, paraphrase: _QuestionVectors, centre: Vectors, passages: Vectors) -> Direction:
    cosines = [centred_questions(one.vectors, centre) @ passages.T for one in (plain, paraphrase)]
    own = [np.arange(len(passages)) == np.array(one.places)[:, None] for one in (plain, paraphrase)]
    unrelated = np.concatenate([rows[~mask] for rows, mask in zip(cosines, own, strict=True)])
    right = cosines[1][own[1]]
    return Direction(
        plain=float(cosines[0][own[0]].mean()),
        paraphrase=float(right.mean()),
        unrelated=float(unrelated.mean()),
        deviation=float(unrelated.std()),
        rank=float(np.mean(1 / (1 + (cosines[1] > right[:, None]).sum(axis=1)))),
    )


# ---- where it is kept -----------------------------------------------------------------------------------------------


def _texts() -> Path:
    return paths.resources() / "meaning" / "texts.json"


@functools.cache
def _version() -> str:
    return f"{_FORMAT}-{hashlib.sha256(_texts().read_bytes()).hexdigest()[:16]}"


def _kept(home: Path, model: str) -> Path:
    return home / "scales" / f"{model}.msgpack"


@functools.lru_cache(maxsize=8)
def _read(file: Path, _written: int, _size: int) -> Scale | None:
    """None for a file that is damaged, or of other texts; it is measured again."""
    try:
        kept = msgspec.msgpack.decode(file.read_bytes(), type=_Kept)
        if kept.texts != _version() or kept.directions.keys() != _DIRECTIONS:
            return None
        return _opened(kept)
    except (OSError, msgspec.MsgspecError, KeyError, ValueError) as error:
        log.warning("the scale of the embedding model is not readable: %s", error)
        return None


def _opened(kept: _Kept) -> Scale:
    passages = {
        code: np.frombuffer(kept.passages[code], "<f2").reshape(-1, kept.dimension).astype(np.float32) for code in LANGUAGES
    }
    return Scale(
        {code: np.frombuffer(kept.questions[code], "<f4", kept.dimension) for code in LANGUAGES},
        {code: rows.mean(axis=0) for code, rows in passages.items()},
        passages,
        kept.directions,
    )
