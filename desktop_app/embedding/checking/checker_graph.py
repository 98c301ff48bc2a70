# SPDX-License-Identifier: Apache-2.0
"""A checker's network by OpenVINO, its graph built from safetensors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.backends.openvino_model import compile_graph
from desktop_app.embedding.encoders.scoring_heads import scoring_graph
from desktop_app.modelfiles.json_files import read_object


class GraphLogits:
    """One loaded network. Not thread-safe."""

    def __init__(self, folder: Path, *, tokens: bool) -> None:
        """``tokens``: it scores each token, not the text. Raises ``UnknownArchitectureError``, ``ValueError``, ``OSError``,
        ``RuntimeError``."""
        self._inputs, model = scoring_graph(folder, read_object(folder / "config.json"), tokens=tokens)
        self._request = compile_graph(model, "openvino-f32", "LATENCY").create_infer_request()

    def run(self, ids: Sequence[int], types: Sequence[int], /) -> NDArray[np.float32]:
        """(labels,) float32 for a text, (tokens, labels) where each token is scored; ``ids`` and ``types``: one text of tokens."""
        values = {"input_ids": [ids], "attention_mask": [[1] * len(ids)], "token_type_ids": [types]}
        self._request.infer([np.asarray(values[name], np.int64) for name in self._inputs])
        scores: NDArray[np.float32] = self._request.get_output_tensor(0).data[0]
        return scores.copy()
