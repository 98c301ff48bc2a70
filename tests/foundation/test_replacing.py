# SPDX-License-Identifier: Apache-2.0
"""A file is replaced also while a virus scanner of Windows looks at it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from desktop_app.foundation import private


class Scanner:
    """Has a file open for as many tries as it is told."""

    def __init__(self, tries: int) -> None:
        self.left = tries
        self._replace = os.replace

    def __call__(self, source: Path, target: Path) -> None:
        self.left -= 1
        if self.left >= 0:
            raise PermissionError(13, "in use")
        self._replace(source, target)


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setattr(sys, "platform", "win32")
    return waits


def test_it_waits_for_a_scanner(monkeypatch: pytest.MonkeyPatch, waited: list[float], tmp_path: Path) -> None:
    monkeypatch.setattr(os, "replace", Scanner(3))
    private.replace_file(tmp_path / "settings.toml", b"new")
    assert (tmp_path / "settings.toml").read_bytes() == b"new"
    assert waited == sorted(waited)
    assert len(waited) == 3


def test_a_file_that_stays_open_is_told_after_a_second(
    monkeypatch: pytest.MonkeyPatch, waited: list[float], tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "replace", Scanner(999))
    with pytest.raises(PermissionError):
        private.replace_file(tmp_path / "settings.toml", b"new")
    assert 0.9 < sum(waited) < 1.5
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_elsewhere_a_right_that_is_missing_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, waited: list[float], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "replace", Scanner(999))
    with pytest.raises(PermissionError):
        private.replace_file(tmp_path / "settings.toml", b"new")
    assert waited == []
