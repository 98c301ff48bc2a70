# SPDX-License-Identifier: Apache-2.0
"""The measuring process from outside: what it may do to the program that listens."""

from __future__ import annotations

import subprocess
import sys
import threading
import tracemalloc

import msgspec
import pytest

from desktop_app.contract.measuring_process import Job
from desktop_app.embedding.choosing import measuring
from desktop_app.ipc.message import PROTOCOL, Initialized

GREETING = msgspec.json.encode(Initialized(PROTOCOL)) + b"\n"
JOB = Job("/模型", 0, False, ("openvino-int8",), ("文",))


def run(monkeypatch: pytest.MonkeyPatch, code: str) -> list[str]:
    """Problems of what a measuring process of this code measured."""
    child = [
        sys.executable,
        "-c",
        f"import os, sys\nos.write(1, {GREETING!r})\nsys.stdin.readline()\nsys.stdin.readline()\n" + code,
    ]
    monkeypatch.setattr(
        measuring.roles, "start", lambda _: subprocess.Popen(child, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    )
    under_way = measuring.Measuring(JOB, threading.Event())
    rows = under_way.run()
    under_way.end()
    return [row.problem for row in rows]


@pytest.mark.parametrize(
    "code",
    ["while True: os.write(1, b'x' * (1 << 20))", "os.write(1, b'no message\\n'); sys.stdin.read()"],
    ids=["a line without end", "no message"],
)
def test_one_that_breaks_the_protocol_is_ended_and_the_candidate_fails(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    tried = 'os.write(1, b\'{"type":"trying","backend":"openvino-int8"}\\n\')\n'
    tracemalloc.start()
    try:
        (problem,) = run(monkeypatch, tried + code)
        assert tracemalloc.get_traced_memory()[1] < 100 << 20
    finally:
        tracemalloc.stop()
    assert problem.startswith("ended the measuring process")


def test_a_process_of_another_version_says_nothing_about_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    other = msgspec.json.encode(Initialized(PROTOCOL + 1))
    child = [sys.executable, "-c", f"import os, sys\nos.write(1, {other!r} + b'\\n')\nsys.stdin.read()"]
    monkeypatch.setattr(
        measuring.roles, "start", lambda _: subprocess.Popen(child, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    )
    under_way = measuring.Measuring(msgspec.structs.replace(JOB, convert=True), threading.Event())
    assert under_way.run() == []
    under_way.end()
