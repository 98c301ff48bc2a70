# SPDX-License-Identifier: Apache-2.0
"""Finds files and folders of a library by parts of their names.

For whoever types "@" in a question, and for the files on a search page. Each key is a search, so that the names are kept in memory, folded,
for "@" with their pinyin initials. Measured with 100,000 files on two busy cores: 1.2 to 1.5 s for the first search, 0.7 s more for the first
"@", 57 MB in all; then 0.02 to 0.07 s for an "@", 0.14 to 0.2 s for the files of a search page; 0.7 s after files were written.
While files are read the names are at most five seconds old, and what is gone by then is left out.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from desktop_app.analysis.folding import fold
from desktop_app.analysis.pinyin import initials
from desktop_app.contract.ledger import EVERYWHERE, NamedPath, Scope
from desktop_app.contract.search_page import NamedFile
from desktop_app.library.catalogue import Catalogue

_OLDEST_SECONDS = 5.0
_RECENT = "SELECT path FROM files ORDER BY mtime_ns DESC LIMIT ?"


@dataclass(frozen=True)
class _Names:
    """Paths, folders first, with their names as they are compared; ``counts``: files below each folder."""

    generation: int
    made: float
    paths: list[str]
    names: list[str]
    counts: Counter[str]

    @cached_property
    def initials(self) -> list[str]:
        return initials("/".join(self.names)).split("/")

    @cached_property
    def whole(self) -> list[str]:
        """The folders above, and the name."""
        folders = [os.path.dirname(path) for path in self.paths]
        folded = {folder: fold(folder) for folder in set(folders)}
        return [f"{folded[folder]}/{name}" for folder, name in zip(folders, self.names, strict=True)]


class NameSearch:
    """One for a library; may be asked by several threads."""

    def __init__(self, catalogue: Catalogue, now: Callable[[], float] = time.monotonic) -> None:
        self._catalogue = catalogue
        self._now = now
        self._guard = threading.Lock()
        self._kept: _Names | None = None

    def find(self, text: str, limit: int) -> list[NamedPath]:
        """The best ``limit`` folders and files whose names hold every part of ``text``; with "" the files that were changed last."""
        parts = fold(text).split()
        if not parts:
            rows = self._catalogue.database.connection().execute(_RECENT, (limit,)).fetchall()
            return self._described([row[0] for row in rows], Counter())
        names = self._names()
        return self._described(_best(names, parts, 2 * limit), names.counts)[:limit]

    def files(self, text: str, limit: int, scope: Scope = EVERYWHERE) -> list[NamedFile]:
        """The best ``limit`` files of a scope whose own names hold every part of ``text``, also those without text: first the names that
        are nothing else, then those that begin with it, short names before long ones."""
        parts = fold(text).split()
        if not parts:
            return []
        names, asked = self._names(), " ".join(parts)

        def order(place: int) -> tuple[bool, bool, int, str]:
            name = names.names[place]
            begins = name.startswith(asked)
            exact = begins and asked in (name, os.path.splitext(name)[0])
            return not exact, not begins, len(name), names.paths[place]

        places = [place for place in _holding(names.names, parts) if place >= len(names.counts)]
        paths = [names.paths[place] for place in sorted(places, key=order)]
        return self._catalogue.file_facts.named(paths, limit, scope)

    def _described(self, paths: Sequence[str], counts: Counter[str]) -> list[NamedPath]:
        """What is known of each; files that are gone are left out."""
        places = ", ".join("?" * len(paths))
        query = f"SELECT path, state FROM files WHERE path IN ({places})"
        states = dict(self._catalogue.database.connection().execute(query, list(paths)).fetchall())
        found = []
        for path in paths:
            if path in states:
                found.append(NamedPath(path, "file", states[path], 1))
            elif counts[path]:
                found.append(NamedPath(path, "folder", "", counts[path]))
        return found

    def _names(self) -> _Names:
        with self._guard:
            kept = self._kept
            generation = self._catalogue.database.generation
            if kept is None or (kept.generation != generation and self._now() - kept.made >= _OLDEST_SECONDS):
                kept = self._kept = self._read(generation, kept)
            return kept

    def _read(self, generation: int, before: _Names | None) -> _Names:
        files = [row[0] for row in self._catalogue.database.connection().execute("SELECT path FROM files ORDER BY path")]
        counts = _folders(files, self._catalogue.sources.paths())
        paths = [*sorted(counts), *files]
        known = dict(zip(before.paths, before.names, strict=True)) if before else {}
        new = [path for path in paths if path not in known]
        known.update(zip(new, _folded([os.path.basename(path) for path in new]), strict=True))
        return _Names(generation, self._now(), paths, [known[path] for path in paths], counts)


def _folded(names: Sequence[str]) -> list[str]:
    """All in one text, which takes a quarter of the time; one by one where a name holds what folds to the mark between them."""
    folded = fold("/".join(names)).split("/")
    return folded if len(folded) == len(names) else [fold(name).replace("/", " ") for name in names]


def _folders(files: Sequence[str], sources: Sequence[str]) -> Counter[str]:
    """The folders at or below the sources, with the number of files in each and below it."""
    tops = set(sources)
    within = Counter(os.path.dirname(path) for path in files)
    counts: Counter[str] = Counter()
    for folder, number in within.items():
        above, ways = folder, list[str]()
        while True:
            ways.append(above)
            if above in tops:
                for one in ways:
                    counts[one] += number
                break
            parent = os.path.dirname(above)
            if parent == above:  # of a file that was added by itself
                break
            above = parent
    return counts


def _best(names: _Names, parts: Sequence[str], limit: int) -> list[str]:
    """Places by how well they fit: name, then initials, then the folders above; each beginning before middle."""
    taken: dict[int, tuple[int, int, int]] = {}
    looks = (names.names, names.initials, names.whole) if "".join(parts).isascii() else (names.names, names.whole)
    for rank, texts in enumerate(looks):
        for place in _holding(texts, parts):
            if place not in taken:
                text = texts[place]
                taken[place] = (2 * rank + (not text.startswith(parts[0])), len(names.names[place]), place)
        if len(taken) >= limit:
            break
    return [names.paths[place] for place in sorted(taken, key=taken.__getitem__)[:limit]]


def _holding(texts: Sequence[str], parts: Sequence[str]) -> list[int]:
    first, *others = parts
    found = [place for place, text in enumerate(texts) if first in text]
    for part in others:
        found = [place for place in found if part in texts[place]]
    return found
