# SPDX-License-Identifier: Apache-2.0
"""Reading alone: ``python -m tests.benchmarks.bare_reading FOLDER`` reads and splits every file of a folder and stores nothing.

The pipeline's own readers and splitting, by the tokens of the embedding model that this home used last. Prints ``{"files", "chunks",
"seconds"}``; starting the readers counts.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from desktop_app.foundation import offline

offline.seal()

_READERS = 2


def main(folder: Path) -> None:
    from desktop_app.documents.process.pool import ReaderPool
    from desktop_app.documents.text.splitting import split
    from desktop_app.embedding.factory import BUNDLED
    from desktop_app.engine import lazy_embedder
    from desktop_app.foundation.cancellation import Cancellation
    from desktop_app.indexing.chunk_measure import ChunkMeasure

    start = time.perf_counter()
    facts = lazy_embedder.remembered(BUNDLED)
    assert facts is not None, "this home never used the model"
    measure = ChunkMeasure([lazy_embedder.LazyEmbedder(facts, lambda: None)])
    pool = ReaderPool(_READERS)

    def read(path: Path) -> int:
        document = pool.read(str(path), Cancellation(), ocr="later")
        return len(split(document, count_tokens=measure.count, max_tokens=measure.limit))

    files = sorted(path for path in folder.rglob("*") if path.is_file())
    try:
        with ThreadPoolExecutor(_READERS) as threads:
            chunks = sum(threads.map(read, files))
    finally:
        pool.close()
    print(json.dumps({"files": len(files), "chunks": chunks, "seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
