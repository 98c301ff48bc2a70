# SPDX-License-Identifier: Apache-2.0
"""Where things lie, and a home that cannot be written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.foundation import paths
from desktop_app.foundation.errors import EnvironmentProblem


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A read-only file system; only root may mount one."""
    place = tmp_path / "只读"
    place.mkdir()
    if sys.platform != "linux":
        pytest.skip("mounts are made on Linux only")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", str(place)], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("mounting is not permitted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_inkstone_home_moves_everything(home: Path) -> None:
    assert paths.home() == home
    assert home.is_dir()
    assert paths.default_library().is_relative_to(home)
    assert paths.logs().is_relative_to(home)


def test_a_tilde_is_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("INKSTONE_HOME", "~/砚")
    assert paths.home() == tmp_path / "砚"


@pytest.mark.parametrize("below", ["", "里面/更里面"])
def test_a_read_only_home_is_named(read_only: Path, monkeypatch: pytest.MonkeyPatch, below: str) -> None:
    monkeypatch.setenv("INKSTONE_HOME", str(read_only / below))
    with pytest.raises(EnvironmentProblem) as caught:
        paths.home()
    assert (caught.value.code, caught.value.data) == ("home_read_only", {"path": str(read_only / below)})


@pytest.mark.parametrize("below", ["", "里面"])
def test_a_home_at_a_file_is_impossible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str) -> None:
    file = tmp_path / "文件.txt"
    file.write_text("不是文件夹", encoding="utf-8")
    monkeypatch.setenv("INKSTONE_HOME", str(file / below))
    with pytest.raises(EnvironmentProblem, match="home_read_only"):
        paths.home()


def test_the_resources_are_there() -> None:
    for name in ("translations/zh_CN/LC_MESSAGES/inkstone.mo", "prompts/answer_zh.txt", "prompts/answer_en.txt", "samples"):
        assert (paths.resources() / name).exists()
