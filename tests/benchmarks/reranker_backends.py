# SPDX-License-Identifier: Apache-2.0
"""How many passages a reranker reads in a second, by the chosen backend and by sentence-transformers with its defaults, in turns.

python -m tests.benchmarks reranker_backends

No real reranker can be had here: the light embedding model's weights with one score on top, which costs exactly what MiniLM rerankers cost
(and says nothing about their order). Each side in a process of its own: the start (imports, loading; ours with the graph on the disk and
measured, as at every start but the first), then 30 passages of the English set of ../shared/data/retrieval, or the program's own sentences,
for several questions. "seeds" is ``CrossEncoder(folder).predict``. Printed with it: the correlation of both sides' scores.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from tests.benchmarks.embedding_backends import _sets

_ROUNDS = 3
_QUESTIONS = 8
_PASSAGES = 30  # ``retrieval.reranking.DEPTH``


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="砚-") as place:
        environment = {**os.environ, "INKSTONE_HOME": f"{place}/用户", "INKSTONE_PREPARED": f"{place}/没有"}
        first = _child(environment, place, "make")
        print(f"   first start {first['start']:.1f} s, measuring {first['seconds']:.0f} s, once; chosen {first['used']}")
        for row in first["rows"]:
            print(f"   {row['backend']:<14} {row['rate']:>7.1f} passages/s  correlation {row['least']:.4f}  {row['problem']}")
        rounds = [(_child(environment, place, "ours"), _child(environment, place, "seeds")) for _ in range(_ROUNDS)]
    ratios = [ours["rate"] / seeds["rate"] for ours, seeds in rounds]
    near = float(np.corrcoef(rounds[0][0]["scores"], rounds[0][1]["scores"])[0, 1])
    for name, side in (("ours", [ours for ours, _ in rounds]), ("seeds", [seeds for _, seeds in rounds])):
        rate, start = median(one["rate"] for one in side), median(one["start"] for one in side)
        print(f"   {name:<6} {rate:>7.1f} passages/s, start {start:.2f} s, {median(one['memory'] for one in side):.0f} MB")
    print(f"   ratio {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}); correlation of the scores {near:.4f}")


def _child(environment: dict[str, str], place: str, name: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.reranker_backends", name, place],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # transformers tells that the score on top is new
        text=True,
        check=True,
    )
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


# ---- in the child ---------------------------------------------------------------------------------------------------


def _run(name: str, place: Path) -> dict[str, Any]:
    from desktop_app.foundation import offline

    offline.seal()
    folder = place / "重排"
    if name == "make":
        _make(folder)
        return _measure(folder)
    passages, asked = _sets()
    passages = passages[:_PASSAGES]
    questions = [question for question, _ in asked][:_QUESTIONS] or [text[:60] for text in passages[:_QUESTIONS]]
    started = time.perf_counter()
    if name == "ours":
        from desktop_app.embedding.reranker import CrossEncoderReranker

        score: Any = CrossEncoderReranker(folder, budget=1e9).score
    else:
        import torch
        from sentence_transformers import CrossEncoder

        model = CrossEncoder(str(folder), activation_fn=torch.nn.Identity())

        def score(question: str, texts: list[str]) -> Any:
            return model.predict([(question, text) for text in texts], show_progress_bar=False)

    start = time.perf_counter() - started
    scores = [[float(one) for one in score(question, passages)] for question in questions]
    begun = time.perf_counter()
    for question in questions:
        score(question, passages)
    seconds = time.perf_counter() - begun
    from tests.benchmarks.embedding_backends import _peak_megabytes

    return {
        "start": start,
        "rate": len(questions) * len(passages) / seconds,
        "memory": _peak_megabytes(),
        "scores": [one for row in scores for one in row],
    }


def _make(folder: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    from desktop_app.embedding.backends import light_model

    model = AutoModelForSequenceClassification.from_pretrained(light_model.folder(), num_labels=1)
    torch.manual_seed(3)
    torch.nn.init.normal_(model.classifier.weight, std=1.0)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(light_model.folder()).save_pretrained(folder)


def _measure(folder: Path) -> dict[str, Any]:
    from desktop_app.embedding.choosing import choices
    from desktop_app.embedding.reranker import CrossEncoderReranker

    begun = time.perf_counter()
    reranker = CrossEncoderReranker(folder)
    start = time.perf_counter() - begun
    reranker.settle()
    choice = choices.load(reranker.fingerprint)
    assert choice is not None
    rows = [{"backend": row.backend, "rate": row.rate, "least": row.least, "problem": row.problem} for row in choice.rows]
    return {"start": start, "seconds": time.perf_counter() - begun - start, "used": reranker.backend, "rows": rows}


if __name__ == "__main__":
    print(json.dumps(_run(sys.argv[1], Path(sys.argv[2]))))
