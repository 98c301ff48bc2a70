# SPDX-License-Identifier: Apache-2.0
"""Which files are read first, so that soon after the start the rest can be told: a few of each kind and size."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

from desktop_app.contract.document import SourceFile
from desktop_app.documents.process.registry import is_picture
from desktop_app.indexing.forecasting.rates import kind_of

_FEW = 12  # a run of no more files than that is its own sample
_LEAST, _MOST, _SHARE = 12, 48, 0.05
# A huge file would hold up the forecast; what it costs is told by its smaller likes.
_LARGEST = 8 << 20


Stratum = tuple[str, int]
Any = TypeVar("Any")


def stratum(file: SourceFile) -> Stratum:
    """Kind and size class: each class is four times the one below."""
    return kind_of(file.path, ocr=is_picture(file.path)), size_class(file.size)


def size_class(size: int) -> int:
    return max(0, int(math.log2(size / 1024)) // 2 + 1) if size >= 1024 else 0


def choose(files: Sequence[SourceFile]) -> list[int]:
    """Positions of the sample in ``files``: every kind and size in proportion to its bytes, the largest share first.

    A picture or scan takes as long as a hundred texts: of them one, the smallest of the middle ones.
    """
    if len(files) <= _FEW:
        return []
    groups: dict[Stratum, list[int]] = defaultdict(list)
    for position, file in enumerate(files):
        if file.size <= _LARGEST:
            groups[stratum(file)].append(position)
    if not groups:
        return []
    wanted = min(_MOST, max(_LEAST, round(_SHARE * len(files))))
    weight = {name: sum(files[n].size for n in members) + 2_000 * len(members) for name, members in groups.items()}
    order = sorted(groups, key=lambda name: -weight[name])[:wanted]
    whole = sum(weight[name] for name in order)
    chosen: list[int] = []
    for name in order:
        members = sorted(groups[name], key=lambda n: files[n].size)
        count = 1 if name[0].startswith("ocr:") else max(1, min(len(members), round(wanted * weight[name] / whole)))
        # The middle of each of ``count`` equal parts.
        chosen += [members[(2 * part + 1) * len(members) // (2 * count)] for part in range(count)]
    # The smallest first: something can be asked about soon.
    return sorted(dict.fromkeys(chosen), key=lambda n: files[n].size)


def ahead(jobs: Sequence[Any], first: Sequence[int]) -> list[Any]:
    """``jobs`` with those at ``first`` before all others, which stay in their order."""
    chosen = set(first)
    return [*(jobs[n] for n in first), *(job for n, job in enumerate(jobs) if n not in chosen)]
