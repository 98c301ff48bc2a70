# SPDX-License-Identifier: Apache-2.0
"""Builds the OpenVINO graph of the default model's encoder at each start.

No converted file on the disk, for every OpenVINO version. Takes 0.1 s for the 21 million numbers of multilingual-e5-small's encoder.
The word vectors are looked up outside: as float32 the 250,037 rows of its table would take 384 MB of memory. What comes in is the sum of
word, position and type; what comes out is one vector of length one for each text, the mean over its tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.encoders.eight_bits import in_8_bits
from desktop_app.embedding.encoders.layers import layer_norm, padding_of, post_norm_layer
from desktop_app.modelfiles.e5s1 import E5S1


def bert_graph(model: E5S1, kind: str) -> Any:
    """``kind``: "f32", or "int8" for weights in 8 bits. Inputs: vectors (texts x tokens x hidden) and mask (texts x tokens; 1.0 for a
    token, 0.0 for padding)."""
    import openvino
    from openvino import opset13 as ops

    sizes = model.sizes
    words = ops.parameter([-1, -1, sizes.hidden], np.float32, name="word_vectors")
    mask = ops.parameter([-1, -1], np.float32, name="attention_mask")
    x = layer_norm(words, model.tensor("emb.ln.w"), model.tensor("emb.ln.b"), sizes.epsilon)
    padding = padding_of(mask)
    for number in range(sizes.layers):
        x = post_norm_layer(x, _part(model, number), sizes.heads, padding, "gelu", sizes.epsilon)
    summed = ops.reduce_sum(ops.multiply(x, ops.unsqueeze(mask, np.array([2]))), np.array([1]))
    built = openvino.Model([ops.normalize_l2(summed, np.array([1]), 1e-12, "max")], [words, mask], "bert")
    return in_8_bits(built) if kind == "int8" else built


def _part(model: E5S1, number: int) -> Callable[[str], tuple[NDArray[Any], NDArray[Any] | None]]:
    def part(name: str) -> tuple[NDArray[Any], NDArray[Any] | None]:
        weights, bias = (model.tensor(f"l{number}.{name}.{kind}") for kind in "wb")
        return weights if name.endswith("ln") else weights.reshape(len(bias), -1), bias

    return part
