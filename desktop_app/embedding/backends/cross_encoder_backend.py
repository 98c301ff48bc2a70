# SPDX-License-Identifier: Apache-2.0
"""Rerankers by sentence-transformers' ``CrossEncoder``, on CPU or CUDA.

The reference that other backends are compared with. A score is the bare number that the model gives for a pair of question and
passage: after a sigmoid many are 1.0.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.backends.cross_encoder import LONGEST, Pair
from desktop_app.embedding.backends.traced import Traced, example_of, how_to_read
from desktop_app.foundation import hardware

log = logging.getLogger(__name__)


class TorchScorer:
    """One loaded cross-encoder. Not thread-safe."""

    def __init__(self, folder: Path, precision: str = "f32", *, cuda: bool = False) -> None:
        """Takes seconds: torch is imported. ``precision``: "f32" or "bf16" on the CPU (torch's autocast); on a GPU weights are
        float16. Raises whatever the libraries raise."""
        self._folder = folder
        self._precision = precision
        self._load(cuda)

    @property
    def backend(self) -> str:
        """ "torch-f32", "torch-bf16" or "torch-f16"."""
        return f"torch-{self._precision}"

    def score(self, pairs: Sequence[Pair], /) -> NDArray[np.float32]:
        """Higher is better; one score a pair, in one batch."""
        import torch

        try:
            return self._predict(pairs)
        except torch.OutOfMemoryError:
            log.warning("the GPU ran out of memory; the reranker goes on on the CPU")
            torch.cuda.empty_cache()
            self._precision = "f32"
            self._load(cuda=False)
            return self._predict(pairs)

    def compute_in(self, precision: str) -> None:
        """ "f32" or "bf16" from now on; the weights are the same."""
        self._precision = precision

    def traced(self) -> Traced:
        """For conversion. Raises ``ValueError`` for a model that is more than one transformer over token numbers."""
        (first, *others) = self._model
        if others:
            raise ValueError("more than one module")
        example = example_of(first, [["When does it end?", "It ends in March."], ["砚", ""]])
        return Traced(
            _bare(first.model, tuple(example)), example, longest=int(self._model.max_seq_length), **how_to_read(first.tokenizer)
        )

    def _load(self, cuda: bool) -> None:
        import torch
        from sentence_transformers import CrossEncoder

        torch.set_num_threads(hardware.cores())
        if cuda:
            self._precision = "f16"
        # Safetensors only and never code of the model folder, as for embedding models.
        self._model: Any = CrossEncoder(
            str(self._folder),
            device="cuda" if cuda else "cpu",
            trust_remote_code=False,
            local_files_only=True,
            model_kwargs={"use_safetensors": True, "dtype": "float16" if cuda else "float32"},
            activation_fn=torch.nn.Identity(),
        )
        self._model.max_seq_length = min(LONGEST, self._model.max_seq_length or LONGEST)

    def _predict(self, pairs: Sequence[Pair]) -> NDArray[np.float32]:
        import torch

        casting = torch.autocast("cpu", torch.bfloat16) if self._precision == "bf16" else nullcontext()
        with casting:
            scores = self._model.predict(list(pairs), batch_size=max(1, len(pairs)), show_progress_bar=False)
        return np.asarray(scores, np.float32)


def _bare(model: Any, inputs: Sequence[str]) -> Any:
    import torch

    class Scores(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *arguments: Any) -> Any:
            return self.model(**dict(zip(inputs, arguments, strict=True))).logits[:, 0]

    return Scores().eval()
