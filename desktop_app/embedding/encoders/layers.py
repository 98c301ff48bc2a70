# SPDX-License-Identifier: Apache-2.0
"""Pieces of encoders as OpenVINO operations: layers, norms, attention.

Graphs are built from the numbers of a model's file, without torch and without tracing. Numbers stored in 16 bits stay so in the graph
(half the file) and are widened when it is compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from openvino import opset13 as ops

from desktop_app.embedding.encoders.known import UnknownArchitectureError
from desktop_app.modelfiles.safetensors import widened

Part = Callable[[str], tuple[NDArray[Any], NDArray[Any] | None]]
"""Weights and bias of a layer's part: q, k, v, ao (attention's output), aln (the norm behind it), fi and fo (feed forward, in and
out), oln (the norm behind that)."""

_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "gelu": lambda x: ops.gelu(x, "erf"),
    "gelu_new": lambda x: ops.gelu(x, "tanh"),
    "gelu_pytorch_tanh": lambda x: ops.gelu(x, "tanh"),
    "relu": ops.relu,
    "silu": ops.swish,
    "swish": ops.swish,
    "tanh": ops.tanh,
    "sigmoid": ops.sigmoid,
    "identity": lambda x: x,
}


def constant(tensor: NDArray[Any]) -> Any:
    """The numbers of a tensor, in float32 where they are used."""
    if tensor.dtype == np.float16:
        return ops.convert(ops.constant(np.ascontiguousarray(tensor)), np.float32)
    return ops.constant(np.ascontiguousarray(widened(tensor)))


def dense(x: Any, weights: NDArray[Any], bias: NDArray[Any] | None = None) -> Any:
    """A layer of (outputs x inputs) ``weights``."""
    product = ops.matmul(x, constant(weights), False, True)
    return product if bias is None else ops.add(product, constant(bias))


def layer_norm(x: Any, weights: NDArray[Any], bias: NDArray[Any] | None, epsilon: float) -> Any:
    """Each token's numbers with mean 0 and deviation 1, scaled and shifted."""
    scaled = ops.multiply(ops.mvn(x, np.array([-1]), True, epsilon, "inside_sqrt"), constant(weights))
    return scaled if bias is None else ops.add(scaled, constant(bias))


def activated(x: Any, name: str) -> Any:
    """``x`` through the function that configurations call ``name``. Raises ``UnknownArchitectureError`` for one that is not known."""
    if name not in _ACTIVATIONS:
        raise UnknownArchitectureError(f"activation {name}")
    return _ACTIVATIONS[name](x)


def padding_of(mask: Any) -> Any:
    """To be added to scores of attention: 0 for tokens, very little for padding; ``mask`` is 1.0 or 0.0, texts x tokens."""
    return ops.unsqueeze(ops.multiply(ops.subtract(mask, np.float32(1)), np.float32(1e9)), np.array([1, 2]))


def attention(query: Any, key: Any, value: Any, heads: int, added: Any) -> Any:
    """What each token takes of all others, over so many ``heads``; ``added`` to the scores."""
    divided, swapped = np.array([0, 0, heads, -1]), np.array([0, 2, 1, 3])
    parts = (ops.transpose(ops.reshape(x, divided, True), swapped) for x in (query, key, value))
    seen = ops.scaled_dot_product_attention(*parts, added)
    return ops.reshape(ops.transpose(seen, swapped), np.array([0, 0, -1]), True)


def post_norm_layer(x: Any, part: Part, heads: int, added: Any, activation: str, epsilon: float) -> Any:
    """One layer of BERT and its kin, which norm behind each half."""
    query, key, value = (dense(x, *part(name)) for name in "qkv")
    attended = dense(attention(query, key, value, heads, added), *part("ao"))
    x = layer_norm(ops.add(x, attended), *part("aln"), epsilon)
    inner = activated(dense(x, *part("fi")), activation)
    return layer_norm(ops.add(x, dense(inner, *part("fo"))), *part("oln"), epsilon)
