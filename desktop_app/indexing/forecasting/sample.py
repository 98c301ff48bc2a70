# SPDX-License-Identifier: Apache-2.0
"""The files that are read first: a sample of every kind for the forecast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from desktop_app.contract.document import SourceFile
from desktop_app.documents.process.registry import is_picture
from desktop_app.indexing.forecasting.rates import kind_of

_FEW = 12  # a run of no more files than that is its own sample
_LEAST, _MOST, _SHARE = 12, 48, 0.05
_LARGEST = 8 << 20  # bytes; a huge file would hold up the forecast, and smaller ones show what it costs
_A_FILE = 2_000  # bytes that opening a file counts as


def choose(files: Sequence[SourceFile]) -> list[int]:
    """Positions of the sample in ``files``, smallest file first: of every kind in proportion to its bytes, evenly over its sizes. Pictures,
    which are read last, are left out."""
    if len(files) <= _FEW:
        return []
    kinds = defaultdict[str, list[int]](list)
    for position, file in enumerate(files):
        if file.size <= _LARGEST and not is_picture(file.path):
            kinds[kind_of(file.path)].append(position)
    wanted = min(_MOST, max(_LEAST, round(_SHARE * len(files))))
    weight = {name: sum(files[n].size for n in members) + _A_FILE * len(members) for name, members in kinds.items()}
    largest = sorted(kinds, key=lambda name: -weight[name])[:wanted]
    whole = sum(weight[name] for name in largest)
    chosen = list[int]()
    for name in largest:
        members = sorted(kinds[name], key=lambda n: files[n].size)
        share = round(wanted * weight[name] / whole)
        count = max(1, min(len(members), share))
        chosen += [members[(2 * part + 1) * len(members) // (2 * count)] for part in range(count)]  # the middle of each part
    return sorted(chosen, key=lambda n: files[n].size)
