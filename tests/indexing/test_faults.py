# SPDX-License-Identifier: Apache-2.0
"""The fault runs of ``tests/benchmarks/fault_runs.py`` in a short form: each kind of disturbance a few times."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.indexing import faults

SLOW = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals"),
]


LONG = [*SLOW, pytest.mark.heavy]


@pytest.mark.parametrize(
    ("rounds", "embedding", "then"),
    [
        pytest.param(2, "none", "", marks=SLOW, id="words only"),
        pytest.param(1, "light", "", marks=SLOW, id="bundled model"),
        pytest.param(2, "none", "light", marks=SLOW, id="changing the model"),
        pytest.param(6, "none", "", marks=LONG, id="words only, long"),
        pytest.param(3, "light", "", marks=LONG, id="bundled model, long"),
        pytest.param(4, "none", "light", marks=LONG, id="changing the model, long"),
    ],
)
def test_kills_of_the_whole_group(tmp_path: Path, rounds: int, embedding: str, then: str) -> None:
    assert faults.kills(tmp_path, rounds, embedding, 5, then=then) == ""


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")
def test_a_first_run_killed_at_its_end(tmp_path: Path) -> None:
    assert faults.killed_at_the_end(tmp_path, "light", 9) == ""


@pytest.mark.parametrize(
    ("rounds", "files"), [pytest.param(2, 32, marks=SLOW), pytest.param(30, 160, marks=LONG)], ids=["short", "long"]
)
def test_first_runs_killed_at_random(tmp_path: Path, rounds: int, files: int) -> None:
    assert faults.first_runs(tmp_path, rounds, "light", 8, files=files) == ""


@pytest.mark.parametrize(
    ("series", "rounds"),
    [
        *(pytest.param(series, 1, marks=SLOW) for series in ("full_disks", "unmounted", "clock_jumps")),
        pytest.param("full_disks", 4, marks=LONG),
        pytest.param("unmounted", 3, marks=LONG),
        pytest.param("clock_jumps", 2, marks=LONG),
    ],
)
def test_a_series_of(tmp_path: Path, series: str, rounds: int) -> None:
    try:
        assert getattr(faults, series)(tmp_path, rounds, "none", 6) == ""
    except faults.NoMountsError:
        pytest.skip("mounting is not permitted here")


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")
def test_two_programs_at_once(tmp_path: Path) -> None:
    assert faults.two_at_once(tmp_path, 7) == ""


def test_a_difference_would_be_seen(tmp_path: Path) -> None:
    """The comparison itself: one chunk less, one vector turned, another score is told."""
    import numpy as np

    one, other = (
        faults.Held(
            {"a": ("indexed",)}, [("a", 0, "text")], 1, {"text": np.array([1.0, 0.0])}, "m", {"q": [("a", "text", 0.5)]}
        )
        for _ in range(2)
    )
    assert one.differs_from(other) == ""
    other.chunks.append(("a", 1, "more"))
    assert one.differs_from(other) == "chunks"
    other.chunks.pop()
    other.vectors["text"] = np.array([0.9, 0.4])
    assert one.differs_from(other).startswith("vectors")
    other.vectors["text"] = np.array([1.0, 0.0])
    other.answers["q"] = [("a", "text", 0.5001)]
    assert one.differs_from(other).startswith("answers")


# Where the time of day is part of what is kept or told; everything that waits or measures takes ``time.monotonic``.
TIME_OF_DAY = {
    "engine/engine.py",  # how old a conversation may be by a policy
    "foundation/known_libraries.py",
    "library/conversation_store.py",
    "library/kept_searches.py",
    "library/maintenance/backup.py",
    "library/stores/source_store.py",
    "ui/search/filter_panel.py",
}


def test_nothing_waits_by_the_clock_on_the_wall() -> None:
    package = Path(__file__).resolve().parents[2] / "desktop_app"
    for file in sorted(package.rglob("*.py")):
        relative = file.relative_to(package).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "time":
                assert node.attr not in ("time", "time_ns") or relative in TIME_OF_DAY, f"{relative}: {ast.unparse(node)}"
