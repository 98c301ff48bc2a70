# SPDX-License-Identifier: Apache-2.0
"""Copying a model into the model folder."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.models.importing import copy_model


def nothing(_done: int, _total: int) -> None:
    pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder of two files, one below the other."""
    made = tmp_path / "bge"
    (made / "1_Pooling").mkdir(parents=True)
    (made / "model.safetensors").write_bytes(b"w" * 5_000)
    (made / "1_Pooling" / "config.json").write_text("{}")
    return made


def test_a_folder_is_copied_whole(folder: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    copied = Path(
        copy_model(str(folder), str(tmp_path / "模型"), lambda done, total: told.append((done, total)), Cancellation())
    )
    assert (copied / "model.safetensors").read_bytes() == b"w" * 5_000
    assert (copied / "1_Pooling" / "config.json").read_text() == "{}"
    assert told[-1] == (5_002, 5_002)


def test_another_model_of_that_name_is_left_alone(folder: Path, tmp_path: Path) -> None:
    there = tmp_path / "模型" / "bge"
    there.mkdir(parents=True)
    (there / "model.safetensors").write_bytes(b"older")
    copied = Path(copy_model(str(folder), str(tmp_path / "模型"), nothing, Cancellation()))
    assert copied == tmp_path / "模型" / "bge (2)" / "bge"
    assert (there / "model.safetensors").read_bytes() == b"older"


def test_a_stopped_copy_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    cancel = Cancellation()
    with pytest.raises(Cancelled):
        copy_model(str(folder), str(tmp_path / "模型"), lambda _done, _total: cancel.cancel(), cancel)
    assert [path for path in (tmp_path / "模型").rglob("*") if path.is_file()] == []


def test_a_full_disk_is_said_and_leaves_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EnvironmentProblem, match="disk_full"):
        copy_model(str(folder), str(tmp_path / "模型"), nothing, Cancellation())
    assert [path for path in (tmp_path / "模型").rglob("*") if path.is_file()] == []
