# SPDX-License-Identifier: Apache-2.0
"""The window's dialogs: made once, opened anew, and what they say is handed on."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.index_run import Password
from desktop_app.foundation.errors import UsageProblem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.commands.command_registry import CommandRegistry
from desktop_app.ui.library.run_controller import RunController
from desktop_app.ui.shell.dialogs import Dialogs


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def dialogs(window: QWidget, stub_client: StubClient, settings: Settings) -> Dialogs:
    registry = CommandRegistry(window)
    dialogs = Dialogs(stub_client, settings, registry, RunController(stub_client, stub_client), window)
    registry.register(dialogs.commands)
    return dialogs


@pytest.mark.parametrize("name", ["palette", "models", "ledger", "rules", "duplicates"])
def test_each_is_made_when_it_is_first_wanted_and_kept(dialogs: Dialogs, name: str) -> None:
    assert getattr(dialogs, name) is None
    for _ in range(2):
        getattr(dialogs, f"show_{name}")()
        assert getattr(dialogs, name).isVisible()
    assert getattr(dialogs, name).parentWidget() is not None, "it ends with the window"


def test_what_the_ledger_wishes_is_handed_on(qtbot: QtBot, dialogs: Dialogs, stub_client: StubClient) -> None:
    dialogs.show_ledger("/资料/合同")
    assert dialogs.ledger is not None
    assert stub_client.all(messages.Files)[-1].query.below == "/资料/合同"
    with qtbot.waitSignal(dialogs.index_requested) as retried:
        dialogs.ledger.retry_requested.emit(["/资料/合同/坏.pdf"])
    assert retried.args == [["/资料/合同/坏.pdf"]]
    password = Password("secret", "/资料/合同")
    with qtbot.waitSignal(dialogs.unlock_requested) as unlocked:
        dialogs.ledger.password_given.emit(["/资料/合同/密.pdf"], [password])
    assert unlocked.args == [["/资料/合同/密.pdf"], [password]]
    dialogs.ledger._duplicates.click()
    assert dialogs.duplicates is not None
    assert dialogs.duplicates.isVisible()


def test_what_the_models_and_the_rules_wish_is_handed_on(qtbot: QtBot, dialogs: Dialogs) -> None:
    dialogs.show_models()
    dialogs.show_rules()
    assert dialogs.models is not None
    assert dialogs.rules is not None
    with qtbot.waitSignal(dialogs.llm_chosen) as chosen:
        dialogs.models.llm_chosen.emit("/模型/小.gguf")
    assert chosen.args == ["/模型/小.gguf"]
    for wish in (lambda: dialogs.models.embedding_chosen.emit("none"), dialogs.rules.saved.emit):
        with qtbot.waitSignal(dialogs.index_requested) as asked:
            wish()
        assert asked.args == [[]]
    with qtbot.waitSignal(dialogs.problem) as problem:
        dialogs.models.problem.emit(UsageProblem("path_missing", path="/没有"))
    assert problem.args[0].code == "path_missing"
