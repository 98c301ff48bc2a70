# SPDX-License-Identifier: Apache-2.0
"""The whole graph of an embedding folder: from token numbers to vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
from openvino import opset13 as ops

from desktop_app.embedding.encoders.bert_kin import Encoder, build_encoder
from desktop_app.embedding.encoders.known import UnknownArchitectureError
from desktop_app.embedding.encoders.onnx_encoder import read_encoder
from desktop_app.embedding.encoders.poolings import leaves_prompts_out, sentence_of
from desktop_app.modelfiles.embedding_folder import EmbeddingFolder
from desktop_app.modelfiles.folder_weights import onnx_alone, onnx_file
from desktop_app.modelfiles.json_files import read_object


def sentence_graph(found: EmbeddingFolder) -> tuple[tuple[str, ...], Any]:
    """Names of the inputs, as ``graphs.Graph`` has them, and the graph. Raises ``UnknownArchitectureError``,
    ``ValueError`` for weights that do not fit, and ``OSError``."""
    import openvino

    encoder = _encoder(found)
    inputs, pooled = dict(encoder.inputs), encoder.mask
    if leaves_prompts_out(found):
        inputs["pooling_mask"] = ops.parameter([-1, -1], np.int64, name="pooling_mask")
        pooled = ops.convert(inputs["pooling_mask"], np.float32)
    sentence = sentence_of(found, encoder.hidden, encoder.mask, pooled)
    return tuple(inputs), openvino.Model([sentence], list(inputs.values()), "embedding")


def _encoder(found: EmbeddingFolder) -> Encoder:
    """Built from the weights; of another architecture, or where there are none, from the ONNX file."""
    if alone := onnx_alone(found.transformer):
        return read_encoder(alone[0])
    try:
        return build_encoder(found.transformer, read_object(found.transformer / "config.json"))
    except UnknownArchitectureError:
        file = onnx_file(found.transformer)
        if file is None:
            raise
        return read_encoder(file)
