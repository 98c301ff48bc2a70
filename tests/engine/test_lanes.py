# SPDX-License-Identifier: Apache-2.0
"""Each request has its lane, and long work on one lane keeps nobody waiting on another."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app.contract import messages as m
from desktop_app.engine import models_here, server
from desktop_app.foundation import paths
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.settings import Settings
from desktop_app.library.conversation_store import ConversationStore
from desktop_app.retrieval import duplicates

LIMIT = 60.0
REQUESTS = [kind for kind in m.AnyRequest.__args__ if issubclass(kind, m.EngineRequest)]


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)
def test_every_request_names_its_own_lane(kind: type[m.EngineRequest]) -> None:
    assert "lane" in vars(kind), "say where the engine answers it: lane = Lane...."
    assert isinstance(kind.lane, m.Lane)
    assert "lane" not in kind.__struct_fields__  # it is not sent


def test_every_lane_has_its_threads() -> None:
    assert set(server._THREADS) | {m.Lane.CONTROL} == set(m.Lane)
    long = [kind for kind in REQUESTS if kind.lane is m.Lane.LONG]
    assert server._THREADS[m.Lane.LONG] >= len(long)  # they do not block one another either


class Sent:
    """What the server writes, instead of a pipe."""

    def __init__(self) -> None:
        self._arrived = threading.Condition()
        self._messages: list[Any] = []

    def write(self, message: object) -> None:
        with self._arrived:
            self._messages.append(message)
            self._arrived.notify_all()

    def end(self, number: int) -> Any:
        with self._arrived:
            ends = self._arrived.wait_for(lambda: self.ends(number), LIMIT)
            assert ends, f"request {number} is not answered: {self._messages}"
            return ends[0]

    def ends(self, number: int) -> list[Any]:
        return [one for one in self._messages if getattr(one, "id", 0) == number and not isinstance(one, m.PartialReply)]


class Held:
    """A stand-in for long work: says that it has begun and goes on until it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.let_go = threading.Event()

    def __call__(self, *_: object, **__: object) -> Any:
        self.begun.set()
        assert self.let_go.wait(LIMIT)
        raise server.Cancelled


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def served(library: Path, sent: Sent) -> Iterator[server._Server]:
    made = server._Server(sent, library, Settings(paths.settings_file()))  # type: ignore[arg-type]
    yield made
    made._close()


def test_two_long_requests_block_neither_search_nor_the_source_panel(
    served: server._Server, sent: Sent, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served._take(m.AddSources(1, [str(office)]))
    sent.end(1)
    served._take(m.Index(2))
    sent.end(2)
    comparing, listing = Held(), Held()
    monkeypatch.setattr(duplicates, "find", comparing)
    monkeypatch.setattr(models_here, "find_all", listing)
    served._take(m.Duplicates(3))
    served._take(m.Models(4, str(office)))
    try:
        assert comparing.begun.wait(LIMIT)
        assert listing.begun.wait(LIMIT)
        served._take(m.Search(5, "合同编号"))
        found = sent.end(5).result.passages
        assert found
        served._take(m.Files(6))
        assert sent.end(6).total == 3
        served._take(m.Context(7, found[0].chunk_id))
        assert sent.end(7).path == found[0].path
        assert not sent.ends(3)
        assert not sent.ends(4)
    finally:
        comparing.let_go.set()
        listing.let_go.set()
    assert [sent.end(number) for number in (3, 4)] == [m.ErrorReply(3, m.CANCELLED), m.ErrorReply(4, m.CANCELLED)]


def test_a_question_that_cannot_be_kept_ends_with_its_reason(
    served: server._Server, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> Any:
        raise EnvironmentProblem("disk_full", path="/")

    with monkeypatch.context() as disk:
        disk.setattr(ConversationStore, "begin", full)
        served._take(m.Ask(1, "合同编号"))
        assert sent.end(1) == m.ErrorReply(1, "disk_full", {"path": "/"})
    served._take(m.Ask(2, "合同编号"))
    assert isinstance(sent.end(2), m.Answered)
    served._cancel(1)  # it has ended
    assert len(sent.ends(1)) == 1


def test_what_is_quick_is_done_before_the_engine_leaves(library: Path, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window asks for a deletion, and closes the pipe."""
    served = server._Server(sent, library, Settings(paths.settings_file()))  # type: ignore[arg-type]
    served._take(m.Ask(1, "合同编号"))
    conversation = sent.end(1).conversation
    others = Held()
    monkeypatch.setitem(server.requests.HANDLERS, m.Overview, others)
    for number in (2, 3):
        served._take(m.Overview(number))
    served._take(m.DeleteConversation(4, conversation))
    quick = served._lanes[m.Lane.QUICK]
    shut = quick.shutdown

    def shutdown(*, wait: bool, cancel_futures: bool) -> None:
        shut(wait=False, cancel_futures=cancel_futures)
        others.let_go.set()
        shut(wait=wait)

    monkeypatch.setattr(quick, "shutdown", shutdown)
    served._close()
    assert sent.end(4) == m.Done(4)
