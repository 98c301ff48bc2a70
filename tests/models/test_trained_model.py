# SPDX-License-Identifier: Apache-2.0
"""What only a trained model shows: what a second turn reads, what a temperature draws, how an answer goes on.

SmolLM2 135M, as ../shared/models/get-real-models leaves it outside the repository; skipped where it is not there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.contract.model_process import ChatMessage, Generated
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.models.language_model import GREEDY, Sampling
from desktop_app.models.process import ModelProcess

pytestmark = [pytest.mark.slow, pytest.mark.needs("llama_cpp")]

FOLDER = Path(os.environ.get("INKSTONE_REAL_MODELS", Path.home() / ".cache" / "inkstone-real-models"))
FILE = FOLDER / "smollm2-135m-instruct-q4_1.gguf"
SYSTEM = ChatMessage("system", "Answer from the passages only.")


@pytest.fixture(scope="module")
def model() -> Iterator[ModelProcess]:
    if not FILE.is_file():
        pytest.skip(f"{FILE.name} is not in {FOLDER}; ../shared/models/get-real-models brings it")
    process = ModelProcess()
    process.load(str(FILE))
    yield process
    process.close()


def asked(fact: str, question: str) -> ChatMessage:
    return ChatMessage("user", f"{fact}\n\nQuestion: {question}")


def say(model: ModelProcess, *messages: ChatMessage, limit: int = 24, sampling: Sampling = GREEDY) -> str:
    pieces = model.generate([SYSTEM, *messages], max_tokens=limit, cancel=Cancellation(), sampling=sampling)
    return "".join(piece.text for piece in pieces)


def last(model: ModelProcess) -> Generated:
    assert model.last is not None
    return model.last


LEASE = asked("The deposit of the lease is 500 euros. The notice period is three months.", "How high is the deposit?")
HOTEL = asked("A hotel room may cost 175 euros per night in the capital, 120 elsewhere.", "What may a hotel room cost?")


def test_a_second_turn_reads_only_what_is_new(model: ModelProcess) -> None:
    answer = say(model, LEASE)
    known = last(model).prompt_tokens + last(model).tokens
    say(model, LEASE, ChatMessage("assistant", answer), HOTEL)
    read, new = last(model).prompt_tokens - last(model).reused, last(model).prompt_tokens - known
    assert read <= 1.15 * new


def test_a_temperature_draws_and_its_seed_repeats_it(model: ModelProcess) -> None:
    story = ChatMessage("user", "Tell a story about the sea.")
    say(model, story)  # from here on the prompt is in the cache, for all of them alike

    def drawn(seed: int) -> str:
        return say(model, story, sampling=Sampling(1.0, seed))

    assert len({drawn(seed) for seed in (1, 2, 3)}) > 1
    assert drawn(4) == drawn(4)


def test_an_answer_that_ran_out_goes_on(model: ModelProcess) -> None:
    begun = say(model, LEASE, limit=4)
    assert last(model).finish == "length"
    rest = say(model, LEASE, ChatMessage("assistant", begun))
    assert "500" in begun + rest
    assert not rest.startswith(begun)
    assert last(model).prompt_tokens - last(model).reused <= 4
