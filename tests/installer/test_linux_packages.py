# SPDX-License-Identifier: Apache-2.0
"""The Linux packages of a small tree: what is in them, and that two builds give the same bytes."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from building import debian, linux_archive, linux_files, rpm
from building.recipe import IDENTIFIER, Build, BuildError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="packed on Linux")


def tool(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed")


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    monkeypatch.setenv("DEBFULLNAME", "Anna Muster")
    monkeypatch.setenv("DEBEMAIL", "anna@example.org")
    build = Build(
        "linux", light=True, version="0.1.0", epoch=1_700_000_000, work=tmp_path / "work", out=tmp_path / "out", cache=tmp_path
    )
    (build.tree / "bin").mkdir(parents=True)
    starter = build.tree / "bin" / "inkstone"
    starter.write_text('#!/bin/sh\necho started "$@"\n', encoding="utf-8")
    starter.chmod(0o755)
    (build.tree / "办公室 Sample Office").mkdir()
    (build.tree / "办公室 Sample Office" / "员工手册.md").write_text("年假十天", encoding="utf-8")
    (build.tree / "lib.so").write_bytes(b"\x7fELF\0GLIBC_2.36\0GLIBCXX_3.4.29\0")
    (build.tree / "LICENSE").write_text("Apache", encoding="utf-8")
    (build.tree / "installed.toml").write_text('form = "setup"\nversion = "0.1.0"\nlight = true\n', encoding="utf-8")
    return build


def said(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def packed_again(build: Build, pack: object, monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, bytes]:
    """The same tree packed twice, with other times and another mask of rights the second time."""
    assert callable(pack)
    made = []
    for number in (1, 2):
        out = dataclasses.replace(build, out=build.out / str(number))
        if number == 2:
            os.utime(build.tree / "LICENSE", (2_000_000_000, 2_000_000_000))
            before = os.umask(0o077)
            monkeypatch.setenv("TZ", "Asia/Shanghai")
            try:
                pack(out)
            finally:
                os.umask(before)
        else:
            pack(out)
        [file] = out.out.iterdir()
        made.append(file.read_bytes())
    return made[0], made[1]


@tool("dpkg-deb")
def test_the_deb_holds_files_alone(build: Build) -> None:
    debian.pack(build)
    deb = build.out / "Inkstone-0.1.0-linux-light.deb"
    fields = dict(line.split(": ", 1) for line in said("dpkg-deb", "--field", deb).splitlines() if not line.startswith(" "))
    assert fields["Depends"] == "libc6 (>= 2.36), libstdc++6 (>= 11)"
    assert fields["Maintainer"] == "Anna Muster <anna@example.org>"
    lines = said("dpkg-deb", "--contents", deb).splitlines()
    assert all(line.split()[1] == "root/root" for line in lines)
    names = {line.split(None, 5)[5] for line in lines}
    assert "./opt/inkstone/办公室 Sample Office/员工手册.md" in names
    assert "./usr/bin/inkstone -> /opt/inkstone/bin/inkstone" in names
    assert {f"./{place}" for place in linux_files._PLACES.values()} <= names
    assert {path.split("/")[1] for path in names if path != "./"} == {"opt", "usr"}


@tool("dpkg-deb")
def test_an_unpacked_deb_says_it_is_a_package_and_starts(build: Build, tmp_path: Path) -> None:
    debian.pack(build)
    place = tmp_path / "root"
    subprocess.run(["dpkg-deb", "-x", str(build.out / "Inkstone-0.1.0-linux-light.deb"), str(place)], check=True)
    assert 'form = "package"' in (place / "opt/inkstone/installed.toml").read_text(encoding="utf-8")
    assert 'form = "setup"' in (build.tree / "installed.toml").read_text(encoding="utf-8"), "the tree itself stays as it was"
    done = subprocess.run([place / "opt/inkstone/bin/inkstone", "doctor"], capture_output=True, text=True, check=True)
    assert done.stdout == "started doctor\n"
    scripts = tmp_path / "control"
    subprocess.run(["dpkg-deb", "-e", str(build.out / "Inkstone-0.1.0-linux-light.deb"), str(scripts)], check=True)
    assert {path.name for path in scripts.iterdir()} == {"control", "md5sums"}, "no maintainer scripts"
    sums = (scripts / "md5sums").read_text(encoding="utf-8")
    checked = subprocess.run(["md5sum", "--check", "--quiet"], input=sums, text=True, cwd=place, check=False)
    assert checked.returncode == 0


@tool("dpkg-deb")
def test_two_debs_are_the_same(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = packed_again(build, debian.pack, monkeypatch)
    assert one == other


@tool("zstd")
def test_the_archive_is_portable_and_starts_by_its_script(build: Build, tmp_path: Path) -> None:
    linux_archive.pack(build)
    place = tmp_path / "带 空格"
    place.mkdir()
    made = build.out / "Inkstone-0.1.0-linux-light-portable.tar.zst"
    subprocess.run(["tar", "--zstd", "-xf", str(made)], cwd=place, check=True)
    top = place / "Inkstone"
    assert 'form = "portable"' in (top / "installed.toml").read_text(encoding="utf-8")
    done = subprocess.run([top / "start", "怎么 请假？"], capture_output=True, text=True, check=True)
    assert done.stdout == "started 怎么 请假？\n"
    readme = (top / "README.txt").read_text(encoding="utf-8")
    assert "glibc 2.36" in readme
    assert "Debian 12" in readme
    assert "@" not in readme


@tool("zstd")
def test_two_archives_are_the_same(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = packed_again(build, linux_archive.pack, monkeypatch)
    assert one == other


@tool("rpmbuild")
def test_the_rpm_holds_the_same_files_and_is_the_same_twice(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = packed_again(build, rpm.pack, monkeypatch)
    assert one == other
    [made] = (build.out / "1").iterdir()
    assert {"/usr/bin/inkstone", "/opt/inkstone/办公室 Sample Office/员工手册.md"} <= set(
        said("rpm", "-qp", "--list", made).splitlines()
    )
    assert {f"/{place}" for place in linux_files._PLACES.values()} <= set(said("rpm", "-qp", "--list", made).splitlines())
    assert said("rpm", "-qp", "--scripts", made) == ""
    assert {"libc.so.6(GLIBC_2.36)(64bit)", "libstdc++.so.6(GLIBCXX_3.4.29)(64bit)"} <= set(
        said("rpm", "-qp", "--requires", made).splitlines()
    )


@pytest.mark.parametrize("pack", [debian.pack, rpm.pack, linux_archive.pack])
def test_without_a_tree_it_says_which_step_is_missing(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    build = Build("linux", light=False, version="0.1.0", epoch=0, work=tmp_path, out=tmp_path / "out", cache=tmp_path)
    with pytest.raises(BuildError, match=r"build the tree first|is missing"):
        pack(build)


@tool("desktop-file-validate")
def test_the_desktop_entry_is_valid() -> None:
    done = subprocess.run(
        ["desktop-file-validate", linux_files.SOURCES / f"{IDENTIFIER}.desktop"], capture_output=True, text=True, check=False
    )
    assert done.stdout == done.stderr == ""


def test_the_window_names_the_desktop_entry() -> None:
    """By which a desktop under Wayland finds its icon and name."""
    started = (linux_files.ROOT / "desktop_app" / "ui" / "shell" / "app.py").read_text(encoding="utf-8")
    assert f'setDesktopFileName("{IDENTIFIER}")' in started


@tool("appstreamcli")
def test_the_software_centre_entry_is_valid(build: Build, tmp_path: Path) -> None:
    file = tmp_path / f"{IDENTIFIER}.metainfo.xml"
    file.write_text(linux_files.text_of(build, file.name), encoding="utf-8")
    assert f"<id>{IDENTIFIER}</id>" in file.read_text(encoding="utf-8")
    command = ["appstreamcli", "validate", "--no-net", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
