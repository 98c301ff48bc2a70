# SPDX-License-Identifier: Apache-2.0
"""Picked paths: checked when added, and whether they can be reached."""

from __future__ import annotations

import os
from collections.abc import Sequence

from desktop_app.foundation import windows_paths
from desktop_app.foundation.errors import UsageProblem
from desktop_app.foundation.policy import policy_limits
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stores.below import is_below


def add(catalogue: Catalogue, paths: Sequence[str]) -> list[str]:
    """Remember picked folders and files; returns their absolute paths. All are checked before the first is added.

    Raises ``UsageProblem``: path_missing, path_unsupported, path_is_model, folder_unreadable, folder_empty, source_not_allowed.
    """
    absolute = [windows_paths.absolute(os.path.expanduser(path)) for path in paths]
    for path in absolute:
        policy_limits.check_document(path)
    known = catalogue.sources.paths()
    kinds = {path: _kind(path) for path in absolute if path not in known}
    for path, kind in kinds.items():
        catalogue.sources.add(path, kind, device(path))
    return absolute


def _kind(path: str) -> str:
    place = windows_paths.extended(path)
    if os.path.isdir(place):
        try:
            with os.scandir(place) as entries:
                empty = next(entries, None) is None
        except OSError as error:
            raise UsageProblem("folder_unreadable", path=path) from error
        if empty:
            raise UsageProblem("folder_empty", path=path)
        return "folder"
    if os.path.isfile(place):
        if path.lower().endswith(".gguf"):
            raise UsageProblem("path_is_model", path=path)
        return "file"
    raise UsageProblem("path_unsupported" if os.path.lexists(place) else "path_missing", path=path)


def device(path: str) -> int:
    """The id of the file system that holds ``path``; 0 when it cannot be asked."""
    try:
        # SQLite keeps 64 bits with a sign; Windows' volume numbers may use all of them.
        return os.stat(windows_paths.extended(path)).st_dev & 0x7FFF_FFFF_FFFF_FFFF
    except OSError:
        return 0


def reachable(path: str, *, was_folder: bool, was_device: int, saw_files: bool) -> bool:
    """Whether the files of a source can be looked at now. Unreachable is offline, never removed.

    A late drive has no path at all; a disk that is not mounted may leave an empty folder behind, which then lies on another file
    system than before. ``saw_files`` are files worth reading: systems leave hidden ones in such a folder. A single picked file is
    gone, not offline, while its folder is there.
    """
    place = windows_paths.extended(path)
    if os.path.isdir(place):
        return saw_files or was_device in (0, device(path))
    if os.path.lexists(place):
        return True
    return not was_folder and os.path.isdir(os.path.dirname(place))


def outermost(roots: Sequence[str]) -> list[str]:
    """The roots without repetitions and without those inside another one: each file is looked at once."""
    kept = dict.fromkeys(roots)
    return [root for root in kept if not any(is_below(root, other) for other in kept)]
