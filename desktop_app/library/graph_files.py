# SPDX-License-Identifier: Apache-2.0
"""Length check of Chroma's HNSW graph files before Chroma reads them.

Its native part reads as many bytes as the header announces, whatever the files hold: after a cut-off file it works on with
whatever is in memory, which ends in a segmentation fault, in wrong neighbours or, where an earlier index was there, in right ones
by luck. Format: hnswlib as chroma-core keeps it (``HierarchicalNSW::saveIndex``), persistence version 1, as written by Chroma
1.5.9.
"""

from __future__ import annotations

import struct
from pathlib import Path

_VERSION = struct.Struct("<i")
_HEADER = struct.Struct("<i5Q8xiI3Q")
"""version, offset, capacity, elements, bytes of an element, ...; highest level, entry point, largest M, the same on level 0, M"""
_HEADER_BYTES = 100
_NUMBER = 4  # bytes of a link, of a count of links and of a norm


def is_whole(folder: Path) -> bool:
    """Whether each graph below ``folder`` (a Chroma folder) has files as long as its header says. A version that is not known
    here is left to Chroma. Raises OSError."""
    return all(_graph_is_whole(header) for header in folder.rglob("header.bin"))


def _graph_is_whole(header: Path) -> bool:
    content = header.read_bytes()
    if len(content) < _HEADER_BYTES:
        return False
    if _VERSION.unpack_from(content)[0] != 1:
        return True
    _, _, _, elements, element_bytes, *_, links = _HEADER.unpack_from(content)
    try:
        vectors, norms, upper = (
            header.with_name(name).stat().st_size for name in ("data_level0.bin", "length.bin", "link_lists.bin")
        )
    except FileNotFoundError:
        return False
    # Above level 0 an element has, after one number, the same room for links on each of its levels.
    above = upper - elements * _NUMBER
    return bool(
        vectors >= elements * element_bytes
        and norms >= elements * _NUMBER
        and above >= 0
        and not above % ((links + 1) * _NUMBER)
    )
