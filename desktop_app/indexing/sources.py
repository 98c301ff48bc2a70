"""Picked paths: checked when they are added, and looked at before each run: is the folder there, is it the same disk?"""

from __future__ import annotations

import os

from desktop_app.foundation.errors import UsageProblem
from desktop_app.library.catalogue import Catalogue


def add(catalogue: Catalogue, path: str) -> str:
    """Remember a picked folder or file; returns its absolute path.

    Raises ``UsageProblem``: path_missing, path_unsupported, folder_unreadable, folder_empty.
    """
    path = os.path.abspath(os.path.expanduser(path))
    if path in catalogue.source_paths():
        return path
    if os.path.isdir(path):
        try:
            with os.scandir(path) as entries:
                empty = next(entries, None) is None
        except OSError as error:
            raise UsageProblem("folder_unreadable", path=path) from error
        if empty:
            raise UsageProblem("folder_empty", path=path)
        kind = "folder"
    elif os.path.isfile(path):
        kind = "file"
    elif os.path.lexists(path):
        raise UsageProblem("path_unsupported", path=path)
    else:
        raise UsageProblem("path_missing", path=path)
    catalogue.add_source(path, kind, device(path))
    return path


def device(path: str) -> int:
    """The id of the file system that holds ``path``; 0 when it cannot be asked."""
    try:
        # SQLite keeps 64 bits with a sign; Windows' volume numbers may use all of them.
        return os.stat(path).st_dev & 0x7FFF_FFFF_FFFF_FFFF
    except OSError:
        return 0


def reachable(path: str, *, was_device: int, saw_files: bool) -> bool:
    """Whether the files of a source can be looked at now. Unreachable is offline, never removed.

    A late drive has no path at all; a disk that is not mounted may leave an empty folder behind, which then lies on another file
    system than before. A single picked file is gone, not offline, while its folder is there.
    """
    if os.path.isdir(path):
        return saw_files or was_device in (0, device(path))
    if os.path.lexists(path):
        return True
    return os.path.isdir(os.path.dirname(path)) and not _was_folder(path)


def _was_folder(path: str) -> bool:
    """A picked path that no longer exists: a name without a suffix is taken for a folder."""
    return not os.path.splitext(path)[1]
