# SPDX-License-Identifier: Apache-2.0
"""Saving from the menu: the format, the place, and files that cannot be written."""

from __future__ import annotations

import builtins
import errno
import os
from pathlib import Path
from typing import Any, Self

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.answer import Answer
from desktop_app.contract.conversation import ConversationHead, Turn
from desktop_app.foundation.errors import Problem, UsageProblem
from desktop_app.ui.exporting import saving
from desktop_app.ui.exporting.saving import suggested_name
from desktop_app.ui.turn.export_menu import KINDS, ExportButton, Exports
from desktop_app.wording.problem_texts import sentence

TURN = Turn(1, "怎么请假？", Answer("怎么请假？", "提前三天。", True, "llm"))
STARTS = {"docx": b"PK", "pdf": b"%PDF", "html": b"<!DOCTYPE html>", "md": "# 怎么请假？".encode()}


@pytest.fixture
def exports(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Exports:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    made = Exports(widget)
    made._folder = str(tmp_path)
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_a_turn_is_saved_where_the_person_says(exports: Exports, qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    menu = exports.menu_of_turn(TURN)
    action = next(action for action in menu.actions() if action.text().endswith(f"(.{kind})"))
    action.trigger()
    dialog = exports._widget.findChild(QFileDialog)
    assert dialog is not None
    assert not dialog.testOption(QFileDialog.Option.DontConfirmOverwrite)
    assert [Path(name).name for name in dialog.selectedFiles()] == [f"怎么请假？.{kind}"]
    with qtbot.waitSignal(exports.saved, timeout=20_000) as saved:
        dialog.fileSelected.emit(str(tmp_path / f"请假.{kind}"))
    dialog.reject()
    assert saved.args == [str(tmp_path / f"请假.{kind}")]
    assert (tmp_path / f"请假.{kind}").read_bytes().startswith(STARTS[kind])
    assert [file.name for file in tmp_path.iterdir() if file.suffix != "" and file.is_file()] == [f"请假.{kind}"]


def test_a_button_exports_the_answer_that_is_shown(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    shown: list[Answer] = []
    widget = QWidget()
    qtbot.addWidget(widget)
    button = ExportButton(lambda: shown[-1] if shown else None, widget)
    widget.show()
    assert button.menu_now() is None
    assert TURN.answer is not None
    shown += [TURN.answer, Answer("谁审批？", "经理。", True, "llm")]
    menu = button.menu_now()
    assert menu is not None
    menu.actions()[-1].trigger()
    dialog = button.findChild(QFileDialog)
    assert dialog is not None
    with qtbot.waitSignal(button.exports.saved, timeout=20_000):
        dialog.fileSelected.emit(str(tmp_path / "a.md"))
    dialog.reject()
    assert (tmp_path / "a.md").read_text(encoding="utf-8").startswith("# 谁审批？\n")
    with qtbot.waitSignal(button.failed, timeout=20_000):
        button.exports.save(str(tmp_path / "gone" / "a.md"), "md", "t", [TURN])


def test_a_conversation_comes_whole_from_the_engine(
    exports: Exports, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = StubClient()
    asked: list[tuple[str, str, int]] = []
    monkeypatch.setattr(exports, "_ask_where", lambda kind, title, turns: asked.append((kind, title, len(turns))))
    menu = exports.menu_of_conversation(client, 7)  # type: ignore[arg-type]
    menu.actions()[0].trigger()
    assert client.all(messages.OpenConversation)[0].conversation == 7
    head = ConversationHead(7, "请假", 0.0, 2)
    client.answer(messages.OpenConversation, lambda id_: messages.ConversationResult(id_, head, [TURN, TURN]))
    assert asked == [(KINDS[0], "请假", 2)]
    menu.actions()[0].trigger()
    with qtbot.waitSignal(exports.failed):
        client.fail(messages.OpenConversation, UsageProblem("conversation_unknown"))


def failure(exports: Exports, qtbot: QtBot, path: Path) -> Problem:
    with qtbot.waitSignal(exports.failed, timeout=20_000) as failed:
        exports.save(str(path), "md", "t", [TURN])
    problem = failed.args[0]
    assert isinstance(problem, Problem)
    assert "?" not in str(sentence(problem)).replace("？", ""), "every field of the sentence is there"
    assert str(path) in str(sentence(problem))
    return problem


def test_a_file_that_is_open_elsewhere_stays_as_it_is(
    exports: Exports, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows a file that Word has open cannot be replaced."""
    file = tmp_path / "old.md"
    file.write_text("old")

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    assert failure(exports, qtbot, file).code == "export_failed"
    assert file.read_text() == "old"
    assert [one.name for one in tmp_path.glob("*.*")] == ["old.md"], "no half file is left"


def test_a_full_disk(exports: Exports, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.open

    class Full:
        def __init__(self, file: Any) -> None:
            self._file = file

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

        def write(self, data: bytes) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(saving, "open", lambda path, mode: Full(real(path, mode)), raising=False)
    assert failure(exports, qtbot, tmp_path / "a.md").code == "disk_full"
    assert list(tmp_path.glob("*.*")) == []


def test_a_folder_that_is_gone_and_a_name_that_is_too_long(exports: Exports, qtbot: QtBot, tmp_path: Path) -> None:
    assert failure(exports, qtbot, tmp_path / "gone" / "a.md").code == "export_failed"
    assert failure(exports, qtbot, tmp_path / ("x" * 300 + ".md")).code == "path_too_long"
    (tmp_path / "folder.md").mkdir()
    assert failure(exports, qtbot, tmp_path / "folder.md").code == "export_failed"


def test_a_fault_of_ours_is_told_too(exports: Exports, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise ValueError("broken")

    monkeypatch.setattr("desktop_app.ui.turn.export_menu.made", fail)
    with qtbot.waitSignal(exports.failed) as failed:
        exports.save(str(tmp_path / "a.md"), "md", "t", [TURN])
    assert failed.args[0].code == "internal"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("怎么请假？", "怎么请假？"),
        ('a/b\\c:d*e?f"g<h>i|j', "a b c d e f g h i j"),
        ("two\nlines\t.", "two lines"),
        ("x" * 500, "x" * 60),
        ("...", "Inkstone"),
        ("invoice\u202efdp", "invoice fdp"),
    ],
)
def test_the_suggested_name_is_one_on_every_system(title: str, name: str) -> None:
    assert suggested_name(title) == name
