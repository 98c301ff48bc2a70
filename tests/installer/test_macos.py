# SPDX-License-Identifier: Apache-2.0
"""The macOS bundle is laid out as macOS wants it; what needs a Mac is not tried here."""

from __future__ import annotations

import dataclasses
import os
import plistlib
import re
import shutil
import struct
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from building import macos
from building.recipe import ROOT, Build, BuildError


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A build with a small made-up tree, and a launcher as if it had been compiled."""
    made = Build("macos", False, "1.2.3", 0, tmp_path / "work", tmp_path / "out", tmp_path / "cache")
    for name, tag in (
        ("a", "py3-none-any"),
        ("b", "cp311-abi3-macosx_13_0_universal2"),
        ("c", "cp311-cp311-macosx_11_0_arm64"),
    ):
        wheel = made.packages / f"{name}-1.dist-info" / "WHEEL"
        wheel.parent.mkdir(parents=True)
        wheel.write_text(f"Wheel-Version: 1.0\nTag: cp311-cp311-macosx_10_12_x86_64\nTag: {tag}\n", encoding="utf-8")
    (made.program / "desktop_app").mkdir(parents=True)
    (made.work / "launcher-macos").write_bytes(b"launcher")
    return made


def test_the_bundle_holds_the_tree_and_what_macos_reads(build: Build, tmp_path: Path) -> None:
    bundle = macos.lay_out(build, tmp_path / "砚 台")
    contents = bundle / "Contents"
    said = plistlib.loads((contents / "Info.plist").read_bytes())
    assert (contents / "MacOS" / said["CFBundleExecutable"]).read_bytes() == b"launcher"
    assert (contents / "Resources" / f"{said['CFBundleIconFile']}.icns").is_file()
    assert (said["CFBundleShortVersionString"], said["LSMinimumSystemVersion"]) == ("1.2.3", "13.0")
    assert 'form = "app"' in (contents / "Resources" / "Inkstone" / "installed.toml").read_text(encoding="utf-8")
    asked = {key for key in said if key.endswith("UsageDescription")}
    for language in said["CFBundleLocalizations"]:
        strings = (contents / "Resources" / f"{language}.lproj" / "InfoPlist.strings").read_text(encoding="utf-8")
        assert set(re.findall(r'^(\w+) = "[^"]+";$', strings, re.MULTILINE)) == asked
    assert len(asked) == 5


def test_the_icon_has_every_size_as_png() -> None:
    data = macos.icon()
    assert struct.unpack(">4sI", data[:8]) == (b"icns", len(data))
    place, found = 8, {}
    while place < len(data):
        kind, length = struct.unpack(">4sI", data[place : place + 8])
        picture = data[place + 8 : place + length]
        assert picture.startswith(b"\x89PNG")
        found[kind.decode()] = struct.unpack(">I", picture[16:20])[0]
        place += length
    assert found == macos.ICON_KINDS


def test_of_python_only_what_runs_the_program_is_taken(build: Build) -> None:
    python = build.work / "python-macos" / "python"
    for name in ("bin/python3.11", "bin/pip3", "include/python3.11/Python.h", "lib/libpython3.11.dylib", "lib/tcl9.0/init.tcl"):
        (python / name).parent.mkdir(parents=True, exist_ok=True)
        (python / name).touch()
    (python / "bin" / "python3").symlink_to("python3.11")
    (python / "lib" / "python3.11" / "site-packages" / "pip").mkdir(parents=True)
    macos.take_runtime(build)
    taken = [path.relative_to(build.runtime).as_posix() for path in build.runtime.rglob("*") if not path.is_dir()]
    assert sorted(taken) == ["bin/python3.11", "lib/libpython3.11.dylib", "lib/python3.11/site-packages/inkstone.pth"]
    site = build.runtime / "lib" / "python3.11" / "site-packages"
    named = (site / "inkstone.pth").read_text(encoding="utf-8").split()
    assert [(site / line).resolve() for line in named] == [build.packages, build.program]


def test_another_layout_of_python_is_said(build: Build) -> None:
    (build.work / "python-macos" / "python").mkdir(parents=True)
    with pytest.raises(BuildError, match="laid out in another way"):
        macos.take_runtime(build)


@pytest.mark.skipif(sys.platform == "darwin", reason="a Mac can")
def test_another_system_is_refused_with_a_sentence(build: Build) -> None:
    with pytest.raises(BuildError, match="on a Mac"):
        macos.pack(dataclasses.replace(build, out=build.work / "out"))


@pytest.mark.skipif(sys.platform == "win32", reason="a script of sh")
def test_the_command_line_is_found_through_a_link(tmp_path: Path) -> None:
    root = tmp_path / "In kstone"
    for name in ("bin", "runtime/bin"):
        (root / name).mkdir(parents=True)
    python = root / "runtime" / "bin" / "python3.11"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@" "${PYTHONEXECUTABLE-unset}"\n', encoding="utf-8")
    python.chmod(0o755)
    shutil.copy(ROOT / "packaging" / "macos" / "inkstone.sh", root / "bin" / "inkstone")
    (tmp_path / "first").symlink_to("In kstone/bin/inkstone")
    (tmp_path / "second").symlink_to(tmp_path / "first")
    environment = {**os.environ, "PYTHONEXECUTABLE": "/another"}
    done = subprocess.run([tmp_path / "second", "ask", "a b"], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["-I", "-B", "-X", "utf8", "-m", "desktop_app", "ask", "a b", "unset"]


def _shared_python() -> Path | None:
    """Python as a shared library, on Linux, with its headers."""
    found = Path(sysconfig.get_config_var("LIBDIR") or "") / (sysconfig.get_config_var("LDLIBRARY") or "")
    headers = Path(sysconfig.get_paths()["include"]) / "Python.h"
    return found if found.suffix == ".so" and found.is_file() and headers.is_file() else None


@pytest.mark.skipif(sys.platform != "linux", reason="the Mac's own build compiles it there")
@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
def test_the_launcher_runs_the_program_apart_from_another_python(tmp_path: Path) -> None:
    """Compiled for Linux, with the one Mac function that it calls made of Linux's own."""
    library = _shared_python()
    if library is None:
        pytest.skip("needs Python as a shared library, with its headers")
    header = tmp_path / "include" / "mach-o" / "dyld.h"
    header.parent.mkdir(parents=True)
    header.write_text(
        "#include <stdint.h>\n#include <unistd.h>\n"
        "static int _NSGetExecutablePath(char *to, uint32_t *size) {\n"
        '    ssize_t got = readlink("/proc/self/exe", to, *size - 1); to[got] = 0; return 0; }\n',
        encoding="utf-8",
    )
    contents = tmp_path / "砚 Inkstone.app" / "Contents"
    runtime = contents / "Resources" / "Inkstone" / "runtime"
    (contents / "MacOS").mkdir(parents=True)
    (runtime / "lib").mkdir(parents=True)
    (runtime / "lib" / "libpython3.11.dylib").symlink_to(library)
    standard = Path(sysconfig.get_paths()["stdlib"])
    place = runtime / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    place.mkdir()
    for entry in standard.iterdir():
        if entry.name != "site-packages":
            (place / entry.name).symlink_to(entry)
    program = runtime.parent / "program"
    (place / "site-packages").mkdir()
    (place / "site-packages" / "inkstone.pth").write_text("../../../../program\n", encoding="utf-8")
    (program / "desktop_app").mkdir(parents=True)
    (program / "desktop_app" / "__main__.py").write_text(
        "import sys\nprint(sys.argv[1:], sys.executable, sys.flags.isolated, sys.flags.utf8_mode)\nsys.exit(7)\n",
        encoding="utf-8",
    )
    launcher = contents / "MacOS" / "Inkstone"
    source = ROOT / "packaging" / "macos" / "launcher.c"
    headers = ["-I", str(header.parents[1]), "-I", sysconfig.get_paths()["include"]]
    subprocess.run(["cc", "-D_GNU_SOURCE", "-Wall", "-Werror", *headers, str(source), "-o", str(launcher), "-ldl"], check=True)
    environment = {**os.environ, "PYTHONHOME": "/nowhere", "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([launcher, "--role", "engine", "砚"], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (7, "")
    assert done.stdout == f"['--role', 'engine', '砚'] {runtime / 'bin' / 'python3.11'} 1 1\n"
