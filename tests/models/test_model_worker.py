# SPDX-License-Identifier: Apache-2.0
"""The model process spoken to in its own language, as the engine starts it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tiny_gguf import ANSWER

from desktop_app.contract.model_process import Counted, reply_decoder
from desktop_app.ipc import pipes, roles
from desktop_app.ipc.message import PROTOCOL, ErrorReply
from desktop_app.models.llama.model_worker import _Worker

pytestmark = pytest.mark.needs("llama_cpp")

USER = [{"role": "user", "content": "合同编号是什么？"}]


class Spoken:
    """A worker with its pipes."""

    def __init__(self) -> None:
        self.process = roles.start("model", keep_stderr=True)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.stdin, self.stdout, self.stderr = self.process.stdin, self.process.stdout, self.process.stderr
        self.tell(type="initialize", protocol=PROTOCOL)
        assert self.hear() == {"type": "initialized", "protocol": PROTOCOL}

    def tell(self, **message: Any) -> None:
        self.raw(json.dumps(message, ensure_ascii=False).encode() + b"\n")

    def raw(self, line: bytes) -> None:
        self.stdin.write(line)
        self.stdin.flush()

    def hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.stdout.readline())
        return message

    def until(self, kind: str) -> dict[str, Any]:
        while True:
            message = self.hear()
            if message["type"] == kind:
                return message
            assert message["type"] in {"progress", "text_piece"}, message


@pytest.fixture
def worker() -> Iterator[Spoken]:
    spoken = Spoken()
    yield spoken
    spoken.process.kill()
    spoken.process.wait(10)
    for stream in (spoken.stdin, spoken.stdout, spoken.stderr):
        try:
            stream.close()
        except BrokenPipeError:
            pass


def load(worker: Spoken, path: Path, context: int = 2048) -> dict[str, Any]:
    worker.tell(type="load", id=1, path=str(path), context=context)
    return worker.until("loaded")


def test_a_conversation(worker: Spoken, tiny_gguf_q4: Path) -> None:
    loaded = load(worker, tiny_gguf_q4)
    assert loaded["context"] == 2048
    assert loaded["build"]["features"]
    worker.tell(type="generate", id=2, messages=USER, max_tokens=50)
    text = ""
    while (message := worker.hear())["type"] != "generated":
        text += message.get("text", "")
    assert text == ANSWER
    assert (message["id"], message["finish"], message["tokens"]) == (2, "stop", 18)
    worker.tell(type="count", id=3, texts=["合同", ""], messages=USER)
    counted = worker.until("counted")
    assert counted["counts"] == [2, 0]
    assert counted["prompt"] == message["prompt_tokens"]


def test_a_model_that_is_not_loaded_cannot_write(worker: Spoken) -> None:
    worker.tell(type="generate", id=5, messages=USER, max_tokens=5)
    assert worker.until("error_reply")["code"] == "internal"


def test_loading_progress_ends_at_one(worker: Spoken, tiny_gguf: Path) -> None:
    worker.tell(type="load", id=1, path=str(tiny_gguf), context=512)
    seen = []
    while (message := worker.hear())["type"] == "progress":
        if message.get("total"):
            seen.append(message["done"] / message["total"])
    assert message["type"] == "loaded"
    assert seen[-1] == 1.0


def test_end_of_input_ends_an_idle_worker(worker: Spoken) -> None:
    worker.stdin.close()
    assert worker.process.wait(30) == 0


def test_end_of_input_ends_it_in_the_middle_of_a_generation(worker: Spoken, endless_gguf: Path) -> None:
    load(worker, endless_gguf, context=8192)
    worker.tell(type="generate", id=2, messages=USER, max_tokens=8000)
    assert worker.until("text_piece")["text"]
    worker.stdin.close()
    assert worker.process.wait(30) == 0
    assert b'"generated"' not in worker.stdout.read()


def test_an_engine_that_no_longer_reads_ends_it(worker: Spoken, endless_gguf: Path) -> None:
    load(worker, endless_gguf, context=8192)
    worker.tell(type="generate", id=2, messages=USER, max_tokens=8000)
    worker.until("text_piece")
    worker.stdout.close()
    assert worker.process.wait(30) == 0


def test_counting_and_cancelling_are_heard_during_a_generation(worker: Spoken, endless_gguf: Path) -> None:
    load(worker, endless_gguf, context=8192)
    worker.tell(type="generate", id=2, messages=USER, max_tokens=8000)
    worker.until("text_piece")
    worker.tell(type="count", id=3, texts=["合同"])
    assert worker.until("counted")["counts"] == [2]
    worker.tell(type="cancel", target=2)
    assert worker.until("generated")["finish"] == "cancelled"


def test_a_line_that_is_no_request_is_answered_and_not_repeated(worker: Spoken) -> None:
    worker.raw(b'{"type": "generate", "id": "\xe7\xa7\x98\xe5\xaf\x86"}\n')
    failed = worker.until("error_reply")
    assert (failed["id"], failed["code"]) == (0, "message_malformed")
    assert "秘密" not in json.dumps(failed, ensure_ascii=False)
    worker.raw(b"no json\n")
    assert worker.until("error_reply")["code"] == "message_malformed"
    worker.tell(type="describe", id=7)
    assert worker.until("described")["build"]["version"]


def test_a_request_that_is_too_long_is_answered_to_its_asker(worker: Spoken) -> None:
    worker.stdin.write(b'{"type":"embed","id":9,"texts":["')
    for _ in range(pipes.LONGEST >> 20):
        worker.stdin.write(b"x" * (1 << 20))
    worker.raw(b'"]}\n')
    failed = worker.until("error_reply")
    assert (failed["id"], failed["code"]) == (9, "message_malformed")
    worker.tell(type="describe", id=10)
    assert worker.until("described")["id"] == 10


def test_an_answer_that_is_too_long_fails_its_request() -> None:
    stream = io.BytesIO()
    worker = _Worker(pipes.LineWriter(stream, longest=200))
    worker._write(Counted(11, [7] * 200))
    assert reply_decoder.decode(stream.getvalue()) == ErrorReply(11, "internal", {"detail": "a line of more than 200 bytes"})


def test_what_native_code_prints_never_breaks_a_line(tiny_gguf: Path) -> None:
    """C's own printf and a write to descriptor 1, while the protocol is speaking, land on standard error."""
    code = (
        "import ctypes, os, threading\n"
        "from desktop_app.foundation import offline; offline.seal()\n"
        "from desktop_app.models.llama import llama_cpp_backend, model_worker\n"
        "before = llama_cpp_backend.LlamaCppModel._evaluate\n"
        "def noisy(self, tokens):\n"
        "    ctypes.CDLL(None).puts(b'printed by C'); ctypes.CDLL(None).fflush(None)\n"
        "    os.write(1, b'written to 1'); print('printed by Python', flush=True)\n"
        "    return before(self, tokens)\n"
        "llama_cpp_backend.LlamaCppModel._evaluate = noisy\n"
        "model_worker.main()\n"
    )
    lines = [
        {"type": "initialize", "protocol": PROTOCOL},
        {"type": "load", "id": 1, "path": str(tiny_gguf), "context": 512},
        {"type": "generate", "id": 2, "messages": USER, "max_tokens": 50},
    ]
    import sys

    process = subprocess.Popen(
        [sys.executable, "-X", "utf8", "-c", code], stdin=-1, stdout=-1, stderr=-1, cwd=roles._start_folder()
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    for line in lines:
        process.stdin.write(json.dumps(line).encode() + b"\n")
    process.stdin.flush()
    text, kind = "", ""
    while kind != "generated":
        message = json.loads(process.stdout.readline())
        kind = message["type"]
        text += message.get("text", "")
    process.stdin.close()
    assert process.wait(30) == 0
    errors = process.stderr.read()
    process.stdout.close()
    process.stderr.close()
    assert text == ANSWER
    for noise in (b"printed by C", b"written to 1", b"printed by Python"):
        assert noise in errors


def test_a_crash_leaves_its_stack_on_standard_error(worker: Spoken) -> None:
    worker.tell(type="describe", id=1)
    worker.until("described")
    os.kill(worker.process.pid, signal.SIGSEGV)
    assert worker.process.wait(30) == -signal.SIGSEGV
    assert b"Segmentation fault" in worker.stderr.read()
