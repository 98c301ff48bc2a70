# SPDX-License-Identifier: Apache-2.0
"""From ``inkstone index`` until all files are found by words, against reading alone; and the whole run against the model alone.

python -m tests.benchmarks.words_first [FILES]        2,000 files: texts, Word and Excel files of a small firm

    index          the whole command on a new library, in a home that knows the model
    reading        the same readers and the same splitting, nothing stored (``bare_reading``), before and after each run
    model          the chosen backend over the same passages (``bare_embedding``)

Wanted: found by words in at most 1.3 times the time of reading alone, both from the start of the process; and at least 0.9 of the rate of
the model alone. A machine that is shared with others differs by a fifth from one minute to the next: medians of ``_ROUNDS`` count.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

from tests.benchmarks.process_watch import ROOT, watch
from tests.indexing.mixed_office import paragraph, write

_FILES, _ROUNDS = 2_000, 3


@dataclass(frozen=True, slots=True)
class _Run:
    """Seconds since the start of the command until all was found by words; what it said at its end."""

    words: float
    done: dict[str, Any]


def main(files: int = _FILES) -> None:
    with tempfile.TemporaryDirectory(prefix="砚-") as place:
        root = Path(place)
        home = {"INKSTONE_HOME": str(root / "用户")}
        _index(_fill(root / "先前", 12), root / "资料库", home)
        folder = _fill(root / "文件", files)
        words, whole = [], []
        reading = [_reading(folder, home)]
        for number in range(_ROUNDS):
            library = root / f"资料库 {number}"
            run = _index(folder, library, home)
            reading.append(_reading(folder, home))
            alone = _told(
                watch([sys.executable, "-m", "tests.benchmarks.bare_embedding", str(library)], home, memory=False).output
            )
            words.append(run.words / mean(reading[-2:]))
            whole.append(run.done["chunks"] / run.done["seconds"] / (alone["chunks"] / alone["seconds"]))
            print(
                f"{files} files, {run.done['chunks']} passages: found by words after {run.words:.1f} s, read alone in"
                f" {mean(reading[-2:]):.1f} s: ratio {words[-1]:.2f}; whole run {run.done['seconds']:.1f} s, {alone['chunks']}"
                f" different passages by {alone['backend']} alone {alone['seconds']:.1f} s: ratio {whole[-1]:.2f}"
            )
    print(f"found by words: median ratio {median(words):.2f}; wanted: at most 1.3")
    print(f"whole run: median ratio {median(whole):.2f}; wanted: at least 0.9")


def _fill(folder: Path, files: int) -> Path:
    """Two texts to a Word and a spreadsheet each, in Chinese and English, of one to twelve paragraphs; no two are alike."""
    chance = random.Random(files)
    folder.mkdir()
    for number in range(files):
        chinese = bool(chance.randrange(2))
        parts = [f"HT-{number:04}-{part}: {paragraph(chance, chinese=chinese)}" for part in range(1 + chance.randrange(12))]
        write(folder / f"{'文件' if chinese else 'Letter'} {number:04}", parts, (".txt", ".docx", ".txt", ".xlsx")[number % 4])
    return folder


def _index(folder: Path, library: Path, home: dict[str, str]) -> _Run:
    start, words = time.perf_counter(), 0.0
    command = [sys.executable, "-m", "desktop_app", "index", str(folder), "--library", str(library), "--json"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", cwd=ROOT, env={**os.environ, **home}
    )
    assert process.stdout is not None
    told: dict[str, Any] = {}
    for line in process.stdout:
        told = json.loads(line)
        if told["event"] == "progress" and told["stage"] == "vectors" and not words:
            words = time.perf_counter() - start
    assert process.wait() == 0
    assert told["event"] == "done"
    return _Run(words, told)


def _reading(folder: Path, home: dict[str, str]) -> float:
    """Seconds of the whole process."""
    return watch([sys.executable, "-m", "tests.benchmarks.bare_reading", str(folder)], home, memory=False).seconds


def _told(output: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    return found


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
