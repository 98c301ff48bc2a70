# SPDX-License-Identifier: Apache-2.0
"""The variant for older Linux: other parts, other names, nothing left to chance."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from building import llama, older_python, runtime_linux, sbom, wheels
from building.recipe import ROOT, Build, BuildError, plan

from installer.made_trees import build_in


@pytest.fixture
def build(tmp_path: Path) -> Build:
    return replace(build_in(tmp_path), older=True)


def test_its_files_and_folders_have_names_of_their_own(tmp_path: Path) -> None:
    older, usual = (plan("linux", light=True, out=tmp_path, older=wanted) for wanted in (True, False))
    assert older.name == f"Inkstone-{older.version}-linux-older-light"
    assert usual.name == f"Inkstone-{usual.version}-linux-light"
    assert older.work != usual.work


def test_it_is_a_variant_of_linux_alone() -> None:
    command = [sys.executable, str(ROOT / "packaging" / "build.py"), "windows", "--older"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--older is a variant of linux alone" in done.stderr


def test_only_qt_is_another_version(build: Build) -> None:
    other = set(wheels.pins(build)) - set(wheels.pins(replace(build, older=False)))
    assert {(pin.name, pin.version) for pin in other} == {("pyside6-essentials", "6.9.3"), ("shiboken6", "6.9.3")}
    assert [pin.name for pin in wheels.pins(build)] == [pin.name for pin in wheels.pins(replace(build, older=False))]


def test_its_standard_library_is_that_of_the_source(build: Build) -> None:
    packages = runtime_linux.locked(runtime_linux.lock_file(build))
    versions = {package.version for package in packages if "python3.11" in package.name and ".orig." not in package.path}
    assert len(versions) == 1
    assert {package.name for package in packages if package.group == "source"} == {
        "expat", "libpng1.6", "openssl", "python3.11", "sqlite3", "xz-utils",
    }  # fmt: skip
    assert not {package.name for package in packages} & {
        "libc6",
        "libgomp1",
        "libexpat1",
        "libssl3",
        "libsqlite3-0",
        "liblzma5",
    }


def test_sources_are_parts_with_the_hash_of_their_description(build: Build) -> None:
    paper = build.runtime / "share" / "doc" / "openssl" / "copyright"
    paper.parent.mkdir(parents=True)
    paper.write_text("Format: 1.0\n\nFiles: *\nCopyright: 1998\nLicense: Apache-2.0\n", encoding="utf-8")
    [part] = [part for part in sbom.bill(build)["components"] if part["name"] == "openssl"]
    [described] = [
        package
        for package in runtime_linux.locked(runtime_linux.OLDER_LOCK)
        if package.name == "openssl" and package.path.endswith(".dsc")
    ]
    assert part["hashes"] == [{"alg": "SHA-256", "content": described.sha256}]
    assert part["purl"].endswith("?arch=source")


def test_without_tools_one_sentence(build: Build, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match="apt-get install -y dpkg-dev dpkg make cmake perl tcl binutils"):
        older_python.add(build)
    older_python.add(replace(build, older=False))  # needs none of them


def test_what_was_compiled_replaces_what_debian_compiled(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    made = build.cache / f"python-older-{older_python._key()}"
    files = {
        "bin/python3.11": b"\x7fELF\0GLIBC_2.28\0",
        "lib/libssl.so.3": b"\x7fELF\0GLIBC_2.25\0",
        "lib/libpng16.so.16": b"\x7fELF\0GLIBC_2.14\0",
        "lib-dynload/math.so": b"\x7fELF\0GLIBC_2.2.5\0",
        "doc/openssl/copyright": b"Apache-2.0",
    }
    for name, content in files.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(content)
    library = build.runtime / "lib" / "python3.11" / "lib-dynload"
    for path in (library / "_ctypes.so", build.runtime / "bin" / "python3.11", build.runtime / "desktop" / "order.txt"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("libfreetype.so.6\n", encoding="utf-8")
    monkeypatch.setattr(older_python, "_TOOLS", {})
    older_python.add(build)
    assert [path.name for path in library.iterdir()] == ["math.so"]
    assert (build.runtime / "bin" / "python3.11").read_bytes() == files["bin/python3.11"]
    assert (build.runtime / "desktop" / "order.txt").read_text(encoding="utf-8").split() == [
        "libpng16.so.16",
        "libfreetype.so.6",
    ]
    assert (build.runtime / "lib" / "libssl.so.3").is_file()
    assert (build.runtime / "share" / "doc" / "openssl" / "copyright").is_file()
    (build.runtime / "lib" / "libnewer.so").write_bytes(b"\x7fELF\0GLIBC_2.34\0")
    with pytest.raises(BuildError, match=r"libnewer\.so asks for glibc 2\.34"):
        older_python.add(build)


def test_llama_is_compiled_by_the_other_compiler() -> None:
    flags = llama.flags("linux", older=True)
    assert {"-DCMAKE_CXX_COMPILER=c++", "-DGGML_OPENMP=OFF", "-DGGML_NATIVE=OFF"} <= set(flags)


@pytest.mark.skipif(shutil.which("sh") is None, reason="no shell")
def test_the_recipe_is_a_shell_script() -> None:
    subprocess.run(["sh", "-n", older_python._RECIPE], check=True)
