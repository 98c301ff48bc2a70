# SPDX-License-Identifier: Apache-2.0
"""Builds the OpenVINO graph of a BERT encoder from its numbers.

No torch, no converted file on the disk, for every OpenVINO version. Takes 0.1 s for the 21 million numbers of
multilingual-e5-small's encoder. The word vectors are looked up outside: as float32 the 250,037 rows of its table would take 384
MB of memory. What comes in is the sum of word, position and type; what comes out is one vector of length one for each text, the
mean over its tokens.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.modelfiles.e5s1 import E5S1


def bert_graph(model: E5S1, kind: str) -> Any:
    """``kind``: "f32", or "int8" for weights in 8 bits, with a scale and a zero point a row. Inputs: vectors (texts x tokens x
    hidden) and mask (texts x tokens; 1.0 for a token, 0.0 for padding)."""
    import openvino
    from openvino import opset13 as ops

    sizes = model.sizes
    words = ops.parameter([-1, -1, sizes.hidden], np.float32, name="word_vectors")
    mask = ops.parameter([-1, -1], np.float32, name="attention_mask")
    in_heads = np.array([0, 0, sizes.heads, sizes.hidden // sizes.heads])
    joined = np.array([0, 0, sizes.hidden])
    swapped = np.array([0, 2, 1, 3])

    def dense(x: Any, name: str, outputs: int) -> Any:
        weights = model.tensor(f"{name}.w").reshape(outputs, -1)
        product = ops.matmul(x, _in_8_bits(weights) if kind == "int8" else ops.constant(weights), False, True)
        return ops.add(product, model.tensor(f"{name}.b"))

    def normalised(x: Any, name: str) -> Any:
        even = ops.mvn(x, np.array([-1]), True, sizes.epsilon, "inside_sqrt")
        return ops.add(ops.multiply(even, model.tensor(f"{name}.w")), model.tensor(f"{name}.b"))

    padding = ops.unsqueeze(ops.multiply(ops.subtract(mask, np.float32(1)), np.float32(1e9)), np.array([1, 2]))
    x = normalised(words, "emb.ln")
    for number in range(sizes.layers):
        layer = f"l{number}"
        query, key, value = (
            ops.transpose(ops.reshape(dense(x, f"{layer}.{part}", sizes.hidden), in_heads, True), swapped) for part in "qkv"
        )
        seen = ops.scaled_dot_product_attention(query, key, value, padding)
        attended = dense(ops.reshape(ops.transpose(seen, swapped), joined, True), f"{layer}.ao", sizes.hidden)
        x = normalised(ops.add(x, attended), f"{layer}.aln")
        inner = ops.gelu(dense(x, f"{layer}.fi", sizes.feed_forward), "erf")
        x = normalised(ops.add(x, dense(inner, f"{layer}.fo", sizes.hidden)), f"{layer}.oln")
    summed = ops.reduce_sum(ops.multiply(x, ops.unsqueeze(mask, np.array([2]))), np.array([1]))
    return openvino.Model([ops.normalize_l2(summed, np.array([1]), 1e-12, "max")], [words, mask], "bert")


def _in_8_bits(weights: NDArray[np.float32]) -> Any:
    from openvino import opset13 as ops

    low, high = weights.min(axis=1, keepdims=True), weights.max(axis=1, keepdims=True)
    scale = (high - low) / np.float32(255)
    zero = np.round(-low / scale)
    stored = np.clip(np.round(weights / scale) + zero, 0, 255).astype(np.uint8)
    centred = ops.subtract(
        ops.convert(ops.constant(stored), np.float32), ops.convert(ops.constant(zero.astype(np.uint8)), np.float32)
    )
    return ops.multiply(centred, ops.constant(scale))
