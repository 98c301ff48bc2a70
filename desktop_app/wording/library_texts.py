# SPDX-License-Identifier: Apache-2.0
"""What a check found in a library, and what a repair did, in words."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.contract.maintenance_process import Finding
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr_noop, translate, trn

DONE_CODES = ("kept_aside", "files_to_read_again", "sources_lost", "conversations_rescued")
"""Findings that say what a repair did, not what was wrong."""

_LONGEST = 300  # characters of a detail


def finding(found: Finding) -> str:
    """A sentence; the code itself where it is unknown."""
    if found.code in _COUNTED:
        return _COUNTED[found.code](found.count)
    text = translate(_PLAIN.get(found.code, "")) or found.code
    return text.format(detail=shown_name(" ".join(found.detail.split()), _LONGEST))


_PLAIN: dict[str, str] = {
    "facts_damaged": tr_noop("The file library.toml, which holds the name and the embedding model, cannot be read."),
    "catalogue_missing": tr_noop("There is no catalogue yet: nothing was read into this library."),
    "catalogue_damaged": tr_noop("The catalogue is damaged ({detail})."),
    "terms_damaged": tr_noop("The index of words is damaged."),
    "index_differs": tr_noop("The vector index does not hold what the catalogue does."),
    "conversations_damaged": tr_noop("The kept conversations are damaged ({detail})."),
    "kept_aside": tr_noop("The damaged file is kept as “{detail}”."),
    "sources_lost": tr_noop("Which folders were in the library is lost: add them again."),
}

_COUNTED: dict[str, Callable[[int], str]] = {
    "passages_without_file": lambda n: trn("{n} passage belongs to no file.", "{n} passages belong to no file.", n),
    "files_incomplete": lambda n: trn("The text of {n} file is not complete.", "The texts of {n} files are not complete.", n),
    "terms_missing": lambda n: trn("{n} passage is not found by its words.", "{n} passages are not found by their words.", n),
    "tables_without_file": lambda n: trn("{n} table belongs to no file.", "{n} tables belong to no file.", n),
    "rows_without_table": lambda n: trn("{n} row belongs to no table.", "{n} rows belong to no table.", n),
    "tables_incomplete": lambda n: trn("{n} table is not complete.", "{n} tables are not complete.", n),
    "vectors_damaged": lambda n: trn("{n} vector is damaged.", "{n} vectors are damaged.", n),
    "files_to_read_again": lambda n: trn(
        "{n} file is read again when reading goes on.", "{n} files are read again when reading goes on.", n
    ),
    "conversations_rescued": lambda n: trn("{n} conversation was rescued.", "{n} conversations were rescued.", n),
}
