"""Chooses the embedder: the bundled model, a folder, or none."""

from __future__ import annotations

from pathlib import Path

from desktop_app.embedding.base import Embedder

BUNDLED = "bundled"
NONE = "none"


def open_embedder(choice: str) -> Embedder | None:
    """The embedder for "bundled", "none" (gives None) or a folder in sentence-transformers form.

    Takes seconds (torch is imported). Raises ``EnvironmentProblem``: embedding_missing, embedding_pickled,
    embedding_not_a_model, embedding_remote_code, embedding_failed, component_missing.
    """
    if choice == NONE:
        return None
    from desktop_app.embedding.sentence_transformers_backend import SentenceTransformersEmbedder

    if choice == BUNDLED:
        from desktop_app.embedding import bundled

        return SentenceTransformersEmbedder(bundled.folder(), bundled.NAME)
    return SentenceTransformersEmbedder(Path(choice))
