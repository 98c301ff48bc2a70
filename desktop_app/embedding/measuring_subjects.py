"""What the measuring process converts and measures: an embedding model, or a reranker. Both compute numbers from texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.agreement import correlation, cosines
from desktop_app.embedding.cross_encoder import BATCH, Pair, fingerprint
from desktop_app.embedding.graphs import Graph
from desktop_app.embedding.openvino_model import located
from desktop_app.modelfiles.embedding_folder import inspect

Compute = Callable[[Sequence[str]], NDArray[np.float32]]

_QUESTION = 80  # characters; a long question


@dataclass(frozen=True, slots=True)
class Loaded:
    """The model in torch. ``convert`` makes and stores the f32 graph; it raises ``ValueError``, ``RuntimeError``, ``OSError``.
    ``compute_in``: "f32" or "bf16" from now on."""

    convert: Callable[[], None]
    compute: Compute
    compute_in: Callable[[str], None]


class Subject(Protocol):
    @property
    def fingerprint(self) -> str: ...

    def load(self) -> Loaded:
        """In f32 on the CPU; torch is imported."""
        ...

    def open(self, backend: str, /) -> Compute:
        """By OpenVINO. Raises ``RuntimeError`` when there is no graph or it is refused."""
        ...

    def agreement(self, answers: NDArray[np.float32], reference: NDArray[np.float32], /) -> tuple[float, float]:
        """(mean, least) over the texts; 1.0 is equal."""
        ...


class Embedding:
    def __init__(self, folder: Path, cut: int) -> None:
        self._found = inspect(folder, cut)
        self._cut = cut
        self.fingerprint = self._found.fingerprint

    def load(self) -> Loaded:
        from desktop_app.embedding import conversion
        from desktop_app.embedding.sentence_transformers_backend import SentenceTransformersEmbedder

        embedder = SentenceTransformersEmbedder(self._found.path, precision="f32", on="cpu", cut=self._cut)
        return Loaded(lambda: conversion.convert(self._found, embedder), embedder.embed_documents, embedder.compute_in)

    def open(self, backend: str) -> Compute:
        from desktop_app.embedding.openvino_backend import OpenVINOEmbedder

        graph, folder = _located(self.fingerprint, backend)
        return OpenVINOEmbedder(self._found, graph, folder, backend).embed_documents

    def agreement(self, answers: NDArray[np.float32], reference: NDArray[np.float32]) -> tuple[float, float]:
        near = cosines(answers, reference)
        return float(near.mean()), float(near.min())


class Reranking:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.fingerprint = fingerprint(folder)

    def load(self) -> Loaded:
        from desktop_app.embedding import conversion
        from desktop_app.embedding.cross_encoder_backend import TorchScorer

        scorer = TorchScorer(self._folder)
        return Loaded(
            lambda: conversion.convert_reranker(self._folder, self.fingerprint, scorer),
            lambda texts: _scores(scorer.score, texts),
            scorer.compute_in,
        )

    def open(self, backend: str) -> Compute:
        from desktop_app.embedding.cross_encoder_graph import GraphScorer

        scorer = GraphScorer(*_located(self.fingerprint, backend), backend)
        return lambda texts: _scores(scorer.score, texts)

    def agreement(self, answers: NDArray[np.float32], reference: NDArray[np.float32]) -> tuple[float, float]:
        near = correlation(answers, reference)
        return near, near


def _located(fingerprint: str, backend: str) -> tuple[Graph, Path]:
    here = located(fingerprint, backend)
    if here is None:
        raise RuntimeError("not converted")
    return here


def _scores(score: Callable[[Sequence[Pair]], NDArray[np.float32]], texts: Sequence[str]) -> NDArray[np.float32]:
    """Every other text with its own beginning for a question, the rest with that of the text before: near ones and far ones."""
    pairs = [(texts[number - number % 2][:_QUESTION], text) for number, text in enumerate(texts)]
    return np.concatenate([score(pairs[start : start + BATCH]) for start in range(0, len(pairs), BATCH)])
