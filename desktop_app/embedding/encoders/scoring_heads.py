# SPDX-License-Identifier: Apache-2.0
"""From vectors of tokens to scores: heads of rerankers and checkers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from openvino import opset13 as ops

from desktop_app.embedding.encoders.bert_kin import build_encoder
from desktop_app.embedding.encoders.encoder_weights import EncoderWeights
from desktop_app.embedding.encoders.layers import activated, dense

# How a head turns the first token into scores: layer and activation one after the other, a layer without activation last.
_HEADS: dict[str, tuple[tuple[str, str], ...]] = {
    "bert": (("bert.pooler.dense", "tanh"), ("classifier", "identity")),
    "ernie": (("ernie.pooler.dense", "tanh"), ("classifier", "identity")),
    "electra": (("classifier.dense", "gelu"), ("classifier.out_proj", "identity")),
    "distilbert": (("pre_classifier", "relu"), ("classifier", "identity")),
    **dict.fromkeys(
        ("roberta", "xlm-roberta", "camembert", "mpnet"),
        (("classifier.dense", "tanh"), ("classifier.out_proj", "identity")),
    ),
}


def scoring_graph(folder: Path, config: Mapping[str, Any], *, tokens: bool = False) -> tuple[tuple[str, ...], Any]:
    """Names of the inputs, and the graph from pairs of texts to texts x labels, or to texts x tokens x labels where it scores
    ``tokens``. Raises ``UnknownArchitectureError``, ``ValueError`` for weights that do not fit, and ``OSError``."""
    import openvino

    encoder = build_encoder(folder, config, pairs=True)
    weights = EncoderWeights(folder)
    if tokens:
        scores = dense(encoder.hidden, *weights.pair("classifier"))
    else:
        scores = ops.gather(encoder.hidden, np.array(0), np.array(1))
        for layer, activation in _HEADS[str(config["model_type"])]:
            scores = activated(dense(scores, *weights.pair(layer)), activation)
    return tuple(encoder.inputs), openvino.Model([scores], list(encoder.inputs.values()), "scores")
