# SPDX-License-Identifier: Apache-2.0
"""Drafts on disk: each library its own, written once typing pauses, and a damaged file is no obstacle."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.ui.conversation.drafts import Drafts


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "drafts.json"


def test_each_library_has_its_own(qapp: QApplication, file: Path) -> None:
    one, other = Drafts(file, "/一"), Drafts(file, "/二")
    one.put(0, "甲\n乙")
    one.put(7, "x")
    one.write()
    other.put(0, "丙")
    other.write()
    assert [Drafts(file, library).text(0) for library in ("/一", "/二", "/三")] == ["甲\n乙", "丙", ""]
    one.put(7, "")
    one.write()
    assert Drafts(file, "/一").text(7) == ""


def test_they_are_written_when_typing_pauses(qtbot: QtBot, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.ui.conversation.drafts._WRITE_MS", 1)
    drafts = Drafts(file, "/一")
    drafts.put(0, "甲")
    qtbot.waitUntil(file.exists)
    assert Drafts(file, "/一").text(0) == "甲"
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"/a": 7}', b'{"/a": {"0": 7}}', b"\xff\xfe"])
def test_a_damaged_file_is_passed_over(qapp: QApplication, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    drafts = Drafts(file, "/a")
    assert drafts.text(0) == ""
    drafts.put(0, "又")
    drafts.write()
    assert Drafts(file, "/a").text(0) == "又"


def test_a_place_that_cannot_be_written_costs_nothing(qapp: QApplication, tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "没有" / "drafts.json", "/a")
    drafts.put(0, "甲")
    drafts.write()
    assert drafts.text(0) == "甲"
