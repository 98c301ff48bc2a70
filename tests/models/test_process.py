# SPDX-License-Identifier: Apache-2.0
"""The supervised model process: it answers, and dies in every way a model process dies."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from fixtures_models import quantised
from tiny_gguf import ANSWER

from desktop_app.contract.model_process import ChatMessage
from desktop_app.foundation import hardware
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem, InternalProblem, UsageProblem
from desktop_app.ipc.message import PROTOCOL
from desktop_app.ipc.supervised_child import SupervisedChild
from desktop_app.models.language_model import LanguageModel, Sampling, Speed, Written
from desktop_app.models.process import ModelProcess

pytestmark = [pytest.mark.slow, pytest.mark.needs("llama_cpp")]

QUESTION = [ChatMessage("user", "合同编号是什么？")]
BEGINNING = [ChatMessage("system", "只用资料里的话回答。" * 20)]


@pytest.fixture
def model() -> Iterator[ModelProcess]:
    process = ModelProcess()
    yield process
    pid = process.pid
    process.close()
    assert pid == 0 or not psutil.pid_exists(pid)


def say(model: ModelProcess, limit: int = 64) -> str:
    return "".join(one.text for one in model.generate(QUESTION, max_tokens=limit, cancel=Cancellation()))


def begun(model: ModelProcess, path: Path, cancel: Cancellation | None = None) -> Iterator[Written]:
    """A generation that is running: its first piece has come and it has thousands to go."""
    model.load(str(path))
    pieces = model.generate(QUESTION, max_tokens=8000, cancel=cancel or Cancellation())
    assert next(pieces)
    return pieces


def test_it_loads_answers_and_unloads(model: ModelProcess, tiny_gguf_q8: Path) -> None:
    contract: LanguageModel = model
    assert (contract.path, contract.context, model.pid, model.memory, model.loaded) == ("", 0, 0, 0, False)
    fractions: list[float] = []
    model.load(str(tiny_gguf_q8), fractions.append)
    assert fractions[-1] == 1.0
    assert (contract.path, contract.context, model.loaded) == (str(tiny_gguf_q8), 2048, True)
    assert model.memory > tiny_gguf_q8.stat().st_size
    assert say(model) == ANSWER
    assert model.last is not None
    assert (model.last.finish, model.last.tokens) == ("stop", 18)
    assert model.count_tokens(["合同", ""]) == [2, 0]
    assert model.count_prompt(QUESTION) == model.last.prompt_tokens
    pid = model.pid
    model.load(str(tiny_gguf_q8))
    assert model.pid == pid  # this one is loaded already
    model.unload()
    assert (model.path, model.context, model.pid, model.loaded) == ("", 0, 0, False)
    assert not psutil.pid_exists(pid)
    with pytest.raises(InternalProblem):
        say(model)


def test_how_fast_it_is_is_measured_and_remembered(model: ModelProcess, tiny_gguf: Path, endless_gguf: Path) -> None:
    model.load(str(endless_gguf))
    assert model.speed == Speed()
    say(model, 8)
    assert model.speed == Speed()  # a few tokens measure the beginning and the end
    long = [ChatMessage("user", "合同" * 100)]
    list(model.generate(long, max_tokens=40, cancel=Cancellation()))
    last = model.last
    assert last is not None
    assert model.speed.reads == pytest.approx((last.prompt_tokens - last.reused) / last.read_seconds, abs=0.1)
    assert model.speed.writes == pytest.approx(40 / last.write_seconds, abs=0.1)
    measured = model.speed
    model.load(str(tiny_gguf))
    assert model.speed == Speed()
    model.load(str(endless_gguf))
    assert model.speed == measured


def test_how_far_it_has_read_is_told(model: ModelProcess, tiny_gguf: Path) -> None:
    model.load(str(tiny_gguf))
    told: list[tuple[int, int]] = []
    question = [ChatMessage("user", "合同" * 500)]
    list(model.generate(question, max_tokens=1, cancel=Cancellation(), reading=lambda *far: told.append(far)))
    assert model.last is not None
    total = model.last.prompt_tokens - model.last.reused
    assert told[0] == (0, total)
    assert told[-1] == (total, total)


def test_what_the_next_prompts_begin_with_is_read_ahead(model: ModelProcess, tiny_gguf: Path) -> None:
    model.warm(BEGINNING, Cancellation())  # nothing is loaded: nothing happens
    assert model.pid == 0
    model.load(str(tiny_gguf))
    model.warm(BEGINNING, Cancellation())
    assert model.speed.reads > 0
    list(model.generate([*BEGINNING, *QUESTION], max_tokens=8, cancel=Cancellation()))
    assert model.last is not None
    assert model.last.reused >= 100


@pytest.mark.parametrize("what", ["a question", "another model", "unload"])
def test_nothing_waits_until_all_is_read_ahead(
    what: str, model: ModelProcess, tiny_gguf: Path, tiny_gguf_q4: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process stands still until the question has come: so it cannot have read everything before."""
    asking = {
        "a question": lambda: say(model),
        "another model": lambda: model.load(str(tiny_gguf_q4)),
        "unload": model.unload,
    }[what]
    model.load(str(tiny_gguf))
    reading, told = threading.Event(), threading.Event()
    reply, cancel = ModelProcess._reply, SupervisedChild.cancel
    monkeypatch.setattr(ModelProcess, "_reply", lambda *given: (reading.set(), reply(*given))[1])
    monkeypatch.setattr(SupervisedChild, "cancel", lambda *given: (cancel(*given), told.set())[0])
    os.kill(model.pid, signal.SIGSTOP)
    ahead = threading.Thread(target=model.warm, args=([ChatMessage("system", "合" * 1900)], Cancellation()))
    ahead.start()
    assert reading.wait(60)
    asked = threading.Thread(target=asking)
    asked.start()
    assert told.wait(60)
    os.kill(model.pid, signal.SIGCONT)
    asked.join(60)
    ahead.join(60)
    if what == "a question":
        assert model.last is not None
        assert (model.last.finish, model.last.reused < 100) == ("stop", True)
    else:
        assert model.path == (str(tiny_gguf_q4) if what == "another model" else "")


def test_reading_ahead_never_waits_for_an_answer(model: ModelProcess, endless_gguf: Path) -> None:
    pieces = begun(model, endless_gguf)
    model.warm(BEGINNING, Cancellation())
    assert next(pieces)
    pieces.close()  # type: ignore[attr-defined]


def test_a_second_turn_reads_only_what_is_new(model: ModelProcess, tiny_gguf: Path) -> None:
    model.load(str(tiny_gguf))
    first = [*BEGINNING, *QUESTION]
    answer = "".join(one.text for one in model.generate(first, max_tokens=64, cancel=Cancellation()))
    assert model.last is not None
    read = model.last.prompt_tokens
    second = [*first, ChatMessage("assistant", answer), ChatMessage("user", "日期呢？")]
    list(model.generate(second, max_tokens=64, cancel=Cancellation()))
    assert model.last.reused >= read
    assert model.last.prompt_tokens - model.last.reused < 30


def test_a_model_exchanged_in_the_middle_of_a_conversation(model: ModelProcess, tiny_gguf: Path, tiny_gguf_q4: Path) -> None:
    model.load(str(tiny_gguf))
    answer = say(model)
    model.load(str(tiny_gguf_q4))
    conversation = [*QUESTION, ChatMessage("assistant", answer), ChatMessage("user", "日期呢？")]
    assert "".join(one.text for one in model.generate(conversation, max_tokens=64, cancel=Cancellation())) == ANSWER
    assert model.last is not None
    assert model.last.reused == 0


def test_a_question_too_long_for_its_window_says_so(model: ModelProcess, tiny_gguf: Path) -> None:
    model.load(str(tiny_gguf))
    with pytest.raises(UsageProblem) as caught:
        list(model.generate([ChatMessage("user", "龘" * 3000)], max_tokens=5, cancel=Cancellation()))
    assert (caught.value.code, caught.value.data["available"]) == ("question_too_long", "2048")
    assert say(model) == ANSWER


def test_how_it_is_asked_reaches_the_model(model: ModelProcess, tiny_gguf: Path) -> None:
    model.load(str(tiny_gguf))
    stopped = model.generate(QUESTION, max_tokens=64, cancel=Cancellation(), sampling=Sampling(stops=("编号",)))
    assert "".join(one.text for one in stopped) == ANSWER.partition("编号")[0]


def test_another_model_replaces_it(model: ModelProcess, tiny_gguf: Path, tiny_gguf_q4: Path) -> None:
    model.load(str(tiny_gguf))
    model.load(str(tiny_gguf_q4))
    assert model.path == str(tiny_gguf_q4)
    assert say(model) == ANSWER


def test_the_build_is_told_without_a_model(model: ModelProcess) -> None:
    assert model.build_info().features
    assert model.path == ""


@pytest.mark.parametrize(
    ("number", "words"),
    [(signal.SIGKILL, "memory"), (signal.SIGSEGV, "SIGSEGV"), (signal.SIGABRT, "SIGABRT"), (signal.SIGILL, "SIGILL")],
)
def test_killed_while_generating_it_is_a_problem_and_then_works_again(
    number: int, words: str, model: ModelProcess, endless_gguf: Path
) -> None:
    pieces = begun(model, endless_gguf)
    pid = model.pid
    os.kill(pid, number)
    with pytest.raises(EnvironmentProblem) as caught:
        list(pieces)
    assert (caught.value.code, caught.value.data["path"]) == ("llm_crashed", str(endless_gguf))
    # faulthandler reads the frames of a thread that goes on meanwhile: once in a few hundred times it crashes by that.
    assert any(word in caught.value.data["detail"] for word in (words, *(("SIGSEGV",) if number == signal.SIGILL else ())))
    assert not model.loaded
    assert model.path == str(endless_gguf)
    assert say(model, 20)
    assert model.pid not in (0, pid)


def test_a_crash_on_a_quantised_file_names_the_build(model: ModelProcess, endless_gguf: Path) -> None:
    pieces = begun(model, quantised(endless_gguf, "Q4_K_M"))
    os.kill(model.pid, signal.SIGSEGV)
    with pytest.raises(EnvironmentProblem) as caught:
        list(pieces)
    assert "Q4_K_M" in caught.value.data["detail"]
    assert all(feature in caught.value.data["detail"] for feature in model.build_info().features)


def test_killed_while_idle_nobody_notices(model: ModelProcess, tiny_gguf: Path) -> None:
    model.load(str(tiny_gguf))
    process = psutil.Process(model.pid)
    process.kill()
    process.wait(30)
    assert not model.loaded
    assert model.context == 2048
    assert model.count_tokens(["合同"]) == [2]
    assert say(model) == ANSWER


def test_killed_while_loading(model: ModelProcess, tiny_gguf: Path) -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        model.load(str(tiny_gguf), lambda _: os.kill(model.pid, signal.SIGKILL) if model.pid else None)
    assert caught.value.code == "llm_crashed"
    assert (model.path, model.loaded) == ("", False)
    model.load(str(tiny_gguf))
    assert say(model) == ANSWER


def test_a_process_that_stands_still_is_given_up(endless_gguf: Path) -> None:
    model = ModelProcess(silence=2.0)
    pieces = begun(model, endless_gguf)
    pid = model.pid
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(EnvironmentProblem) as caught:
        list(pieces)
    assert (caught.value.code, caught.value.data["seconds"]) == ("llm_stalled", "2")
    assert not psutil.pid_exists(pid)
    assert say(model, 20)
    model.close()


def test_a_large_question_to_a_process_that_stands_still_does_not_hang(tiny_gguf: Path) -> None:
    """Larger than a pipe holds: writing it must not block the asker."""
    model = ModelProcess()
    model.load(str(tiny_gguf))
    model._silence = 1.0  # only now: on a busy machine loading takes longer
    os.kill(model.pid, signal.SIGSTOP)
    with pytest.raises(EnvironmentProblem) as caught:
        list(model.generate([ChatMessage("user", "长" * 300_000)], max_tokens=5, cancel=Cancellation()))
    assert caught.value.code == "llm_stalled"
    model.close()


def test_cancel_from_another_thread_ends_it_at_once_and_the_next_works(model: ModelProcess, endless_gguf: Path) -> None:
    cancel = Cancellation()
    pieces = begun(model, endless_gguf, cancel)
    os.kill(model.pid, signal.SIGSTOP)  # nothing more can come: only the cancel can end the wait
    threading.Thread(target=cancel.cancel).start()
    list(pieces)
    os.kill(model.pid, signal.SIGCONT)
    pid = model.pid
    assert say(model, 20)
    assert model.pid == pid
    assert model.last is not None
    assert model.last.tokens == 20


def test_a_caller_that_stops_reading_leaves_no_work_behind(model: ModelProcess, endless_gguf: Path) -> None:
    pieces = begun(model, endless_gguf)
    pieces.close()  # type: ignore[attr-defined]
    assert say(model, 20)
    assert model.last is not None
    assert model.last.tokens == 20


def test_two_generations_wait_for_each_other_while_counting_goes_on(model: ModelProcess, endless_gguf: Path) -> None:
    cancel = Cancellation()
    pieces = begun(model, endless_gguf, cancel)
    answers: list[str] = []
    second = threading.Thread(target=lambda: answers.append(say(model, 20)))
    second.start()
    assert model.count_tokens(["合同"]) == [2]
    assert answers == []
    cancel.cancel()
    list(pieces)
    second.join(60)
    assert len(answers[0]) == 20


def test_closing_ends_a_generation_quietly(model: ModelProcess, endless_gguf: Path) -> None:
    pieces = begun(model, endless_gguf)
    pid = model.pid
    os.kill(pid, signal.SIGSTOP)
    threading.Thread(target=model.close).start()
    list(pieces)
    psutil.Process(pid).wait(30) if psutil.pid_exists(pid) else None
    assert say(model) == ""  # closed is closed
    with pytest.raises(Cancelled):
        model.count_tokens(["合同"])


def test_loading_can_be_cancelled(model: ModelProcess, tiny_gguf: Path) -> None:
    cancel = Cancellation()
    cancel.cancel()
    with pytest.raises(Cancelled):
        model.load(str(tiny_gguf), cancel=cancel)
    assert (model.path, model.pid) == ("", 0)


def test_files_that_cannot_be_models_are_refused_before_a_process_starts(
    model: ModelProcess, tiny_gguf: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "下载中断.gguf"
    cut.write_bytes(tiny_gguf.read_bytes()[:-5000])
    for path, code in ((cut, "gguf_truncated"), (tmp_path / "没有.gguf", "gguf_missing"), (Path(__file__), "gguf_not")):
        with pytest.raises(EnvironmentProblem) as caught:
            model.load(str(path))
        assert caught.value.code == code
    assert model.pid == 0


def test_an_embedding_model_does_not_write(model: ModelProcess, bundled_gguf: Path) -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        model.load(str(bundled_gguf))
    assert (caught.value.code, caught.value.data["path"], model.pid) == ("llm_is_embedding", str(bundled_gguf), 0)


def test_weights_that_llama_cpp_refuses(model: ModelProcess, tiny_gguf: Path, tmp_path: Path) -> None:
    """A header that lies: the tensor table names a tensor that the architecture does not know."""
    bad = tmp_path / "坏张量.gguf"
    bad.write_bytes(tiny_gguf.read_bytes().replace(b"output_norm.weight", b"outpXt_norm.weight"))
    with pytest.raises(EnvironmentProblem) as caught:
        model.load(str(bad))
    assert caught.value.code == "llm_weights"
    assert "output_norm" in caught.value.data["detail"]
    model.load(str(tiny_gguf))
    assert say(model) == ANSWER


def test_a_model_larger_than_the_machine_is_refused(tiny_gguf: Path) -> None:
    small = replace(hardware.detect(), memory_total=40 << 20, memory_available=30 << 20)
    model = ModelProcess(machine=lambda: small)
    with pytest.raises(EnvironmentProblem) as caught:
        model.load(str(tiny_gguf))
    assert caught.value.code == "llm_does_not_fit"
    assert (caught.value.data["needed"], caught.value.data["available"]) == ("79 MB", "42 MB")
    assert model.pid == 0


def test_a_file_that_disappears_is_missing_on_the_next_start(model: ModelProcess, tiny_gguf: Path, tmp_path: Path) -> None:
    path = tmp_path / "会消失.gguf"
    shutil.copy(tiny_gguf, path)
    model.load(str(path))
    process = psutil.Process(model.pid)
    process.kill()
    process.wait(30)
    while model.pid:  # until our side knows: another thread may just be taking its exit status
        pass
    path.unlink()
    with pytest.raises(EnvironmentProblem) as caught:
        say(model)
    assert caught.value.code == "gguf_missing"


def test_a_program_that_does_not_start_the_role_is_a_crash_with_its_last_words(tiny_gguf: Path) -> None:
    code = "import sys; sys.exit('error: libllama.so: cannot open shared object file')"
    model = ModelProcess(start=lambda: subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, stderr=-1))
    with pytest.raises(EnvironmentProblem) as caught:
        model.load(str(tiny_gguf))
    assert caught.value.code == "llm_crashed"
    assert "libllama.so" in caught.value.data["detail"]
    model.close()


def test_a_line_without_end_ends_the_process_with_a_reason(tiny_gguf: Path) -> None:
    code = "import os\nwhile True: os.write(1, b'x' * (1 << 20))"
    model = ModelProcess(start=lambda: subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, stderr=-1))
    tracemalloc.start()
    try:
        with pytest.raises(EnvironmentProblem) as caught:
            model.load(str(tiny_gguf))
        assert tracemalloc.get_traced_memory()[1] < 100 << 20
    finally:
        tracemalloc.stop()
    assert caught.value.code == "llm_crashed"
    assert "could not be read" in caught.value.data["detail"]
    assert model.pid == 0
    model.close()


def test_a_process_of_another_version_is_told_apart_from_a_crash(tiny_gguf: Path) -> None:
    code = f"import json, sys; print(json.dumps({{'type': 'initialized', 'protocol': {PROTOCOL + 1}}}), flush=True); sys.stdin.read()"
    model = ModelProcess(start=lambda: subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, stderr=-1))
    with pytest.raises(EnvironmentProblem) as caught:
        model.load(str(tiny_gguf))
    assert (caught.value.code, caught.value.data["found"]) == ("engine_version", str(PROTOCOL + 1))
    assert model.pid == 0
    model.close()


def test_what_a_model_process_prints_is_not_logged(tiny_gguf: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A verbose build of llama.cpp prints prompts. Kept is what tells the reason of a crash."""
    code = "import sys; print('prompt: 工资单 of Sabine Huber', file=sys.stderr); sys.exit('error: libllama.so is missing')"
    model = ModelProcess(start=lambda: subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, stderr=-1))
    with caplog.at_level(logging.INFO), pytest.raises(EnvironmentProblem):
        model.load(str(tiny_gguf))
    model.close()
    assert "libllama.so" in caplog.text
    assert "Sabine" not in caplog.text
