# SPDX-License-Identifier: Apache-2.0
"""What the engine's memory grows by from 10,000 to 100,000 chunks, beside what a bare Chroma grows by with the same vectors.

python -m tests.benchmarks memory_growth         INKSTONE_CHUNKS=20000 for a shorter one (from a tenth to all)

Two processes in one run. Ours takes the engine's path: catalogue, index of words, outbox, Chroma, with drops at the end; the bare one
gives Chroma the same vectors in the same batches. Vectors are synthetic, 384 dimensions. Resident memory of each process after the
first tenth and after all. Wanted: ours grows by at most 1.2 times what the bare one does.

The same run gives the rate of the write path beside that of bare Chroma.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil

_DIMENSION = 384
_BATCH = 500
_PER_FILE = 20


def main() -> None:
    count = int(os.environ.get("INKSTONE_CHUNKS", "100000"))
    found = {}
    for way in ("bare", "ours"):
        with tempfile.TemporaryDirectory(prefix="inkstone-") as place:
            command = [sys.executable, "-m", "tests.benchmarks.memory_growth", way, place, str(count)]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
            found[way] = json.loads(done.stdout)
        few, many, seconds, cpu = (found[way][key] for key in ("few", "many", "seconds", "cpu"))
        print(
            f"{way:5} {few / 1e6:6.0f} MB at {count // 10:,}, {many / 1e6:6.0f} MB at {count:,}: grew by {(many - few) / 1e6:.0f} MB; "
            f"{count / seconds:,.0f} chunks/s, {cpu / count * 1e3:.2f} ms of processor a chunk",
            flush=True,
        )
    grown = {way: found[way]["many"] - found[way]["few"] for way in found}
    print(f"growth, ours to bare: {grown['ours'] / grown['bare']:.2f}; wanted: at most 1.2")
    print(
        f"rate, ours to bare: {found['bare']['seconds'] / found['ours']['seconds']:.2f} (store, index of words, outbox and Chroma)"
    )


def _blocks(count: int) -> Iterator[np.ndarray]:
    chance = np.random.default_rng(1)
    for _ in range(0, count, _BATCH):
        block = chance.normal(size=(_BATCH, _DIMENSION)).astype(np.float32)
        yield block / np.linalg.norm(block, axis=1, keepdims=True)


def _texts(chance: np.random.Generator, first: int) -> list[str]:
    """About 800 characters each; a vocabulary of 30,000 words, the common ones common."""
    ranks = np.minimum(chance.zipf(1.3, size=(_BATCH, 130)), 30_000)
    return [f"{first + row} " + " ".join(f"w{rank * 7919 % 30_000:x}" for rank in line) for row, line in enumerate(ranks)]


def _bare(place: Path, count: int) -> Iterator[int]:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(path=str(place), settings=Settings(anonymized_telemetry=False, is_persistent=True))
    collection = client.create_collection("chunks", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    done = 0
    for block in _blocks(count):
        collection.upsert(ids=[str(done + n) for n in range(1, len(block) + 1)], embeddings=block)
        done += len(block)
        yield done
    client.close()


def _ours(place: Path, count: int) -> Iterator[int]:
    from desktop_app.contract.document import Chunk, Locator, Piece, SourceFile
    from desktop_app.library.library import Library
    from desktop_app.library.stores.chunk_rows import text_hash

    library = Library(place / "library")
    library.attach_vectors("m" * 64)
    chance = np.random.default_rng(2)
    done = 0
    for block in _blocks(count):
        texts = _texts(chance, done)
        vectors = {text_hash(text): row.tobytes() for text, row in zip(texts, block.astype("<f2"), strict=True)}
        for start in range(0, _BATCH, _PER_FILE):
            some = texts[start : start + _PER_FILE]
            chunks = [
                Chunk(text, Locator(chars=(0, len(text))), (), (Piece(0, len(text), Locator(chars=(0, len(text)))),))
                for text in some
            ]
            own = {text_hash(text): vectors[text_hash(text)] for text in some}
            file = SourceFile(f"/files/{done + start}.txt", 1, 1)
            library.catalogue.files.store(file, chunks, state="indexed", model="m" * 64, vectors=own)
        library.flush_vectors()
        done += len(block)
        if done in (count // 10, count):
            library.catalogue.vectors.drop_orphaned()
            assert sum(1 for _ in library.catalogue.files.records("/files")) == done // _PER_FILE  # as a second run's plan does
        yield done
    library.close()


def _child(way: str, place: Path, count: int) -> None:
    process = psutil.Process()
    few = many = 0
    start, cpu = time.monotonic(), time.process_time()
    for done in (_bare if way == "bare" else _ours)(place, count):
        if done == count // 10:
            few = process.memory_info().rss
        if done == count:
            many = process.memory_info().rss
    print(json.dumps({"few": few, "many": many, "seconds": time.monotonic() - start, "cpu": time.process_time() - cpu}))


if __name__ == "__main__":
    _child(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
