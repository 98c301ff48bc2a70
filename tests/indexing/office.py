# SPDX-License-Identifier: Apache-2.0
"""A small office on disk, a reader that fails where a test says so, and what a library holds in the end."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.contract.index_run import OUTCOMES, IndexProgress, IndexReport, IndexRequest
from desktop_app.documents.plain import plain_text
from desktop_app.documents.reader import ReadContext
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing import sources
from desktop_app.indexing.forecasting.progress import ProgressMeter, RunListener
from desktop_app.indexing.pipeline import Pipeline
from desktop_app.library.library import Library

SUBJECTS = ("付款", "质保", "交货", "违约", "保密", "验收", "争议", "通知")


def fill(folder: Path, files: int = 6) -> Path:
    """``files`` text files over three folders with Chinese names, each saying something of its own, in Chinese and English."""
    for number in range(files):
        place = folder / ("采购 部门", "二〇二四年/合同", "Travel")[number % 3]
        place.mkdir(parents=True, exist_ok=True)
        write(place / f"第{number}号 {SUBJECTS[number % 8]}.txt", number)
    return folder


def write(path: Path, number: int, extra: str = "") -> Path:
    subject = SUBJECTS[number % 8]
    path.write_text(
        f"第{number}号文件：{subject}\n\n本文件编号为 HT-{number:04}。{subject}期限为{number + 3}个工作日。{extra}\n\n"
        f"Document {number} allows {number + 10} euros per night in the capital.\n",
        encoding="utf-8",
    )
    return path


def counts(**outcomes: int) -> dict[str, int]:
    """What a run says about its files when only these outcomes occurred."""
    return {**dict.fromkeys(OUTCOMES, 0), **outcomes}


class Reader:
    """Reads text files in this process, like the reader processes do in theirs. ``trouble`` maps file names to what happens."""

    def __init__(self) -> None:
        self.read_files: list[str] = []
        self.trouble: dict[str, UnreadableDocument | Callable[[Cancellation], None]] = {}
        self._guard = threading.Lock()

    def read(self, path: str, cancel: Cancellation, /, **_ways: Any) -> Document:
        name = os.path.basename(path)
        with self._guard:
            self.read_files.append(name)
        trouble = self.trouble.get(name)
        if isinstance(trouble, UnreadableDocument):
            raise trouble
        if trouble is not None:
            trouble(cancel)
        return plain_text.read(ReadContext(Path(path), lambda _done, _total: None, plain_text.read))


class Desk:
    """A library with a reader, and runs over it."""

    def __init__(self, library: Library, reader: Reader, embedder: Embedder | None = None) -> None:
        self.library = library
        self.reader = reader
        self.embedder = embedder
        self.told: list[IndexProgress] = []
        if embedder is not None:
            library.attach_vectors(embedder.facts.fingerprint)

    def add(self, *paths: Path) -> list[str]:
        return sources.add(self.library.catalogue, [str(path) for path in paths])

    def run(self, *roots: Path | str, cancel: Cancellation | None = None, **how: Any) -> IndexReport:
        """``how``: further fields of the ``IndexRequest``."""
        pipeline = Pipeline(self.library, self.reader, self.embedder, 2)
        request = IndexRequest(tuple(str(root) for root in roots), **how)
        self.reader.read_files.clear()
        self.told.clear()
        return pipeline.run(request, ProgressMeter(RunListener(self.told.append)), cancel or Cancellation())

    def index(self, *paths: Path) -> IndexReport:
        return self.run(*self.add(*paths))

    def states(self) -> dict[str, tuple[str, str]]:
        return {os.path.basename(row.path): (row.state, row.reason) for row in self.library.catalogue.files.page()[0]}


class Holdings:
    """Everything a library holds that two equal ones must agree on, whatever their ids are."""

    def __init__(self, library: Library) -> None:
        catalogue = library.catalogue
        self.files = {}
        for row in catalogue.files.page()[0]:
            record = next(catalogue.files.records(row.path))
            self.files[row.path] = (row.state, row.reason, row.chunks, record.file.sha256)
        stored = list(catalogue.chunks.all())
        self.chunks = sorted((c.path, c.ordinal, c.text, c.trail) for c in stored)
        self.vectors: list[tuple[str, np.ndarray]] = []
        if library.vectors is None:
            return
        got = library.vectors._collection.get(include=["embeddings"])
        texts = {chunk.id: chunk.text for chunk in stored}
        assert sorted(map(int, got["ids"])) == sorted(texts), "Chroma and the catalogue do not hold the same chunks"
        assert catalogue.outbox.next("", 1) == ([], []), "Chroma was not told everything"
        pairs = [(texts[int(chunk)], vector) for chunk, vector in zip(got["ids"], got["embeddings"], strict=True)]
        self.vectors = sorted(pairs, key=lambda pair: pair[0])

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Holdings)
            and (self.files, self.chunks) == (other.files, other.chunks)
            and [text for text, _ in self.vectors] == [text for text, _ in other.vectors]
            and all(np.array_equal(a, b) for (_, a), (_, b) in zip(self.vectors, other.vectors, strict=True))
        )

    __hash__ = None  # type: ignore[assignment]


def texts_found(library: Library, question: str) -> list[str]:
    """Names of the files that hold a word of the question, best first."""
    from desktop_app.analysis import words

    ids = [chunk for chunk, _ in library.catalogue.lookup.search(words.question_terms(question), 50)]
    return [os.path.basename(chunk.path) for chunk in library.catalogue.chunks.by_ids(ids)]
