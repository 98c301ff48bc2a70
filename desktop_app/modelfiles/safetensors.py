# SPDX-License-Identifier: Apache-2.0
"""Reads the header of a safetensors file: shapes and byte ranges.

8 bytes of length, a JSON object, then the numbers.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path

_LARGEST_HEADER = 64 << 20  # bytes; the library itself stops at 100 MB


@dataclass(frozen=True, slots=True)
class SafetensorsHeader:
    """``shapes`` by tensor name; ``end``: the byte at which the file must end; ``size``: where it does."""

    shapes: dict[str, tuple[int, ...]]
    end: int
    size: int

    @property
    def parameters(self) -> int:
        """Numbers in all tensors."""
        total = 0
        for shape in self.shapes.values():
            count = 1
            for side in shape:
                count *= side
            total += count
        return total


def read_safetensors(file: Path) -> SafetensorsHeader | None:
    """None when it is no safetensors file; one that is cut off inside its header ends, as far as is known, behind that header."""
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            start = stream.read(8)
            if len(start) < 8:
                return SafetensorsHeader({}, 8, size)
            length: int = struct.unpack("<Q", start)[0]
            if length > _LARGEST_HEADER:
                return None
            text = stream.read(length)
    except OSError:
        return None
    if len(text) < length:
        return SafetensorsHeader({}, 8 + length, size)
    shapes: dict[str, tuple[int, ...]] = {}
    end = 0
    try:
        for name, tensor in json.loads(text).items():
            if name == "__metadata__":
                continue
            shapes[name] = tuple(int(side) for side in tensor["shape"])
            end = max(end, int(tensor["data_offsets"][1]))
    except (ValueError, AttributeError, TypeError, LookupError, RecursionError):
        return None
    return SafetensorsHeader(shapes, 8 + length + end, size)
