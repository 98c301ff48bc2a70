# SPDX-License-Identifier: Apache-2.0
"""Near-duplicate files: the copies and versions in a library.

"exact": the same bytes, or the same text whatever the file's format. "near": versions; at least ``NEAR`` of the words of both are the
same in the same order. Chains count: a first draft belongs to the final version through the drafts between them.

Candidates come from shared bands of MinHash signatures (``shingles``), so that the cost grows with the number of files and not
with its square; each is then compared word by word. A file that already belongs to the same group is not compared again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from desktop_app.contract.reports.duplicate_report import DuplicateFile, DuplicateGroup, DuplicateReport
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.disjoint_sets import DisjointSets
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stores.chunk_store import FileText
from desktop_app.retrieval import shingles

FilesProgress = Callable[[int, int], None]
"""Called with how many files have been examined, and of how many."""

NEAR = 0.8
"""At one word in ten changed the measure is 0.90, at three in ten 0.70: the cut lies in the middle, and two versions that were changed
by a tenth each still meet."""

_LEAST_TOKENS = 8  # shorter texts differ by a number and mean another thing
_ESTIMATE = 0.12  # of the Jaccard index, below which two texts cannot be near: at NEAR it is 0.34 or more
_PROGRESS_EVERY = 20  # files
_ALL_PAIRS = 6  # in a bucket of so many; in larger ones each is compared with its neighbours and with the first


@dataclass(frozen=True, slots=True)
class _Item:
    """A file without its text. ``text``: a digest of it, b"" without text; ``tokens``: how many."""

    file: FileText
    text: bytes
    tokens: int


def find(
    catalogue: Catalogue, *, cancel: Cancellation | None = None, report: FilesProgress = lambda _done, _total: None
) -> DuplicateReport:
    """All groups of a library, copies first, then by size. ``report`` is called every 20 files. Raises ``Cancelled``."""
    started = time.perf_counter()
    cancel = cancel or Cancellation()
    total = catalogue.files.searchable_count()[1]
    items: list[_Item] = []
    signatures: list[shingles.Signature] = []
    for file in catalogue.chunks.file_texts():
        cancel.check()
        item, signature = _examined(file)
        if item.text or file.size:
            items.append(item)
            signatures.append(signature)
        if len(items) % _PROGRESS_EVERY == 0:
            report(len(items), total)
    copies = _exact(items)
    copies_of = {group[0]: group for group in copies}
    chosen = [group[0] for group in copies if items[group[0]].tokens >= _LEAST_TOKENS]
    near = _near(catalogue, items, signatures, chosen, cancel)
    groups = [_exact_group([items[i] for i in group]) for group in copies if len(group) > 1]
    for group in near:
        cancel.check()
        members = [items[i] for first in group for i in copies_of[first]]
        groups.append(_near_group(catalogue, members))
    groups.sort(key=lambda group: (group.kind != "exact", -len(group.files), group.files[0].path))
    return DuplicateReport(tuple(groups), len(items), time.perf_counter() - started)


def _examined(file: FileText) -> tuple[_Item, shingles.Signature]:
    stripped = "".join(file.text.split())
    digest = hashlib.blake2b(stripped.encode("utf-8", "surrogatepass"), digest_size=16).digest() if stripped else b""
    words = shingles.tokens(file.text)
    signature = shingles.signature(words) if len(words) else np.zeros(shingles.BINS, dtype=np.uint32)
    return _Item(replace(file, text=""), digest, len(words)), signature


def _exact(items: Sequence[_Item]) -> list[list[int]]:
    """Numbers of the items with the same bytes or the same text, each item in one group."""
    sets = DisjointSets(len(items))
    first: dict[Hashable, int] = {}
    for number, item in enumerate(items):
        for key in (item.text, item.file.sha256):
            if key:
                sets.join(number, first.setdefault(key, number))
    return sets.groups()


def _near(
    catalogue: Catalogue,
    items: Sequence[_Item],
    signatures: Sequence[shingles.Signature],
    chosen: Sequence[int],
    cancel: Cancellation,
) -> list[list[int]]:
    """Groups of two and more of the items numbered ``chosen``, no two of which have the same text."""
    if len(chosen) < 2:
        return []
    matrix = np.stack([signatures[i] for i in chosen])
    sets = DisjointSets(len(items))

    @lru_cache(maxsize=256)
    def tokens(number: int) -> shingles.Hashes:
        return shingles.tokens(catalogue.chunks.file_text(items[number].file.id))

    for left, right in _candidates(matrix):
        cancel.check()
        one, other = chosen[left], chosen[right]
        if sets.same(one, other) or not _can_be_near(items[one].tokens, items[other].tokens):
            continue
        if shingles.alike(tokens(one), tokens(other)) >= NEAR:
            sets.join(one, other)
    return [group for group in sets.groups() if len(group) > 1]


def _can_be_near(first: int, second: int) -> bool:
    return 2 * min(first, second) >= NEAR * (first + second)


def _candidates(matrix: NDArray[np.uint32]) -> Iterable[tuple[int, int]]:
    """Pairs of rows that share a band and whose signatures agree enough, in order."""
    keys = shingles.bands(matrix)
    pairs: list[NDArray[np.int64]] = []
    for band in range(shingles.BANDS):
        order = np.argsort(keys[:, band], kind="stable")
        row = keys[order, band]
        starts = np.flatnonzero(np.concatenate(([True], row[1:] != row[:-1])))
        ends = np.append(starts[1:], len(row))
        for start, end in zip(starts[ends - starts > 1], ends[ends - starts > 1], strict=True):
            pairs.append(_pairs(order[start:end]))
    if not pairs:
        return
    found = np.unique(np.concatenate(pairs), axis=0)
    for start in range(0, len(found), 4096):
        block = found[start : start + 4096]
        agree = (matrix[block[:, 0]] == matrix[block[:, 1]]).mean(axis=1)
        for left, right in block[agree >= _ESTIMATE]:
            yield int(left), int(right)


def _pairs(members: NDArray[np.intp]) -> NDArray[np.int64]:
    """Which members of one bucket to compare: all pairs of a few, of many each with its neighbour and the first."""
    if len(members) <= _ALL_PAIRS:
        first, second = np.triu_indices(len(members), 1)
        return np.stack([members[first], members[second]], axis=1).astype(np.int64)
    neighbours = np.stack([members[:-1], members[1:]], axis=1)
    star = np.stack([np.full(len(members) - 1, members[0]), members[1:]], axis=1)
    return np.concatenate([neighbours, star]).astype(np.int64)


# ---- groups as they are shown -----------------------------------------------------------------------------------------


def _newest_first(items: Sequence[_Item]) -> list[_Item]:
    return sorted(items, key=lambda item: (-item.file.mtime_ns, item.file.path))


def _exact_group(items: Sequence[_Item]) -> DuplicateGroup:
    ordered = _newest_first(items)
    return DuplicateGroup("exact", tuple(_file(item, 1.0, newest=item is ordered[0]) for item in ordered))


def _near_group(catalogue: Catalogue, items: Sequence[_Item]) -> DuplicateGroup:
    ordered = _newest_first(items)
    newest = shingles.tokens(catalogue.chunks.file_text(ordered[0].file.id))
    known: dict[bytes, float] = {ordered[0].text: 1.0}
    for item in ordered:
        if item.text not in known:
            alike = shingles.alike(newest, shingles.tokens(catalogue.chunks.file_text(item.file.id)))
            known[item.text] = min(alike, 0.999)  # only marks or case differ: still another text
    return DuplicateGroup("near", tuple(_file(item, known[item.text], newest=item is ordered[0]) for item in ordered))


def _file(item: _Item, similarity: float, *, newest: bool) -> DuplicateFile:
    return DuplicateFile(item.file.path, item.file.mtime_ns / 1e9, item.file.size, round(similarity, 3), newest)
