# SPDX-License-Identifier: Apache-2.0
"""Conversion of a loaded torch model to OpenVINO graphs, in memory.

An embedding model or a cross-encoder is traced without optimum, and its weights are brought to 8 bits by NNCF. Runs in the
measuring process only (``measuring_worker``); tracing needs torch.

Only weights are quantised here. Activations are, too, but while they are computed and from their own values, a group of them at a
time (``openvino_model``). Ranges calibrated beforehand on a hundred texts were no faster and did not hold for others: with
all-MiniLM-L6-v2 a cosine of 0.98 to 0.995 for texts of the kind it was calibrated with, below 0.9 for other kinds; this way it is
0.997 for any.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.backends import graphs
from desktop_app.embedding.backends.cross_encoder import PROBES as PAIRS
from desktop_app.embedding.backends.cross_encoder_backend import TorchScorer
from desktop_app.embedding.backends.cross_encoder_graph import GraphScorer
from desktop_app.embedding.backends.graphs import Graph
from desktop_app.embedding.backends.openvino_backend import OpenVINOEmbedder, converted_embedder
from desktop_app.embedding.backends.sentence_transformers_backend import SentenceTransformersEmbedder
from desktop_app.embedding.backends.traced import Traced
from desktop_app.embedding.seam.agreement import correlation, cosines
from desktop_app.foundation import paths
from desktop_app.modelfiles.embedding_folder import EmbeddingFolder

# Texts the graph must answer as torch does before anybody uses it: short, long, empty, other scripts, lines, more than one a batch.
PROBES = (
    "砚台与墨 Inkstone and ink: 12 items, € 3.50.",
    "",
    "x",
    "The warranty covers two years.\nIt begins with the day of acceptance.",
    "质保期为十八个月，自每批产品验收合格之日起计算。",
    "Überprüfung der Lieferung 😀 проверка поставки" + " and so on" * 40,
    "paper stone ink brush " * 400,
)
_AGREES = 0.999  # cosine, or correlation of scores; exact arithmetic gives 0.99999
_ROOM = 2.5  # times the size of the weights, which may be stored in half precision


def convert(found: EmbeddingFolder, reference: SentenceTransformersEmbedder) -> None:
    """Convert and store the f32 graph, once it has answered ``PROBES`` as ``reference`` does. Raises whatever fails:
    ``ValueError``, ``RuntimeError``, ``OSError``."""
    traced = reference.traced()
    graph = _graph(traced, reference.facts.dimension, reference.embed_question(PROBES[0]), PROBES[0])
    _publish(
        found.fingerprint,
        found.path,
        graph,
        traced,
        lambda folder: _compare(converted_embedder(found, graph, folder, "openvino-f32"), reference),
    )


def convert_reranker(folder: Path, fingerprint: str, reference: TorchScorer) -> None:
    """As ``convert``, for the cross-encoder in ``folder``; its scores must rise and fall with those of ``reference``."""
    traced = reference.traced()
    scores = reference.score(PAIRS)
    graph = _graph(traced, 1, scores)

    def check(made: Path) -> None:
        near = correlation(GraphScorer(graph, made, "openvino-f32").score(PAIRS), scores)
        if not near >= _AGREES:
            raise ValueError(f"the converted model answers differently: correlation {near:.4f}")

    _publish(fingerprint, folder, graph, traced, check)


def _publish(fingerprint: str, source: Path, graph: Graph, traced: Traced, check: Callable[[Path], None]) -> None:
    import openvino

    size = sum(file.stat().st_size for file in source.rglob("*.safetensors"))
    if shutil.disk_usage(paths.home()).free < _ROOM * size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    logging.getLogger("torch.jit").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch says of every branch in the model that tracing follows one side of it
        model = openvino.convert_model(traced.module, example_input=tuple(traced.example[name] for name in traced.inputs))
    for port, name in zip(model.inputs, traced.inputs, strict=True):
        port.get_tensor().set_names({name})
    graphs.publish(
        fingerprint,
        "f32",
        graph,
        traced.tokenizer,
        lambda file: openvino.save_model(model, file, compress_to_fp16=False),
        check,
    )


def quantise(fingerprint: str) -> None:
    """Make the int8 graph from the f32 one: 8 bits a weight, a scale and zero point a row of each matrix. Takes a second or two
    for a small model. Raises ``RuntimeError`` when there is no f32 graph, and what NNCF raises."""
    import nncf
    import openvino

    logging.getLogger("nncf").setLevel(logging.ERROR)
    graph = graphs.find(fingerprint, "f32")
    if graph is None:
        raise RuntimeError("no f32 graph")
    folder = graphs.place(fingerprint, "f32")
    quantised = nncf.compress_weights(
        openvino.Core().read_model(folder / graphs.GRAPH), mode=nncf.CompressWeightsMode.INT8_ASYM
    )
    tokenizer = (folder / graphs.TOKENIZER).read_text(encoding="utf-8")
    graphs.publish(
        fingerprint,
        "int8",
        graph,
        tokenizer,
        lambda file: openvino.save_model(quantised, file, compress_to_fp16=False),
        lambda _folder: None,  # how near it comes is measured
    )


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
