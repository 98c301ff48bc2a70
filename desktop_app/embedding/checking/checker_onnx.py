# SPDX-License-Identifier: Apache-2.0
"""A checker's network by onnxruntime, from its ONNX file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from desktop_app.foundation import hardware


class OnnxLogits:
    """One loaded graph. Not thread-safe."""

    def __init__(self, graph: Path) -> None:
        """Raises whatever the library raises."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = hardware.cores()
        self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self._inputs = [one.name for one in self._session.get_inputs()]

    def run(self, ids: Sequence[int], types: Sequence[int], /) -> NDArray[np.float32]:
        """(labels,) float32 for a text, (tokens, labels) where each token is scored; ``ids`` and ``types``: one text of tokens."""
        values = {"input_ids": [ids], "attention_mask": [[1] * len(ids)], "token_type_ids": [types]}
        feed = {name: np.asarray(values[name], np.int64) for name in self._inputs}
        (scores, *_) = self._session.run(None, feed)
        return np.asarray(scores[0], np.float32)
