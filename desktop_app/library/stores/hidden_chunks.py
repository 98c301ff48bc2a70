# SPDX-License-Identifier: Apache-2.0
"""Hidden chunks: which they are, and how many of them a file has.

They keep their words in the full-text index and their vectors in the catalogue, and are left out where something is searched or counted. A
vector index (Chroma) has none of them: filtering what it finds takes 90 ms at 100,000 chunks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from desktop_app.contract.document import Chunk

IDS = "(SELECT id FROM chunks WHERE hidden <> '')"
"""SQL for their ids. "NOT IN" them reads an index that holds nothing else; ``hidden = ''`` would read every chunk with its text."""

_decode = msgspec.json.Decoder(dict[str, int]).decode


def encode_counts(chunks: Sequence[Chunk]) -> str:
    """The column ``files.hidden``: how many of these chunks are hidden, by why."""
    return msgspec.json.encode(Counter(chunk.locator.hidden for chunk in chunks if chunk.locator.hidden)).decode()


def decode_counts(value: str) -> dict[str, int]:
    """The counts that the column holds."""
    return _decode(value)
