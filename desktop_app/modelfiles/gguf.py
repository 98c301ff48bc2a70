# SPDX-License-Identifier: Apache-2.0
"""Reads the header of a GGUF file, never its weights.

A few megabytes at most are read. Our own small parser, because the window's list of models must not import llama.cpp, and because
llama.cpp says only "failed to load" about a file that stopped downloading half-way. The tensor table says where the file must
end; an end that is missing is ``gguf_truncated``. Nothing in the file is believed: counts and lengths are bounded before anything
is allocated or looped over.

Layout (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), little-endian: "GGUF", version u32, tensor count u64, key count
u64; keys: string, type u32, value; tensors: name, dimensions, type, offset; padding; weights. Version 1 had 32-bit counts and is
extinct; a big-endian file shows its version in the high bytes. Both are ``gguf_version``.

A model split into ``-00001-of-00003.gguf`` parts is one model, named by its first part; sizes and parameters are sums.

Measured: a header with 151,936 tokens and as many merges is read in 0.2 s, nearly all of it stepping over the vocabulary.
"""

from __future__ import annotations

import os
import re
import struct
from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.ggml_types import FILE_TYPES, TENSOR_TYPES
from desktop_app.modelfiles.vocabulary import MANY, languages_of

Value = int | float | bool | str | tuple[int, ...] | None
"""A metadata value. Arrays of strings, floats and long arrays are stepped over and become None."""

_SPLIT = re.compile(r"^(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$", re.IGNORECASE)
_KNOWN_VERSIONS = (2, 3)
_MOST_KEYS = 65_536
_MOST_TENSORS = 1 << 20
_MOST_ELEMENTS = 1 << 28  # numbers in an array
_MOST_STRINGS = 1 << 22  # in all arrays together; the largest vocabularies have 2**18 tokens and as many merges
_LONGEST_HEADER = 256 << 20  # bytes; the largest seen is 11 MB
_LONGEST_NAME = 65_535  # bytes, of a key or a tensor; llama.cpp stops at 64
_LONGEST_STRING = 64 << 20  # bytes; the longest seen is a chat template of some 20 kB
_KEPT_ARRAY = 4_096  # elements; per-layer head counts are what we need
_SPLIT_LIMIT = 999

_SCALARS: dict[int, str] = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_INTEGERS = frozenset({0, 1, 2, 3, 4, 5, 7, 10, 11})


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
            part = _read_part(other)
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

    blocks = min(number("block_count"), _KEPT_ARRAY)
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


@dataclass(slots=True)
class _Part:
    """One file by itself. ``by_type`` counts weights by tensor type."""

    version: int
    size: int
    keys: dict[str, Value]
    vocabulary: int
    tensors: int
    parameters: int
    by_type: Counter[int]
    languages: tuple[str, ...]


def _read_first(first: str) -> _Part:
    name = os.path.basename(first)
    try:
        part = _read_part(first)
    except FileNotFoundError as error:
        others = [other for other in _other_parts(first) if os.path.exists(other)]
        if others:
            raise EnvironmentProblem("gguf_part_missing", path=others[0], part=name) from error
        raise EnvironmentProblem("gguf_missing", path=first) from error
    count = part.keys.get("split.count")
    if type(count) is int and count > 1 and not _SPLIT.match(name):  # renamed: llama.cpp cannot find the others
        raise EnvironmentProblem("gguf_part_missing", path=first, part=f"…-of-{count:05d}.gguf")
    return part


def _read_part(path: str) -> _Part:
    try:
        with open(path, "rb") as stream:
            return _Parser(stream, path).part()
    except FileNotFoundError:
        raise
    except OSError as error:  # a folder, no permission, a disk that went away: nothing a model could be read from
        raise EnvironmentProblem("gguf_missing", path=path) from error


class _Parser:
    """One pass over one header. Every read is checked against the size of the file first."""

    def __init__(self, stream: BinaryIO, path: str) -> None:
        self._stream = stream
        self._path = path
        self._size = os.fstat(stream.fileno()).st_size
        self._strings = 0
        self._languages: tuple[str, ...] = ()

    def part(self) -> _Part:
        magic = self._stream.read(4)
        if magic != b"GGUF":
            if len(magic) < 4 and b"GGUF".startswith(magic):  # cut off before it began; also the empty file
                raise self._truncated(24)
            raise EnvironmentProblem("gguf_not", path=self._path)
        version = self._unsigned("I")
        if version not in _KNOWN_VERSIONS:
            raise EnvironmentProblem("gguf_version", path=self._path, version=version)
        tensors, keys = self._unsigned("Q"), self._unsigned("Q")
        if tensors > _MOST_TENSORS or keys > _MOST_KEYS:
            raise self._damaged()
        values, vocabulary = self._keys(keys)
        alignment = values.get("general.alignment", 32)
        if type(alignment) is not int or not 1 <= alignment <= 1 << 20:
            raise self._damaged()
        end, parameters, by_type = self._tensors(tensors)
        start = -(-self._stream.tell() // alignment) * alignment
        if end and start + end > self._size:
            raise self._truncated(start + end)
        return _Part(version, self._size, values, vocabulary, tensors, parameters, by_type, self._languages)

    def _keys(self, count: int) -> tuple[dict[str, Value], int]:
        values: dict[str, Value] = {}
        vocabulary = 0
        for _ in range(count):
            if self._stream.tell() > _LONGEST_HEADER:
                raise self._damaged()
            key = self._string(_LONGEST_NAME)
            kind = self._unsigned("I")
            if kind == _ARRAY:
                words: list[str] | None = [] if key == "tokenizer.ggml.tokens" else None
                values[key], length = self._array(words)
                if words is not None:
                    vocabulary = length
                    self._languages = languages_of(words) if length <= MANY else ("*",)
            elif kind == _STRING:
                values[key] = self._string(_LONGEST_STRING)
            elif kind in _SCALARS:
                values[key] = self._scalar(_SCALARS[kind])
            else:
                raise self._damaged()
        return values, vocabulary

    def _array(self, words: list[str] | None) -> tuple[Value, int]:
        """A short array of integers as a tuple, anything else stepped over; and its length. ``words`` takes the strings of an array
        that is not too long."""
        kind, count = self._unsigned("I"), self._unsigned("Q")
        if count > _MOST_ELEMENTS:
            raise self._damaged()
        if kind == _STRING:
            self._strings += count
            if self._strings > _MOST_STRINGS:
                raise self._damaged()
            if words is not None and count <= MANY:
                words += [self._string(_LONGEST_NAME) for _ in range(count)]
                return None, count
            for _ in range(count):
                self._skip(self._length(_LONGEST_STRING))
            return None, count
        letter = _SCALARS.get(kind)
        if letter is None:
            raise self._damaged()
        if kind in _INTEGERS and count <= _KEPT_ARRAY:
            data = self._read(struct.calcsize("<" + letter) * count)
            return tuple(int(item) for item in struct.unpack(f"<{count}{letter}", data)), count
        self._skip(struct.calcsize("<" + letter) * count)
        return None, count

    def _tensors(self, count: int) -> tuple[int, int, Counter[int]]:
        """Where the last weight ends (from the start of the weights, bytes), how many weights, and weights per type."""
        end = parameters = 0
        by_type: Counter[int] = Counter()
        for _ in range(count):
            self._string(_LONGEST_NAME)
            dimensions = self._unsigned("I")
            if dimensions > 8:  # ggml has at most 4
                raise self._damaged()
            elements = 1
            for _ in range(dimensions):
                elements *= self._unsigned("Q")
            kind, offset = self._unsigned("I"), self._unsigned("Q")
            parameters += elements
            by_type[kind] += elements
            known = TENSOR_TYPES.get(kind)
            if known is not None:  # a type newer than this program: its size is not known, its end is not checked
                end = max(end, offset + elements // known.block * known.bytes)
        if end > 1 << 50 or parameters > 1 << 50:  # a petabyte: not a model but nonsense
            raise self._damaged()
        return end, parameters, by_type

    def _string(self, limit: int) -> str:
        return self._read(self._length(limit)).decode("utf-8", "replace")

    def _length(self, limit: int) -> int:
        length = self._unsigned("Q")
        if length > limit:
            raise self._damaged()
        return length

    def _unsigned(self, letter: str) -> int:
        return int(self._scalar(letter))

    def _scalar(self, letter: str) -> int | float | bool:
        form = struct.Struct("<" + letter)
        value: int | float | bool = form.unpack(self._read(form.size))[0]
        return value

    def _read(self, count: int) -> bytes:
        if count > 1 << 16:  # short reads are checked below, without asking for the position each time
            self._check_room(count)
        data = self._stream.read(count)
        if len(data) < count:
            raise self._truncated(self._stream.tell() - len(data) + count)
        return data

    def _skip(self, count: int) -> None:
        if count <= 1 << 16:
            self._read(count)
            return
        self._check_room(count)
        self._stream.seek(count, os.SEEK_CUR)

    def _check_room(self, count: int) -> None:
        needed = self._stream.tell() + count
        if needed > self._size:
            raise self._truncated(needed)

    def _truncated(self, expected: int) -> EnvironmentProblem:
        return EnvironmentProblem("gguf_truncated", path=self._path, expected=expected, found=self._size)

    def _damaged(self) -> EnvironmentProblem:
        return EnvironmentProblem("gguf_damaged", path=self._path)


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
