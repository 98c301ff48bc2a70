# SPDX-License-Identifier: Apache-2.0
"""What the engine says of a library, for the tests of its panel and its runs."""

from __future__ import annotations

from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.ledger import Source

HR = Source("/资料/人事", "folder", True, {"indexed": 71, "pending": 29})
CONTRACTS = Source("/资料/合同", "folder", True, {"indexed": 312})


def overview(*sources: Source, **counts: int) -> messages.OverviewResult:
    needing = counts.get("failed", 0) + counts.get("partial", 0)
    return messages.OverviewResult(
        id=0, library="", sources=list(sources), counts=counts, chunks=1, embedding="bundled", needing=needing
    )


def result() -> messages.IndexResult:
    return messages.IndexResult(id=0, files={"indexed": 1}, chunks=1, seconds=0.1)


def look(stub_client: StubClient, *sources: Source, **counts: int) -> None:
    stub_client.answer(messages.Overview, lambda _: overview(*sources, **counts))


def added(_: int) -> messages.SourcesAdded:
    """Whatever was dropped is documents."""
    return messages.SourcesAdded(id=0, added=["/资料/人事", "/资料/差旅.xlsx"])
