# SPDX-License-Identifier: Apache-2.0
"""Groups near-duplicate passages of a result under the newest of each.

Two passages say nearly the same when most of their words are the same (of Chinese, their runs of four characters). Clauses of two
contracts may differ in a single figure, and that figure is what somebody asks for: where figures differ, passages are only taken
together when the names of their files say that they are versions of one document.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from desktop_app.analysis.folding import fold
from desktop_app.contract.ledger import StoredChunk
from desktop_app.contract.passage import Copy

_RUN = 4
_NEARLY = 0.75
_NAMES_ALIKE = 0.6
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class _Fingerprint:
    """What of a text is compared."""

    text: str
    pieces: frozenset[str]

    @property
    def figures(self) -> frozenset[str]:
        return frozenset(_FIGURE.findall(self.text))


def gathered(chunks: Sequence[StoredChunk], most: int) -> list[list[StoredChunk]]:
    """Groups of chunks that say the same, in the order of their best one; in a group what is seen before what is hidden, then the newest first.
    ``most`` groups."""
    groups: list[list[StoredChunk]] = []
    fingerprints: list[_Fingerprint] = []
    for place, chunk in enumerate(chunks):
        if place >= 3 * most and len(groups) == most:
            break  # copies of what is shown rank beside it; what comes far behind is no copy of it
        seen = _fingerprint(chunk.text)
        group = next((i for i, known in enumerate(fingerprints) if _alike(seen, known, chunk, groups[i][0])), None)
        if group is not None:
            groups[group].append(chunk)
        elif len(groups) < most:
            groups.append([chunk])
            fingerprints.append(seen)
    for members in groups:
        # Copies of one day are common (a folder copied as a whole): of equals the best one stays.
        members.sort(key=lambda chunk: (bool(chunk.locator.hidden), -chunk.modified))
    return groups


def also_in(shown: StoredChunk, others: Sequence[StoredChunk]) -> tuple[Copy, ...]:
    """The other places of a group, newest first, each file once."""
    found = dict[str, Copy]()
    for chunk in others:
        if chunk.path != shown.path and chunk.path not in found:
            same = chunk.text == shown.text
            found[chunk.path] = Copy(chunk.id, chunk.path, chunk.locator, chunk.modified, same)
    return tuple(found.values())


def _fingerprint(text: str) -> _Fingerprint:
    folded = fold(text)
    pieces = folded.split()
    if len(folded) > 20 * len(pieces):
        joined = "".join(pieces)
        pieces = [joined[i : i + _RUN] for i in range(max(1, len(joined) - _RUN + 1))]
    return _Fingerprint(folded, frozenset(pieces))


def _alike(one: _Fingerprint, other: _Fingerprint, chunk: StoredChunk, known: StoredChunk) -> bool:
    if one.text == other.text:
        return chunk.path != known.path
    most, least = max(len(one.pieces), len(other.pieces)), min(len(one.pieces), len(other.pieces))
    if least < _NEARLY * most or chunk.path == known.path:
        return False
    shared = len(one.pieces & other.pieces)
    if shared < _NEARLY * (most + least - shared):
        return False
    return one.figures == other.figures or _versions(chunk.path, known.path)


def _versions(path: str, other: str) -> bool:
    """Whether two file names look like versions of one document ("手册.pdf", "手册-旧版.pdf")."""
    (one, kind), (two, other_kind) = (os.path.splitext(os.path.basename(name).lower()) for name in (path, other))
    return kind == other_kind and SequenceMatcher(None, one, two).ratio() >= _NAMES_ALIKE
