# SPDX-License-Identifier: Apache-2.0
"""Bytecode, manifest, checksums, and two builds compared."""

from __future__ import annotations

import hashlib
import marshal
import subprocess
import sys
import tomllib
from pathlib import Path

import compare_builds
import pytest
from building import bytecode, checksums, manifest
from building.recipe import PYTHON, BuildError

from installer.made_trees import build_in, put

needs_its_python = pytest.mark.skipif(
    f"{sys.version_info.major}.{sys.version_info.minor}" != PYTHON, reason=f"bytecode is made by Python {PYTHON} only"
)


@needs_its_python
def test_bytecode_is_taken_whatever_the_time_of_the_source_and_names_no_path_of_this_machine(tmp_path: Path) -> None:
    build = build_in(tmp_path)
    source = put(build, "packages/one.py", "import sys\ndef f():\n    return 'first'\n")
    bytecode.add(build)
    compiled = next(build.packages.rglob("*.pyc"))
    data = compiled.read_bytes()
    assert data[4] == 1  # by hash, not checked
    assert marshal.loads(data[16:]).co_filename == "packages/one.py"
    assert str(tmp_path).encode() not in data
    source.write_text("def f():\n    return 'changed'\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "import one; print(one.f())"], cwd=build.packages, capture_output=True, text=True, check=True
    )
    assert done.stdout == "first\n"


@needs_its_python
def test_two_compilations_give_the_same_bytes(tmp_path: Path) -> None:
    text = "def f(x):\n    return x in {'a', 'b', 'c', 'd'} or x == 'shared' or {'shared': 1}\n"
    for name in ("first", "second"):
        build = build_in(tmp_path / name)
        put(build, "packages/one.py", text)
        put(build, "program/two.py", text)
        bytecode.add(build)
    assert compare_builds.differences(tmp_path / "first", tmp_path / "second") == []


@needs_its_python
def test_what_is_no_python_ends_the_build(tmp_path: Path) -> None:
    build = build_in(tmp_path)
    put(build, "packages/old.py", "print 'Python 2'\n")
    with pytest.raises(BuildError, match=r"(?s)remove what is no Python.*packages/old\.py"):
        bytecode.add(build)


def test_the_manifest_counts_every_file_once(tmp_path: Path) -> None:
    build = build_in(tmp_path)
    for name in ("numpy/a.py", "numpy.libs/b.so", "numpy-2.4.6.dist-info/METADATA", "six.py"):
        put(build, f"packages/{name}")
    put(build, "share/inkstone/models/small/model.bin")
    put(build, "LICENSE")
    manifest.add(build)
    stored = tomllib.loads((build.tree / "MANIFEST.toml").read_text(encoding="utf-8"))
    assert {part["name"]: (part["files"], part["size"]) for part in stored["part"]} == {
        "packages/numpy": (3, 15),
        "packages/six.py": (1, 5),
        "share/inkstone/models/small": (1, 5),
        "papers and starters": (1, 5),
    }
    assert (stored["files"], stored["size"], stored["light"]) == (6, 30, False)
    assert {"torch", "kubernetes"} <= {one["package"] for one in stored["left_out"]}
    assert {path.stat().st_mtime for path in build.tree.rglob("*")} == {1_000_000_000}


def test_checksums_are_in_the_form_of_sha256sum(tmp_path: Path) -> None:
    build = build_in(tmp_path)
    (build.out / "Inkstone-1.0.zip").write_bytes(b"zip")
    checksums.add(build)
    (build.out / "SHA256SUMS.sig").write_bytes(b"signature")
    checksums.add(build)  # its own files are not among them
    text = (build.out / "SHA256SUMS").read_text(encoding="utf-8")
    assert text == f"{hashlib.sha256(b'zip').hexdigest()}  Inkstone-1.0.zip\n"


def test_an_installer_that_is_too_large_ends_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = build_in(tmp_path)
    monkeypatch.setattr(checksums, "LIMIT", 2_000_000)
    monkeypatch.setattr(checksums, "LIMIT_LIGHT", 1_000_000)
    (build.out / "Inkstone-1.0-setup.exe").write_bytes(bytes(1_500_000))
    (build.out / "Inkstone-1.0-light-portable.zip").write_bytes(bytes(1_500_000))
    checksums.add(build)
    (build.out / "Inkstone-1.0-light-setup.exe").write_bytes(bytes(1_500_000))
    with pytest.raises(BuildError, match=r"light-setup\.exe has 2 MB; at most 1"):
        checksums.add(build)


def test_no_installer_is_no_success(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="holds no installer"):
        checksums.add(build_in(tmp_path))


def test_differences_of_two_builds_are_told(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same").write_text("1", encoding="utf-8")
        (tmp_path / name / "other").write_text(name, encoding="utf-8")
    (tmp_path / "b" / "same").chmod(0o755)
    (tmp_path / "a" / "alone").write_text("1", encoding="utf-8")
    told = compare_builds.differences(tmp_path / "a", tmp_path / "b")
    assert [line.splitlines()[0] for line in told] == ["alone", "other", "same"]
    assert "missing" in told[0]
