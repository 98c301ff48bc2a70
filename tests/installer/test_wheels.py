# SPDX-License-Identifier: Apache-2.0
"""Wheels: unpacked as pip would, without what nothing uses."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from building import wheels
from building.recipe import BuildError


def wheel(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def unpacked(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_modules_and_metadata_are_kept(tmp_path: Path) -> None:
    made = wheel(
        tmp_path / "one.whl",
        **{
            "one/__init__.py": "",
            "one-1.0.dist-info/METADATA": "Name: one",
            "one-1.0.dist-info/RECORD": "",
            "one-1.0.data/platlib/one/fast.so": "",
            "one-1.0.data/scripts/one": "",
            "one-1.0.data/headers/one.h": "",
        },
    )
    wheels.unpack(made, tmp_path / "packages")
    assert unpacked(tmp_path / "packages") == {"one/__init__.py", "one-1.0.dist-info/METADATA", "one/fast.so"}


def test_two_wheels_may_share_a_file_that_is_the_same(tmp_path: Path) -> None:
    wheels.unpack(wheel(tmp_path / "one.whl", **{"shared/__init__.py": "1"}), tmp_path / "packages")
    wheels.unpack(wheel(tmp_path / "two.whl", **{"shared/__init__.py": "1"}), tmp_path / "packages")
    with pytest.raises(BuildError, match=r"three\.whl brings another __init__\.py"):
        wheels.unpack(wheel(tmp_path / "three.whl", **{"shared/__init__.py": "3"}), tmp_path / "packages")


def test_a_file_outside_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="outside of its folder"):
        wheels.unpack(wheel(tmp_path / "one.whl", **{"../evil.py": ""}), tmp_path / "packages")


def test_a_broken_wheel_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "one.whl").write_bytes(b"PK half")
    with pytest.raises(BuildError, match=r"one\.whl cannot be unpacked"):
        wheels.unpack(tmp_path / "one.whl", tmp_path / "packages")
