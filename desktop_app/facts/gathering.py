# SPDX-License-Identifier: Apache-2.0
"""What all files of a scope state: kept facts, and those of new files.

The first question after a change reads what is lacking, about 4 ms a contract, and keeps it; the next ones take what is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from desktop_app.contract.file_kinds import kind_of
from desktop_app.contract.ledger import Scope, StoredChunk
from desktop_app.facts import stating
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stated_fact import FileStatement, StatedFact

log = logging.getLogger(__name__)

_AT_ONCE = 50  # files kept in one transaction

Progress = Callable[[int, int], None]
"""Called with (files done, files to do); may raise ``Cancelled``, then what was read so far is kept."""


def statements(catalogue: Catalogue, scope: Scope, progress: Progress) -> list[FileStatement]:
    """What the files in ``scope`` state, by path. A table as a file states nothing: its rows do."""
    kept = catalogue.kept_facts
    lacking = kept.lacking(scope, stating.RULES)
    done = dict[tuple[int, bool], tuple[int, Sequence[StatedFact]]]()
    unkept = list[FileStatement]()
    try:
        for place, (file, path, hidden) in enumerate(lacking):
            progress(place, len(lacking))
            first, facts = _read(catalogue, file, path, hidden=hidden, table=kind_of(path) == "spreadsheet")
            done[file, hidden] = first, facts
            if len(done) >= _AT_ONCE:
                unkept += _keep(catalogue, done)
                done.clear()
    finally:
        unkept += _keep(catalogue, done)
    return sorted([*kept.all_in(scope, stating.RULES), *unkept], key=lambda one: one.path)


def _keep(catalogue: Catalogue, done: dict[tuple[int, bool], tuple[int, Sequence[StatedFact]]]) -> list[FileStatement]:
    """Keep what was read; where the disk is full or may not be written, give it back instead."""
    try:
        if done:
            catalogue.kept_facts.put(done, stating.RULES)
    except EnvironmentProblem as problem:
        log.warning("facts of %d files are not kept: %s", len(done), problem)
        records = [(catalogue.files.record(file), facts) for (file, _), (_, facts) in done.items() if facts]
        return [
            FileStatement(record.id, record.file.path, record.file.mtime_ns, record.file.sha256, tuple(facts))
            for record, facts in records
            if record is not None
        ]
    return []


def _read(catalogue: Catalogue, file: int, path: str, *, hidden: bool, table: bool) -> tuple[int, Sequence[StatedFact]]:
    """The number of the file's first chunk and its facts."""

    def seen(chunks: Sequence[StoredChunk]) -> list[StoredChunk]:
        return [chunk for chunk in chunks if hidden or not chunk.locator.hidden]

    first = catalogue.chunks.stretch(file, 0, 1)
    if not first or table:
        return (first[0].id if first else 0), ()
    begin = seen(first) or seen(catalogue.chunks.of_file(file))[:1]
    return first[0].id, stating.stated(path, begin, lambda: seen(catalogue.chunks.of_file(file)))
