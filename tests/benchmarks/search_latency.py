# SPDX-License-Identifier: Apache-2.0
"""How long a search takes in a library of 100,000 passages, against the sum of what it cannot do without, in one run.

python -m tests.benchmarks search_latency [PASSAGES]

The bare parts: embedding the question, one query of Chroma, one BM25 query of FTS5 over the same words. Wanted: p95 of a search at most
1.5 times the p95 of their sum; with a filter (a folder of 2%, one of half of the library) at most 2 times a search without, and a page of hits with its counts too. Texts are
made up of words as frequent as words are; vectors are made up in clouds; embedding the questions is real.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np

from desktop_app.analysis import words
from desktop_app.contract.document import Chunk, Locator, Piece, SourceFile
from desktop_app.contract.ledger import Scope
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.library.library import Library
from desktop_app.library.name_search import NameSearch
from desktop_app.library.stores.chunk_rows import text_hash
from desktop_app.retrieval.page_search import PageSearch
from desktop_app.retrieval.query_terms import search_terms
from desktop_app.retrieval.retriever import Retriever

_PASSAGES = 100_000
_IN_A_FILE = 100
_WORDS_IN_A_PASSAGE = 120
_WORDS = 60_000
_QUESTIONS = 60
_CLOUDS = 400
_DEPTH = 50


class _Language:
    """Made-up words, the n-th as frequent as 1/n."""

    def __init__(self, chance: np.random.Generator) -> None:
        letters = np.array(list("etaoinshrdlucmfwypvbgk"))
        self._chance = chance
        self._words = ["".join(chance.choice(letters, chance.integers(3, 13))) for _ in range(_WORDS)]
        self._reach = np.cumsum(1 / np.arange(1, _WORDS + 1))
        self._reach /= self._reach[-1]

    def text(self, length: int, rarest_first: int = 0) -> str:
        places = np.searchsorted(self._reach, self._chance.random(length))
        return " ".join(self._words[place] for place in np.maximum(places, rarest_first))


def fill(library: Library, embedder: Embedder, passages: int, language: _Language, chance: np.random.Generator) -> None:
    facts = embedder.facts
    library.attach_vectors(facts.fingerprint)
    library.put_embedding("bundled", fingerprint=facts.fingerprint, dimension=facts.dimension, languages=facts.languages)
    centres = chance.normal(size=(_CLOUDS, facts.dimension))
    place = Locator(lines=(1, 1))
    for number in range(passages // _IN_A_FILE):
        texts = [language.text(_WORDS_IN_A_PASSAGE) for _ in range(_IN_A_FILE)]
        rows = centres[chance.integers(0, _CLOUDS, len(texts))] + 0.8 * chance.normal(size=(len(texts), facts.dimension))
        rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype("<f2")
        folder = "half" if number % 2 else f"folder {number % 50}"
        library.catalogue.files.store(
            SourceFile(f"/{folder}/{number}.txt", 1, 1_700_000_000_000_000_000, str(number)),
            [Chunk(text, place, (), (Piece(0, len(text), place),)) for text in texts],
            state="indexed",
            model=facts.fingerprint,
            vectors={text_hash(text): row.tobytes() for text, row in zip(texts, rows, strict=True)},
        )
    library.flush_vectors()


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def table(library: Library, embedder: Embedder, questions: Sequence[str]) -> None:
    retriever = Retriever(library, lambda: embedder)
    connection = library.catalogue.database.connection()
    assert library.vectors is not None
    collection = library.vectors._collection
    scopes = {"small folder": Scope(below=("/folder 0",)), "half of all": Scope(below=("/half",))}
    kinds = ("embedding", "Chroma", "FTS5", "sum", "search", *scopes, "page")
    page = PageSearch(library, retriever, NameSearch(library.catalogue))
    spent: dict[str, list[float]] = {kind: [] for kind in kinds}

    def by_words(question: str) -> list[tuple[object, ...]]:
        query = " OR ".join(f'"{words.stem(term)}"' for term in search_terms(question))
        bare = "SELECT rowid, bm25(terms) AS s FROM terms WHERE terms MATCH ? ORDER BY s LIMIT ?"
        return connection.execute(bare, (query, _DEPTH)).fetchall()

    for question in (*questions[:3], *questions):  # the first three warm up
        vector = embedder.embed_question(question)
        took = [
            seconds(partial(embedder.embed_question, question)),
            seconds(partial(collection.query, query_embeddings=[vector], n_results=_DEPTH, include=["distances"])),
            seconds(partial(by_words, question)),
        ]
        took.append(sum(took))
        took.append(seconds(partial(retriever.search, question)))
        took += [seconds(partial(retriever.search, question, scope=scope)) for scope in scopes.values()]
        took.append(seconds(partial(page.search, question, 30)))
        for kind, one in zip(kinds, took, strict=True):
            spent[kind].append(one)
    p95 = {}
    for kind, every in spent.items():
        counted = every[3:]
        p95[kind] = float(np.quantile(counted, 0.95))
        print(f"  {kind:<13} p50 {1000 * np.median(counted):6.1f} ms   p95 {1000 * p95[kind]:6.1f} ms")
    print(f"search / sum of the bare parts, p95: {p95['search'] / p95['sum']:.2f}; wanted: at most 1.5")
    for name in scopes:
        print(f"{name} / no filter, p95: {p95[name] / p95['search']:.2f}; wanted: at most 2")
    print(f"page of 30 with counts / search, p95: {p95['page'] / p95['search']:.2f}; wanted: at most 2")


def main() -> None:
    from desktop_app.embedding.factory import BUNDLED, open_embedder

    passages = int(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2].isdecimal() else _PASSAGES
    chance = np.random.default_rng(3)
    language = _Language(chance)
    embedder = open_embedder(BUNDLED)
    assert embedder is not None
    with tempfile.TemporaryDirectory() as folder, closing(Library(Path(folder) / "library")) as library:
        fill(library, embedder, passages, language, chance)
        print(f"{library.catalogue.lookup.chunk_count():,} passages in {library.catalogue.lookup.searched_files()[0]:,} files")
        table(library, embedder, [language.text(6, rarest_first=100) for _ in range(_QUESTIONS)])
