# SPDX-License-Identifier: Apache-2.0
"""What each embedding backend achieves here, and whether the automatic choice is the fastest that is exact enough.

python -m tests.benchmarks embedding_backends

For the light and the default model, each twice: as this machine is, and with ONEDNN_MAX_CPU_ISA=AVX2, which stands for an office PC (and
changes nothing for torch and llama.cpp). Each backend runs in a process of its own over
the same chunks (the English paragraphs of ../shared/data/retrieval, or the program's own sentences): start (imports and loading; the graph
lies on the disk by then), chunks a second (best of some rounds), memory, cosine to torch in f32, and how often the right paragraph is the
nearest to its question (R@1, dense alone). "seeds" is ``HuggingFaceEmbeddings`` with its defaults and the light model. llama.cpp runs the default model's GGUF in a process of its own; it
is no backend of the program's, because it was slower than OpenVINO in float32: 4.2 chunks in a second of one core against 6.2 with AVX2,
6.5 with AVX-512, and 14.9 in 8 bits. "core" is chunks in a second of one core, which another program's load changes least. A backend that the processor only imitates
(bfloat16 without the units) is left at its first texts; one that computes in f32 instead, which its numbers tell bit for bit, is no backend of
its own. Wanted: the choice is the fastest allowed backend, or within a tenth of it, which is how much one backend differs from round to
round.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from desktop_app.embedding.backends import default_model
from desktop_app.embedding.factory import BUNDLED, LIGHT
from desktop_app.embedding.seam.embedder import BACKENDS
from desktop_app.models.embedding_process import EmbeddingProcess

_SETS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "retrieval"
_ROUNDS = 3
_QUESTIONS = 150
_CHUNKS = 120
_FIRST, _HOPELESS = 8, 3.0  # chunks, and the rate below which nothing more is measured
_TENTH = 0.9
_MODEL = "INKSTONE_BENCHMARKED_MODEL"


def main() -> None:
    if not _SETS.is_dir():
        print("no ../shared/data: measured on the program's own sentences, without R@1")
    for model in (LIGHT, BUNDLED):
        if model == BUNDLED and not default_model.is_there():
            print(f"-- {default_model.NAME}: the set-up does not have it")
            continue
        for name, changes in (("as it is", {}), ("ONEDNN_MAX_CPU_ISA=AVX2", {"ONEDNN_MAX_CPU_ISA": "AVX2"})):
            print(f"-- {model}, {name}", flush=True)
            with tempfile.TemporaryDirectory(prefix="砚-") as home:
                fresh = {"INKSTONE_HOME": f"{home}/用户", "INKSTONE_PREPARED": f"{home}/安装"}
                Path(fresh["INKSTONE_PREPARED"]).mkdir()  # the model, and nothing measured
                Path(fresh["INKSTONE_PREPARED"], "models").symlink_to(default_model.place().parent)
                _table({**os.environ, **fresh, **changes, _MODEL: model}, Path(home))


def _table(environment: dict[str, str], place: Path) -> None:
    model = environment[_MODEL]
    choice = _child(environment, place, "choose")
    print(f"   first start {choice['start']:.1f} s, measuring {choice['seconds']:.0f} s, once", flush=True)
    others = (*(b for b in BACKENDS if b != "torch-f32"), *(["llama Q4_0", "llama Q8_0"] if model == BUNDLED else []))
    first = ("torch-f32",) if model == BUNDLED else ("seeds", "torch-f32")
    rows = {name: _child(environment, place, name) for name in (*first, *others)}
    exact, base = _vectors(place, "torch-f32"), rows[first[0]]["rate"]
    print(
        f"   {'':<14} {'chunks/s':>9} {'core':>6} {'to first':>9} {'cosine mean':>12} {'least':>7} {'R@1':>6} {'start s':>8} {'MB':>6}"
    )
    allowed = {}
    for name, row in rows.items():
        if row["used"] != name and not name.startswith("llama"):
            print(f"   {name:<14} not usable here")
            continue
        if row["hopeless"]:
            print(f"   {name:<14} {row['hopeless']:>9.1f}")
            continue
        plain = place / "openvino-f32.npy"  # measured before it, if it can be used here
        if name == "openvino-bf16" and plain.exists() and np.array_equal(_vectors(place, name), np.load(plain)):
            print(f"   {name:<14} {row['rate']:>9.1f} computed in f32: no bfloat16 units")
            continue
        cosines = np.sum(_vectors(place, name) * exact, axis=1)
        if name in BACKENDS and cosines.min() >= 0.99:
            allowed[name] = row["rate"]
        right = f"{row['right']:.3f}" if row["right"] is not None else "-"
        print(
            f"   {name:<14} {row['rate']:>9.1f} {row['core']:>6.1f} {row['rate'] / base:>9.2f} {cosines.mean():>12.5f} {cosines.min():>7.4f} {right:>6}"
            f" {row['start']:>8.2f} {row['memory']:>6.0f}"
        )
    fastest = max(allowed, key=lambda name: allowed[name])
    chosen = choice["used"]
    share = allowed.get(chosen, 0.0) / allowed[fastest]
    said = "as wanted" if share >= _TENTH else "NOT as wanted"
    print(f"   chosen {chosen}; fastest allowed {fastest}; ratio {share:.2f}, wanted: at least {_TENTH} ({said})", flush=True)


def _child(environment: dict[str, str], place: Path, name: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.embedding_backends", name, str(place)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


def _vectors(place: Path, name: str) -> Any:
    return np.load(place / f"{name}.npy")


# ---- in the child ---------------------------------------------------------------------------------------------------


def _run(name: str, place: Path) -> dict[str, Any]:
    from desktop_app.foundation import offline

    offline.seal()
    chunks, asked = _sets()
    started = time.perf_counter()
    if name == "choose":
        return _choose(chunks, started)
    process: EmbeddingProcess | None = None
    if name.startswith("llama"):
        process = EmbeddingProcess()
        embed, ask, used = _llama(name, place, process)
    else:
        embed, ask, used = _seeds() if name == "seeds" else _ours(name)
    start = time.perf_counter() - started
    if used != name:
        return {"used": used}
    begun = time.perf_counter()
    embed(chunks[:_FIRST])
    if (rate := _FIRST / (time.perf_counter() - begun)) < _HOPELESS:
        return {"used": used, "hopeless": rate}
    seconds, of_a_core = [], []
    for _ in range(_ROUNDS):
        begun, computed = time.perf_counter(), _computed(process)
        vectors = embed(chunks)
        seconds.append(time.perf_counter() - begun)
        of_a_core.append(_computed(process) - computed)
    np.save(place / f"{name}.npy", vectors)
    right = [int(np.argmax(vectors @ ask(question))) == passage for question, passage in asked]
    return {
        "used": used,
        "hopeless": 0.0,
        "start": start,
        "rate": len(chunks) / min(seconds),
        "core": len(chunks) / min(of_a_core),
        "memory": psutil.Process(process.pid).memory_info().rss / (1 << 20) if process else _peak_megabytes(),
        "right": sum(right) / len(right) if right else None,
    }


def _choose(chunks: list[str], started: float) -> dict[str, Any]:
    """A fresh home, and so many documents that the choice is checked on them."""
    from desktop_app.embedding.choosing import chosen
    from desktop_app.embedding.factory import open_embedder

    chosen._WORTH_CHECKING = 0.0
    embedder = open_embedder(os.environ[_MODEL])
    assert isinstance(embedder, chosen.ChosenEmbedder)
    start = time.perf_counter() - started
    begun = time.perf_counter()
    embedder.settled()
    embedder.embed_documents(chunks)
    embedder._following.join()
    used = embedder.facts.backend
    embedder.close()
    return {"used": used, "start": start, "seconds": time.perf_counter() - begun}


def _ours(name: str) -> tuple[Any, Any, str]:
    from desktop_app.embedding.factory import open_embedder

    embedder = open_embedder(os.environ[_MODEL], name)
    assert embedder is not None
    return embedder.embed_documents, embedder.embed_question, embedder.facts.backend


def _llama(name: str, place: Path, process: EmbeddingProcess) -> tuple[Any, Any, str]:
    from desktop_app.embedding.backends.gguf_backend import GgufEmbedder
    from tests.benchmarks import default_gguf

    embedder = GgufEmbedder(str(default_gguf.write(place / "default.gguf", name.split()[1])), lambda: process)
    return embedder.embed_documents, embedder.embed_question, name


def _computed(process: EmbeddingProcess | None) -> float:
    """Seconds of a core, of this process and of llama.cpp's."""
    times = psutil.Process(process.pid).cpu_times() if process else None
    return time.process_time() + (times.user + times.system if times else 0.0)


def _seeds() -> tuple[Any, Any, str]:
    from langchain_huggingface import HuggingFaceEmbeddings

    from desktop_app.embedding.backends import light_model

    model = HuggingFaceEmbeddings(model_name=str(light_model.folder()))
    return (lambda texts: np.asarray(model.embed_documents(texts))), (lambda text: np.asarray(model.embed_query(text))), "seeds"


def _sets() -> tuple[list[str], list[tuple[str, int]]]:
    """Chunks, and questions with the position of the chunk that answers each."""
    if not _SETS.is_dir():
        from desktop_app.embedding.choosing.sample_texts import sample_texts

        return sample_texts(_CHUNKS), []
    passages = [json.loads(line) for line in (_SETS / "en.passages.jsonl").read_text(encoding="utf-8").splitlines()][:_CHUNKS]
    places = {passage["id"]: place for place, passage in enumerate(passages)}
    questions = [json.loads(line) for line in (_SETS / "en.questions.jsonl").read_text(encoding="utf-8").splitlines()]
    asked = [(one["question"], places[one["passage"]]) for one in questions if one["passage"] in places]
    return [passage["text"] for passage in passages], asked[:: max(1, len(asked) // _QUESTIONS)]


def _peak_megabytes() -> float:
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / (1 << 20)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(_run(sys.argv[1], Path(sys.argv[2]))))
    else:
        main()
