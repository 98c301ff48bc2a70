# SPDX-License-Identifier: Apache-2.0
"""A supervised child: greeted, asked, given up when it is silent, killed when it breaks the protocol, and gone in the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop_app.foundation.errors import EnvironmentProblem, InternalProblem
from desktop_app.ipc import pipes
from desktop_app.ipc.message import PROTOCOL, Cancel, Done, ErrorReply, Initialized, Message, Progress, Request
from desktop_app.ipc.supervised_child import SupervisedChild

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 60.0
GREETING = """
import json, os, sys, threading
from desktop_app.ipc import greeting, pipes
def say(**message):
    os.write(1, json.dumps(message).encode() + b"\\n")
def asked():
    return json.loads(sys.stdin.readline())
"""
GREETS = GREETING + "assert greeting.answer(sys.stdin.buffer.raw, pipes.LineWriter(os.fdopen(os.dup(1), 'wb', buffering=0)))\n"
ECHO = GREETS + (
    "for line in sys.stdin:\n"
    "    print('heard', line.strip(), file=sys.stderr, flush=True)\n"
    "    message = json.loads(line)\n"
    "    if 'id' in message:\n"
    "        say(type='progress', id=message['id'], done=1, total=2)\n"
    "        say(type='done', id=message['id'])\n"
)


class Work(Request, frozen=True):
    """What the children here are asked for."""

    text: str = ""


decode = msgspec.json.Decoder(Progress | Done | ErrorReply).decode
Start = Callable[..., SupervisedChild]


@pytest.fixture
def start() -> Iterator[Start]:
    children: list[SupervisedChild] = []

    def build(code: str, **options: Any) -> SupervisedChild:
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )
        children.append(SupervisedChild("test", process, decode, **options))
        return children[-1]

    yield build
    for child in children:
        child.kill()
        assert child.gone
        assert child._process.stdout is not None
        assert child._process.stdout.closed


def ended(child: SupervisedChild, number: int) -> str:
    """How a request ended with its process."""
    with pytest.raises(ConnectionError) as caught:
        child.next_reply(number, silence=LIMIT)
    return str(caught.value)


def test_a_request_has_its_replies_in_order_and_one_end(start: Start) -> None:
    child = start(ECHO)
    first, second = child.ask(Work), child.ask(Work)
    assert child.next_reply(second, silence=LIMIT) == Progress(second, 1, 2)
    assert child.next_reply(first, silence=LIMIT) == Progress(first, 1, 2)
    assert child.next_reply(first, silence=LIMIT) == Done(first)
    assert child.memory > 1 << 20
    assert child.close(LIMIT)
    assert (child.exit_status, child.memory) == (0, 0)
    assert [line.split()[0] for line in child.tail] == ["heard", "heard"]


def test_only_what_goes_on_is_cancelled_when_it_is_forgotten(start: Start) -> None:
    child = start(ECHO)
    over, open_ = child.ask(Work), child.ask(Work)
    while not isinstance(child.next_reply(over, silence=LIMIT), Done):
        pass
    child.forget(over)
    child.forget(open_)
    assert child.close(LIMIT)
    assert [line for line in child.tail if "cancel" in line] == [f"heard {msgspec.json.encode(Cancel(open_)).decode()}"]


def test_everything_goes_to_who_wants_it_and_the_end_is_told_once(start: Start) -> None:
    received: list[Message] = []
    ends = threading.Semaphore(0)
    child = start(ECHO, received=received.append, ended=ends.release)
    child.send(Work(7))
    child.close(LIMIT)
    assert received == [Initialized(PROTOCOL), Progress(7, 1, 2), Done(7)]
    assert ends.acquire(timeout=LIMIT)
    child.kill()
    assert not ends.acquire(blocking=False)


def test_askers_wake_and_closing_is_quick_although_the_end_callback_raises(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda found: raised.append(found.exc_type))

    def deleted() -> None:
        raise RuntimeError("Internal C++ object already deleted.")

    child = start(GREETS + "sys.stdin.read()", ended=deleted)
    number = child.ask(Work)
    assert child.close(LIMIT)
    assert ended(child, number) == "exit status 0"
    assert raised == [RuntimeError]


@pytest.mark.parametrize(
    "code",
    [
        GREETING + f"asked(); say(type='initialized', protocol={PROTOCOL + 1}); asked()",
        GREETING + f"say(type='error_reply', id=0, code='engine_version', data={{'found': '{PROTOCOL + 1}', 'known': '?'}})",
        GREETING.replace("import json", "from desktop_app.ipc import message; message.PROTOCOL += 1\nimport json")
        + "greeting.answer(sys.stdin.buffer, pipes.LineWriter(sys.stdout.buffer))",
    ],
    ids=["it answers with another", "it refuses ours", "a child of another version"],
)
def test_another_protocol_is_refused_with_its_reason(start: Start, code: str) -> None:
    child = start(code)
    number = child.ask(Work)
    with pytest.raises(EnvironmentProblem) as caught:
        child.next_reply(number, silence=LIMIT)
    assert caught.value.code == "engine_version"
    assert str(PROTOCOL + 1) in caught.value.data.values()


@pytest.mark.parametrize(
    "line",
    ['{"type":"failed","id":0,"code":"engine_version","data":{"found":"5","known":"4"}}', '{"type":"initialized"}'],
    ids=["protocol 4", "no number"],
)
def test_a_greeting_in_words_of_another_version_is_refused_as_such(start: Start, line: str) -> None:
    child = start(GREETING + f"asked(); print({line!r}, flush=True); print('and more', flush=True); asked(); asked()")
    number = child.ask(Work)
    with pytest.raises(EnvironmentProblem) as caught:
        child.next_reply(number, silence=LIMIT)
    assert (caught.value.code, caught.value.data) == ("engine_version", {"found": "?", "known": str(PROTOCOL)})
    assert not child.violation


def test_lines_that_a_package_prints_before_the_greeting_are_passed_over(start: Start) -> None:
    child = start("for line in ('patched!', '', '7', '[1, 2]', '[' * 50_000): print(line, flush=True)" + ECHO)
    number = child.ask(Work)
    assert child.next_reply(number, silence=LIMIT) == Progress(number, 1, 2)
    assert child.close(LIMIT)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (GREETING + "for _ in range(21): print('a stray print', flush=True)\nasked(); asked()", "malformed"),
        (GREETS + "print('a stray print', flush=True); asked(); asked()", "malformed"),
        (GREETS + "os.write(1, b'\\xff\\xfe\\n'); asked(); asked()", ""),
        (GREETS + "os.write(1, b'[' * 50_000 + b'\\n'); asked(); asked()", ""),
        (GREETS + "while True: os.write(1, b'x' * (1 << 20))", "a line of more than"),
        (GREETS + "number = asked()['id']\nwhile True: say(type='progress', id=number)", "more than 1,000 replies"),
    ],
    ids=["no greeting", "no message", "no UTF-8", "brackets", "no end of line", "more than anybody takes"],
)
def test_one_that_breaks_the_protocol_is_killed(start: Start, code: str, why: str) -> None:
    child = start(code, most_waiting=1_000)
    number = child.ask(Work)
    child._gone.wait(LIMIT)
    assert child.violation
    while child._replies[number].qsize() > 1:
        child.next_reply(number, silence=LIMIT)  # what came before
    assert why in ended(child, number)


def test_a_request_that_is_too_long_is_refused_before_it_is_sent(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    child = start(ECHO)
    monkeypatch.setattr(pipes, "LONGEST", 1_000)
    with pytest.raises(InternalProblem, match="1,000"):
        child.ask(lambda number: Work(number, "x" * 1_000))
    assert not child._replies
    number = child.ask(Work)
    assert child.next_reply(number, silence=LIMIT) == Progress(number, 1, 2)


def test_a_silent_one_is_given_up_but_not_while_it_is_paused(start: Start) -> None:
    child = start(GREETS + "sys.stdin.read()")
    number = child.ask(Work)
    looks = iter([True] * 8)
    with pytest.raises(TimeoutError):
        child.next_reply(number, silence=0.1, check=lambda: next(looks, False))
    assert next(looks, None) is None  # eight looks of 50 ms, four times the silence
    child.close(LIMIT)
    assert ended(child, number) == "exit status 0"


def test_waiting_ends_when_the_asker_wants_it(start: Start) -> None:
    child = start(GREETS + "sys.stdin.read()")

    def check() -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        child.next_reply(child.ask(Work), silence=LIMIT, check=check)


def test_a_child_that_does_not_read_blocks_nobody(start: Start) -> None:
    child = start("import threading; threading.Event().wait()")
    for _ in range(50):
        child.ask(lambda number: Work(number, "长" * 100_000))  # more than a pipe holds
    assert not child.close(0.1)
    assert ended(child, child.ask(Work))


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_its_own_exit_status_is_seen(start: Start) -> None:
    child = start(GREETS + "sys.stdin.read()")
    number = child.ask(Work)
    os.kill(child.pid, signal.SIGABRT)
    assert ended(child, number) == f"exit status {-signal.SIGABRT}"
