# SPDX-License-Identifier: Apache-2.0
"""The start script of Linux starts our Python alone, from anywhere, and tells a PC that will not do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from building import glibc, launcher_linux, runtime_linux
from building.recipe import Build, BuildError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a start script of Linux")


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A tree whose Python is a script that prints what it was started with."""
    build = Build("linux", light=False, version="0.1.0", epoch=0, work=tmp_path / "带 空格", out=tmp_path, cache=tmp_path)
    python = build.runtime / "bin" / "python3.11"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$0"; for each; do echo "$each"; done; env\n', encoding="utf-8")
    python.chmod(0o755)
    return build


def started(program: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)


def test_a_link_elsewhere_starts_our_python_apart_from_others(build: Build, tmp_path: Path) -> None:
    launcher_linux.add(build)
    link = tmp_path / "inkstone"
    link.symlink_to(build.tree / "bin" / "inkstone")
    done = started(
        link, "ask", "怎么 请假？", LD_LIBRARY_PATH="/foreign", QT_PLUGIN_PATH="/foreign", PYTHONEXECUTABLE="/foreign"
    )
    python = str(build.runtime / "bin" / "python3.11")
    assert done.stdout.splitlines()[:6] == [python, "-I", "-m", "desktop_app", "ask", "怎么 请假？"]
    assert "/foreign" not in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(("language", "sentence"), [("zh_CN.UTF-8", "需要 glibc 2.99"), ("en_US.UTF-8", "needs glibc 2.99")])
def test_an_older_glibc_is_told_before_python_starts(build: Build, language: str, sentence: str) -> None:
    (build.tree / "lib.so").write_bytes(b"\x7fELF\0GLIBC_2.4\0GLIBC_2.99\0GLIBC_2.9\0")
    launcher_linux.add(build)
    done = started(build.tree / "bin" / "inkstone", LANG=language)
    assert done.returncode == 3
    assert done.stdout == ""
    assert sentence in done.stderr


@pytest.mark.parametrize(("language", "sentence"), [("zh_CN.UTF-8", "不完整"), ("en_US.UTF-8", "is not complete")])
def test_an_archive_cut_short_is_told(build: Build, language: str, sentence: str) -> None:
    launcher_linux.add(build)
    (build.runtime / "bin" / "python3.11").unlink()
    done = started(build.tree / "bin" / "inkstone", LANG=language)
    assert (done.returncode, done.stdout) == (3, "")
    assert sentence in done.stderr
    assert str(build.tree) in done.stderr


def test_only_compiled_files_ask_for_a_glibc(tmp_path: Path) -> None:
    (tmp_path / "text.md").write_bytes(b"\0GLIBC_2.80\0")
    assert glibc.needed(tmp_path) == (0, None)
    library = tmp_path / "lib.so"
    library.write_bytes(b"\x7fELF\0GLIBC_2.17\0GLIBC_2.34\0")
    assert glibc.needed(tmp_path) == (34, library)


def test_a_tree_without_python_gets_no_start_script(tmp_path: Path) -> None:
    build = Build("linux", light=False, version="0.1.0", epoch=0, work=tmp_path, out=tmp_path, cache=tmp_path)
    with pytest.raises(BuildError, match="step runtime first"):
        launcher_linux.add(build)


def test_versions_are_told_as_those_of_debian_and_gcc(tmp_path: Path) -> None:
    (tmp_path / "lib.so").write_bytes(b"\x7fELF\0GLIBC_2.28\0GLIBCXX_3.4.9\0GLIBCXX_3.4.22\0")
    assert (glibc.debian_with(28), glibc.debian_with(29), glibc.debian_with(36)) == (10, 11, 12)
    assert glibc.gcc_with(glibc.needed_cxx(tmp_path)) == "6"


@pytest.mark.parametrize(("minor", "other"), [(36, True), (28, False)])
def test_an_older_system_is_told_of_the_file_for_it(minor: int, other: bool) -> None:
    assert ("take the file with linux-older in its name" in launcher_linux.script(minor)) is other


def test_every_package_of_debian_is_pinned_and_read() -> None:
    packages = runtime_linux.locked()
    assert {package.group for package in packages} == {"python", "desktop", "tool"}
    assert len({package.name for package in packages}) == len(packages)
    python = next(package for package in packages if package.name == "python3.11-minimal")
    assert python.version.startswith("3.11.")
    assert "libc6" not in {package.name for package in packages}, "glibc belongs to the system"


def test_a_damaged_lock_file_is_told(tmp_path: Path) -> None:
    lock = tmp_path / "debian.txt"
    lock.write_text("python abc debian/pool/x.deb\n", encoding="utf-8")
    with pytest.raises(BuildError, match="line 1 pins no package"):
        runtime_linux.locked(lock)
