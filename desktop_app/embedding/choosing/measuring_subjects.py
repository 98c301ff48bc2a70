# SPDX-License-Identifier: Apache-2.0
"""What the measuring process measures: embedding models and rerankers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.backends.cross_encoder import BATCH, Pair, fingerprint
from desktop_app.embedding.backends.model_source import source_of
from desktop_app.embedding.backends.openvino_model import located
from desktop_app.embedding.seam.agreement import correlation, cosines

Compute = Callable[[Sequence[str]], NDArray[np.float32]]

_QUESTION = 80  # characters; a long question


@dataclass(frozen=True, slots=True)
class LoadedSubject:
    """The model in torch. ``compute_in``: "f32" or "bf16" from now on."""

    compute: Compute
    compute_in: Callable[[str], None]


class Subject(Protocol):
    """``converts``: OpenVINO runs graphs that are made here."""

    @property
    def fingerprint(self) -> str:
        """Of the model's files."""
        ...

    @property
    def converts(self) -> bool:
        """Whether OpenVINO runs a graph that is made here."""
        ...

    def convert(self) -> None:
        """Make and store the f32 graph. Raises ``EnvironmentProblem``, ``ValueError``, ``RuntimeError``, ``OSError``."""
        ...

    def load(self) -> LoadedSubject:
        """In f32 on the CPU; torch is imported."""
        ...

    def open(self, backend: str, /) -> Compute:
        """By OpenVINO. Raises ``RuntimeError`` when there is no graph or it is refused."""
        ...

    def agreement(self, answers: NDArray[np.float32], reference: NDArray[np.float32], /) -> tuple[float, float]:
        """(mean, least) over the texts; 1.0 is equal."""
        ...


class Embedding:
    """An embedding model; ``cut``: how many numbers of each vector are kept, 0 for the model's own choice."""

    def __init__(self, folder: Path, cut: int) -> None:
        self._source = source_of(folder, cut=cut)
        self.fingerprint = self._source.fingerprint
        self.converts = self._source.converts

    def convert(self) -> None:
        """As the source does."""
        self._source.convert()

    def load(self) -> LoadedSubject:
        """The model by torch in f32. Raises what the library raises."""
        embedder = self._source.load_torch()
        return LoadedSubject(embedder.embed_documents, embedder.compute_in)

    def open(self, backend: str) -> Compute:
        """The converted model by one backend: texts to vectors of shape (n, dimension), float32."""
        return self._source.by_openvino(backend).embed_documents

    def agreement(self, answers: NDArray[np.float32], reference: NDArray[np.float32]) -> tuple[float, float]:
        """(mean, least) cosine of the vectors of one text by two backends."""
        near = cosines(answers, reference)
        return float(near.mean()), float(near.min())


class Reranking:
    """A cross-encoder, measured on pairs made of the texts."""

    converts = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.fingerprint = fingerprint(folder)

    def convert(self) -> None:
        """As ``conversion.convert_reranker``."""
        from desktop_app.embedding.backends import conversion

        conversion.convert_reranker(self._folder, self.fingerprint)

    def load(self) -> LoadedSubject:
        """The model by torch in f32. Raises what the library raises."""
        from desktop_app.embedding.backends.cross_encoder_backend import TorchScorer

        scorer = TorchScorer(self._folder)
        return LoadedSubject(lambda texts: _scores(scorer.score, texts), scorer.compute_in)

    def open(self, backend: str) -> Compute:
        """The converted model by one backend: texts to scores of shape (n,), float32. Raises ``RuntimeError`` when it is missing."""
        from desktop_app.embedding.backends.cross_encoder_graph import open_stored

        here = located(self.fingerprint, backend)
        if here is None:
            raise RuntimeError("not converted")
        scorer = open_stored(*here, backend)
        return lambda texts: _scores(scorer.score, texts)

    def agreement(self, answers: NDArray[np.float32], reference: NDArray[np.float32]) -> tuple[float, float]:
        """The correlation of the scores, twice: there is one figure for all texts."""
        near = correlation(answers, reference)
        return near, near


def _scores(score: Callable[[Sequence[Pair]], NDArray[np.float32]], texts: Sequence[str]) -> NDArray[np.float32]:
    """Every other text with its own beginning for a question, the rest with that of the text before: near ones and far ones."""
    pairs = [(texts[number - number % 2][:_QUESTION], text) for number, text in enumerate(texts)]
    return np.concatenate([score(pairs[start : start + BATCH]) for start in range(0, len(pairs), BATCH)])
