"""An embedding model in sentence-transformers form, read from its JSON files and the header of its safetensors: no heavy import.

    modules.json                  the chain: transformer, pooling, perhaps a dense layer and a normaliser, each with its folder
    config.json                   the transformer: hidden size, longest position
    sentence_bert_config.json     max_seq_length in tokens
    1_Pooling/config.json         word_embedding_dimension
    *.safetensors                 weights: 8 bytes of length, a JSON header with shapes and byte ranges, then the numbers

Only safetensors are used: a pickle (``pytorch_model.bin``) runs code when it is opened. Modules of one's own ("custom_st.Transformer")
are code too and are refused by name.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterable
from typing import Any

from desktop_app.models.model import ModelEntry

_LARGEST_JSON = 16 << 20  # bytes
_LARGEST_HEADER = 64 << 20  # bytes, of a safetensors file; the library itself stops at 100 MB
_PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json", "model.pt", "model.pkl")
_LIBRARY_MEMORY = 400 << 20  # bytes: torch and transformers imported, before any model (measured: 415 MB)
_NO_LIMIT = 1 << 20  # tokens; tokenizers write 1e30 for "no limit"


def is_embedding_folder(names: Iterable[str]) -> bool:
    """Whether a folder with these names claims to be a sentence-transformers model."""
    return "modules.json" in names


def embedding_entry(folder: str) -> ModelEntry:
    """The folder as an entry, with a problem where it cannot be used."""
    modules = _json(os.path.join(folder, "modules.json"))
    chain = [module for module in modules if isinstance(module, dict)] if isinstance(modules, list) else []
    folders = [folder, *_module_folders(folder, chain)]
    config = _first_object(folders, "config.json", "hidden_size", "d_model", "dim")
    weights = sorted(_files(folders, ".safetensors"))
    size = sum(_size(path) for path in _files(folders, ""))
    entry: dict[str, Any] = {
        "path": folder,
        "name": os.path.basename(os.path.normpath(folder)),
        "kind": "embedding",
        "size": size,
        "architecture": str(config.get("model_type", "")),
        "context": _max_length(folders, config),
        "dimension": _dimension(folders, chain, config),
    }

    def unusable(code: str, **data: object) -> ModelEntry:
        return ModelEntry(**entry, fits="no", problem=code, data={"path": folder, **{name: str(v) for name, v in data.items()}})

    if not chain:
        return unusable("embedding_not_a_model")
    if any(not str(module.get("type", "")).startswith("sentence_transformers.") for module in chain):
        return unusable("embedding_remote_code")
    if not weights:
        names = {os.path.basename(path) for path in _files(folders, "")}
        return unusable("embedding_pickled" if names & set(_PICKLES) else "embedding_not_a_model")
    parameters = stored = 0
    for path in weights:
        count, end = _safetensors(path)
        found = _size(path)
        if end is None:
            return unusable("embedding_not_a_model")
        if end > found:
            return unusable("embedding_truncated", expected=end, found=found)
        parameters += count
        stored += found
    # Weights are computed with in 4 bytes each on a CPU, whatever they are stored in.
    return ModelEntry(**entry, parameters=parameters, memory=max(stored, parameters * 4) + _LIBRARY_MEMORY)


def _module_folders(folder: str, chain: list[dict[str, Any]]) -> list[str]:
    """Folders of the modules; a path that leads out of the model is not followed."""
    found = []
    for module in chain:
        path = str(module.get("path", ""))
        if path and not os.path.isabs(path) and ".." not in path.replace("\\", "/").split("/"):
            below = os.path.join(folder, path)
            if os.path.isdir(below) and below not in found:
                found.append(below)
    return found


def _dimension(folders: list[str], chain: list[dict[str, Any]], config: dict[str, Any]) -> int:
    """Of the vectors that come out at the end of the chain: the last dense layer's, else the pooling's, else the hidden size."""
    dimension = _number(config, "hidden_size", "d_model", "dim")
    for module in chain:
        path = os.path.join(folders[0], str(module.get("path", "")))
        if path not in folders:
            continue
        own = _object(os.path.join(path, "config.json"))
        kind = str(module.get("type", ""))
        if kind.endswith(".Pooling"):
            dimension = _number(own, "word_embedding_dimension", "embedding_dimension") or dimension
        elif kind.endswith(".Dense"):
            dimension = _number(own, "out_features") or dimension
    return dimension


def _max_length(folders: list[str], config: dict[str, Any]) -> int:
    own = _first_object(folders, "sentence_bert_config.json", "max_seq_length")
    tokenizer = _first_object(folders, "tokenizer_config.json", "model_max_length")
    for length in (
        _number(own, "max_seq_length"),
        _number(tokenizer, "model_max_length"),
        _number(config, "max_position_embeddings"),
    ):
        if 0 < length < _NO_LIMIT:
            return length
    return 0


def _first_object(folders: list[str], name: str, *keys: str) -> dict[str, Any]:
    """The first file of this name that holds one of ``keys``."""
    for folder in folders:
        values = _object(os.path.join(folder, name))
        if any(key in values for key in keys):
            return values
    return {}


def _number(values: dict[str, Any], *keys: str) -> int:
    for key in keys:
        value = values.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _NO_LIMIT:
            return int(value)
    return 0


def _files(folders: list[str], suffix: str) -> list[str]:
    found = []
    for folder in folders:
        try:
            with os.scandir(folder) as listing:
                found += [entry.path for entry in listing if entry.name.endswith(suffix) and entry.is_file()]
        except OSError:
            continue
    return found


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def _json(path: str) -> Any:
    try:
        if os.path.getsize(path) > _LARGEST_JSON:
            return None
        with open(path, encoding="utf-8") as stream:
            return json.load(stream)
    except (OSError, ValueError, RecursionError):
        return None


def _object(path: str) -> dict[str, Any]:
    values = _json(path)
    return values if isinstance(values, dict) else {}


def _safetensors(path: str) -> tuple[int, int | None]:
    """Parameters, and the byte at which the file must end; None when it is no safetensors file."""
    try:
        with open(path, "rb") as stream:
            start = stream.read(8)
            if len(start) < 8:
                return 0, 8
            length: int = struct.unpack("<Q", start)[0]
            if length > _LARGEST_HEADER:
                return 0, None
            text = stream.read(length)
    except OSError:
        return 0, None
    if len(text) < length:
        return 0, 8 + length
    try:
        header = json.loads(text)
        tensors = [value for name, value in header.items() if name != "__metadata__"]
        parameters = end = 0
        for tensor in tensors:
            count = 1
            for side in tensor["shape"]:
                count *= int(side)
            parameters += count
            end = max(end, int(tensor["data_offsets"][1]))
    except (ValueError, AttributeError, TypeError, LookupError, RecursionError):
        return 0, None
    return parameters, 8 + length + end
