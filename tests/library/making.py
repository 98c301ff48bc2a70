# SPDX-License-Identifier: Apache-2.0
"""Chunks, files and vectors for the library's tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from desktop_app.contract.document import Chunk, Locator, Piece, SourceFile
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.library import Library
from desktop_app.library.stores.chunk_rows import text_hash

MODEL = "模型-指纹"
DIMENSION = 16


def source_file(path: str | Path, size: int = 100, mtime_ns: int = 1_700_000_000_000_000_000, sha256: str = "ab") -> SourceFile:
    return SourceFile(str(path), size, mtime_ns, sha256)


def chunk(text: str, *trail: str, line: int = 1, hidden: str = "") -> Chunk:
    place = Locator(lines=(line, line), chars=(0, len(text)), headings=trail, hidden=hidden)
    return Chunk(text, place, trail, (Piece(0, len(text), place),))


def unit_vector(text: str, dimension: int = DIMENSION) -> np.ndarray:
    """A vector of length one that depends on the text alone."""
    seed = int.from_bytes(text_hash(text)[:8], "little")
    vector = np.random.default_rng(seed).normal(size=dimension)
    return vector / np.linalg.norm(vector)


def vectors_of(texts: Sequence[str]) -> dict[bytes, bytes]:
    return {text_hash(text): unit_vector(text).astype("<f2").tobytes() for text in texts}


def store(catalogue: Catalogue, path: str | Path, *texts: str, model: str = "", **facts: object) -> None:
    """Store a file whose chunks are ``texts``, with vectors when there is a model."""
    vectors: Mapping[bytes, bytes] | None = vectors_of(texts) if model else None
    chunks = [chunk(text, line=number) for number, text in enumerate(texts, start=1)]
    catalogue.files.store(
        source_file(path),
        chunks,
        state="indexed",
        model=model,
        vectors=vectors,
        **facts,  # type: ignore[arg-type]
    )


def make_words_older(folder: Path, passages: int) -> None:
    """A library without a model, of a version that cut words in another way."""
    with closing(Library(folder)) as library:
        library.put_embedding("none", fingerprint="", dimension=0)
        store(library.catalogue, "/资料/甲.txt", *(f"第{n}段 质保期" for n in range(passages)))
        library.catalogue.meta.put("words", "0")


def as_format_9(connection: sqlite3.Connection) -> None:
    """Take out what format 10 of the catalogue added."""
    connection.execute("DROP TABLE stated_facts")


def as_format_8(connection: sqlite3.Connection) -> None:
    """Take out what format 9 and later ones added."""
    as_format_9(connection)
    connection.execute("DROP TABLE tables")
    connection.execute("DROP TABLE table_rows")


def as_format_7(connection: sqlite3.Connection) -> None:
    """Take out what format 8 and later ones added."""
    as_format_8(connection)
    connection.execute("ALTER TABLE files DROP COLUMN hidden")
    connection.execute("DROP INDEX chunks_hidden")
    connection.execute("ALTER TABLE chunks DROP COLUMN hidden")


def as_format_5(connection: sqlite3.Connection) -> None:
    """Take out what formats 6, 7 and 8 of the catalogue added."""
    as_format_7(connection)
    connection.execute("ALTER TABLE files DROP COLUMN dismissed")
    connection.execute("DROP INDEX chunks_by_language")
    connection.execute("ALTER TABLE chunks DROP COLUMN language")


def found_texts(catalogue: Catalogue, question: str) -> list[str]:
    """The texts of the chunks that hold a word of the question, best first."""
    from desktop_app.analysis import words

    ids = [chunk_id for chunk_id, _ in catalogue.lookup.search(words.question_terms(question), 100)]
    return [stored.text for stored in catalogue.chunks.by_ids(ids)]
