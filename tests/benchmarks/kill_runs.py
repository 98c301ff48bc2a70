# SPDX-License-Identifier: Apache-2.0
"""30 kills of the whole process group in the first run over 160 files (text, Word, Excel; Chinese and English), each in a library of
its own; then a run in peace. Three questions must give the passages, with the scores, of a library that nobody disturbed.

python -m tests.benchmarks kill_runs          about 10 minutes (not part of ``make bench``)
INKSTONE_KILLS=3 python -m …                  so many kills
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from tests.indexing import faults

_SEED = 20_261


def main() -> None:
    rounds = int(os.environ.get("INKSTONE_KILLS", "30"))
    start, notes = time.monotonic(), list[str]()
    with tempfile.TemporaryDirectory(prefix="inkstone-") as place:
        os.environ["INKSTONE_HOME"] = str(Path(place) / "用户")
        differs = faults.first_runs(Path(place), rounds, "bundled", _SEED, told=notes.append)
    verdict = f"DIFFERS: {differs}" if differs else "as undisturbed"
    print(f"{rounds} kills {verdict} {'; '.join(notes)} ({time.monotonic() - start:.0f} s)")


if __name__ == "__main__":
    main()
