# SPDX-License-Identifier: Apache-2.0
"""Makes the OpenVINO graph of a chosen model and stores it, in 8 bits too.

The graph is built from the folder's numbers (``encoders``); one of an architecture that is not known there is traced by torch where that
is installed (``traced_conversion``). Runs in the measuring process only (``measuring_worker``).

Only weights are brought to 8 bits here. Activations are, too, but while they are computed and from their own values, a group of them at
a time (``openvino_model``). Ranges calibrated beforehand on a hundred texts were no faster and did not hold for others: with
all-MiniLM-L6-v2 a cosine of 0.98 to 0.995 for texts of the kind it was calibrated with, below 0.9 for other kinds; this way it is
0.997 for any.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from desktop_app.embedding.backends import graphs
from desktop_app.embedding.backends.cross_encoder import LONGEST
from desktop_app.embedding.backends.cross_encoder import PROBES as PAIRS
from desktop_app.embedding.backends.cross_encoder_graph import GraphScorer
from desktop_app.embedding.backends.graphs import Graph
from desktop_app.embedding.backends.openvino_backend import ConvertedNetwork, OpenVINOEmbedder, facts_of
from desktop_app.embedding.backends.publishing import PROBES, publish_graph
from desktop_app.embedding.encoders.eight_bits import in_8_bits
from desktop_app.embedding.encoders.known import UnknownArchitectureError
from desktop_app.embedding.encoders.scoring_heads import scoring_graph
from desktop_app.embedding.encoders.sentence_graph import sentence_graph
from desktop_app.embedding.seam.agreement import correlation, cosines
from desktop_app.embedding.seam.embedder import torch_is_here
from desktop_app.embedding.tokens.folder_tokenizer import read_tokenizer
from desktop_app.embedding.tokens.tokens import Tokens
from desktop_app.modelfiles.embedding_folder import EmbeddingFolder, longest_text
from desktop_app.modelfiles.json_files import read_object

_AGREES = 0.999  # cosine, or correlation of scores, with what is computed without padding; exact arithmetic gives 0.99999


def convert(found: EmbeddingFolder) -> None:
    """Make and store the f32 graph, once it has given sound vectors. Raises whatever fails: ``UnknownArchitectureError``,
    ``EnvironmentProblem``, ``ValueError``, ``RuntimeError``, ``OSError``."""
    found.check_vocabulary()
    try:
        inputs, model = sentence_graph(found)
    except UnknownArchitectureError:
        if not torch_is_here():
            raise
        from desktop_app.embedding.backends import traced_conversion

        traced_conversion.convert(found)
        return
    tokenizer = read_tokenizer(found.transformer)
    tokens = Tokens(tokenizer.content, found.max_tokens)
    unpooled = {kind: tokens.prefix(prompt) for kind, prompt in found.prompts.items() if prompt}
    graph = Graph(
        inputs=inputs,
        dimension=found.dimension,
        longest=found.max_tokens,
        pad_id=tokenizer.pad_id,
        pads_left=False,
        answer=(),
        prompts=dict(found.prompts),
        prompt_lengths=unpooled if "pooling_mask" in inputs else {},
        probe=PROBES[0],
    )
    made = _embedder(found, graph, tokenizer.content, model)
    vectors = made.embed_documents(PROBES)
    alone = np.concatenate([made.embed_documents([text]) for text in PROBES])
    _check("cosine", float(cosines(vectors, alone).min()))
    answer = tuple(map(float, made.embed_question(PROBES[0])))
    publish_graph(found.fingerprint, found.path, msgspec.structs.replace(graph, answer=answer), tokenizer.content, model)


def _embedder(found: EmbeddingFolder, graph: Graph, tokenizer: str, model: Any) -> OpenVINOEmbedder:
    network = ConvertedNetwork(graph, tokenizer, model)
    return OpenVINOEmbedder(network, facts_of(found, network, "openvino-f32"))


def convert_reranker(folder: Path, fingerprint: str) -> None:
    """As ``convert``, for the cross-encoder in ``folder``."""
    config = read_object(folder / "config.json")
    try:
        inputs, model = scoring_graph(folder, config)
    except UnknownArchitectureError:
        if not torch_is_here():
            raise
        from desktop_app.embedding.backends import traced_conversion

        traced_conversion.convert_reranker(folder, fingerprint)
        return
    tokenizer = read_tokenizer(folder)
    longest = min(LONGEST, longest_text(folder, config))
    graph = Graph(inputs=inputs, dimension=1, longest=longest, pad_id=tokenizer.pad_id, pads_left=False, answer=())
    made = GraphScorer(graph, tokenizer.content, model, "openvino-f32")
    scores = made.score(PAIRS)
    alone = np.concatenate([made.score([pair]) for pair in PAIRS])
    _check("correlation", correlation(scores, alone))
    answer = tuple(map(float, scores))
    publish_graph(fingerprint, folder, msgspec.structs.replace(graph, answer=answer), tokenizer.content, model)


def _check(name: str, near: float) -> None:
    """A batch must give what its texts give alone, in numbers."""
    if not near >= _AGREES:
        raise ValueError(f"the converted model gives no sound numbers: {name} {near:.4f}")


def quantise(fingerprint: str) -> None:
    """Make the int8 graph from the f32 one: 8 bits a weight, a scale and zero point a row of each matrix. Takes a second or two
    for a small model. Raises ``RuntimeError`` when there is no f32 graph."""
    import openvino

    graph = graphs.find(fingerprint, "f32")
    if graph is None:
        raise RuntimeError("no f32 graph")
    folder = graphs.place(fingerprint, "f32")
    rounded = in_8_bits(openvino.Core().read_model(folder / graphs.GRAPH))
    tokenizer = (folder / graphs.TOKENIZER).read_text(encoding="utf-8")
    graphs.publish(
        fingerprint,
        "int8",
        graph,
        tokenizer,
        lambda file: openvino.save_model(rounded, file, compress_to_fp16=False),
        lambda _folder: None,  # how near it comes is measured
    )
