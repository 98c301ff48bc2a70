# SPDX-License-Identifier: Apache-2.0
"""GGUF embedding models through llama.cpp: the same vectors as torch makes of the same weights, and a process that may die."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
import tiny_embedders as maker
from fixtures_models import quantised
from tiny_gguf import write

from desktop_app.embedding.backends.gguf_backend import GgufEmbedder
from desktop_app.embedding.factory import open_embedder
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation import hardware
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.ipc import roles
from desktop_app.models.embedding_process import EmbeddingProcess
from desktop_app.models.supervised import SILENCE

pytestmark = [pytest.mark.slow, pytest.mark.needs("llama_cpp", "torch")]

TEXTS = [*maker.LINES, "x", "An unknown wörd 鑫 and more of the same. " * 40]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("模型")


@pytest.fixture(scope="module")
def bert_mean(shelf: Path) -> Path:
    return maker.chained(maker.bert(shelf / "均值"))


@pytest.fixture(scope="module")
def bert_cls(shelf: Path) -> Path:
    return maker.chained(maker.bert(shelf / "首词"), pooling="cls")


@pytest.fixture(scope="module")
def qwen_last(shelf: Path) -> Path:
    return maker.chained(maker.qwen3(shelf / "末词"), pooling="lasttoken")


@pytest.fixture
def open_gguf() -> Iterator[Callable[[Path], GgufEmbedder]]:
    """Opens embedders; their processes are ended after the test."""
    processes: list[EmbeddingProcess] = []

    def start() -> EmbeddingProcess:
        processes.append(EmbeddingProcess())
        return processes[-1]

    yield lambda path: GgufEmbedder(str(path), start)
    for process in processes:
        process.close()


def agreement(one: Embedder, other: Embedder, texts: list[str] = TEXTS) -> float:
    """The lowest cosine over passages and questions."""
    first = np.asarray([*one.embed_documents(texts), *map(one.embed_question, texts)])
    second = np.asarray([*other.embed_documents(texts), *map(other.embed_question, texts)])
    return float(np.min(np.sum(first * second, axis=1)))


@pytest.mark.parametrize(("folder", "pooling"), [("bert_mean", "mean"), ("bert_cls", "cls"), ("qwen_last", "last")])
def test_the_same_weights_give_the_same_vectors(
    folder: str, pooling: str, open_gguf: Callable[[Path], GgufEmbedder], request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(folder)
    torch = open_embedder(str(path), "torch-f32")
    assert torch is not None
    file = maker.gguf_of(path, path.with_suffix(".gguf"), pooling=pooling)
    made = open_gguf(file)
    assert (made.facts.dimension, made.facts.max_tokens, made.facts.notes) == (64, torch.facts.max_tokens, ())
    assert made.count_tokens(TEXTS) == torch.count_tokens(TEXTS)
    assert agreement(made, torch) > 0.9999
    assert agreement(open_gguf(quantised(file, "Q8_0")), torch) > 0.995  # random weights; trained ones below
    others = np.asarray(torch.embed_documents(TEXTS))
    assert float(np.min(others @ others.T)) < 0.9, "these weights make all vectors alike: the test says nothing"


def test_trained_weights_as_gguf(
    bundled_gguf: Path,
    gguf_embedder: GgufEmbedder,
    bundled_embedder: Embedder,
    open_gguf: Callable[[Path], GgufEmbedder],
) -> None:
    assert agreement(gguf_embedder, bundled_embedder, TEXTS[:-1]) > 0.9999  # the last one is longer than the folder allows
    assert agreement(open_gguf(quantised(bundled_gguf, "Q8_0")), bundled_embedder, TEXTS[:-1]) > 0.998  # the lowest is 0.9990
    assert gguf_embedder.facts.languages == ("en",)
    assert gguf_embedder.facts.fingerprint != bundled_embedder.facts.fingerprint


def test_a_file_that_does_not_say_its_pooling_takes_the_mean_and_says_so(
    bert_mean: Path, open_gguf: Callable[[Path], GgufEmbedder], shelf: Path
) -> None:
    silent = open_gguf(maker.gguf_of(bert_mean, shelf / "没说.gguf", pooling=""))
    told = open_gguf(maker.gguf_of(bert_mean, shelf / "说了.gguf"))
    assert silent.facts.notes == ("mean_pooling",)
    assert agreement(silent, told) > 0.9999


def test_the_prompts_of_its_family(bert_mean: Path, open_gguf: Callable[[Path], GgufEmbedder], shelf: Path) -> None:
    plain = open_gguf(maker.gguf_of(bert_mean, shelf / "plain.gguf"))
    e5 = open_gguf(maker.gguf_of(bert_mean, shelf / "家族.gguf", name="Multilingual E5 Small"))
    assert e5.facts.notes == ("family_prompts",)
    assert e5.embed_question("质保") == pytest.approx(plain.embed_question("query: 质保"), abs=1e-5)
    assert e5.embed_documents(["质保"])[0] == pytest.approx(plain.embed_question("passage: 质保"), abs=1e-5)
    assert e5.facts.max_tokens == plain.facts.max_tokens - plain.count_tokens(["passage: "])[0]
    assert e5.facts.fingerprint != plain.facts.fingerprint


def test_a_shorter_vector(qwen_last: Path, shelf: Path) -> None:
    file = str(maker.gguf_of(qwen_last, shelf / "Qwen3-Embedding-tiny.gguf", pooling="last"))
    whole, short = open_embedder(file, start=EmbeddingProcess), open_embedder(f"{file}@16", start=EmbeddingProcess)
    assert whole is not None
    assert short is not None
    assert (whole.facts.dimension, short.facts.dimension) == (64, 16)
    assert short.facts.fingerprint != whole.facts.fingerprint
    assert "dimension_cut" in short.facts.notes
    start = np.asarray(whole.embed_question("质保"))[:16]
    assert short.embed_question("质保") == pytest.approx((start / np.linalg.norm(start)).tolist(), abs=1e-5)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_process_that_dies_is_started_again_and_nothing_is_lost(number: int, bert_mean: Path, shelf: Path) -> None:
    process = EmbeddingProcess()
    made = GgufEmbedder(str(maker.gguf_of(bert_mean, shelf / "会死.gguf")), lambda: process)
    before, pid = made.embed_documents(TEXTS), process.pid
    process_seen = psutil.Process(pid)
    os.kill(pid, number)
    process_seen.wait(30)
    assert np.array_equal(made.embed_documents(TEXTS), before)
    assert process.pid not in (0, pid)
    process.close()


def test_one_that_dies_twice_over_the_same_texts_is_a_problem(bert_mean: Path, shelf: Path) -> None:
    process = EmbeddingProcess()
    made = GgufEmbedder(str(maker.gguf_of(bert_mean, shelf / "总死.gguf")), lambda: process)
    ask = process._ask

    def ask_and_kill(make: Callable[[int], object]) -> tuple[object, int]:
        child, number = ask(make)  # type: ignore[arg-type]
        os.kill(child.pid, signal.SIGKILL)
        return child, number

    process._ask = ask_and_kill  # type: ignore[method-assign,assignment]
    with pytest.raises(EnvironmentProblem) as caught:
        made.embed_question("质保")
    assert caught.value.code == "embedding_crashed"
    assert "SIGKILL" in caught.value.data["detail"]
    process.close()


def test_one_that_stands_still_is_given_up_and_started_again(bert_mean: Path, shelf: Path) -> None:
    def start() -> subprocess.Popen[bytes]:
        process._silence = SILENCE  # a start takes longer than the second below on a busy machine
        return roles.start("model", keep_stderr=True)

    process = EmbeddingProcess(start=start)
    made = GgufEmbedder(str(maker.gguf_of(bert_mean, shelf / "会停.gguf")), lambda: process)
    before, pid = made.embed_question("质保"), process.pid
    process._silence = 1.0
    os.kill(pid, signal.SIGSTOP)
    assert np.array_equal(made.embed_question("质保"), before)
    assert not psutil.pid_exists(pid)
    process.close()


def test_the_process_ends_with_the_embedder(bert_mean: Path, shelf: Path) -> None:
    process = EmbeddingProcess()
    made = GgufEmbedder(str(maker.gguf_of(bert_mean, shelf / "会走.gguf")), lambda: process)
    pid, chain = process.pid, made.langchain
    assert chain.embed_query("质保")
    del made, chain
    gc.collect()
    assert (process.pid, psutil.pid_exists(pid)) == (0, False)


def test_files_that_are_no_embedding_model(bert_mean: Path, shelf: Path) -> None:
    cut = maker.gguf_of(bert_mean, shelf / "断了.gguf")
    cut.write_bytes(cut.read_bytes()[:-500])
    cases = {
        write(shelf / "聊天.gguf"): "embedding_is_llm",
        maker.gguf_of(bert_mean, shelf / "排序.gguf", pooling="rank"): "embedding_unsupported",
        cut: "gguf_truncated",
        shelf / "没有.gguf": "gguf_missing",
    }
    for path, code in cases.items():
        with pytest.raises(EnvironmentProblem) as caught:
            open_embedder(str(path), start=EmbeddingProcess)
        assert (caught.value.code, caught.value.data["path"]) == (code, str(path))


def test_a_folder_with_one_file(bert_mean: Path, tmp_path: Path) -> None:
    maker.gguf_of(bert_mean, tmp_path / "向量-f16.gguf")
    made = open_embedder(f"{tmp_path}@8", start=EmbeddingProcess)
    assert made is not None
    assert made.facts.dimension == 8
    write(tmp_path / "聊天.gguf")
    with pytest.raises(EnvironmentProblem, match="embedding_not_a_model"):
        open_embedder(str(tmp_path), start=EmbeddingProcess)


def test_a_model_larger_than_the_machine_is_refused(bundled_gguf: Path) -> None:
    small = replace(hardware.detect(), memory_total=40 << 20, memory_available=30 << 20)
    process = EmbeddingProcess(machine=lambda: small)
    with pytest.raises(EnvironmentProblem) as caught:
        GgufEmbedder(str(bundled_gguf), lambda: process)
    assert (caught.value.code, caught.value.data["available"], process.pid) == ("embedding_does_not_fit", "42 MB", 0)


def test_weights_that_llama_cpp_refuses_leave_no_process(bert_mean: Path, shelf: Path) -> None:
    bad = maker.gguf_of(bert_mean, shelf / "坏张量.gguf")
    bad.write_bytes(bad.read_bytes().replace(b"token_embd_norm.weight", b"token_embX_norm.weight"))
    process = EmbeddingProcess()
    with pytest.raises(EnvironmentProblem) as caught:
        GgufEmbedder(str(bad), lambda: process)
    assert caught.value.code == "embedding_failed"
    assert "token_embd_norm" in caught.value.data["detail"]
    assert process.pid == 0
