# SPDX-License-Identifier: Apache-2.0
"""From vectors of tokens to the vector of a text, as modules.json says.

The modules of sentence-transformers, with the names and numbers of its own files: pooling, dense, layer norm, normalise.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from openvino import opset13 as ops

from desktop_app.embedding.encoders.encoder_weights import EncoderWeights
from desktop_app.embedding.encoders.known import UnknownArchitectureError
from desktop_app.embedding.encoders.layers import activated, dense, layer_norm
from desktop_app.modelfiles.embedding_folder import EmbeddingFolder
from desktop_app.modelfiles.json_files import read_object
from desktop_app.modelfiles.module_chain import kind_of_module, read_chain

_TOKENS = np.array([1])  # the axis
_LEAST = np.float32(1e-9)
# Of configurations before version 6, in the order in which the vectors are put one behind the other.
_OLDER = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}


def sentence_of(found: EmbeddingFolder, hidden: Any, mask: Any, pooled: Any) -> Any:
    """The vectors of texts, of length one and cut as ``found`` says. ``hidden``: texts x tokens x width; ``mask``: 1.0 for a token;
    ``pooled``: 1.0 for one that counts in the pooling. Raises ``UnknownArchitectureError`` for a module that is not known here."""
    chain = read_chain(found.path)
    sentence = None if chain else _pooled([found.pooling], hidden, mask, pooled)
    for module in chain[1:]:
        folder = found.path / str(module.get("path", ""))
        kind, own = kind_of_module(module), read_object(folder / "config.json")
        if kind == "Pooling" and sentence is None:
            sentence = _pooled(_modes(own), hidden, mask, pooled)
        elif sentence is None:
            raise UnknownArchitectureError(f"{kind} before the pooling")
        elif kind == "Dense":
            sentence = _dense(folder, own, sentence)
        elif kind == "LayerNorm":
            sentence = layer_norm(sentence, *EncoderWeights(folder).pair("norm"), 1e-5)
        elif kind == "Normalize":
            sentence = ops.normalize_l2(sentence, np.array([1]), 1e-12, "max")
        elif kind != "Dropout":
            raise UnknownArchitectureError(kind)
    if sentence is None:
        raise UnknownArchitectureError("no pooling")
    if found.dimension < found.full_dimension:
        sentence = ops.slice(sentence, np.array([0]), np.array([found.dimension]), np.array([1]), np.array([1]))
    return ops.normalize_l2(sentence, np.array([1]), 1e-12, "max")


def leaves_prompts_out(found: EmbeddingFolder) -> bool:
    """Whether the tokens of a prompt do not count in the pooling."""
    poolings = [module for module in read_chain(found.path) if kind_of_module(module) == "Pooling"]
    stated = [read_object(found.path / str(module.get("path", "")) / "config.json") for module in poolings]
    return not found.include_prompt or any(own.get("include_prompt") is False for own in stated)


def _modes(own: Mapping[str, Any]) -> list[str]:
    modes = own.get("pooling_mode")
    if isinstance(modes, str):
        return [modes]
    if isinstance(modes, list):
        return [str(mode) for mode in modes]
    older = [mode for name, mode in _OLDER.items() if own.get(name) is True]
    return older or ["mean"]


def _pooled(modes: list[str], hidden: Any, mask: Any, pooled: Any) -> Any:
    vectors = [_one_pooling(mode, hidden, mask, pooled) for mode in modes]
    return vectors[0] if len(vectors) == 1 else ops.concat(vectors, 1)


def _one_pooling(mode: str, hidden: Any, mask: Any, pooled: Any) -> Any:
    if mode == "max":
        lowered = ops.multiply(ops.subtract(pooled, np.float32(1)), np.float32(1e30))
        return ops.reduce_max(ops.add(hidden, ops.unsqueeze(lowered, np.array([2]))), _TOKENS)
    if mode in ("mean", "mean_sqrt_len_tokens"):
        count = ops.maximum(ops.reduce_sum(pooled, _TOKENS, True), _LEAST)
        return ops.divide(_sum(hidden, pooled), count if mode == "mean" else ops.sqrt(count))
    counted = ops.cum_sum(pooled, np.array(1))
    if mode == "weightedmean":
        weights = ops.multiply(ops.cum_sum(mask, np.array(1)), pooled)
        return ops.divide(_sum(hidden, weights), ops.maximum(ops.reduce_sum(weights, _TOKENS, True), _LEAST))
    if mode == "cls":
        only = ops.equal(counted, np.float32(1))
    elif mode == "lasttoken":
        only = ops.equal(counted, ops.reduce_sum(pooled, _TOKENS, True))
    else:
        raise UnknownArchitectureError(f"pooling {mode}")
    return _sum(hidden, ops.multiply(ops.convert(only, np.float32), pooled))


def _sum(hidden: Any, weights: Any) -> Any:
    """Of the vectors of tokens, each times its weight."""
    return ops.reduce_sum(ops.multiply(hidden, ops.unsqueeze(weights, np.array([2]))), _TOKENS)


def _dense(folder: Path, own: Mapping[str, Any], sentence: Any) -> Any:
    plain = {"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding", "use_residual": False}
    other = [name for name, usual in plain.items() if own.get(name, usual) not in (usual, None)]
    if other:
        raise UnknownArchitectureError(f"Dense with {other[0]}")
    activation = str(own.get("activation_function") or "torch.nn.modules.linear.Identity").rsplit(".", 1)[-1].lower()
    return activated(dense(sentence, *EncoderWeights(folder).pair("linear")), activation)
