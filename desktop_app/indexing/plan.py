"""What an indexing run has to do: a pure comparison of what lies on the disk with what the ledger knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from desktop_app.documents.model import SourceFile
from desktop_app.library.catalogue import FileRecord, is_below

# Reasons not to open a file that lie outside it: without them it is read, although it has not changed.
_OUTSIDE = frozenset({"hidden", "temporary"})
# Failures that may pass without the file changing: another program had it open, the PC was too busy.
_PASSING = frozenset({"unreadable", "timed_out", "crashed"})
ALL = "*"


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read. ``known`` is its ledger row when it has one: same content (by hash) and recipe need no reading after all."""

    file: SourceFile
    known: FileRecord | None


@dataclass(frozen=True, slots=True)
class Plan:
    """``skip`` are files that get a ledger row without being opened: (file, reason). ``remove`` are ledger ids."""

    read: tuple[Job, ...]
    skip: tuple[tuple[SourceFile, str], ...]
    remove: tuple[int, ...]
    unchanged: int


def make_plan(
    files: Mapping[str, SourceFile],
    skip: Mapping[str, str],
    closed: Iterable[str],
    records: Iterable[FileRecord],
    *,
    recipe: str,
    retry: Collection[str] = (),
) -> Plan:
    """Compare.

    ``files``: everything seen, by path; ``skip``: those that are not opened, with the reason; ``closed``: folders that could not
    be listed (their files are kept); ``recipe``: how files are split and embedded now; ``retry``: paths whose failure is tried
    again, or "*" for all.
    """
    closed = tuple(closed)
    known = {record.file.path: record for record in records}
    read, skipped, unchanged = list[Job](), list[tuple[SourceFile, str]](), 0
    for path, file in files.items():
        record = known.get(path)
        if path in skip:
            # Chunks of an earlier reading stay when the file only cannot be looked at now.
            if record is None or record.reason != skip[path]:
                skipped.append((file, skip[path]))
            else:
                unchanged += 1
        elif record is None or _must_read(record, file, recipe, retry):
            read.append(Job(file, record))
        else:
            unchanged += 1
    gone = [
        record.id
        for path, record in known.items()
        if path not in files and not any(is_below(path, folder) for folder in closed)
    ]
    return Plan(tuple(read), tuple(skipped), tuple(gone), unchanged)


def _must_read(record: FileRecord, file: SourceFile, recipe: str, retry: Collection[str]) -> bool:
    if record.state in ("pending", "offline") or record.reason in _OUTSIDE:
        return True
    if (record.file.size, record.file.mtime_ns) != (file.size, file.mtime_ns):
        return True
    if record.recipe != recipe:
        return True
    troubled = record.state in ("failed", "partial")
    return troubled and (ALL in retry or file.path in retry or record.reason in _PASSING)
