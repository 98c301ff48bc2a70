# SPDX-License-Identifier: Apache-2.0
"""Reads the header of a GGUF file, never its weights.

A few megabytes at most are read. Our own small parser (``gguf_parser``), because the window's list of models must not import
llama.cpp, and because llama.cpp says only "failed to load" about a file that stopped downloading half-way.

A model split into ``-00001-of-00003.gguf`` parts is one model, named by its first part; sizes and parameters are sums.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.ggml_types import FILE_TYPES, TENSOR_TYPES
from desktop_app.modelfiles.gguf_parser import KEPT_ARRAY, GgufPart, Value, read_part

_SPLIT = re.compile(r"^(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$", re.IGNORECASE)
_SPLIT_LIMIT = 999


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """``path`` is the first part of a split model; ``size`` in bytes and ``parameters`` are sums over all parts.

    ``heads_kv`` holds the key/value heads of each layer (0 for layers without attention); ``key_length`` and ``value_length`` are
    numbers per head. ``pooling`` is llama.cpp's pooling type, None when the file has none. ``languages`` are recognised by the
    vocabulary. ``role`` is the file's own ``general.type`` ("model", "adapter", "mmproj", ...).
    """

    path: str
    version: int
    size: int
    parts: tuple[str, ...]
    name: str
    architecture: str
    role: str
    quantisation: str
    context: int
    embedding: int
    blocks: int
    heads: int
    heads_kv: tuple[int, ...]
    key_length: int
    value_length: int
    vocabulary: int
    parameters: int
    tensors: int
    has_chat_template: bool
    tokenizer: str
    pooling: int | None
    causal: bool
    languages: tuple[str, ...]


def read_header(path: str) -> GgufHeader:
    """Read one model. Raises ``EnvironmentProblem`` gguf_missing, gguf_not, gguf_version, gguf_truncated, gguf_damaged or
    gguf_part_missing."""
    first = first_part(path)
    raw = _read_first(first)
    parts = [first]
    size, tensors, parameters, by_type = raw.size, raw.tensors, raw.parameters, Counter(raw.by_type)
    for other in _other_parts(first):
        try:
            part = read_part(other)
        except FileNotFoundError as error:
            raise EnvironmentProblem("gguf_part_missing", path=first, part=os.path.basename(other)) from error
        parts.append(other)
        size += part.size
        tensors += part.tensors
        parameters += part.parameters
        by_type.update(part.by_type)
    keys = raw.keys
    architecture = _text(keys, "general.architecture")

    def number(name: str, default: int = 0) -> int:
        value = keys.get(f"{architecture}.{name}")
        return value if type(value) is int and value >= 0 else default

    blocks = min(number("block_count"), KEPT_ARRAY)
    heads = _most(keys.get(f"{architecture}.attention.head_count"))
    head_size = number("embedding_length") // heads if heads else 0
    pooling = keys.get(f"{architecture}.pooling_type")
    return GgufHeader(
        path=first,
        version=raw.version,
        size=size,
        parts=tuple(parts),
        name=_text(keys, "general.name") or _stem(first),
        architecture=architecture,
        role=_text(keys, "general.type") or "model",
        quantisation=_quantisation(keys.get("general.file_type"), by_type),
        context=number("context_length"),
        embedding=number("embedding_length"),
        blocks=blocks,
        heads=heads,
        heads_kv=_per_layer(keys.get(f"{architecture}.attention.head_count_kv"), blocks, heads),
        key_length=number("attention.key_length", head_size),
        value_length=number("attention.value_length", head_size),
        vocabulary=raw.vocabulary or number("vocab_size"),
        parameters=parameters,
        tensors=tensors,
        has_chat_template=bool(_text(keys, "tokenizer.chat_template")),
        tokenizer=_text(keys, "tokenizer.ggml.model"),
        pooling=pooling if type(pooling) is int else None,
        causal=keys.get(f"{architecture}.attention.causal") is not False,
        languages=raw.languages,
    )


def first_part(path: str) -> str:
    """The path that names a model: part 1 for any part of a split model, else ``path`` itself."""
    folder, name = os.path.split(path)
    match = _SPLIT.match(name)
    if match is None:
        return path
    return os.path.join(folder, f"{match['stem']}-00001-of-{match['count']}{name[-5:]}")


def _other_parts(first: str) -> list[str]:
    folder, name = os.path.split(first)
    match = _SPLIT.match(name)
    if match is None:
        return []
    count = min(int(match["count"]), _SPLIT_LIMIT)
    return [os.path.join(folder, f"{match['stem']}-{n:05d}-of-{match['count']}{name[-5:]}") for n in range(2, count + 1)]


def _stem(path: str) -> str:
    name = os.path.basename(path)
    match = _SPLIT.match(name)
    return match["stem"] if match else os.path.splitext(name)[0]


def _read_first(first: str) -> GgufPart:
    name = os.path.basename(first)
    try:
        part = read_part(first)
    except FileNotFoundError as error:
        others = [other for other in _other_parts(first) if os.path.exists(other)]
        if others:
            raise EnvironmentProblem("gguf_part_missing", path=others[0], part=name) from error
        raise EnvironmentProblem("gguf_missing", path=first) from error
    count = part.keys.get("split.count")
    if type(count) is int and count > 1 and not _SPLIT.match(name):  # renamed: llama.cpp cannot find the others
        raise EnvironmentProblem("gguf_part_missing", path=first, part=f"…-of-{count:05d}.gguf")
    return part


def _text(keys: dict[str, Value], key: str) -> str:
    value = keys.get(key)
    return value.strip() if isinstance(value, str) else ""


def _most(value: Value) -> int:
    """A head count, which some architectures give per layer."""
    if isinstance(value, tuple):
        return max((item for item in value if item > 0), default=0)
    return value if type(value) is int and value > 0 else 0


def _per_layer(value: Value, blocks: int, default: int) -> tuple[int, ...]:
    if isinstance(value, tuple):
        return tuple(max(0, item) for item in value)
    every = value if type(value) is int and value >= 0 else default
    return (every,) * blocks


def _quantisation(file_type: Value, by_type: Counter[int]) -> str:
    """The file's own word for it; without one, the type most weights have."""
    if type(file_type) is int and (file_type & ~1024) in FILE_TYPES:  # 1024: "guessed", set beside the type
        return FILE_TYPES[file_type & ~1024]
    if by_type:
        kind = by_type.most_common(1)[0][0]
        if kind in TENSOR_TYPES:
            return TENSOR_TYPES[kind].name
    return ""
