# SPDX-License-Identifier: Apache-2.0
"""The chain of modules in an embedding folder, by ``modules.json``."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.architectures import BERT_KIN
from desktop_app.modelfiles.json_files import number, read_json, read_object
from desktop_app.modelfiles.safetensors import SafetensorsHeader

# What the chain may be made of; a picture model, a router or a sparse encoder gives no vector of a text, or several.
_MODULES = frozenset(
    {"Transformer", "Pooling", "Dense", "Normalize", "LayerNorm", "Dropout", "WeightedLayerPooling", "CNN", "LSTM", "StaticEmbedding"}
)  # fmt: skip
_OTHER_ENCODERS = (".sparse_encoder.", ".cross_encoder.", ".multi_vector_encoder.")


def is_bare(folder: Path) -> bool:
    """Whether a folder has no chain of modules."""
    return not (folder / "modules.json").is_file()


def read_chain(path: Path) -> list[dict[str, Any]]:
    """The modules in order; empty for a bare checkpoint. Raises ``EnvironmentProblem``: embedding_not_a_model, embedding_remote_code,
    embedding_unsupported."""
    if is_bare(path):
        return []
    modules = read_json(path / "modules.json")
    chain = [module for module in modules if isinstance(module, dict)] if isinstance(modules, list) else []
    if not chain:
        raise EnvironmentProblem("embedding_not_a_model", path=path)
    for module in chain:
        kind, place = str(module.get("type", "")), str(module.get("path", "")).replace("\\", "/")
        if not kind.startswith("sentence_transformers."):
            raise EnvironmentProblem("embedding_remote_code", path=path)
        if kind_of_module(module) not in _MODULES or any(other in kind for other in _OTHER_ENCODERS):
            raise EnvironmentProblem("embedding_unsupported", path=path, detail=kind_of_module(module))
        if place.startswith("/") or ":" in place or ".." in place.split("/"):  # it may not reach outside the folder
            raise EnvironmentProblem("embedding_not_a_model", path=path)
    return chain


def kind_of_module(module: dict[str, Any]) -> str:
    """The class of a module, without its package: "Pooling"."""
    return str(module.get("type", "")).rsplit(".", 1)[-1]


def needs_code(config: dict[str, Any]) -> bool:
    """Whether only the folder's own code knows this architecture: it brings code (``auto_map``), no graph is built for it, and
    transformers, where that is installed, has none of that name. Its package is looked at on disk; importing it takes seconds."""
    if not isinstance(config.get("auto_map"), dict) or config.get("model_type") in BERT_KIN:
        return False
    known = importlib.util.find_spec("transformers")
    if known is None or not known.origin:
        return True
    folder = Path(known.origin).parent / "models"
    kind = re.sub(r"[^a-z0-9]", "_", str(config.get("model_type", "")).lower())
    return not (kind and (folder / kind).is_dir())


def dimension_of(
    folders: list[Path], chain: list[dict[str, Any]], config: dict[str, Any], headers: list[SafetensorsHeader]
) -> int:
    """Of the vectors that come out at the end of the chain: the last dense layer's, else the pooling's, else the hidden size."""
    dimension = number(config, "hidden_size", "d_model", "dim", "n_embd")
    for folder, module in zip(folders, chain, strict=False):
        own, kind = read_object(folder / "config.json"), kind_of_module(module)
        if kind == "Pooling":
            width = own.get("word_embedding_dimension", own.get("embedding_dimension", dimension))
            modes = own.get("pooling_mode")
            count = sum(1 for name, on in own.items() if name.startswith("pooling_mode_") and on is True)
            dimension = (width if isinstance(width, int) else 0) * (len(modes) if isinstance(modes, list) else max(1, count))
        elif kind == "Dense":
            dimension = number(own, "out_features") or dimension
        elif kind == "StaticEmbedding":
            dimension = next((shape[1] for header in headers for shape in header.shapes.values() if len(shape) == 2), 0)
    return dimension
