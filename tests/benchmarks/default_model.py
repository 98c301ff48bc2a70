# SPDX-License-Identifier: Apache-2.0
"""What the default embedding model costs, by each backend: disk, start, memory while indexing, and passages a second.

python -m tests.benchmarks default_model

    disk      what the set-up made of it; nothing else is shipped and a home holds no copy (wanted: at most 140 MB)
    start     imports, opening and the first question, in a new process (wanted: at most 1.5 s on 2 cores)
    memory    the highest of the engine's process (resident) while ``inkstone index`` reads 360 short files, half English, half Chinese
              (wanted: at most 900 MB)
    rate      passages a second end to end, beside the backend alone over the very same passages (wanted: at least 0.9 of it)

The light model stands below for comparison. Seconds are those of this machine at this moment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

_SETS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "retrieval"
_FILES = 360
_BACKENDS = ("openvino-f32", "openvino-bf16", "openvino-int8")
_START = """
import sys, time
began = time.perf_counter()
from desktop_app.foundation import offline
offline.seal()
from desktop_app.embedding.factory import open_embedder
embedder = open_embedder(sys.argv[1], sys.argv[2])
embedder.embed_question("When?")
print(time.perf_counter() - began, embedder.facts.backend)
"""
_LARGEST = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True, check=True)
print(done.stdout.splitlines()[-1])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def main() -> None:
    from desktop_app.embedding.backends import default_model

    if not default_model.is_there() or not _SETS.is_dir():
        print("skipped: the set-up has no multilingual-e5-small, or no ../shared/data/retrieval")
        return
    size = sum(file.stat().st_size for file in default_model.place().iterdir())
    print(f"on the disk {size / 1e6:.1f} MB; wanted: at most 140")
    print(f"{'':<24} {'start s':>8} {'memory MB':>10} {'seconds':>8} {'passages/s':>11} {'alone':>7} {'ratio':>6}")
    with tempfile.TemporaryDirectory(prefix="砚-") as place:
        folder = _files(Path(place) / "文件")
        for model in ("bundled", "light"):
            for backend in _BACKENDS:
                _row(model, backend, folder, Path(place) / f"{model} {backend}")


def _row(model: str, backend: str, folder: Path, place: Path) -> None:
    home = place / "用户"
    home.mkdir(parents=True)
    (home / "settings.toml").write_text(f'embedding_backend = "{backend}"\n', encoding="utf-8")
    environment = {**os.environ, "INKSTONE_HOME": str(home)}
    _output(["-c", _START, model, backend], environment)  # the light one is converted now
    starts = [_output(["-c", _START, model, backend], environment)[-1].split() for _ in range(3)]
    index = [sys.executable, "-m", "desktop_app", "index", str(folder), "--library", str(place / "库"), "--json"]
    told, memory = _output(["-c", _LARGEST, *index, "--embedding", model], environment)[-2:]
    done: dict[str, Any] = json.loads(told)
    alone: dict[str, Any] = json.loads(
        _output(["-m", "tests.benchmarks.bare_embedding", str(place / "库"), backend], environment)[-1]
    )
    rate, bare = done["chunks"] / done["seconds"], alone["chunks"] / alone["seconds"]
    used = starts[0][1]
    print(
        f"{model:<8} {used:<15} {min(float(start) for start, _ in starts):>8.2f} {float(memory):>10.0f} {done['seconds']:>8.1f}"
        f" {rate:>11.1f} {bare:>7.1f} {rate / bare:>6.2f}",
        flush=True,
    )


def _output(arguments: list[str], environment: dict[str, str]) -> list[str]:
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def _files(folder: Path) -> Path:
    folder.mkdir()
    for language in ("en", "zh"):
        lines = (_SETS / f"{language}.passages.jsonl").read_text(encoding="utf-8").splitlines()
        for number in range(_FILES // 2):
            text = json.loads(lines[number % len(lines)])["text"]
            # One sentence more in the second round, so that no file is a copy of another.
            (folder / f"{language}{number}.txt").write_text(text + f"\nNo. {number}.", encoding="utf-8")
    return folder


if __name__ == "__main__":
    main()
