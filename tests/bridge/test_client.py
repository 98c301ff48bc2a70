# SPDX-License-Identifier: Apache-2.0
"""The client against a real child process that misbehaves on demand."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import fake_engine
import pytest
from library.making import make_words_older
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from desktop_app.bridge import client as client_module
from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import closing, messages
from desktop_app.foundation.errors import Problem
from desktop_app.ipc import pipes
from desktop_app.ipc.supervised_child import SupervisedChild
from desktop_app.library.conversation_store import ConversationStore

Make = Callable[..., EngineClient]


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Make]:
    clients: list[EngineClient] = []

    def build(*arguments: str, start: bool = True) -> EngineClient:
        client = EngineClient("/资料/Office", command=fake_engine.command(*arguments))
        clients.append(client)
        if start:
            with qtbot.waitSignal(client.state_changed, timeout=20_000, check_params_cb=lambda state: state == "ready"):
                client.start()
        return client

    yield build
    for client in clients:
        client.close()


class Ends:
    """Records every signal of an operation."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.progress: list[object] = []
        self.results: list[object] = []
        self.problems: list[Problem] = []
        self.cancelled = 0
        self.ended = 0
        operation.progressed.connect(self.progress.append)
        operation.succeeded.connect(self.results.append)
        operation.failed.connect(self.problems.append)
        operation.was_cancelled.connect(self._cancelled)
        operation.ended.connect(self._ended)

    def _cancelled(self) -> None:
        self.cancelled += 1

    def _ended(self) -> None:
        self.ended += 1

    def once(self) -> bool:
        return self.ended == 1 and len(self.results) + len(self.problems) + self.cancelled == 1


def ask(client: EngineClient, question: str, llm: str = "x") -> Ends:
    return Ends(client.request(lambda i: messages.Ask(id=i, question=question, llm=llm)))


def test_a_question_streams_and_ends_once(make: Make, qtbot: QtBot) -> None:
    ends = ask(make(), "怎么请假？")
    qtbot.waitUntil(lambda: ends.ended == 1)
    assert ends.once()
    answered = ends.results[0]
    assert isinstance(answered, messages.Answered)
    streamed = "".join(one.text for one in ends.progress if isinstance(one, messages.Token))
    assert streamed == answered.answer.text
    kinds = list(dict.fromkeys(type(one) for one in ends.progress))
    assert kinds == [messages.Began, messages.Quoted, messages.PassagesFound, messages.Reading, messages.Token]


def test_what_is_asked_while_starting_waits(make: Make, qtbot: QtBot) -> None:
    client = make(start=False)
    client.start()
    assert client.state == "starting"
    ends = ask(client, "怎么请假？")
    qtbot.waitUntil(lambda: ends.ended == 1, timeout=20_000)
    assert ends.results


def test_status_is_kept(make: Make, qtbot: QtBot) -> None:
    client = make()
    qtbot.waitUntil(lambda: client.status.llm == "ready")
    assert client.status.llm_memory == 4_400_000_000


def test_an_older_library_tells_how_far_its_words_are(qtbot: QtBot, tmp_path: Path) -> None:
    make_words_older(tmp_path / "库", 1_200)
    client = EngineClient(str(tmp_path / "库"))
    told = list[tuple[int, int]]()
    client.renewing.connect(lambda done, total: told.append((done, total)))
    with qtbot.waitSignal(client.status_changed, timeout=20_000):
        client.start()
    client.close()
    assert told
    assert set(told) <= {(500, 1_200), (1_000, 1_200)}


def test_garbage_lines_are_passed_over(make: Make, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    ends = ask(make(), "garbage 请假")
    qtbot.waitUntil(lambda: ends.ended == 1)
    assert ends.results
    assert "no message" in caplog.text
    assert "stray print" not in caplog.text, "what a line held is nobody's business"


def test_a_broken_reply_fails_its_own_request(make: Make, qtbot: QtBot) -> None:
    client = make()
    ends = ask(client, "broken")
    qtbot.waitUntil(lambda: ends.ended == 1)
    assert [problem.code for problem in ends.problems] == ["message_malformed"]
    assert client.state == "ready"


def test_a_failure_keeps_its_code_and_data(make: Make, qtbot: QtBot) -> None:
    ends = ask(make(), "fail", llm="/模型/小.gguf")
    qtbot.waitUntil(lambda: ends.ended == 1)
    assert ends.problems[0].code == "llm_crashed"
    assert ends.problems[0].data["path"] == "/模型/小.gguf"


def test_stopping_ends_the_stream(make: Make, qtbot: QtBot) -> None:
    ends = ask(make(), "forever")
    qtbot.waitUntil(lambda: len(ends.progress) > 5)
    ends.operation.cancel()
    qtbot.waitUntil(lambda: ends.ended == 1)
    assert ends.once()
    answered = ends.results[0]
    assert isinstance(answered, messages.Answered)
    assert answered.answer.stopped


def test_stopping_before_a_word_was_written(make: Make, qtbot: QtBot) -> None:
    ends = ask(make(), "waiting")
    qtbot.waitUntil(lambda: any(isinstance(one, messages.PassagesFound) for one in ends.progress))
    ends.operation.cancel()
    qtbot.waitUntil(lambda: ends.ended == 1)
    assert ends.cancelled == 1


def test_a_crash_fails_what_is_open_and_starts_again_once(make: Make, qtbot: QtBot) -> None:
    client = make()
    first = client.pid
    again_by_itself: list[bool] = []
    client.stopped.connect(lambda _: again_by_itself.append(client.restarting))
    index = Ends(client.request(lambda i: messages.Index(id=i)))
    ends = ask(client, "crash")
    qtbot.waitUntil(lambda: ends.ended == 1)
    assert ends.problems[0].code == "engine_stopped"
    assert index.ended == 1
    soon = ask(client, "怎么请假？")  # between two lives: it waits
    qtbot.waitUntil(lambda: client.state == "ready", timeout=20_000)
    assert client.pid != first
    qtbot.waitUntil(lambda: soon.ended == 1)
    assert soon.results
    again = ask(client, "crash")
    qtbot.waitUntil(lambda: again.ended == 1)
    assert client.state == "stopped"
    assert again_by_itself == [True, False], "twice in a minute: the person decides"
    refused = ask(client, "怎么请假？")
    assert refused.ended == 0, "no signal before the loop turns"
    qtbot.waitUntil(lambda: refused.ended == 1)
    assert refused.problems[0].code == "engine_stopped"
    client.restart()
    qtbot.waitUntil(lambda: client.state == "ready", timeout=20_000)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_killed_from_outside(make: Make, qtbot: QtBot) -> None:
    client = make()
    ends = ask(client, "forever")
    qtbot.waitUntil(lambda: len(ends.progress) > 5)
    os.kill(client.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: ends.ended == 1)
    assert ends.problems[0].data["detail"] == "signal 9"
    qtbot.waitUntil(lambda: client.state == "ready", timeout=20_000)


@pytest.mark.parametrize("ready", [True, False])
def test_a_request_that_is_too_long_fails_alone(make: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, ready: bool) -> None:
    client = make(start=ready)
    monkeypatch.setattr(pipes, "LONGEST", 1_000)
    if not ready:
        client.start()
    ends = ask(client, "长" * 1_000)
    assert ends.ended == 0, "no signal before the loop turns"
    qtbot.waitUntil(lambda: ends.ended == 1, timeout=20_000)
    assert ends.problems[0].code == "internal"
    after = ask(client, "怎么请假？")
    qtbot.waitUntil(lambda: after.ended == 1)
    assert after.results


def test_another_version_is_refused(make: Make, qtbot: QtBot) -> None:
    client = make("--wrong-version", start=False)
    with qtbot.waitSignal(client.stopped, timeout=20_000) as stop:
        client.start()
    assert stop.args is not None
    assert stop.args[0].code == "engine_version"
    assert not client.restarting


def test_what_the_engine_says_before_it_ends_is_the_reason(make: Make, qtbot: QtBot) -> None:
    client = make("--locked", "/资料/Office", start=False)
    with qtbot.waitSignal(client.stopped, timeout=20_000) as stop:
        client.start()
    assert stop.args is not None
    assert stop.args[0].code == "library_locked"
    assert client.state == "stopped"
    assert not client.restarting


def test_dying_at_once_is_tried_again(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    client = make("--die-once", str(tmp_path / "一次"), start=False)
    stops: list[Problem] = []
    client.stopped.connect(stops.append)
    client.start()
    qtbot.waitUntil(lambda: bool(stops) and client.state == "ready" and client.status.llm == "ready", timeout=20_000)
    assert len(stops) == 1


def test_started_afresh_in_the_middle_of_work(make: Make, qtbot: QtBot) -> None:
    client = make()
    before = client.pid
    ends = ask(client, "forever")
    qtbot.waitUntil(lambda: len(ends.progress) > 5)
    client.restart()
    assert ends.problems[0].code == "engine_stopped"
    qtbot.waitUntil(lambda: client.state == "ready", timeout=20_000)
    assert client.pid not in (0, before)
    again = ask(client, "怎么请假？")
    qtbot.waitUntil(lambda: again.ended == 1)
    assert again.results


def test_a_program_that_is_not_there(qtbot: QtBot) -> None:
    client = EngineClient("/资料", command=["/没有/这个/程序"])
    with qtbot.waitSignal(client.stopped) as stop:
        client.start()
    assert stop.args is not None
    assert stop.args[0].code == "engine_stopped"
    client.close()


def test_closing_ends_everything(make: Make, qtbot: QtBot) -> None:
    client = make()
    ends = ask(client, "forever")
    qtbot.waitUntil(lambda: len(ends.progress) > 2)
    pid = client.pid
    client.close()
    assert ends.once()
    assert ends.cancelled == 1
    assert client.state == "stopped"
    if sys.platform != "win32":
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.slow
def test_an_engine_that_is_closed_while_it_starts_deletes_what_it_was_asked_to(tmp_path: Path, qtbot: QtBot) -> None:
    library = tmp_path / "资料库"
    library.mkdir()
    (library / "library.toml").write_text('format = 1\nembedding = "none"\n', encoding="utf-8")
    store = ConversationStore(library / "conversations.sqlite")
    kept, deleted = (store.begin(0, question)[0] for question in ("留下？", "删除？"))
    store.close()
    client = EngineClient(str(library))
    client.start()
    client.request(lambda id_: messages.DeleteConversation(id_, deleted))
    assert client.state == "starting"
    client.close(60.0)
    store = ConversationStore(library / "conversations.sqlite")
    assert [head.id for head in store.heads()] == [kept]
    store.close()


def test_a_child_that_will_not_end_is_killed(make: Make) -> None:
    client = EngineClient("/资料", command=[sys.executable, "-c", "import time\nwhile True: time.sleep(60)"])
    client.start()
    client.close(0.2)
    assert client.state == "stopped"


def test_the_window_does_not_kill_an_engine_that_is_still_allowed_to_close(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    client = make()
    waited: list[float] = []
    close = SupervisedChild.close
    monkeypatch.setattr(SupervisedChild, "close", lambda child, seconds: waited.append(seconds) or close(child, seconds))
    client.close()
    assert waited == [closing.WINDOW_SECONDS]
    assert closing.WINDOW_SECONDS > closing.ENGINE_SECONDS


def test_a_flood_leaves_the_loop_turning(make: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no time to spend, each message is a batch of its own, and the event loop runs between any two."""
    monkeypatch.setattr(client_module, "_BATCH_SECONDS", 0.0)
    turns: list[int] = []
    ends = ask(make(), "flood")
    timer = QTimer()
    timer.timeout.connect(lambda: turns.append(len(ends.progress)))
    timer.start(0)
    qtbot.waitUntil(lambda: ends.ended == 1, timeout=60_000)
    timer.stop()
    steps = [later - earlier for earlier, later in itertools.pairwise(turns)]
    assert max(steps) <= 2
    assert len(ends.progress) > 5_000, "and no token is lost"


def test_the_last_progress_of_a_run_is_never_lost(make: Make, qtbot: QtBot) -> None:
    heard: list[messages.RunProgress] = []
    operation = make().request(lambda i: messages.Index(id=i))
    operation.progressed.connect(heard.append)
    with qtbot.waitSignal(operation.succeeded) as done:
        pass
    assert done.args is not None
    assert done.args[0].files["indexed"] == 40
    assert heard
    assert heard[-1].progress.done == 39, "of many only the last matters, and the last is never lost"
