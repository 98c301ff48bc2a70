# SPDX-License-Identifier: Apache-2.0
"""The numbers of a transformers checkpoint by name, whatever its parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.modelfiles.safetensors import tensors_of, widened


class EncoderWeights:
    """All safetensors files of a folder, mapped. ``prefixes``: what a name may be stored behind, as "bert." where the encoder is a
    part of the whole."""

    def __init__(self, folder: Path, prefixes: Sequence[str] = ("",)) -> None:
        """Raises ``OSError``, and ``ValueError`` for a file that is cut off."""
        self._tensors: dict[str, NDArray[Any]] = {}
        for file in sorted(folder.glob("model*.safetensors")):
            self._tensors |= tensors_of(file)
        self._prefixes = prefixes

    def find(self, name: str) -> NDArray[Any] | None:
        """A tensor as it is stored, None where there is none."""
        # The first BERTs called weights and bias of their norms so.
        older = re.sub(r"LayerNorm\.weight$", "LayerNorm.gamma", re.sub(r"LayerNorm\.bias$", "LayerNorm.beta", name))
        for prefix in self._prefixes:
            for stored in (prefix + name, prefix + older):
                if stored in self._tensors:
                    return self._tensors[stored]
        return None

    def tensor(self, name: str) -> NDArray[Any]:
        """As ``find``. Raises ``ValueError`` where there is none."""
        found = self.find(name)
        if found is None:
            raise ValueError(f"the weights lack {name}")
        return found

    def numbers(self, name: str) -> NDArray[np.float32]:
        """In float32. Raises ``ValueError``."""
        return widened(self.tensor(name))

    def pair(self, name: str) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """Weights and bias, None where there is no bias. Raises ``ValueError``."""
        return self.tensor(f"{name}.weight"), self.find(f"{name}.bias")
