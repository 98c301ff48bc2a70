# SPDX-License-Identifier: Apache-2.0
"""Planning, held against properties: each file has one outcome, unchanged ones are never read, none is lost by mistake."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.contract.document import SourceFile
from desktop_app.indexing.plan import ALL, CHANGED, GONE, NEW, OUTSIDE, PASSING, SKIP, LedgerComparison
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stores.below import is_below
from desktop_app.library.stores.file_store import FileRecord

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Plan:
    """``read``, ``skip``: files; ``remove``: ledger ids."""

    read: tuple[SourceFile, ...]
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
    """The comparison against a real catalogue that holds these records."""
    with tempfile.TemporaryDirectory() as place, closing(Catalogue(Path(place) / "catalogue.sqlite")) as catalogue:
        with catalogue.database.writing() as connection:
            connection.executemany(
                "INSERT INTO files (id, path, size, mtime_ns, state, reason, recipe, chunks) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(r.id, r.file.path, r.file.size, r.file.mtime_ns, r.state, r.reason, r.recipe, r.chunks) for r in records],
            )
        found = [(path, file.size, file.mtime_ns, skip.get(path, ""), "") for path, file in sorted(files.items())]
        known = catalogue.planning.rows("/资料", recipe=recipe, outside=OUTSIDE, passing=PASSING)
        comparison = LedgerComparison()
        steps = list(comparison.differences(found, known, list(closed), retry))
    return Plan(
        tuple(SourceFile(*item[:3]) for kind, item, _ in steps if item is not None and kind in (NEW, CHANGED)),
        tuple((SourceFile(*item[:3]), item[3]) for kind, item, _ in steps if item is not None and kind == SKIP),
        tuple(row[3] for kind, _, row in steps if kind == GONE),
        comparison.unchanged,
    )


RECIPE = "2:模型:254"
FOLDERS = ("/资料", "/资料/合同", "/资料/合同 2", "/资料/合同/旧")
PATHS = [f"{folder}/{name}.txt" for folder in FOLDERS for name in "甲乙丙"]
SKIPS = ("hidden", "temporary", "empty", "unreadable")

files = st.dictionaries(st.sampled_from(PATHS), st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=len(PATHS)).map(
    lambda found: {path: SourceFile(path, size, time) for path, (size, time) in found.items()}
)


@st.composite
def ledgers(draw: st.DrawFn) -> list[FileRecord]:
    records = []
    for number, path in enumerate(draw(st.lists(st.sampled_from(PATHS), unique=True)), start=1):
        state, reason = draw(
            st.sampled_from(
                [
                    ("indexed", ""),
                    ("partial", "partly_read"),
                    ("partial", "timed_out"),
                    ("failed", "damaged"),
                    ("failed", "crashed"),
                    ("skipped", "empty"),
                    ("skipped", "hidden"),
                    ("skipped", "unknown_format"),
                    ("pending", ""),
                    ("offline", "offline"),
                ]
            )
        )
        file = SourceFile(path, draw(st.integers(0, 3)), draw(st.integers(0, 3)), "ab")
        recipe = draw(st.sampled_from([RECIPE, "1:none:254"]))
        records.append(FileRecord(number, file, state, reason, recipe, 1 if state in ("indexed", "partial") else 0))
    return records


@st.composite
def situations(draw: st.DrawFn) -> tuple[dict[str, SourceFile], dict[str, str], list[str], list[FileRecord]]:
    closed = draw(st.lists(st.sampled_from(FOLDERS[1:]), unique=True, max_size=2))
    # In a closed folder nothing is seen.
    seen = {path: file for path, file in draw(files).items() if not any(is_below(path, folder) for folder in closed)}
    skip = draw(st.dictionaries(st.sampled_from(sorted(seen)), st.sampled_from(SKIPS))) if seen else {}
    return seen, skip, closed, draw(ledgers())


def plan_of(situation: tuple[dict[str, SourceFile], dict[str, str], list[str], list[FileRecord]], **options: object) -> Plan:
    seen, skip, closed, records = situation
    return make_plan(seen, skip, closed, records, recipe=RECIPE, **options)  # type: ignore[arg-type]


@given(situations())
def test_every_file_has_exactly_one_outcome(
    situation: tuple[dict[str, SourceFile], dict[str, str], list[str], list[FileRecord]],
) -> None:
    plan = plan_of(situation)
    seen, _, _, records = situation
    read = [file.path for file in plan.read]
    skipped = [file.path for file, _ in plan.skip]
    assert len(read) == len(set(read))
    assert not set(read) & set(skipped)
    assert len(read) + len(skipped) + plan.unchanged == len(seen)
    assert set(read) | set(skipped) <= set(seen)
    assert len(plan.remove) == len(set(plan.remove))
    assert set(plan.remove) <= {record.id for record in records}


@given(situations())
def test_only_what_is_gone_from_an_open_folder_is_removed(
    situation: tuple[dict[str, SourceFile], dict[str, str], list[str], list[FileRecord]],
) -> None:
    seen, _, closed, records = situation
    gone = {
        record.id
        for record in records
        if record.file.path not in seen and not any(record.file.path.startswith(folder + "/") for folder in closed)
    }
    assert set(plan_of(situation).remove) == gone


@given(situations())
def test_unchanged_files_are_never_read(
    situation: tuple[dict[str, SourceFile], dict[str, str], list[str], list[FileRecord]],
) -> None:
    settled = {
        record.file.path: record
        for record in situation[3]
        if record.recipe == RECIPE
        and (record.state, record.reason)
        in {
            ("indexed", ""),
            ("partial", "partly_read"),
            ("failed", "damaged"),
            ("skipped", "empty"),
            ("skipped", "unknown_format"),
        }
    }
    for file in plan_of(situation).read:
        record = settled.get(file.path)
        assert record is None or (record.file.size, record.file.mtime_ns) != (file.size, file.mtime_ns)


@given(situations())
def test_changed_new_and_unfinished_files_are_always_read(
    situation: tuple[dict[str, SourceFile], dict[str, str], list[str], list[FileRecord]],
) -> None:
    seen, skip, _, records = situation
    known = {record.file.path: record for record in records}
    read = {one.path for one in plan_of(situation).read}
    for path, file in seen.items():
        record = known.get(path)
        unfinished = record is None or record.state in ("pending", "offline") or record.recipe != RECIPE
        changed = record is not None and (record.file.size, record.file.mtime_ns) != (file.size, file.mtime_ns)
        if path not in skip and (unfinished or changed):
            assert path in read


@given(situations())
def test_a_second_plan_after_the_work_has_nothing_to_do(
    situation: tuple[dict[str, SourceFile], dict[str, str], list[str], list[FileRecord]],
) -> None:
    seen, skip, closed, records = situation
    plan = plan_of(situation)
    after = {record.file.path: record for record in records if record.id not in plan.remove}
    for number, file in enumerate(plan.read, start=100):
        after[file.path] = FileRecord(number, file, "indexed", "", RECIPE, 1)
    for number, (file, reason) in enumerate(plan.skip, start=200):
        state = "failed" if reason == "unreadable" else "skipped"
        after[file.path] = FileRecord(number, file, state, reason, RECIPE, 0)
    again = make_plan(seen, skip, closed, after.values(), recipe=RECIPE)
    assert (again.read, again.skip, again.remove, again.unchanged) == ((), (), (), len(seen))


@given(situations())
def test_retry_reads_all_that_had_trouble_and_nothing_more(
    situation: tuple[dict[str, SourceFile], dict[str, str], list[str], list[FileRecord]],
) -> None:
    seen, skip, _, records = situation
    plain = {file.path for file in plan_of(situation).read}
    troubled = {record.file.path for record in records if record.state in ("failed", "partial")}
    assert {file.path for file in plan_of(situation, retry=[ALL]).read} == plain | (troubled & set(seen) - set(skip))
    for path in troubled & set(seen) - set(skip):
        assert {file.path for file in plan_of(situation, retry=[path]).read} == plain | {path}


def test_an_unchanged_failure_is_read_again_when_it_is_asked_for() -> None:
    """Plainly, because a drawn situation seldom holds a failure whose file has the same size and time."""
    file = SourceFile("/资料/甲.txt", 5, 5)
    for state, reason in (("failed", "damaged"), ("partial", "partly_read")):
        record = FileRecord(1, file, state, reason, RECIPE, 0)
        read = {
            name: make_plan({file.path: file}, {}, [], [record], recipe=RECIPE, retry=retry).read
            for name, retry in {"none": [], "all": [ALL], "this": [file.path], "another": ["/资料/乙.txt"]}.items()
        }
        assert read == {"none": (), "all": (file,), "this": (file,), "another": ()}


def test_a_file_that_is_no_longer_hidden_is_read() -> None:
    """On Windows "hidden" is an attribute: taking it off changes neither the size nor the time."""
    file = SourceFile("/资料/甲.txt", 5, 5)
    record = FileRecord(1, file, "skipped", "hidden", RECIPE, 0)
    assert make_plan({file.path: file}, {}, [], [record], recipe=RECIPE).read == (file,)
    assert make_plan({file.path: file}, {file.path: "hidden"}, [], [record], recipe=RECIPE).unchanged == 1


def test_a_failure_that_may_pass_is_tried_again_and_damage_is_not() -> None:
    file = SourceFile("/资料/甲.txt", 5, 5)
    for state, reason, read in (
        ("failed", "timed_out", 1),
        ("failed", "unreadable", 1),
        ("partial", "crashed", 1),
        ("failed", "damaged", 0),
        ("failed", "password", 0),
    ):
        record = FileRecord(1, file, state, reason, RECIPE, 0)
        assert len(make_plan({file.path: file}, {}, [], [record], recipe=RECIPE).read) == read, reason
