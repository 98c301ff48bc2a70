# SPDX-License-Identifier: Apache-2.0
"""Chunks a second of two reader processes against those of the bundled embedder, in one run, as a ratio: reading must not be what
indexing waits for.

python -m tests.benchmarks reading_keeps_up        PDFs of ../shared/data (or $INKSTONE_PDFS), and text files made of its passages

Reading is the pipeline's own way: the pool's processes, then splitting by the model's own tokens in this one. Each side is timed by
the clock and alone, because that is the worst case for reading: an embedder that had every core to itself. Wanted: at least 0.5.
"""

from __future__ import annotations

import json
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from desktop_app.contract.document import UnreadableDocument
from desktop_app.documents.process.pool import ReaderPool
from desktop_app.documents.text.splitting import split
from desktop_app.embedding.factory import BUNDLED, open_embedder
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.cancellation import Cancellation
from tests.benchmarks.pdf_agreement import FOLDER, files

_READERS = 2
_EMBEDDED = 96  # chunks, after a first batch that does not count
_LIMIT = 400  # tokens of a chunk at most, as in the pipeline
_TEXTS = 60


def main() -> None:
    passages = FOLDER / "retrieval" / "en.passages.jsonl"
    if not files() or not passages.exists():
        print("skipped: no PDFs and passages in ../shared/data")
        return
    embedder = open_embedder(BUNDLED)
    assert embedder is not None
    limit = min(embedder.facts.max_tokens, _LIMIT)
    with tempfile.TemporaryDirectory() as folder:
        texts = _text_files(passages, Path(folder))
        found: list[str] = []
        pool = ReaderPool(_READERS)
        try:
            _read(pool, [texts[0], files()[0], texts[1], files()[1]], embedder, limit)  # imports; does not count
            rates = {}
            for name, paths in (("PDF", files()), ("text", texts)):
                start = time.perf_counter()
                chunks = _read(pool, paths, embedder, limit)
                rates[name] = len(chunks) / (time.perf_counter() - start)
                found += chunks
        finally:
            pool.close()
    step = max(1, len(found) // _EMBEDDED)
    sample = found[::step][:_EMBEDDED]
    embedder.embed_documents(sample[:8])
    start = time.perf_counter()
    embedder.embed_documents(sample)
    embedding = len(sample) / (time.perf_counter() - start)
    for name, rate in rates.items():
        print(
            f"{name}: read {rate:,.0f} chunks/s, embedded {embedding:,.0f} chunks/s, ratio {rate / embedding:.1f}; wanted: 0.5"
        )


def _read(pool: ReaderPool, paths: list[Path], embedder: Embedder, limit: int) -> list[str]:
    def one(path: Path) -> list[str]:
        try:
            document = pool.read(str(path), Cancellation(), ocr="off")
        except UnreadableDocument:
            return []
        return [chunk.text for chunk in split(document, count_tokens=embedder.count_tokens, max_tokens=limit)]

    with ThreadPoolExecutor(_READERS) as threads:
        return [text for chunks in threads.map(one, paths) for text in chunks]


def _text_files(passages: Path, folder: Path) -> list[Path]:
    """Files of ten pages or so each."""
    texts = [json.loads(line)["text"] for line in passages.read_text("utf-8").splitlines()]
    made = []
    for number in range(_TEXTS):
        path = folder / f"{number}.txt"
        path.write_text("\n\n".join(texts[number % 20 :: 8]), encoding="utf-8")
        made.append(path)
    return made


if __name__ == "__main__":
    main()
