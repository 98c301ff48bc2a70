# SPDX-License-Identifier: Apache-2.0
"""Messages about language, embedding and reranking models."""

from __future__ import annotations

from desktop_app.contract.messages.message_base import EngineRequest, Lane
from desktop_app.contract.model_entry import ModelEntry, RecommendedModel
from desktop_app.ipc.message import PartialReply, Reply


class Models(EngineRequest, frozen=True):
    """The models in a model folder ("" for none) and in the model caches of this PC. -> ModelsResult"""

    lane = Lane.LONG

    folder: str = ""


class WarmUp(EngineRequest, frozen=True):
    """Load a language model ahead of the first question; "" frees the one that is loaded. -> ModelLoading..., Done"""

    lane = Lane.ASK

    llm: str = ""


class ChooseEmbedding(EngineRequest, frozen=True):
    """Want another embedding model: a folder, a GGUF file, "bundled", "light" or "none". The next Index prepares it while the present one answers.
    -> Done"""

    lane = Lane.ASK

    embedding: str


class ChooseReranker(EngineRequest, frozen=True):
    """Use a cross-encoder folder that puts passages in a better order; "" for none. Loads it, so that a bad one fails at once. -> Done"""

    lane = Lane.ASK

    reranker: str


class MeasureModel(EngineRequest, frozen=True):
    """Load a language model and time it on a short text; it stays loaded. -> ModelLoading..., ModelMeasured"""

    lane = Lane.ASK

    llm: str


class ModelMeasured(Reply, frozen=True):
    """Tokens a second, as ``ModelEntry.reads`` and ``writes``; remembered."""

    reads: float
    writes: float


class ImportModel(EngineRequest, frozen=True):
    """Copy a GGUF with all its parts, or a model's folder, into a model folder. -> Progress (bytes)..., ModelImported"""

    lane = Lane.LONG

    path: str
    folder: str


class ModelImported(Reply, frozen=True):
    """Where the copy lies."""

    path: str


class ModelLoading(PartialReply, frozen=True):
    """``fraction`` in 0..1."""

    latest_wins = True

    path: str
    fraction: float


class ModelsResult(Reply, frozen=True):
    """``problem`` with ``data``: what is wrong with the chosen folder; the caches are listed all the same. ``rates``: by the choice of an
    embedding model, the passages a second that it made vectors of on this PC; not in it where that was not measured."""

    folder: str
    entries: list[ModelEntry]
    problem: str = ""
    data: dict[str, str] = {}
    rates: dict[str, float] = {}
    recommended: list[RecommendedModel] = []
