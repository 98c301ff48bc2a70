# SPDX-License-Identifier: Apache-2.0
"""Rerankers on a real cross-encoder of random weights: the scores of each backend, the choice between them, the time it may take."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
import tiny_embedders

from desktop_app.contract.measuring_process import Event, Measured, NotConverted, Row, Trying
from desktop_app.embedding.backends import conversion, cross_encoder, graphs
from desktop_app.embedding.backends.cross_encoder_backend import TorchScorer
from desktop_app.embedding.backends.cross_encoder_graph import open_scorer
from desktop_app.embedding.choosing import choices
from desktop_app.embedding.choosing.choices import Choice
from desktop_app.embedding.reranker import CrossEncoderReranker
from desktop_app.embedding.seam.agreement import correlation
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.ipc import roles

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "质保期多长"
TEXTS = ["质保期", "付款", "合同休假多长", "abc", "天", "月 " * 500, ""]


@pytest.fixture
def reranker(tiny_reranker: Path) -> Iterator[CrossEncoderReranker]:
    opened = CrossEncoderReranker(tiny_reranker, budget=1e9)
    yield opened
    opened.close()


@pytest.fixture
def fingerprint(tiny_reranker: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """No set-up and no earlier start has measured anything: the choice is this test's."""
    monkeypatch.setenv("INKSTONE_PREPARED", str(home / "没有"))
    return cross_encoder.fingerprint(tiny_reranker)


def test_a_score_a_text_that_depends_on_question_and_text(reranker: CrossEncoderReranker) -> None:
    scores = reranker.score(QUESTION, TEXTS)
    assert len(scores) == len(TEXTS)
    assert len(set(scores)) == len(TEXTS)
    assert scores == pytest.approx([reranker.score(QUESTION, [text])[0] for text in TEXTS], abs=1e-4)
    assert reranker.score("付款", TEXTS) != pytest.approx(scores, abs=1e-3)
    assert not all(0 <= score <= 1 for score in scores), "bare scores, not squeezed into 0..1 where many become equal"
    assert reranker.score("?", []) == []


def test_the_graph_scores_as_torch_does(tiny_reranker: Path, reranker: CrossEncoderReranker) -> None:
    """Cut off, empty and Chinese texts among them; a long question, too."""
    torch = TorchScorer(tiny_reranker)
    assert (torch.backend, reranker.backend) == ("torch-f32", "openvino-f32")
    for question in (QUESTION, "合同 " * 300):
        expected = torch.score([(question, text) for text in TEXTS])
        assert reranker.score(question, TEXTS) == pytest.approx(expected.tolist(), abs=1e-3)


def test_another_family_converts_as_well(tmp_path: Path) -> None:
    """XLM-RoBERTa as bge-reranker is: no token types, two separators, positions that begin behind the padding."""
    folder = tiny_embedders.xlm_roberta(tmp_path / "重排 base", scores=True)
    torch = TorchScorer(folder)
    conversion.convert_reranker(folder, "reranker-x")
    made = open_scorer("reranker-x", "openvino-f32")
    assert made is not None
    pairs = [(question, text) for question in (QUESTION, "合同 " * 300) for text in TEXTS]
    assert made.score(pairs).tolist() == pytest.approx(torch.score(pairs).tolist(), abs=1e-3)
    graphs.discard("reranker-x", "f32")


@pytest.mark.parametrize("precision", ["bf16", "f32"])
def test_torch_in_either_precision(tiny_reranker: Path, precision: str) -> None:
    pairs = [(QUESTION, text) for text in TEXTS]
    exact = TorchScorer(tiny_reranker).score(pairs)
    rounding = TorchScorer(tiny_reranker, precision)
    assert rounding.backend == f"torch-{precision}"
    assert correlation(rounding.score(pairs), exact) > 0.98


def test_a_later_start_needs_neither_torch_nor_transformers(tiny_reranker: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from desktop_app.foundation import offline; offline.seal();"
        "from desktop_app.embedding.reranker import CrossEncoderReranker;"
        f"r = CrossEncoderReranker(Path({str(tiny_reranker)!r})); r.score('a', ['b', 'c']);"
        "print(r.backend, sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "openvino-f32 []"


@pytest.mark.parametrize(("seconds", "read"), [(1.0, 4), (0.6, 8), (0.4, 12), (0.01, 40)])
def test_it_reads_as_many_as_fit(tiny_reranker: Path, seconds: float, read: int) -> None:
    """Each look at the clock finds it later by ``seconds``; the budget is 1.5."""
    ticks = itertools.count()
    timed = CrossEncoderReranker(tiny_reranker, budget=1.5, clock=lambda: next(ticks) * seconds)
    assert len(timed.score("付款", ["合同"] * 40)) == read


def test_the_fastest_that_agrees_takes_over_and_is_remembered(
    tiny_reranker: Path, fingerprint: str, played: Callable[..., Path]
) -> None:
    rows = [
        Row("torch-f32", 30, 1.0, 1.0, 8),
        Row("openvino-f32", 20, 1.0, 1.0, 8),
        Row("openvino-int8", 90, 0.98, 0.98, 8),
    ]
    jobs = played(([Trying("torch-f32"), *map(Measured, rows)], 0))
    reranker = CrossEncoderReranker(tiny_reranker)
    reranker.settle()
    assert reranker.backend == "torch-f32"
    assert len(reranker.score(QUESTION, TEXTS)) == len(TEXTS)
    asked = msgspec.json.decode(jobs.read_bytes())
    assert (asked["path"], asked["reranker"], asked["convert"]) == (str(tiny_reranker), True, False)
    again = CrossEncoderReranker(tiny_reranker)  # a second measuring would fail
    assert again.backend == "torch-f32"


def test_a_candidate_that_is_remembered_and_gone_is_made_again(
    tiny_reranker: Path, fingerprint: str, played: Callable[..., Path]
) -> None:
    choices.store(fingerprint, Choice("openvino-int8", (Row("openvino-int8", 90, 1.0, 1.0, 8),)))
    graphs.discard(fingerprint, "int8")
    played(([Measured(Row("openvino-f32", 20, 1.0, 1.0, 8))], 0))
    reranker = CrossEncoderReranker(tiny_reranker)
    reranker.settle()
    assert reranker.backend == "openvino-f32"
    remembered = choices.load(fingerprint)
    assert remembered is not None
    assert remembered.backend == "openvino-f32"


@pytest.mark.parametrize(
    ("events", "code", "remembered"),
    [
        ([NotConverted("unknown operation", lasting=True)], 0, "torch-f32"),
        ([NotConverted("No space left on device", lasting=False)], 0, None),
        ([], 139, "torch-f32"),
    ],
)
def test_one_that_cannot_be_converted_stays_with_torch(
    tiny_reranker: Path,
    tmp_path: Path,
    fingerprint: str,
    played: Callable[..., Path],
    events: list[Event],
    code: int,
    remembered: str | None,
) -> None:
    folder = Path(shutil.copytree(tiny_reranker, tmp_path / "另一个"))
    (folder / "README.md").write_text("another one", encoding="utf-8")
    played((events, code))
    reranker = CrossEncoderReranker(folder)
    reranker.settle()
    assert reranker.backend == "torch-f32"
    choice = choices.load(reranker.fingerprint)
    assert (choice.backend if choice else None) == remembered


def test_a_damaged_graph_is_thrown_away(fingerprint: str, converted: Path, home: Path) -> None:
    (home / "graphs").unlink()
    shutil.copytree(converted / fingerprint, home / "graphs" / fingerprint)
    file = graphs.place(fingerprint, "f32") / "graph.bin"
    file.write_bytes(bytes(file.stat().st_size))
    assert open_scorer(fingerprint, "openvino-f32") is None
    assert not file.exists()


def test_closing_ends_the_measuring_process(tiny_reranker: Path, fingerprint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def start(*_: object, **__: object) -> subprocess.Popen[bytes]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", "import sys, threading; sys.stdin.readline(); threading.Event().wait()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        )
        return started[0]

    monkeypatch.setattr(roles, "start", start)
    reranker = CrossEncoderReranker(tiny_reranker)
    assert started[0].poll() is None
    assert reranker.score(QUESTION, TEXTS[:1])
    reranker.close()
    assert started[0].returncode is not None
    assert choices.load(fingerprint) is None
    assert reranker.score(QUESTION, TEXTS[:1]), "still answers"


def test_a_broken_one_is_told(tiny_reranker: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_reranker, tmp_path / "坏"))
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(EnvironmentProblem) as caught:
        CrossEncoderReranker(folder)
    assert (caught.value.code, caught.value.data["path"]) == ("reranker_failed", str(folder))
