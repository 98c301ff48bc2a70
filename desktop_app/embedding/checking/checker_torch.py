# SPDX-License-Identifier: Apache-2.0
"""A checker's network by transformers on torch, from safetensors.

No code of the folder is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class TorchLogits:
    """One loaded network. Not thread-safe."""

    def __init__(self, folder: Path, *, tokens: bool) -> None:
        """Takes seconds: torch is imported. ``tokens``: it scores each token, not the text. Raises whatever the libraries raise."""
        from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification

        kind = AutoModelForTokenClassification if tokens else AutoModelForSequenceClassification
        self._model: Any = kind.from_pretrained(
            str(folder), trust_remote_code=False, local_files_only=True, use_safetensors=True
        ).eval()
        self._types = getattr(self._model.config, "type_vocab_size", 0) > 1

    def run(self, ids: Sequence[int], types: Sequence[int], /) -> NDArray[np.float32]:
        """(labels,) float32 for a text, (tokens, labels) where each token is scored; ``ids`` and ``types``: one text of tokens."""
        import torch

        values = {"input_ids": torch.tensor([ids]), "attention_mask": torch.ones(1, len(ids), dtype=torch.long)}
        if self._types:
            values["token_type_ids"] = torch.tensor([types])
        with torch.inference_mode():
            scores: NDArray[np.float32] = self._model(**values).logits[0].float().numpy()
        return scores
