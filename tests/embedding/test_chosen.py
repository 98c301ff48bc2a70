# SPDX-License-Identifier: Apache-2.0
"""The chosen backend: prepared in a process of its own, exchanged when a faster one is found, unharmed when measuring goes wrong.

The measuring process is the real one where it converts and measures; where it must crash, stall or tell a given result, a script stands
in for it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from desktop_app.contract.measuring_process import Converted, Measured, NotConverted, Row, Timing, Trying
from desktop_app.embedding.backends import graphs, light_model
from desktop_app.embedding.choosing import choices, chosen
from desktop_app.embedding.choosing.choices import Choice
from desktop_app.embedding.choosing.chosen import ChosenEmbedder
from desktop_app.embedding.seam.embedder import Embedder, backends_here
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.ipc import roles
from desktop_app.ipc.message import PROTOCOL, Initialized

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [f"Clause {n}: the supplier delivers within {n} days after the order was confirmed." for n in range(80)]


def row(backend: str, rate: float, least: float = 1.0) -> Measured:
    return Measured(Row(backend, rate=rate, mean=1.0, least=least, texts=32))


@pytest.fixture(autouse=True)
def unprepared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No set-up has measured anything before."""
    monkeypatch.setenv("INKSTONE_PREPARED", str(tmp_path / "没有"))


def asked(jobs: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in jobs.read_text(encoding="utf-8").splitlines()]


def pipe_to(script: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def chosen_for(fingerprint: str) -> Choice:
    remembered = choices.load(fingerprint)
    assert remembered is not None
    return remembered


def measure(embedder: ChosenEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if many documents had come by."""
    monkeypatch.setattr(chosen, "_WORTH_CHECKING", 0.0)
    embedder.embed_documents(TEXTS)
    assert embedder._measuring is not None
    assert embedder._measuring.ended.wait(240)
    embedder._following.join()


def test_a_later_start_needs_neither_torch_nor_transformers(bundled_embedder: Embedder) -> None:
    code = (
        "import sys; from desktop_app.foundation import offline; offline.seal();"
        "from desktop_app.embedding.factory import open_embedder;"
        "e = open_embedder('light'); e.embed_question('When?'); e.embed_documents(['a', 'b c']);"
        "print(e.facts.backend, sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "openvino-f32 []"


def test_a_few_files_start_no_measurement(bundled_embedder: Embedder, played, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = played()
    embedder = ChosenEmbedder(light_model.folder())
    monkeypatch.setattr(chosen, "time", SimpleNamespace(perf_counter=iter((10.0, 11.9)).__next__))  # 1.9 s of embedding
    embedder.embed_documents(TEXTS)
    embedder.close()
    assert not jobs.exists()
    assert choices.load(embedder.facts.fingerprint) is None


def test_what_was_never_measured_is_once_a_few_files_were_embedded(
    bundled_embedder: Embedder, played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home on another PC, or a program that ended before its first measurement did."""
    jobs = played(([Timing(), row("openvino-f32", 50), row("openvino-int8", 90)], 0))
    monkeypatch.setattr(chosen, "_A_FEW_FILES", 0.0)
    embedder = ChosenEmbedder(light_model.folder())
    embedder.embed_question("When?")
    assert not jobs.exists()
    embedder.embed_documents(TEXTS[:2])
    remembered = embedder.settled()
    embedder.close()
    assert asked(jobs)[0]["candidates"] == list(backends_here())
    assert not set(asked(jobs)[0]["texts"]) & set(TEXTS)  # type: ignore[call-overload]
    assert remembered is not None
    assert (remembered.backend, remembered.own, remembered.left) == ("openvino-int8", False, ())


@pytest.mark.needs("torch")
def test_a_measurement_that_short_runs_cut_off_goes_on_in_the_next_one(
    bundled_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 18: after four runs of fifteen seconds `doctor` still said "measured here: not yet"."""
    fingerprint = bundled_embedder.facts.fingerprint
    monkeypatch.setattr(chosen, "_A_FEW_FILES", 0.0)
    runs, left = [], []
    for told in (
        [row("openvino-f32", 50), row("openvino-bf16", 95), Trying("openvino-int8")],
        [row("openvino-int8", 60), row("torch-f32", 40), Trying("torch-bf16")],
    ):
        # Told two candidates, then busy with the next one until the program ends.
        lines = "".join(msgspec.json.encode(event).decode() + "\n" for event in [Initialized(PROTOCOL), *told])
        script = f"import sys; print({lines!r}, end='', flush=True); sys.stdin.read()"
        monkeypatch.setattr(roles, "start", lambda *_, script=script, **__: pipe_to(script))
        embedder = ChosenEmbedder(light_model.folder())
        runs.append(embedder.facts.backend)
        embedder.embed_documents(TEXTS[:2])
        assert embedder._measuring is not None
        while len(embedder._measuring.rows) < 2:
            embedder._measuring.ended.wait(0.01)
        embedder.close()
        left.append(chosen_for(fingerprint).left)
    assert left == [("openvino-int8", "torch-f32", "torch-bf16"), ("torch-bf16",)]
    assert runs == ["openvino-f32", "openvino-f32"]  # what is half measured decides nothing
    remembered = chosen_for(fingerprint)
    assert [measured.backend for measured in remembered.rows] == ["openvino-f32", "openvino-bf16", "openvino-int8", "torch-f32"]


def test_the_fastest_of_a_measurement_in_parts_is_chosen(
    bundled_embedder: Embedder, played, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprint = bundled_embedder.facts.fingerprint
    half = (row("openvino-f32", 50).row, row("openvino-int8", 80).row)
    choices.store(fingerprint, Choice("openvino-int8", half, left=("openvino-bf16", "torch-f32", "torch-bf16")))
    jobs = played(([row("openvino-bf16", 60), row("torch-f32", 40), row("torch-bf16", 7)], 0))
    monkeypatch.setattr(chosen, "_A_FEW_FILES", 0.0)
    embedder = ChosenEmbedder(light_model.folder())
    embedder.embed_documents(TEXTS[:2])
    remembered = embedder.settled()
    embedder.close()
    assert asked(jobs)[0]["candidates"] == ["openvino-bf16", "torch-f32", "torch-bf16"]
    assert remembered is not None
    assert (remembered.backend, remembered.left, len(remembered.rows)) == ("openvino-int8", (), 5)


@pytest.mark.needs("torch")
def test_the_fastest_takes_over_in_the_middle(bundled_embedder: Embedder, played, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = played(
        ([Trying("torch-f32"), Timing(), row("torch-f32", 90), row("openvino-f32", 50), row("openvino-int8", 200, 0.96)], 0)
    )
    embedder = ChosenEmbedder(light_model.folder())
    before = embedder.embed_documents(TEXTS)
    measure(embedder, monkeypatch)
    assert embedder.facts.backend == "torch-f32"
    assert np.allclose(embedder.embed_documents(TEXTS), before, atol=1e-4)
    assert set(asked(jobs)[0]["texts"]) <= set(TEXTS)  # type: ignore[call-overload]
    embedder.close()
    remembered = chosen_for(embedder.facts.fingerprint)
    assert (remembered.backend, remembered.own) == ("torch-f32", True)
    again = ChosenEmbedder(light_model.folder())
    assert again.facts.backend == "torch-f32"


def test_one_that_rounds_must_agree_on_a_persons_own_texts(
    bundled_embedder: Embedder, played, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprint = bundled_embedder.facts.fingerprint
    told = [row("openvino-f32", 50).row, row("openvino-bf16", 90).row, row("torch-f32", 40).row]
    choices.store(fingerprint, Choice("openvino-bf16", tuple(told)))
    jobs = played(([Timing(), row("openvino-f32", 25), row("openvino-bf16", 45, 0.98)], 0))
    embedder = ChosenEmbedder(light_model.folder())
    rounding = embedder.facts.backend  # openvino-f32 where the processor has no such units
    measure(embedder, monkeypatch)
    assert rounding in ("openvino-bf16", "openvino-f32")
    assert embedder.facts.backend == "openvino-f32"
    embedder.close()
    assert "torch-f32" not in asked(jobs)[0]["candidates"]  # type: ignore[operator]
    remembered = chosen_for(fingerprint)
    assert (remembered.backend, remembered.own) == ("openvino-f32", True)


def test_a_rate_of_another_measurement_does_not_decide(
    bundled_embedder: Embedder, played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """torch was timed at a quiet moment, the others now beside something else."""
    fingerprint = bundled_embedder.facts.fingerprint
    told = [row("openvino-f32", 26).row, row("openvino-int8", 31).row, row("torch-f32", 29).row]
    choices.store(fingerprint, Choice("openvino-int8", tuple(told)))
    jobs = played(([Timing(), row("openvino-f32", 18), row("openvino-int8", 15)], 0))
    embedder = ChosenEmbedder(light_model.folder())
    measure(embedder, monkeypatch)
    embedder.close()
    assert "torch-f32" not in asked(jobs)[0]["candidates"]  # type: ignore[operator]
    assert chosen_for(fingerprint).backend == "openvino-f32"


def test_an_exact_one_is_not_checked_again(bundled_embedder: Embedder, played, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (row("openvino-f32", 50).row, row("torch-f32", 49).row, row("openvino-int8", 45).row)
    choices.store(bundled_embedder.facts.fingerprint, Choice("openvino-f32", rows))
    jobs = played()
    monkeypatch.setattr(chosen, "_WORTH_CHECKING", 0.0)
    embedder = ChosenEmbedder(light_model.folder())
    embedder.embed_documents(TEXTS)
    embedder.close()
    assert not jobs.exists()


def test_one_from_which_something_else_took_the_cores_is_found_by_the_second_measurement(
    bundled_embedder: Embedder, played, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprint = bundled_embedder.facts.fingerprint
    disturbed = [row("openvino-f32", 48), row("torch-bf16", 15), row("openvino-bf16", 75), row("openvino-int8", 60)]
    choices.store(fingerprint, Choice("openvino-bf16", tuple(told.row for told in disturbed)))
    jobs = played(([row("openvino-f32", 50), row("openvino-bf16", 74), row("openvino-int8", 104)], 0))
    embedder = ChosenEmbedder(light_model.folder())
    measure(embedder, monkeypatch)
    embedder.close()
    assert {"openvino-bf16", "openvino-int8"} <= set(asked(jobs)[0]["candidates"])  # type: ignore[call-overload]
    remembered = chosen_for(fingerprint)
    assert (remembered.backend, remembered.own) == ("openvino-int8", True)


def test_calls_that_are_under_way_together_count_once(
    bundled_embedder: Embedder, played, monkeypatch: pytest.MonkeyPatch
) -> None:
    choices.store(bundled_embedder.facts.fingerprint, Choice("openvino-f32", ()))
    played()
    embedder = ChosenEmbedder(light_model.folder())
    meet, computed = threading.Barrier(2, timeout=20), embedder._inner.embed_documents

    def embed_documents(texts: list[str]) -> np.ndarray:
        meet.wait()
        return computed(texts)

    monkeypatch.setattr(embedder._inner, "embed_documents", embed_documents)
    monkeypatch.setattr(chosen, "time", SimpleNamespace(perf_counter=iter(range(100)).__next__))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(embedder.embed_documents, [TEXTS[:2], TEXTS[2:4]]))
    assert embedder._spent == 2
    embedder.close()


def test_a_candidate_that_crashes_costs_only_itself(
    bundled_embedder: Embedder, played, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = [Trying("torch-f32"), row("torch-f32", 40), Trying("torch-bf16")]
    second = [Trying("openvino-f32"), row("openvino-f32", 50), row("openvino-bf16", 30), row("openvino-int8", 20)]
    jobs = played((first, 132), (second, 0))
    embedder = ChosenEmbedder(light_model.folder())
    measure(embedder, monkeypatch)
    assert embedder.facts.backend == "openvino-f32"
    embedder.close()
    assert asked(jobs)[1]["candidates"] == ["openvino-f32", "openvino-bf16", "openvino-int8"]
    remembered = chosen_for(embedder.facts.fingerprint)
    problems = {row.backend: row.problem for row in remembered.rows if row.problem}
    assert problems == {"torch-bf16": "ended the measuring process (132)"}


def test_where_f32_crashes_the_others_are_not_tried_and_the_choice_stays(
    bundled_embedder: Embedder, played, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprint = bundled_embedder.facts.fingerprint
    choices.store(fingerprint, Choice("openvino-int8", (row("openvino-f32", 50).row, row("openvino-int8", 104).row)))
    jobs = played(([Trying("openvino-f32")], 132))
    embedder = ChosenEmbedder(light_model.folder())
    measure(embedder, monkeypatch)
    embedder.close()
    assert len(asked(jobs)) == 1
    assert chosen_for(fingerprint).backend == "openvino-int8"


@pytest.mark.needs("torch")
@pytest.mark.parametrize("end", ["told", "crashed"])
def test_a_model_that_cannot_be_converted_stays_with_torch(home: Path, played, end: str) -> None:
    (home / "graphs").unlink()
    played(([NotConverted("unknown operation", lasting=True)], 0) if end == "told" else ([], 139))
    embedder = ChosenEmbedder(light_model.folder())
    assert embedder.facts.backend == "torch-f32"
    embedder.close()
    again = ChosenEmbedder(light_model.folder())  # no script is left: it would fail if it tried again
    assert again.facts.backend == "torch-f32"
    again.close()


@pytest.mark.parametrize("end", ["told", "crashed"])
def test_without_torch_what_stood_against_the_graph_is_told(
    home: Path, played, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "graphs").unlink()
    monkeypatch.setattr(chosen, "torch_is_here", lambda: False)
    played(([NotConverted("No space left on device", lasting=False)], 0) if end == "told" else ([], 139))
    with pytest.raises(EnvironmentProblem) as caught:
        ChosenEmbedder(light_model.folder())
    assert caught.value.code == "embedding_failed"
    assert ("No space left" if end == "told" else "139") in caught.value.data["detail"]


@pytest.mark.needs("torch")
def test_a_full_disk_is_tried_again_later(home: Path, played) -> None:
    (home / "graphs").unlink()
    played(([NotConverted("No space left on device", lasting=False)], 0))
    embedder = ChosenEmbedder(light_model.folder())
    assert embedder.facts.backend == "torch-f32"
    embedder.close()
    assert choices.load(embedder.facts.fingerprint) is None


def test_a_lost_graph_is_made_again_and_the_choice_kept(
    home: Path, converted: Path, bundled_embedder: Embedder, played
) -> None:
    fingerprint = bundled_embedder.facts.fingerprint
    choices.store(fingerprint, Choice("openvino-int8", (), own=True))
    played()
    embedder = ChosenEmbedder(light_model.folder())
    if graphs.find(fingerprint, "int8") is None:
        assert embedder.facts.backend == "openvino-f32"
        assert not embedder._measured  # what there is, is measured again when many documents come
    embedder.close()


def test_closing_ends_the_measuring_process(bundled_embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_: object, **__: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", "import sys, time; sys.stdin.read(); time.sleep(600)"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    monkeypatch.setattr(roles, "start", start)
    monkeypatch.setattr(chosen, "_WORTH_CHECKING", 0.0)
    embedder = ChosenEmbedder(light_model.folder())
    embedder.embed_documents(TEXTS)
    assert embedder._measuring is not None
    embedder.close()
    assert embedder._measuring._child.gone
    assert embedder.embed_question("still answers").shape == (384,)


def test_converted_is_told_before_anything_is_measured() -> None:
    """What the parent waits for; the protocol keeps the order of its lines."""
    from desktop_app.contract.measuring_process import decode_event

    assert decode_event(b'{"type":"converted"}') == Converted()


@pytest.mark.slow
def test_the_real_measurement_chooses_what_is_exact_enough(
    home: Path, bundled_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = ChosenEmbedder(light_model.folder())
    measure(embedder, monkeypatch)
    remembered = choices.load(embedder.facts.fingerprint)
    embedder.close()
    assert remembered is not None
    assert remembered.own
    assert {row.backend for row in remembered.rows} == set(backends_here())
    assert embedder.facts.backend == remembered.backend == choices.best(remembered.rows)
