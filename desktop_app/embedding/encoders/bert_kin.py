# SPDX-License-Identifier: Apache-2.0
"""Encoders of BERT's kind as graphs: what most embedding models are.

    bert, ernie, electra                     word + type + position; ERNIE adds a task, ELECTRA may widen its vectors
    roberta, xlm-roberta, camembert          the same, positions counted from behind the padding token on
    distilbert                               no types
    mpnet                                    as RoBERTa, and a bias by distance in each layer's attention

bge, e5, m3e, text2vec, gte, MiniLM and most rerankers are one of them. Tested against transformers with random weights of each kind
(``tests/embedding/test_encoders.py``: the largest difference of a number 1e-5).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from openvino import opset13 as ops

from desktop_app.embedding.encoders.encoder_weights import EncoderWeights
from desktop_app.embedding.encoders.known import UnknownArchitectureError
from desktop_app.embedding.encoders.layers import constant, dense, layer_norm, padding_of, post_norm_layer
from desktop_app.modelfiles.safetensors import widened

LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""Of a layer of BERT in a checkpoint, by the short names that E5S1 files have."""
_MPNET = {
    **LAYER_NAMES,
    "q": "attention.attn.q",
    "k": "attention.attn.k",
    "v": "attention.attn.v",
    "ao": "attention.attn.o",
    "aln": "attention.LayerNorm",
}
_DISTILBERT = {
    "q": "attention.q_lin",
    "k": "attention.k_lin",
    "v": "attention.v_lin",
    "ao": "attention.out_lin",
    "aln": "sa_layer_norm",
    "fi": "ffn.lin1",
    "fo": "ffn.lin2",
    "oln": "output_layer_norm",
}


@dataclass(frozen=True, slots=True)
class _Kind:
    """``padded``: positions are counted from behind the padding token on."""

    names: Mapping[str, str]
    prefix: str
    layers: str = "encoder.layer"
    padded: bool = False


_KINDS = {
    "bert": _Kind(LAYER_NAMES, "bert."),
    "ernie": _Kind(LAYER_NAMES, "ernie."),
    "electra": _Kind(LAYER_NAMES, "electra."),
    "roberta": _Kind(LAYER_NAMES, "roberta.", padded=True),
    "xlm-roberta": _Kind(LAYER_NAMES, "roberta.", padded=True),
    "camembert": _Kind(LAYER_NAMES, "roberta.", padded=True),
    "mpnet": _Kind(_MPNET, "mpnet.", padded=True),
    "distilbert": _Kind(_DISTILBERT, "distilbert.", layers="transformer.layer"),
}


@dataclass(frozen=True, slots=True)
class Encoder:
    """A graph up to the vectors of tokens. ``inputs`` in order, integers of texts x tokens; ``mask``: 1.0 for a token, 0.0 for
    padding; ``hidden``: texts x tokens x width."""

    inputs: Mapping[str, Any]
    mask: Any
    hidden: Any
    width: int


def build_encoder(folder: Path, config: Mapping[str, Any], *, pairs: bool = False) -> Encoder:
    """The encoder in a checkpoint's ``folder``; ``pairs``: two texts are told apart by their type, else all are of the first one.
    Raises ``UnknownArchitectureError`` for one of another kind, ``ValueError`` for weights that do not fit, and ``OSError``."""
    kind = _KINDS.get(str(config.get("model_type")))
    if kind is None or config.get("is_decoder") or config.get("position_embedding_type", "absolute") != "absolute":
        raise UnknownArchitectureError(str(config.get("model_type", "")))
    weights = EncoderWeights(folder, ("", kind.prefix))
    heads = int(config.get("num_attention_heads") or config["n_heads"])
    epsilon = float(config.get("layer_norm_eps", 1e-12))
    activation = str(config.get("hidden_act") or config.get("activation") or "gelu")
    ids = ops.parameter([-1, -1], np.int64, name="input_ids")
    given = ops.parameter([-1, -1], np.int64, name="attention_mask")
    inputs = {"input_ids": ids, "attention_mask": given}
    mask = ops.convert(given, np.float32)
    width = ops.gather(ops.shape_of(ids), np.array([1]), np.array(0))
    words = ops.gather(constant(weights.tensor("embeddings.word_embeddings.weight")), ids, np.array(0))
    types = weights.find("embeddings.token_type_embeddings.weight")
    places = _places(weights, kind, config)
    if types is not None and pairs and len(types) > 1:
        inputs["token_type_ids"] = ops.parameter([-1, -1], np.int64, name="token_type_ids")
        words = ops.add(words, ops.gather(constant(types), inputs["token_type_ids"], np.array(0)))
    elif types is not None:
        places = places + widened(types)[0]
    summed = ops.add(words, _first_rows(places, width))
    x = layer_norm(summed, *weights.pair("embeddings.LayerNorm"), epsilon)
    if weights.find("embeddings_project.weight") is not None:
        x = dense(x, *weights.pair("embeddings_project"))
    added = padding_of(mask)
    if kind.names is _MPNET:
        added = ops.add(added, _by_distance(weights, config, width))
    for number in range(int(config.get("num_hidden_layers") or config["n_layers"])):
        x = post_norm_layer(x, _part(weights, kind, number), heads, added, activation, epsilon)
    return Encoder(inputs, mask, x, int(config.get("hidden_size") or config["dim"]))


def _part(weights: EncoderWeights, kind: _Kind, number: int) -> Callable[[str], tuple[NDArray[Any], NDArray[Any] | None]]:
    return lambda name: weights.pair(f"{kind.layers}.{number}.{kind.names[name]}")


def _places(weights: EncoderWeights, kind: _Kind, config: Mapping[str, Any]) -> NDArray[np.float32]:
    """What is added to the words by their position, from the first token on."""
    places = weights.numbers("embeddings.position_embeddings.weight")
    if kind.padded:
        padding = config.get("pad_token_id", 1)
        places = places[(1 if padding is None or kind.names is _MPNET else int(padding)) + 1 :]
    task = weights.find("embeddings.task_type_embeddings.weight") if config.get("use_task_id") else None
    return places if task is None else places + widened(task)[0]


def _first_rows(table: NDArray[np.float32], count: Any) -> Any:
    one = np.array([1])
    return ops.slice(constant(table), np.array([0]), count, one, np.array([0]))


def _by_distance(weights: EncoderWeights, config: Mapping[str, Any], width: Any) -> Any:
    """MPNet's bias: a number a head for each distance between two tokens; far ones share one."""
    longest = int(config["max_position_embeddings"]) - 2
    distance = np.arange(longest)[None, :] - np.arange(longest)[:, None]
    by_bucket = weights.numbers("encoder.relative_attention_bias.weight")
    table = by_bucket[_buckets(-distance)].transpose(2, 0, 1)[None]  # 1 x heads x tokens x tokens
    begin, step, axes = np.array([0, 0]), np.array([1, 1]), np.array([2, 3])
    return ops.slice(constant(table), begin, ops.concat([width, width], 0), step, axes)


def _buckets(back: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which of MPNet's 32 buckets a distance back belongs to: 16 a direction, 8 of them for 0 to 7, the others growing to 128."""
    near, half = 8, 16
    away = np.abs(back)
    logs = np.log(np.maximum(away, 1).astype(np.float32) / near) / math.log(128 / near) * (half - near)
    far = np.minimum(near + logs.astype(np.int64), half - 1)
    return np.where(away < near, away, far) + np.where(back < 0, half, 0)
