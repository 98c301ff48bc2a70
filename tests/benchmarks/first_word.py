# SPDX-License-Identifier: Apache-2.0
"""How soon a language model's first word comes, beside bare llama.cpp: ``python -m tests.benchmarks.first_word [FILE.gguf]…``.

Without a file: the real models for measuring that are here. Each prompt has a beginning of its own, so that no cache helps; both sides
take turns, each in a process of its own, with the same threads, batches and manner of waiting (threads that spin, llama.cpp's own choice,
starve where anything else runs: beside six busy processes the bare one then wrote 12 words/s and the other 49). Then what a second turn
reads, and how long a stop takes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import median

from desktop_app.contract.model_process import ChatMessage
from desktop_app.foundation import hardware
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.models.llama.llama_cpp_backend import LlamaCppModel, physical_cores
from desktop_app.models.process import ModelProcess

_ROUNDS = 4
_LONG, _SHORT = 2_400, 500  # characters of the passages of a prompt
_ANSWER = 40  # tokens
_REAL = Path(os.environ.get("INKSTONE_REAL_MODELS", Path.home() / ".cache" / "inkstone-real-models"))

_BARE = """
import json, sys, time
from llama_cpp import Llama
path, context, threads, batch_threads = json.loads(sys.stdin.readline())
model = Llama(path, n_ctx=context, n_batch=512, n_ubatch=512, n_threads=threads, n_threads_batch=batch_threads, verbose=False)
print("ready", flush=True)
for line in sys.stdin:
    messages, limit = json.loads(line)
    began, words = time.perf_counter(), []
    for chunk in model.create_chat_completion(messages, stream=True, temperature=0.0, repeat_penalty=1.0, max_tokens=limit):
        if chunk["choices"][0]["delta"].get("content"):
            words.append(time.perf_counter() - began)
    print(json.dumps([words[0], words[-1], len(words)]), flush=True)
"""


class Bare:
    """llama-cpp-python as it comes: its own chat template, its own loop."""

    def __init__(self, path: Path, context: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _BARE],
            stdin=-1,
            stdout=-1,
            stderr=-3,
            text=True,
            env={**os.environ, "OMP_WAIT_POLICY": "passive"},
        )
        self._say([str(path), context, physical_cores(), hardware.cores()])
        assert self._hear() == "ready"

    def ask(self, messages: Sequence[ChatMessage], limit: int = _ANSWER) -> tuple[float, float]:
        """Seconds to the first word, words a second after it."""
        self._say([[asdict(message) for message in messages], limit])
        first, last, words = json.loads(self._hear())
        return first, (words - 1) / (last - first) if words > 1 else 0.0

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def _say(self, line: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def ask(model: ModelProcess, messages: Sequence[ChatMessage], limit: int = _ANSWER) -> tuple[float, float, str]:
    """Seconds to the first word, words a second after it, and the text."""
    began, words, said = time.perf_counter(), [], ""
    for piece in model.generate(messages, max_tokens=limit, cancel=Cancellation()):
        words.append(time.perf_counter() - began)
        said += piece.text
    return words[0], (len(words) - 1) / (words[-1] - words[0]) if len(words) > 1 else 0.0, said


def prompt(number: int, characters: int) -> list[ChatMessage]:
    """A part of the README and a question, different from the first word on."""
    text = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    start = 97 * number % max(1, len(text) - characters)
    return [
        ChatMessage("system", f"{number}. Answer from these documents only, in two or three sentences."),
        ChatMessage("user", f"{text[start : start + characters]}\n\nWhat do these documents say?"),
    ]


@contextmanager
def loaded(path: Path) -> Iterator[ModelProcess]:
    model = ModelProcess()
    model.load(str(path))
    yield model
    model.close()


def overhead(path: Path) -> None:
    with loaded(path) as model:
        bare = Bare(path, model.context)
        number = 0
        for characters in (_SHORT, _LONG):
            ours, theirs = list[tuple[float, float]](), list[tuple[float, float]]()
            for _ in range(_ROUNDS):
                number += 1
                # In turns and each first in turn: a machine that becomes busier is so for both.
                if number % 2:
                    theirs.append(bare.ask(prompt(number, characters)))
                    ours.append(ask(model, prompt(number, characters))[:2])
                else:
                    ours.append(ask(model, prompt(number, characters))[:2])
                    theirs.append(bare.ask(prompt(number, characters)))
            tokens = model.count_prompt(prompt(number, characters))
            first = [min(one[0] for one in both) for both in (ours, theirs)]
            pace = [max(one[1] for one in both) for both in (ours, theirs)]
            print(
                f"  prompt of {tokens} tokens: first word {first[0]:.2f} s, bare {first[1]:.2f} s, best of {_ROUNDS} each "
                f"({first[0] / first[1] - 1:+.1%}; medians {median(o[0] for o in ours):.2f} and {median(t[0] for t in theirs):.2f} s); "
                f"writes {pace[0]:.1f} words/s, bare {pace[1]:.1f} ({pace[0] / pace[1] - 1:+.1%})"
            )
        bare.close()


def second_turn(path: Path) -> None:
    with loaded(path) as model:
        first = prompt(1, _LONG)
        said = ask(model, first)[2]
        assert model.last is not None
        known = model.last.prompt_tokens + model.last.tokens
        second = [*first, ChatMessage("assistant", said), *prompt(2, _SHORT)[1:]]
        ask(model, second)
        new, read = model.last.prompt_tokens - known, model.last.prompt_tokens - model.last.reused
        print(f"  second turn: {read} prompt tokens read, {new} are new ({read / new:.2f})")
        ahead = prompt(3, _LONG)[:1]
        model.warm(ahead, Cancellation())
        ask(model, [*ahead, *prompt(3, _SHORT)[1:]], 8)
        print(f"  read ahead: {model.last.reused} of {model.count_prompt(ahead)} tokens of the beginning were not read again")


def stops(path: Path) -> None:
    model = LlamaCppModel(str(path), context=4096, gpu=False)
    ended, progress = list[float](), list[float]()
    for number in range(_ROUNDS):
        cancel, seen, at = Cancellation(), list[float](), list[float]()
        timer = threading.Timer(
            0.4 + 0.3 * number, lambda at=at, cancel=cancel: (at.append(time.perf_counter()), cancel.cancel())
        )
        began = time.perf_counter()
        timer.start()
        pieces = model.generate(
            prompt(10 + number, 3 * _LONG),
            max_tokens=4,
            cancel=cancel,
            reading=lambda done, _, seen=seen: seen.append(time.perf_counter()) if done else None,  # type: ignore[misc]
        )
        assert not list(pieces), "it was read before it could be stopped"
        ended.append(time.perf_counter() - at[0])
        progress.append(seen[0] - began)
    model.close()
    print(
        f"  stop while reading: the computing ended after {max(ended) * 1000:.0f} ms (worst of {_ROUNDS}); first sign of progress "
        f"after {max(progress) * 1000:.0f} ms"
    )
    with loaded(path) as process:
        back, after = list[float](), list[int]()
        for number in range(_ROUNDS):
            cancel, came, stopped = Cancellation(), 0, 0.0
            for _ in process.generate(prompt(20 + number, _SHORT), max_tokens=200, cancel=cancel):
                came += 1
                if came == 5:
                    cancel.cancel()
                    stopped = time.perf_counter()
            back.append(time.perf_counter() - stopped)
            after.append(came - 5)
        print(f"  stop while writing: {max(back) * 1000:.0f} ms, {max(after)} words more (worst of {_ROUNDS})")


def main(files: Sequence[str] = ()) -> None:
    named = [Path(file) for file in files]
    found = named or sorted(_REAL.glob("*.gguf"))
    if not found:
        print(f"skipped: no GGUF file in {_REAL}")
    for path in found:
        print(f"{path.name}, load average {os.getloadavg()[0]:.1f} on {hardware.cores()} cores")
        overhead(path)
        second_turn(path)
        stops(path)


if __name__ == "__main__":
    main(sys.argv[1:])
