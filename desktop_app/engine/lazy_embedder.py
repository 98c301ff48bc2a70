"""The embedding model as indexing needs it: known by its facts at once, loaded when the first text has to be measured.

A run that finds nothing changed, or only what was moved or deleted, therefore never loads it. The facts are those of its last use;
the stamp of its files says that they still hold. Should the loaded model differ all the same, ``ModelDiffers`` ends the run, and the
engine begins it again with the model's own facts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from desktop_app.embedding.base import Embedder, EmbeddingFacts
from desktop_app.embedding.stamp import stamp
from desktop_app.library.catalogue import Catalogue

if TYPE_CHECKING:
    import numpy as np
    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

_META = "embedding_known"


class ModelDiffers(Exception):
    """The model is not the one its remembered facts describe."""


class _Known(msgspec.Struct, frozen=True):
    choice: str
    stamp: str
    facts: EmbeddingFacts


def remember(catalogue: Catalogue, choice: str, facts: EmbeddingFacts) -> None:
    """Write down what the model ``choice`` is, for the next start."""
    known = msgspec.json.encode(_Known(choice, stamp(facts.path), facts)).decode("utf-8")
    if known != catalogue.meta(_META):
        catalogue.put_meta(_META, known)


def remembered(catalogue: Catalogue, choice: str) -> EmbeddingFacts | None:
    """The facts of the model ``choice`` when it was last used, if its files are still the same."""
    try:
        known = msgspec.json.decode(catalogue.meta(_META), type=_Known)
    except msgspec.MsgspecError:
        return None
    return known.facts if known.choice == choice and known.stamp and known.stamp == stamp(known.facts.path) else None


class LazyEmbedder:
    """An ``Embedder`` whose model comes from ``load`` when it is first needed. Raises what ``load`` raises, and ``ModelDiffers``."""

    def __init__(self, facts: EmbeddingFacts, load: Callable[[], Embedder | None]) -> None:
        self._facts = facts
        self._load = load
        self._guard = threading.Lock()
        self._loaded: Embedder | None = None

    @property
    def facts(self) -> EmbeddingFacts:
        return self._facts

    @property
    def langchain(self) -> Embeddings:
        return self._model().langchain

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        return self._model().count_tokens(texts)

    def embed_documents(self, texts: Sequence[str], /, *, ahead: bool = False) -> NDArray[np.float32]:
        return self._model().embed_documents(texts, ahead=ahead)

    def embed_question(self, text: str, /) -> NDArray[np.float32]:
        return self._model().embed_question(text)

    def embed_questions(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        return self._model().embed_questions(texts)

    def close(self) -> None:
        """Whoever loaded the model closes it."""

    def _model(self) -> Embedder:
        with self._guard:
            if self._loaded is None:
                model = self._load()
                told = (self._facts.fingerprint, self._facts.max_tokens)
                if model is None or (model.facts.fingerprint, model.facts.max_tokens) != told:
                    raise ModelDiffers
                self._loaded = model
            return self._loaded
