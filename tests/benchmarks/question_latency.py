# SPDX-License-Identifier: Apache-2.0
"""A question while a folder is being indexed against one asked of an idle engine: p50 and p95, as a ratio.

The real engine process with the bundled embedder; 300 texts are indexed, then 1,500 more while questions are asked, a fifth of a second
after each answer. Idle is measured before and after, over the small and the whole library. Wanted: p95 at most 2 times the idle one.
"""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from pathlib import Path

from desktop_app.contract import messages as m
from tests.benchmarks.figures import percentile
from tests.benchmarks.window_ticks import make_files
from tests.engine.engine_process import EngineProcess

_BEFORE, _MORE = 300, 1_500
_IDLE, _MOST = 80, 250
_THINKING = 0.2  # seconds between an answer and the next question
QUESTIONS = (
    "How soon is the travel allowance of case {n} paid?",
    "To which room was meeting {n} moved?",
    "How long are the minutes of meeting {n} kept by the front office?",
    "Which form has to be handed in for case {n}?",
)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="砚-") as place:
        os.environ["INKSTONE_HOME"] = f"{place}/用户"
        small, large = Path(place) / "先前", Path(place) / "新增"
        make_files(small, _BEFORE)
        make_files(large, _MORE)
        engine = EngineProcess(Path(place) / "资料库", Path(place) / "stderr.txt")
        engine.status(lambda status: status.embedding == "ready")
        numbers = itertools.count()
        engine.ask(m.AddSources, paths=[str(small)])
        engine.ask(m.Index)
        ask(engine, numbers, 10)  # warm
        idle = ask(engine, numbers, _IDLE)
        engine.ask(m.AddSources, paths=[str(large)])
        began = time.monotonic()
        run = engine.send(m.Index)
        engine.wait(lambda message: isinstance(message, m.RunProgress) and message.id == run and message.progress.done >= 20)
        during = ask(engine, numbers, _MOST, run)
        asked = time.monotonic() - began
        reached = max((one.progress.chunks for one in engine.replies(run) if isinstance(one, m.RunProgress)), default=0)
        result = engine.end(run)
        idle_after = ask(engine, numbers, _IDLE)
        engine.close()
    print(f"{result.files['indexed']} files indexed in {result.seconds:.0f} s; {len(during)} questions meanwhile")
    print(f"chunks a second: {reached / asked:.0f} with questions, {result.chunks / result.seconds:.0f} over the whole run")
    for name, values in (("idle, 300 files", idle), ("idle, all files", idle_after), ("while indexing", during)):
        print(
            f"{name:<16} p50 {percentile(values, 0.5):6.1f} ms   p95 {percentile(values, 0.95):6.1f} ms   max {max(values):6.1f} ms"
        )
    both = [*idle, *idle_after]
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        print(f"{name} while indexing is {percentile(during, share) / percentile(both, share):.2f} times the idle one")
    print("wanted: p95 at most 2 times")


def ask(engine: EngineProcess, numbers: itertools.count[int], count: int, while_running: int = 0) -> list[float]:
    """Milliseconds of each search; with ``while_running`` only as long as that request goes on."""
    taken: list[float] = []
    for _ in range(count):
        if while_running and engine.ends(while_running):
            break
        n = next(numbers)
        began = time.perf_counter()
        engine.ask(m.Search, question=QUESTIONS[n % 4].format(n=n * 7 % 3_000))
        taken.append((time.perf_counter() - began) * 1000)
        time.sleep(_THINKING)
    return taken


if __name__ == "__main__":
    main()
