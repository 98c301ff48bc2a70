# SPDX-License-Identifier: Apache-2.0
"""Broken files, by the thousand, through the real reader pool: each must end with text or a ledger reason.

    python -m tests.benchmarks.fuzz_readers [--count 5000] [--seconds 900] [--seed 1] [--readers 2] [FOLDER …]

Takes the files of FOLDER (../shared/data/documents) and those that the tests make, and changes each time one of them: bits flipped,
the end cut off, a stretch removed, repeated or overwritten, a piece of another file put in, a length field set to its largest. A
reader that dies is one ledger line ("crashed"); an exception on the engine's side, an unknown reason, or text that cannot be split
is a failure. Ends after COUNT inputs or SECONDS; prints outcomes, the files that killed or stalled a reader, and exits with 1 on
a failure. With a fixed seed the inputs are the same each time.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from desktop_app.contract.document import REASONS, UnreadableDocument
from desktop_app.documents.process.pool import ReaderPool
from desktop_app.documents.text.splitting import estimate_tokens, split
from desktop_app.foundation.cancellation import Cancellation

ROOT = Path(__file__).resolve().parents[2]
_LARGEST_SEED = 400_000  # bytes; larger files only make the run slower
_PATIENCE = 20.0  # seconds without a sign of life


def mutated(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """``data`` with one to three kinds of damage; ``other`` lends pieces."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        if not changed:
            break
        size = len(changed)
        start = chance.randrange(size)
        length = min(size - start, chance.choice((1, 4, 16, 64, 512, 4096)))
        match chance.randrange(8):
            case 0 | 1:  # a few bits, anywhere
                for _ in range(chance.choice((1, 3, 10, 50, 200))):
                    changed[chance.randrange(size)] ^= 1 << chance.randrange(8)
            case 2:
                del changed[start:]
            case 3:
                del changed[start : start + length]
            case 4:
                changed[start:start] = changed[start : start + length] * chance.randint(1, 20)
            case 5:
                changed[start : start + length] = chance.randbytes(length)
            case 6:
                first = chance.randrange(max(1, len(other)))
                changed[start : start + length] = other[first : first + length]
            case _:  # lengths and counts
                value = chance.choice((b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"\x00\x00\x00\x00"))
                changed[start : start + 4] = value
    return bytes(changed)


class Fuzz:
    """``run`` feeds the pool; ``outcomes`` counts ledger reasons and "text", ``failures`` holds what must not happen."""

    def __init__(self, seeds: list[Path], *, seed: int, readers: int, folder: Path) -> None:
        self.outcomes: Counter[str] = Counter()
        self.failures: list[str] = []
        self.bad: list[str] = []
        self._seeds = seeds
        self._seed = seed
        self._folder = folder
        self._lock = threading.Lock()
        self._pool = ReaderPool(readers, no_progress_seconds=_PATIENCE)
        self._readers = readers

    def run(self, count: int, seconds: float) -> int:
        """How many inputs were read within the time."""
        end = time.monotonic() + seconds
        try:
            with ThreadPoolExecutor(self._readers + 1) as threads:
                return sum(threads.map(lambda number: self._one(number, end), range(count)))
        finally:
            self._pool.close()

    def _one(self, number: int, end: float) -> bool:
        if time.monotonic() > end:
            return False
        chance = random.Random(f"{self._seed}:{number}")
        source, other = chance.choice(self._seeds), chance.choice(self._seeds)
        path = self._folder / f"{number}{source.suffix}"
        path.write_bytes(mutated(source.read_bytes(), other.read_bytes(), chance))
        try:
            document = self._pool.read(str(path), Cancellation(), ocr="off")
            split(document, count_tokens=estimate_tokens, max_tokens=200)
            outcome = "text" if not document.partial else f"text, {document.partial}"
        except UnreadableDocument as error:
            outcome = error.reason
            if outcome not in REASONS:
                self._note(self.failures, f"{number} {source.name}: unknown reason {outcome}")
        except Exception as error:  # noqa: BLE001 - exactly what is looked for
            outcome = "FAILURE"
            self._note(self.failures, f"{number} {source.name}: {type(error).__name__}: {error}")
        with self._lock:
            self.outcomes[outcome] += 1
        if outcome in ("crashed", "timed_out", "too_big"):
            self._note(self.bad, f"{number} {source.name}: {outcome}")
        path.unlink()
        return True

    def _note(self, notes: list[str], line: str) -> None:
        with self._lock:
            notes.append(line)


def seeds(folders: list[Path], made: Path) -> list[Path]:
    """Real files that are not too large, and one of every kind the tests make."""
    if str(ROOT / "tests") not in sys.path:
        sys.path.insert(0, str(ROOT / "tests"))  # where pytest finds them too
    from documents.making import MAKERS
    from documents.making_more import MORE

    found = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    for name, make in {**{f"文件{suffix}": make for suffix, make in MAKERS.items()}, **MORE}.items():
        found.append(make(made / name))
    return [path for path in found if 0 < path.stat().st_size <= _LARGEST_SEED]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=[ROOT.parent / "shared/data/documents"])
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=900.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--readers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "made")
        made.mkdir()
        fuzz = Fuzz(seeds(options.folders, made), seed=options.seed, readers=options.readers, folder=Path(folder))
        start = time.monotonic()
        done = fuzz.run(options.count, options.seconds)
    print(f"{done} inputs in {time.monotonic() - start:.0f} s")
    for outcome, count in fuzz.outcomes.most_common():
        print(f"  {count:6} {outcome}")
    for line in (*fuzz.bad, *fuzz.failures):
        print(line)
    return 1 if fuzz.failures else 0


if __name__ == "__main__":
    sys.exit(main())
