# SPDX-License-Identifier: Apache-2.0
"""Choosing a reranker: only one that could be loaded is remembered; one that is none is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.models.reranker_choice import RerankerChoice

BGE = ModelEntry("/模型/bge-reranker", "bge-reranker", "reranker", 1_100_000_000, 1_100_000_000)
BAD = ModelEntry("/模型/坏", "坏", "reranker", 5, fits="no", problem="reranker_pickled")


@pytest.fixture
def client() -> StubClient:
    return StubClient()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "设置" / "settings.toml")


@pytest.fixture
def choice(qtbot: QtBot, client: StubClient, settings: Settings) -> RerankerChoice:
    choice = RerankerChoice(client, settings)
    qtbot.addWidget(choice)
    choice.show()
    choice.show_entries([BGE, BAD])
    return choice


def chosen(choice: RerankerChoice) -> str:
    button = choice.cards.group.checkedButton()
    return button.accessibleName() if button is not None else ""


def test_none_comes_first_and_what_cannot_be_used_says_why(choice: RerankerChoice) -> None:
    buttons = choice.cards.group.buttons()
    assert [button.accessibleName() for button in buttons] == ["None", "bge-reranker", "坏"]
    assert [button.isEnabled() for button in buttons] == [True, True, False]
    assert "pickled weights" in buttons[2].accessibleDescription()
    assert chosen(choice) == "None"


def test_a_choice_is_remembered_when_it_could_be_loaded(choice: RerankerChoice, client: StubClient, settings: Settings) -> None:
    choice.cards.group.buttons()[1].click()
    assert choice.note == "Loading bge-reranker…"
    assert settings.text("reranker") == ""
    assert client.all(messages.ChooseReranker)[0].reranker == BGE.path
    client.done(messages.ChooseReranker)
    assert settings.text("reranker") == BGE.path
    assert (chosen(choice), choice.note) == ("bge-reranker", "")
    choice.cards.group.buttons()[0].click()
    client.done(messages.ChooseReranker)
    assert settings.text("reranker") == ""


def test_a_folder_that_is_none_is_told_and_the_old_one_stays(
    choice: RerankerChoice, client: StubClient, settings: Settings
) -> None:
    choice.choose("/文档/合同")
    client.fail(messages.ChooseReranker, EnvironmentProblem("reranker_not_a_model", path="/文档/合同"))
    assert "“/文档/合同” is not a reranker." in choice.note
    assert settings.text("reranker") == ""
    assert chosen(choice) == "None"


def test_a_choice_that_cannot_be_saved_is_told(qtbot: QtBot, client: StubClient, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    choice = RerankerChoice(client, Settings(tmp_path / "file" / "settings.toml"))
    qtbot.addWidget(choice)
    choice.show_entries([BGE])
    choice.choose(BGE.path)
    client.done(messages.ChooseReranker)
    assert chosen(choice) == "bge-reranker"
    assert "settings.toml" in choice.note or "File exists" in choice.note


def test_only_the_last_wish_counts(choice: RerankerChoice, client: StubClient, settings: Settings) -> None:
    choice.choose("/一")
    first = client.open(messages.ChooseReranker)
    choice.choose("/二")
    first.take(messages.Done(id=first.id))
    assert settings.text("reranker") == ""
    client.done(messages.ChooseReranker)
    assert settings.text("reranker") == "/二"
