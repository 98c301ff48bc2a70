# SPDX-License-Identifier: Apache-2.0
"""Reads and writes safetensors files: 8 bytes, a JSON header, numbers.

The 8 bytes are the length of the header, an object that tells type, shape and place of each tensor. Files are mapped into memory: of
a tensor that is not asked for nothing is loaded.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # model folders are listed without it
    import numpy as np
    from numpy.typing import NDArray

_LARGEST_HEADER = 64 << 20  # bytes; the library itself stops at 100 MB


@dataclass(frozen=True, slots=True)
class SafetensorsHeader:
    """``shapes`` by tensor name; ``end``: the byte at which the file must end; ``size``: where it does. ``places`` by tensor name: its
    type, and where in the file it begins and ends."""

    shapes: dict[str, tuple[int, ...]]
    end: int
    size: int
    places: dict[str, tuple[str, int, int]] = field(default_factory=dict)

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
    places: dict[str, tuple[str, int, int]] = {}
    end = 0
    try:
        for name, tensor in json.loads(text).items():
            if name == "__metadata__":
                continue
            shapes[name] = tuple(int(side) for side in tensor["shape"])
            first, last = (int(offset) for offset in tensor["data_offsets"])
            places[name] = (str(tensor["dtype"]), 8 + length + first, 8 + length + last)
            end = max(end, last)
    except (ValueError, AttributeError, TypeError, LookupError, RecursionError):
        return None
    return SafetensorsHeader(shapes, 8 + length + end, size, places)


def tensors_of(file: Path) -> dict[str, NDArray[Any]]:
    """All tensors of numbers by name, as they are stored, bfloat16 as 16 bits (``widened``). Raises ``OSError``, and ``ValueError``
    for a file that is none or is cut off."""
    import numpy as np

    header = read_safetensors(file)
    if header is None or header.end > header.size or not header.places:
        raise ValueError(f"{file.name} is no whole safetensors file")
    kinds = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4"}
    content = np.memmap(file, np.uint8, "r")
    return {
        name: content[first:last].view(kinds[kind]).reshape(header.shapes[name])
        for name, (kind, first, last) in header.places.items()
        if kind in kinds and last > first
    }


def widened(tensor: NDArray[Any]) -> NDArray[np.float32]:
    """The numbers of a tensor of ``tensors_of`` as float32."""
    import numpy as np

    if tensor.dtype == np.uint16:  # bfloat16 is the upper half of a float32
        return (tensor.astype(np.uint32) << 16).view(np.float32)
    return np.asarray(tensor, np.float32)


def write_safetensors(file: Path, tensors: Mapping[str, NDArray[Any]]) -> None:
    """Tensors of float32 or float16, by name. Raises ``OSError``."""
    import numpy as np

    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, tensor in sorted(tensors.items()):
        kind = {np.dtype("<f4"): "F32", np.dtype("<f2"): "F16"}[tensor.dtype]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [end, end + tensor.nbytes]}
        end += tensor.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with file.open("wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        for _, tensor in sorted(tensors.items()):
            stream.write(np.ascontiguousarray(tensor).tobytes())
