# SPDX-License-Identifier: Apache-2.0
"""Pruning: what the table names goes, licences and needed libraries stay."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from building import prune
from building.recipe import PYTHON, BuildError

from installer.made_trees import build_in, put


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "prune.toml"
    path.write_text(
        '[[entry]]\nwhy = "tests"\nfiles = ["packages/**/tests"]\n'
        '[[entry]]\nwhy = "tools"\nsystems = ["linux"]\nfiles = ["packages/one/*"]\nkeep = ["__init__.py", "*_core*"]\n',
        encoding="utf-8",
    )
    entries = prune.table(path)
    monkeypatch.setattr(prune, "table", lambda: entries)
    return path


@pytest.mark.usefixtures("table")
def test_what_is_named_goes_and_the_rest_stays(tmp_path: Path) -> None:
    build = build_in(tmp_path)
    for name in ("__init__.py", "the_core.py", "tool.py", "deep/tests/test_one.py"):
        put(build, f"packages/one/{name}")
    put(build, "packages/one-1.0.dist-info/licenses/tests/LICENSE")
    prune.prune(build)
    left = {path.relative_to(build.tree).as_posix() for path in build.tree.rglob("*") if path.is_file()}
    assert left == {"packages/one/__init__.py", "packages/one/the_core.py", "packages/one-1.0.dist-info/licenses/tests/LICENSE"}
    assert prune.removed(build) == [
        prune.Removed("packages/**/tests", "tests", 1, 5),
        prune.Removed("packages/one/*", "tools", 1, 5),
    ]
    assert not (build.packages / "one" / "deep").exists()
    prune.prune(build)  # again: nothing is left to remove, and what was noted stays
    assert [one.files for one in prune.removed(build)] == [1, 1]


@pytest.mark.usefixtures("table")
def test_a_line_that_matches_nothing_ends_the_build(tmp_path: Path) -> None:
    build = build_in(tmp_path)
    put(build, "packages/one/tool.py")
    with pytest.raises(BuildError, match=r"nothing matches packages/\*\*/tests"):
        prune.prune(build)


@pytest.mark.skipif(shutil.which("gcc") is None or shutil.which("objdump") is None, reason="needs gcc and objdump")
def test_a_library_that_another_one_needs_must_stay(tmp_path: Path) -> None:
    build = build_in(tmp_path)
    (tmp_path / "a.c").write_text("int a(void) { return 1; }", encoding="utf-8")
    (tmp_path / "b.c").write_text("int a(void); int b(void) { return a(); }", encoding="utf-8")
    lower, upper = build.packages / "liba.so", build.packages / "libb.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", str(lower), str(tmp_path / "a.c")], check=True)
    link = ["gcc", "-shared", "-fPIC", "-o", str(upper), str(tmp_path / "b.c"), f"-L{build.packages}", "-la"]
    subprocess.run(link, check=True)
    prune.check_libraries(build, {"liba.so", "libb.so"})
    lower.unlink()
    with pytest.raises(BuildError, match=r"packages/libb\.so needs liba\.so"):
        prune.check_libraries(build, {"liba.so", "libb.so"})


@pytest.mark.skipif(sys.platform != "linux", reason="a made-up Python for Linux")
def test_what_the_tree_s_python_cannot_import_ends_the_build(tmp_path: Path) -> None:
    build = build_in(tmp_path)
    python = put(
        build, f"runtime/bin/python{PYTHON}", '#!/bin/sh\ntest -f "$3" || exit 0\necho lxml: No module named lxml\nexit 1\n'
    )
    python.chmod(0o755)
    with pytest.raises(BuildError, match="lxml: No module named lxml"):
        prune.check_imports(build)


def test_every_entry_has_a_reason_and_names_a_place() -> None:
    entries = prune.table()
    assert all(entry.why and entry.files for entry in entries)
    assert all(glob.startswith(("packages/", "program/")) for entry in entries for glob in entry.files)
    assert {system for entry in entries for system in entry.systems} <= {"windows", "linux", "macos"}
