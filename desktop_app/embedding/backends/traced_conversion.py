# SPDX-License-Identifier: Apache-2.0
"""Converts a model of any architecture by torch, which traces it.

For those that ``encoders`` does not know (ModernBERT, Qwen3 …), where torch is installed. Without optimum: a module that transformers
has is called once, and what it computes is written down.
"""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.backends.cross_encoder import PROBES as PAIRS
from desktop_app.embedding.backends.cross_encoder_backend import TorchScorer
from desktop_app.embedding.backends.cross_encoder_graph import open_stored
from desktop_app.embedding.backends.graphs import Graph
from desktop_app.embedding.backends.openvino_backend import OpenVINOEmbedder, converted_embedder
from desktop_app.embedding.backends.publishing import PROBES, publish_graph
from desktop_app.embedding.backends.sentence_transformers_backend import SentenceTransformersEmbedder
from desktop_app.embedding.backends.traced import Traced
from desktop_app.embedding.seam.agreement import correlation, cosines
from desktop_app.modelfiles.embedding_folder import EmbeddingFolder

_AGREES = 0.999  # cosine, or correlation of scores; exact arithmetic gives 0.99999


def convert(found: EmbeddingFolder) -> None:
    """Convert and store the f32 graph, once it has answered ``PROBES`` as torch does. Raises whatever fails: ``ValueError``,
    ``RuntimeError``, ``OSError``."""
    reference = SentenceTransformersEmbedder(found.path, precision="f32", on="cpu", cut=found.dimension)
    traced = reference.traced()
    graph = _graph(traced, reference.facts.dimension, reference.embed_question(PROBES[0]), PROBES[0])
    publish_graph(
        found.fingerprint,
        found.path,
        graph,
        traced.tokenizer,
        _traced_model(traced),
        lambda folder: _compare(converted_embedder(found, graph, folder, "openvino-f32"), reference),
    )


def convert_reranker(folder: Path, fingerprint: str) -> None:
    """As ``convert``, for the cross-encoder in ``folder``; its scores must rise and fall with those of torch."""
    reference = TorchScorer(folder)
    traced = reference.traced()
    scores = reference.score(PAIRS)
    graph = _graph(traced, 1, scores)

    def check(made: Path) -> None:
        near = correlation(open_stored(graph, made, "openvino-f32").score(PAIRS), scores)
        if not near >= _AGREES:
            raise ValueError(f"the converted model answers differently: correlation {near:.4f}")

    publish_graph(fingerprint, folder, graph, traced.tokenizer, _traced_model(traced), check)


def _traced_model(traced: Traced) -> Any:
    import openvino

    logging.getLogger("torch.jit").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch says of every branch in the model that tracing follows one side of it
        model = openvino.convert_model(traced.module, example_input=tuple(traced.example[name] for name in traced.inputs))
    for port, name in zip(model.inputs, traced.inputs, strict=True):
        port.get_tensor().set_names({name})
    return model


def _graph(traced: Traced, dimension: int, answer: NDArray[np.float32], probe: str = "") -> Graph:
    return Graph(
        inputs=traced.inputs,
        dimension=dimension,
        longest=traced.longest,
        pad_id=traced.pad_id,
        pads_left=traced.pads_left,
        answer=tuple(map(float, answer)),
        prompts=dict(traced.prompts),
        prompt_lengths=dict(traced.prompt_lengths),
        probe=probe,
    )


def _compare(made: OpenVINOEmbedder, reference: SentenceTransformersEmbedder) -> None:
    documents = cosines(made.embed_documents(PROBES), reference.embed_documents(PROBES))
    questions = [made.embed_question(text) @ reference.embed_question(text) for text in PROBES[3:5]]
    worst = float(min(*documents, *questions))
    if not worst >= _AGREES:
        raise ValueError(f"the converted model answers differently: cosine {worst:.4f}")
