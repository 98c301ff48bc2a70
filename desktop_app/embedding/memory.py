# SPDX-License-Identifier: Apache-2.0
"""Memory that a second embedding model takes beside the first one."""

from __future__ import annotations

from pathlib import Path

from desktop_app.embedding.factory import BUNDLED, LIGHT, NONE
from desktop_app.modelfiles.folder_weights import onnx_alone

# Weights are mostly stored as 16 bits and run as 32; activations of a batch come on top (measured with all-MiniLM-L6-v2: 90 MB of
# weights, 150 MB more resident memory).
_TIMES = 2
_BESIDES = 100_000_000
_DEFAULT = 600_000_000  # of the default model in f32 while it embeds long texts; in 8 bits 360


def needed(choice: str) -> int:
    """Bytes of memory for another model beside the one that is loaded, estimated from its files; 0 where there is nothing to
    load."""
    if choice == NONE:
        return 0
    if choice == BUNDLED:
        return _DEFAULT
    if choice == LIGHT:
        from desktop_app.embedding.backends import light_model

        choice = str(light_model.folder())
    path = Path(choice)
    files = [path] if path.is_file() else [*path.glob("*.safetensors"), *path.glob("*.gguf"), *onnx_alone(path)]
    weights = sum(file.stat().st_size for file in files)
    return weights * _TIMES + _BESIDES if weights else 0
