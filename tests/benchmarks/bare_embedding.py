# SPDX-License-Identifier: Apache-2.0
"""A library's embedding model alone over its chunks: ``python -m tests.benchmarks.bare_embedding LIBRARY [BACKEND]``.

Prints ``{"backend", "chunks", "seconds"}``; loading and one batch before the clock starts do not count.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
import tomllib
from contextlib import closing
from pathlib import Path

from desktop_app.foundation import offline

offline.seal()


def main(library: Path, backend: str) -> None:
    from desktop_app.embedding.factory import answering, open_embedder

    with closing(sqlite3.connect(library / "catalogue.sqlite")) as connection:
        texts = [row[0] for row in connection.execute("SELECT DISTINCT text FROM chunks ORDER BY id")]
    facts = tomllib.loads((library / "library.toml").read_text(encoding="utf-8"))
    embedder = open_embedder(answering(facts["embedding"], facts["embedding_fingerprint"]), backend)
    assert embedder is not None
    embedder.embed_documents(texts[:32])
    start = time.perf_counter()
    embedder.embed_documents(texts)
    seconds = time.perf_counter() - start
    print(json.dumps({"backend": embedder.facts.backend, "chunks": len(texts), "seconds": seconds}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "auto")
