# SPDX-License-Identifier: Apache-2.0
"""100 kills of the whole process group, 20 full disks, jumping clocks, a disk pulled out, two programs at once; and after each
series the library must hold what one made in peace holds: nothing lost, nothing doubled.

python -m tests.benchmarks fault_runs            everything, about 20 minutes (not part of ``make bench``)
INKSTONE_FAULTS=0.1 python -m …                  a tenth of the rounds

Some series go without an embedding model, to be quick; the others embed with the bundled one, and some change it under way.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.indexing import faults

_SEED = 20_260


def main() -> None:
    share = float(os.environ.get("INKSTONE_FAULTS", "1"))

    def n(rounds: int) -> int:
        return max(2, round(rounds * share))

    series: list[tuple[str, Callable[[Path, faults.Told], str]]] = [
        ("kills, words only", lambda p, t: faults.kills(p, n(60), "none", _SEED, told=t)),
        ("kills, bundled model", lambda p, t: faults.kills(p, n(24), "bundled", _SEED + 1, told=t)),
        ("kills, changing to a model", lambda p, t: faults.kills(p, n(16), "none", _SEED + 2, then="bundled", told=t)),
        ("full disk, words only", lambda p, t: faults.full_disks(p, n(14), "none", _SEED + 3, told=t)),
        ("full disk, bundled model", lambda p, t: faults.full_disks(p, n(6), "bundled", _SEED + 4, told=t)),
        ("disk pulled out", lambda p, t: faults.unmounted(p, n(8), "none", _SEED + 5, told=t)),
        ("clock jumps", lambda p, t: faults.clock_jumps(p, n(8), "none", _SEED + 6, told=t)),
        ("two programs at once", lambda p, t: faults.two_at_once(p, _SEED + 7, told=t)),
    ]
    wrong = 0
    for name, run in series:
        place = Path(tempfile.mkdtemp(prefix="inkstone-"))
        notes: list[str] = []
        start = time.monotonic()
        try:
            differs = run(place, notes.append)
        except faults.NoMountsError:
            print(f"{name:28} skipped: mounting is not permitted here", flush=True)
            continue
        finally:
            shutil.rmtree(place, ignore_errors=True)
        wrong += bool(differs)
        verdict = f"DIFFERS: {differs}" if differs else "as undisturbed"
        print(f"{name:28} {verdict:18} {'; '.join(notes)} ({time.monotonic() - start:.0f} s)", flush=True)
    print(f"series that differ: {wrong}; wanted: 0")


if __name__ == "__main__":
    main()
