# SPDX-License-Identifier: Apache-2.0
"""The line that offers a library of the light model the default one."""

from __future__ import annotations

from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.ui.library.library_panel import LibraryPanel


def overview(offered: str) -> messages.OverviewResult:
    return messages.OverviewResult(
        id=0, library="", sources=[], counts={}, chunks=1, embedding="light", embedding_offered=offered
    )


def test_it_is_there_only_where_something_is_offered(library_panel: LibraryPanel) -> None:
    assert not library_panel.offer.isVisible()
    library_panel.show_overview(overview("bundled"))
    assert library_panel.offer.isVisible()
    library_panel.show_overview(overview(""))
    assert not library_panel.offer.isVisible()


def test_accepting_wants_the_model_and_begins_a_run(library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.show_overview(overview("bundled"))
    library_panel.offer.yes.click()
    assert [request.embedding for request in stub_client.all(messages.ChooseEmbedding)] == ["bundled"]
    assert stub_client.all(messages.Index) == []
    stub_client.done(messages.ChooseEmbedding)
    assert len(stub_client.all(messages.Index)) == 1
    assert not library_panel.offer.isVisible()


def test_declined_it_stays_away_for_this_session(library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.show_overview(overview("bundled"))
    library_panel.offer.no.click()
    library_panel.show_overview(overview("bundled"))
    assert not library_panel.offer.isVisible()
    assert stub_client.all(messages.ChooseEmbedding) == []


def test_a_model_that_cannot_be_used_is_told_in_its_place(library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.show_overview(overview("bundled"))
    library_panel.offer.yes.click()
    stub_client.fail(
        messages.ChooseEmbedding, EnvironmentProblem("default_model_missing", name="multilingual-e5-small", detail="x")
    )
    assert library_panel.offer.isVisible()
    assert "multilingual-e5-small, is missing or damaged (x)" in library_panel.offer.words.text()
    assert not library_panel.offer.yes.isVisible()
    assert stub_client.all(messages.Index) == []
