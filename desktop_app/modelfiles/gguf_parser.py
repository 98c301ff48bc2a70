# SPDX-License-Identifier: Apache-2.0
"""Parser of one GGUF file's header: keys, vocabulary and tensor table.

Nothing in the file is believed: counts and lengths are bounded before anything is allocated or looped over. The tensor table says where
the file must end; an end that is missing is ``gguf_truncated``.

Layout (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), little-endian: "GGUF", version u32, tensor count u64, key count
u64; keys: string, type u32, value; tensors: name, dimensions, type, offset; padding; weights. Version 1 had 32-bit counts and is
extinct; a big-endian file shows its version in the high bytes. Both are ``gguf_version``.

Measured: a header with 151,936 tokens and as many merges is read in 0.2 s, nearly all of it stepping over the vocabulary.
"""

from __future__ import annotations

import os
import struct
from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.ggml_types import TENSOR_TYPES
from desktop_app.modelfiles.vocabulary import MANY, languages_of

Value = int | float | bool | str | tuple[int, ...] | None
"""A metadata value. Arrays of strings, floats and long arrays are stepped over and become None."""

KEPT_ARRAY = 4_096
"""Elements of the longest array that is kept: head counts for each layer are what is needed."""
_KNOWN_VERSIONS = (2, 3)
_MOST_KEYS = 65_536
_MOST_TENSORS = 1 << 20
_MOST_ELEMENTS = 1 << 28  # numbers in an array
_MOST_STRINGS = 1 << 22  # in all arrays together; the largest vocabularies have 2**18 tokens and as many merges
_LONGEST_HEADER = 256 << 20  # bytes; the largest seen is 11 MB
_LONGEST_NAME = 65_535  # bytes, of a key or a tensor; llama.cpp stops at 64
_LONGEST_STRING = 64 << 20  # bytes; the longest seen is a chat template of some 20 kB
_SCALARS: dict[int, str] = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_INTEGERS = frozenset({0, 1, 2, 3, 4, 5, 7, 10, 11})


@dataclass(slots=True)
class GgufPart:
    """One file by itself. ``by_type`` counts weights by tensor type."""

    version: int
    size: int
    keys: dict[str, Value]
    vocabulary: int
    tensors: int
    parameters: int
    by_type: Counter[int]
    languages: tuple[str, ...]


def read_part(path: str) -> GgufPart:
    """The header of one file. Raises ``FileNotFoundError``, ``EnvironmentProblem``: gguf_missing, gguf_not, gguf_version, gguf_truncated,
    gguf_damaged."""
    try:
        with open(path, "rb") as stream:
            return _HeaderParser(stream, path).part()
    except FileNotFoundError:
        raise
    except OSError as error:  # a folder, no permission, a disk that went away: nothing a model could be read from
        raise EnvironmentProblem("gguf_missing", path=path) from error


class _HeaderParser:
    """One pass over one header. Every read is checked against the size of the file first."""

    def __init__(self, stream: BinaryIO, path: str) -> None:
        self._stream = stream
        self._path = path
        self._size = os.fstat(stream.fileno()).st_size
        self._strings = 0
        self._languages: tuple[str, ...] = ()

    def part(self) -> GgufPart:
        """The whole header."""
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
        return GgufPart(version, self._size, values, vocabulary, tensors, parameters, by_type, self._languages)

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
        if kind in _INTEGERS and count <= KEPT_ARRAY:
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
