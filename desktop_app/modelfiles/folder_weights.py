# SPDX-License-Identifier: Apache-2.0
"""The weights of an embedding folder: safetensors, checked, or ONNX."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.json_files import number, read_object
from desktop_app.modelfiles.safetensors import SafetensorsHeader, read_safetensors

_ROWS = ("word_embeddings.weight", "embed_tokens.weight", "tok_embeddings.weight", "shared.weight")


_ONNX = ("onnx/model.onnx", "model.onnx")


def onnx_file(folder: Path) -> Path | None:
    """The encoder in ONNX form that publishers add, None where there is none."""
    return next((folder / name for name in _ONNX if (folder / name).is_file()), None)


def onnx_alone(folder: Path) -> list[Path]:
    """The ONNX file of a folder without safetensors, and the file beside it that holds the numbers of a large one."""
    file = None if any(folder.glob("model*.safetensors")) else onnx_file(folder)
    if file is None:
        return []
    numbers = file.with_name(f"{file.name}_data")
    return [file, numbers] if numbers.is_file() else [file]


def read_weights(path: Path, folders: list[Path]) -> list[SafetensorsHeader]:
    """The headers of all weights; each of ``folders`` must have some, and whole, or an ONNX file. Raises ``EnvironmentProblem``: embedding_pickled,
    embedding_not_a_model, embedding_truncated."""
    headers = []
    for folder in dict.fromkeys(folders):
        files = sorted(folder.glob("model*.safetensors"))
        if not files and onnx_file(folder) is not None:
            continue
        if not files:
            pickled = any(any(folder.glob(pattern)) for pattern in ("*.bin", "*.pt", "*.pkl", "*.ckpt"))
            raise EnvironmentProblem("embedding_pickled" if pickled else "embedding_not_a_model", path=path)
        found = [read_safetensors(file) for file in files]
        total = read_object(folder / "model.safetensors.index.json").get("metadata", {})
        expected = total.get("total_size", 0) if isinstance(total, dict) else 0
        for header in found:
            if header is None:
                raise EnvironmentProblem("embedding_not_a_model", path=path)
            if header.end > header.size:
                raise EnvironmentProblem("embedding_truncated", path=path, expected=header.end, found=header.size)
            headers.append(header)
        stored = sum(header.size for header in found if header is not None)
        if isinstance(expected, int) and stored < expected:  # one part of several is not there
            raise EnvironmentProblem("embedding_truncated", path=path, expected=expected, found=stored)
    return headers


def token_rows(headers: list[SafetensorsHeader], config: dict[str, Any]) -> int:
    """How many tokens the weights have a vector for; 0 when that is unknown."""
    for header in headers:
        for name, shape in header.shapes.items():
            if name.endswith(_ROWS) and len(shape) == 2:
                return shape[0]
    return number(config, "vocab_size")
