# SPDX-License-Identifier: Apache-2.0
"""Remembers disks and shares mounted below a picked folder.

One that is away must not be taken for an emptied folder.

Seen on POSIX systems only: on Windows a listing does not name the volume of a file, and a share or disk there has a letter of its own.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable

import msgspec

from desktop_app.indexing import sources
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stores.below import is_below

_META = "mounts"


def remembered(catalogue: Catalogue, root: str) -> set[str]:
    """The places at or below ``root`` where something was mounted when they were last seen, and of which files are known."""
    return {place for place in _all(catalogue) if _belongs(place, root) and catalogue.sources.was_folder(place)}


def remember(catalogue: Catalogue, root: str, places: Collection[str]) -> None:
    """What is mounted at or below ``root``, in place of what was known about it."""
    known = _all(catalogue)
    now = {place for place in known if not _belongs(place, root)} | set(places)
    if now != known:
        catalogue.meta.put(_META, msgspec.json.encode(sorted(now)).decode())


def shows_another_disk(place: str) -> bool:
    """Whether something is mounted at ``place`` now."""
    return sources.device(place) not in (0, sources.device(os.path.dirname(place)))


def out_of_reach(catalogue: Catalogue, missing: Iterable[str]) -> set[str]:
    """Of files that are not at their places those that need not be gone: the ledger has them as offline, or their source or a disk mounted
    below it is away now."""
    roots = catalogue.sources.paths()
    found = set()
    for path in missing:
        root = next((root for root in roots if _belongs(path, root)), "")
        listed = any(record.state == "offline" for record in catalogue.files.records(path))
        if listed or (root and _is_away(catalogue, path, root)):
            found.add(path)
    return found


def _is_away(catalogue: Catalogue, path: str, root: str) -> bool:
    was_folder, was_device = catalogue.sources.was_folder(root), catalogue.sources.device(root)
    if not sources.reachable(root, was_folder=was_folder, was_device=was_device, saw_files=False):
        return True
    return any(_belongs(path, place) and not shows_another_disk(place) for place in remembered(catalogue, root))


def above(file: str, root: str) -> list[str]:
    """Where something is mounted between a file and its ``root``, which is left out."""
    found, folder = [], os.path.dirname(file)
    while is_below(folder, root):
        if shows_another_disk(folder):
            found.append(folder)
        folder = os.path.dirname(folder)
    return found


def _belongs(place: str, root: str) -> bool:
    return place == root or is_below(place, root)


def _all(catalogue: Catalogue) -> set[str]:
    try:
        return msgspec.json.decode(catalogue.meta.get(_META) or "[]", type=set[str])
    except msgspec.MsgspecError:
        return set()
