# SPDX-License-Identifier: Apache-2.0
"""An embedding model known by its facts, loaded when a vector is wanted.

Files are read and found by words meanwhile: passages are measured with the model's tokenizer alone.
A run that finds nothing changed, or only what was moved or deleted, never loads the model. The facts are those of its last use in this
home, whatever library that was, or of the set-up; the stamp of its files says that they still hold. Should the loaded model differ all the same,
``ModelDiffersError`` ends the run, and ``IndexJob`` begins it again with the model's own facts.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from desktop_app.embedding.seam.embedder import Embedder, EmbeddingFacts
from desktop_app.embedding.seam.stamp import stamp
from desktop_app.foundation import paths, private

if TYPE_CHECKING:
    import numpy as np
    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    from desktop_app.embedding.backends.tokens_alone import CountsTokens

log = logging.getLogger(__name__)

_NAME = "embedding-known.json"


class ModelDiffersError(Exception):
    """The model is not the one its remembered facts describe."""


class _Known(msgspec.Struct, frozen=True):
    stamp: str
    facts: EmbeddingFacts


def remember(choice: str, facts: EmbeddingFacts) -> None:
    """Write down the facts of the model ``choice`` for the next run; on a full disk it is loaded then."""
    known, now = _read(paths.home()), _Known(stamp(facts.path), facts)
    if known.get(choice) == now:
        return
    try:
        private.replace_file(paths.home() / _NAME, msgspec.json.encode({**known, choice: now}))
    except OSError as error:
        log.info("the embedding model is not remembered: %s", error)


def remembered(choice: str) -> EmbeddingFacts | None:
    """The facts of the model ``choice`` when it was last used, if its files are still the same."""
    known = (_read(paths.prepared()) | _read(paths.home())).get(choice)
    return known.facts if known is not None and known.stamp and known.stamp == stamp(known.facts.path) else None


def _read(folder: Path) -> dict[str, _Known]:
    try:
        return msgspec.json.decode((folder / _NAME).read_bytes(), type=dict[str, _Known])
    except (OSError, msgspec.MsgspecError, ValueError):
        return {}  # derived data


class LazyEmbedder:
    """An ``Embedder`` whose model comes from ``load`` when it is first needed. Raises what ``load`` raises, and ``ModelDiffersError``."""

    def __init__(self, facts: EmbeddingFacts, load: Callable[[], Embedder | None]) -> None:
        self._facts = facts
        self._load = load
        self._guard = threading.Lock()
        self._loaded: Embedder | None = None
        self._counting = threading.Lock()
        self._tokens: CountsTokens | None = None
        self._looked_for_tokens = False

    @property
    def facts(self) -> EmbeddingFacts:
        """Those of its last use."""
        return self._facts

    @property
    def langchain(self) -> Embeddings:
        """The model as LangChain takes it."""
        return self._model().langchain

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Tokens of each text, by the tokenizer alone where that can be opened."""
        if self._loaded is None and (tokens := self._own_tokens()) is not None:
            return tokens.count(texts)
        return self._model().count_tokens(texts)

    def embed_documents(self, texts: Sequence[str], /, *, ahead: bool = False) -> NDArray[np.float32]:
        """A unit vector a row."""
        return self._model().embed_documents(texts, ahead=ahead)

    def embed_question(self, text: str, /) -> NDArray[np.float32]:
        """One unit vector."""
        return self._model().embed_question(text)

    def embed_questions(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """A unit vector a row."""
        return self._model().embed_questions(texts)

    def close(self) -> None:
        """Whoever loaded the model closes it."""

    def _model(self) -> Embedder:
        with self._guard:
            if self._loaded is None:
                model = self._load()
                known = (self._facts.fingerprint, self._facts.max_tokens)
                if model is None or (model.facts.fingerprint, model.facts.max_tokens) != known:
                    raise ModelDiffersError
                self._loaded, self._tokens = model, None  # it has a tokenizer of its own
            return self._loaded

    def _own_tokens(self) -> CountsTokens | None:
        with self._counting:
            if not self._looked_for_tokens:
                from desktop_app.embedding.backends.tokens_alone import open_tokens

                self._looked_for_tokens = True
                self._tokens = open_tokens(self._facts)
            return self._tokens
