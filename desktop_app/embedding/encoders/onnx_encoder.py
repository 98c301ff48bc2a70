# SPDX-License-Identifier: Apache-2.0
"""The encoder in an ONNX file, beside a model's weights or alone.

For folders without safetensors, and architectures whose graph is not built here: publishers often add ``onnx/model.onnx``, which OpenVINO reads. It must take token
numbers (and a mask, and types) and give a vector a token.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from openvino import opset13 as ops

from desktop_app.embedding.encoders.bert_kin import Encoder
from desktop_app.embedding.encoders.known import UnknownArchitectureError

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def read_encoder(file: Path) -> Encoder:
    """Raises ``UnknownArchitectureError`` for a graph of another form, and ``RuntimeError`` for a file that OpenVINO cannot read."""
    import openvino

    model: Any = openvino.Core().read_model(file)
    given = {port.any_name: port.get_node() for port in model.inputs}
    hidden = [port for port in model.outputs if len(port.partial_shape) == 3 and port.partial_shape[2].is_static]
    if not {"input_ids"} <= given.keys() <= set(_INPUTS) or not hidden:
        raise UnknownArchitectureError(f"{file.name} with {', '.join(sorted(given))}")
    given.setdefault("attention_mask", ops.parameter([-1, -1], np.int64, name="attention_mask"))  # the pooling needs it
    inputs = {name: given[name] for name in _INPUTS if name in given}
    mask = ops.convert(inputs["attention_mask"], np.float32)
    source = ops.convert(hidden[0].get_node().input_value(0), np.float32)  # of a file in float16 it is that
    return Encoder(inputs, mask, source, hidden[0].partial_shape[2].get_length())
