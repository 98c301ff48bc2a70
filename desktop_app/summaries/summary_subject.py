# SPDX-License-Identifier: Apache-2.0
"""Finds the file or folder that a request for a summary names.

The name as it is written, with or without its ending, goes before one that only holds its words; of equals the file that was changed last is
taken, and the others are named. What is not called by name is the scope of the question, or the file of the last answer.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop_app.analysis.folding import fold
from desktop_app.contract.ledger import Scope
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.name_search import NameSearch
from desktop_app.library.stores.below import is_below
from desktop_app.summaries.summary_request import SummaryRequest

_LOOKED_AT = 200  # names
_LEAST_SHARE = 0.3  # of a file's name that is said: "the contract" is none of 200 that are called contract-something
_FEWEST = {True: 3, False: 2}  # characters of a name that is a part of one: in Latin letters, in Chinese
_BETWEEN = re.compile(r"[\s_\-–—.,()（）\[\]【】《》]+")
_SMALL_WORDS = frozenset("the a an of for with and in on our my from to".split())


@dataclass(frozen=True, slots=True)
class SummarySubject:
    """``files``: one, or those of a ``folder`` in the order of their paths. ``others``: files or folders that may be meant as well."""

    files: tuple[str, ...]
    folder: str = ""
    others: tuple[str, ...] = ()


def find(
    catalogue: Catalogue, names: NameSearch, request: SummaryRequest, scope: Scope, last: str = ""
) -> SummarySubject | None:
    """What ``request`` means within ``scope``; None where nothing is called so, or nothing of it can be read. ``last``: the file of the
    answer before, "" for none."""
    if request.name:
        return _named(catalogue, names, request, scope)
    if len(scope.below) != 1 and last and request.kind != "folder":
        return SummarySubject((last,))
    return _in_sight(catalogue, request, scope)


def _in_sight(catalogue: Catalogue, request: SummaryRequest, scope: Scope) -> SummarySubject | None:
    """The scope: its file, or its folder; the whole library only where a folder is asked for and it is made of one."""
    below = scope.below or (tuple(catalogue.sources.paths()) if request.kind == "folder" else ())
    files = catalogue.lookup.searchable_paths(replace(scope, below=below))
    if len(below) != 1 or not files:
        return None
    if files == (below[0],):
        return SummarySubject(files)
    return SummarySubject(files, below[0]) if request.kind != "file" else None


def _named(catalogue: Catalogue, names: NameSearch, request: SummaryRequest, scope: Scope) -> SummarySubject | None:
    asked = _plain(request.name)
    parts = [part for part in asked.split() if part not in _SMALL_WORDS]
    if not parts:
        return None
    found = list[tuple[tuple[int, int, float], str, str]]()
    for one in names.find(" ".join(parts), _LOOKED_AT):
        if (
            request.kind in ("", one.kind)
            and (rank := _rank(fold(os.path.basename(one.path)), asked, parts, exact=request.exact)) is not None
        ):
            changed = 0.0 if one.kind == "folder" else catalogue.file_facts.named([one.path], 1)[0].modified
            found.append(((rank, one.kind == "folder", -changed), one.path, one.kind))
    found.sort()
    reachable = list[SummarySubject]()
    for _, path, kind in found:
        files = catalogue.lookup.searchable_paths(_within(scope, path))
        if files:
            reachable.append(SummarySubject(files, path if kind == "folder" else ""))
    if not reachable:
        return None
    first, ranks = reachable[0], {path: key[0] for key, path, _ in found}
    others = tuple(_path(one) for one in reachable[1:] if ranks[_path(one)] == ranks[_path(first)])
    return replace(first, others=others)


def _path(subject: SummarySubject) -> str:
    return subject.folder or subject.files[0]


def _rank(name: str, asked: str, parts: Sequence[str], *, exact: bool) -> int | None:
    """0: the whole name; 1: the name without its ending; 2: all that is said stands in it, and is much of it."""
    stem = _plain(os.path.splitext(name)[0])
    if asked == _plain(name):
        return 0
    if asked == stem or stem == " ".join(parts):
        return 1
    said = sum(map(len, parts))
    if exact or said < _FEWEST[asked.isascii()] or not all(part in _plain(name) for part in parts):
        return None
    return 2 if said >= _LEAST_SHARE * len(stem.replace(" ", "")) else None


def _plain(name: str) -> str:
    return _BETWEEN.sub(" ", name).strip()


def _within(scope: Scope, path: str) -> Scope:
    """``scope`` narrowed to a path; as it is where the path holds all of it."""
    if not scope.below or any(path == one or is_below(path, one) for one in scope.below):
        return replace(scope, below=(path,))
    inside = tuple(one for one in scope.below if is_below(one, path))
    return replace(scope, below=inside or ("\0",))
