# SPDX-License-Identifier: Apache-2.0
"""What a run was said to take, after its sample, against what it took: seconds, until all is found by words and in all, chunks and disk.

A folder of 400 texts of very different length and every third of the shared test documents; the first run on a new machine (nothing remembered), and
one into another library afterwards, with what the first one measured. A ratio of 1 is a perfect forecast; wanted: seconds and chunks
within a factor of 1.5 after the sample, and inside the range that was told.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from contextlib import closing
from pathlib import Path

from desktop_app.contract.index_run import WHOLE_LIBRARY, Forecast
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing.forecasting.progress import RunListener
from tests.benchmarks.window_ticks import _SENTENCES

_SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "documents"
_TEXTS = 400


def main() -> None:
    from desktop_app.engine.engine import Engine

    with tempfile.TemporaryDirectory(prefix="砚-") as place:
        os.environ["INKSTONE_HOME"] = f"{place}/用户"
        folder = Path(place) / "混合"
        write(folder)
        print(f"{'':<14}{'basis':<12}{'told':>24}{'was':>10}{'told / was':>12}")
        for name in ("first run", "second run"):
            told: list[Forecast] = []
            with closing(Engine(Path(place) / name)) as engine:
                engine.warm_up()
                engine.add_sources([str(folder)])
                before = size_of(Path(place) / name)
                began = time.monotonic()
                done = engine.index(WHOLE_LIBRARY, Cancellation(), RunListener(forecast=told.append))
                seconds = time.monotonic() - began
            grown = size_of(Path(place) / name) - before
            first = told[0]
            sampled = next((made for made in told if made.basis == "sampled"), told[-1])
            for made in (first, sampled):
                within = made.seconds_low <= seconds <= made.seconds_high
                span = f"{made.seconds_low:.0f}-{made.seconds_high:.0f} s ({made.seconds:.0f})"
                print(
                    f"{name:<14}{made.basis:<12}{span:>24}{seconds:>8.0f} s{made.seconds / seconds:>12.2f}"
                    f"   {'inside' if within else 'outside'} its range"
                )
                words = f"words {made.words_low:.0f}-{made.words_high:.0f} s ({made.words:.0f})"
                print(f"{'':<26}{words:>24}{done.words:>8.0f} s{made.words / done.words:>12.2f}")
                print(f"{'':<26}{made.chunks:>17} chunks{done.chunks:>10}{made.chunks / max(1, done.chunks):>12.2f}")
                print(f"{'':<26}{made.disk / 1e6:>21.1f} MB{grown / 1e6:>10.1f}{made.disk / max(1, grown):>12.2f}")


def write(folder: Path) -> None:
    dice = random.Random(11)
    for n in range(_TEXTS):
        below = folder / f"第{n // 100}组"
        below.mkdir(parents=True, exist_ok=True)
        count = max(1, int(dice.lognormvariate(2.2, 1.0)))
        text = "\n\n".join(dice.choice(_SENTENCES).format(n=n * 1_000 + k) for k in range(count))
        (below / f"文件 {n:03d}.txt").write_text(text, encoding="utf-8")
    if _SHARED.is_dir():
        (folder / "文档").mkdir()
        for file in sorted(file for file in _SHARED.rglob("*") if file.is_file())[::3]:
            shutil.copy(file, folder / "文档" / f"{file.parent.name} {file.name}")


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.name.endswith(("-wal", "-shm")))


if __name__ == "__main__":
    main()
