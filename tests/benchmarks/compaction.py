# SPDX-License-Identifier: Apache-2.0
"""What deleted chunks leave behind in Chroma and in the catalogue, and what tidying up gives back.

python -m tests.benchmarks compaction            INKSTONE_CHUNKS=20000 chunks, 384 dimensions, synthetic

The same number of chunks is alive all the time; each round takes a fifth of them out and puts new ones in, as edited files do.
Sizes on the disk and the time of a search by vector, beside those of a library made fresh with as many chunks; then the same after
``Library.tidy``. Wanted: afterwards Chroma is at most 1.1 times the fresh one, and a quarter of the catalogue is free at most.
"""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

import numpy as np

from desktop_app.contract.document import Chunk, Locator, Piece, SourceFile
from desktop_app.library import dense
from desktop_app.library.library import Library
from desktop_app.library.stores.chunk_rows import text_hash

_DIMENSION = 384
_PER_FILE = 20
_MODEL = "m" * 64
_ROUNDS = 10


def main() -> None:
    files = int(os.environ.get("INKSTONE_CHUNKS", "10000")) // _PER_FILE
    with tempfile.TemporaryDirectory(prefix="inkstone-") as place:
        with closing(_made(Path(place) / "used", files, 0)) as used, closing(_made(Path(place) / "fresh", files, 0)) as fresh:
            _tell("fresh", fresh, fresh)
            for turn in range(1, _ROUNDS + 1):
                for number in range(turn % 5, files, 5):
                    _store(used, number, turn)
                used.flush_vectors()
                used.catalogue.vectors.drop_orphaned()
                if turn in (1, 2, 3, 4, 6, 10):
                    _tell(f"{turn} rounds", used, fresh)
                if used.sizes().chroma_dead <= dense._DEAD_SHARE:
                    kept = turn
            start = time.monotonic()
            used.tidy(lambda: None)
            seconds = time.monotonic() - start
            _tell("tidied up", used, fresh)
            print(f"tidying up took {seconds:.1f} s; left alone up to round {kept} (dead share {dense._DEAD_SHARE})")
            ours, theirs = used.sizes(), fresh.sizes()
            print(
                f"after it: Chroma {ours.chroma / theirs.chroma:.2f} times a fresh one, wanted: at most 1.1; "
                f"catalogue {ours.catalogue_dead:.0%} free, wanted: at most 25 %"
            )


def _made(folder: Path, files: int, turn: int) -> Library:
    library = Library(folder)
    library.attach_vectors(_MODEL)
    for number in range(files):
        _store(library, number, turn)
    library.flush_vectors()
    return library


def _store(library: Library, number: int, turn: int) -> None:
    chance = np.random.default_rng((number, turn))
    ranks = np.minimum(chance.zipf(1.3, size=(_PER_FILE, 130)), 30_000)
    texts = [f"{number}-{row} " + " ".join(f"w{rank * 7919 % 30_000:x}" for rank in line) for row, line in enumerate(ranks)]
    rows = chance.normal(size=(_PER_FILE, _DIMENSION))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype("<f2")
    place = Locator(chars=(0, 800))
    chunks = [Chunk(text, place, (), (Piece(0, len(text), place),)) for text in texts]
    vectors = {text_hash(text): row.tobytes() for text, row in zip(texts, rows, strict=True)}
    library.catalogue.files.store(
        SourceFile(f"/files/{number}.txt", 1, 1), chunks, state="indexed", model=_MODEL, vectors=vectors
    )


def _tell(name: str, library: Library, fresh: Library) -> None:
    sizes, index = library.sizes(), library.vectors
    assert index is not None
    chance, times = np.random.default_rng(9), []
    for _ in range(60):
        asked = chance.normal(size=_DIMENSION).tolist()
        start = time.perf_counter()
        index.search(asked, 50)
        times.append(time.perf_counter() - start)
    print(
        f"{name:10} Chroma {sizes.chroma / 1e6:6.1f} MB ({sizes.chroma / fresh.sizes().chroma:.2f}), dead {sizes.chroma_dead:4.0%}, "
        f"search {median(times) * 1e3:.1f} ms; catalogue {sizes.catalogue / 1e6:6.1f} MB, free {sizes.catalogue_dead:4.0%}",
        flush=True,
    )


if __name__ == "__main__":
    main()
