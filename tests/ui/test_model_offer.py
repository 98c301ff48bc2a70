"""The line that offers a library of the light model the default one."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.library_panel import LibraryPanel


@pytest.fixture
def client() -> StubClient:
    return StubClient()


@pytest.fixture
def panel(qtbot: QtBot, client: StubClient, tmp_path: Path) -> LibraryPanel:
    panel = LibraryPanel(client, Settings(tmp_path / "settings.toml"))
    qtbot.addWidget(panel)
    panel.resize(260, 520)
    panel.show()
    return panel


def overview(offered: str) -> messages.OverviewResult:
    return messages.OverviewResult(
        id=0, library="", sources=[], counts={}, chunks=1, embedding="light", embedding_offered=offered
    )


def test_it_is_there_only_where_something_is_offered(panel: LibraryPanel) -> None:
    assert not panel.offer.isVisible()
    panel.set_overview(overview("bundled"))
    assert panel.offer.isVisible()
    panel.set_overview(overview(""))
    assert not panel.offer.isVisible()


def test_accepting_wants_the_model_and_begins_a_run(panel: LibraryPanel, client: StubClient) -> None:
    panel.set_overview(overview("bundled"))
    panel.offer._yes.click()
    assert [request.embedding for request in client.all(messages.ChooseEmbedding)] == ["bundled"]
    assert client.all(messages.Index) == []
    client.done(messages.ChooseEmbedding)
    assert len(client.all(messages.Index)) == 1
    assert not panel.offer.isVisible()


def test_declined_it_stays_away_for_this_session(panel: LibraryPanel, client: StubClient) -> None:
    panel.set_overview(overview("bundled"))
    panel.offer._no.click()
    panel.set_overview(overview("bundled"))
    assert not panel.offer.isVisible()
    assert client.all(messages.ChooseEmbedding) == []


def test_a_model_that_cannot_be_used_is_told_in_its_place(panel: LibraryPanel, client: StubClient) -> None:
    panel.set_overview(overview("bundled"))
    panel.offer._yes.click()
    client.fail(messages.ChooseEmbedding, EnvironmentProblem("default_model_missing", name="multilingual-e5-small", detail="x"))
    assert panel.offer.isVisible()
    assert "multilingual-e5-small, is missing or damaged (x)" in panel.offer._words.text()
    assert not panel.offer._yes.isVisible()
    assert client.all(messages.Index) == []
