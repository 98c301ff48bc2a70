# SPDX-License-Identifier: Apache-2.0
"""A model that is loaded before it is asked reads what its prompts begin with, once, and keeps nobody waiting."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.answering import prompt
from desktop_app.contract.model_process import ChatMessage
from desktop_app.engine.engine import Engine
from desktop_app.foundation import translation
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.models.process import ModelProcess

pytestmark = [pytest.mark.slow, pytest.mark.needs("llama_cpp")]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_beginning_is_read_once(tmp_path: Path, tiny_gguf: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    read: list[list[ChatMessage]] = []
    begun, go_on = threading.Event(), threading.Event()

    def warm(_: ModelProcess, messages: Sequence[ChatMessage], cancel: Cancellation) -> None:
        read.append(list(messages))
        begun.set()
        go_on.wait(60)

    monkeypatch.setattr(ModelProcess, "warm", warm)
    monkeypatch.setattr(translation, "_current", language)
    with closing(Engine(tmp_path / "资料库", embedding="none")) as engine:
        for _ in range(2):
            engine.llm.load_ahead(str(tiny_gguf), lambda _: None, Cancellation())  # returns while it still reads
        assert begun.wait(60)
        go_on.set()
    assert read == [prompt.beginning(language[:2])]


def test_a_model_is_timed_and_the_speed_kept(tmp_path: Path, tiny_gguf: Path) -> None:
    with closing(Engine(tmp_path / "资料库", embedding="none")) as engine:
        speed = engine.llm.measure(str(tiny_gguf), lambda _: None, Cancellation())
        assert speed.reads > 0
        here = engine.models(str(tiny_gguf.parent), Cancellation())
        assert {entry.reads for entry in here.entries if entry.path == str(tiny_gguf)} == {speed.reads}
