# SPDX-License-Identifier: Apache-2.0
"""The embedding models that come with the program, opened once a session, the light one also as GGUF, and one that counts.

``bundled_embedder`` is the light one (converted once): quick, and enough for tests that need no Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import made_once
import numpy as np
import pytest
import tiny_embedders
from needed import need
from numpy.typing import NDArray

from desktop_app.embedding.backends import default_model, light_model
from desktop_app.embedding.backends.gguf_backend import GgufEmbedder
from desktop_app.embedding.seam.embedder import Embedder, EmbeddingFacts
from desktop_app.models.embedding_process import EmbeddingProcess

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings


@pytest.fixture(scope="session")
def making_home(tmp_path_factory: pytest.TempPathFactory, converted: Path, scales: Path) -> Path:
    """The home in which models are converted for all tests."""
    folder = tmp_path_factory.mktemp("转换者")
    (folder / "graphs").symlink_to(converted, target_is_directory=True)
    (folder / "scales").symlink_to(scales, target_is_directory=True)
    return folder


@pytest.fixture(scope="session")
def bundled_embedder(making_home: Path, converted: Path) -> Iterator[Embedder]:
    """all-MiniLM-L6-v2 by OpenVINO in f32, whatever would be fastest here: figures do not change from run to run."""
    from desktop_app.embedding import scale
    from desktop_app.embedding.factory import LIGHT, open_embedder

    need("openvino")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKSTONE_HOME", str(making_home))
        patch.setenv("INKSTONE_PREPARED", str(making_home / "没有"))
        with made_once.alone(converted / "bundled"):
            embedder = open_embedder(LIGHT, "openvino-f32")
            assert embedder is not None
            scale.measure(embedder)
    yield embedder
    embedder.close()


@pytest.fixture(scope="session")
def default_embedder(making_home: Path, converted: Path, prepared: Path) -> Iterator[Embedder]:
    """multilingual-e5-small by OpenVINO in f32; skipped where the set-up could not get it."""
    from desktop_app.embedding import scale
    from desktop_app.embedding.factory import BUNDLED, open_embedder

    need("openvino")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKSTONE_HOME", str(making_home))
        patch.setenv("INKSTONE_PREPARED", str(prepared))
        if not default_model.is_there():
            pytest.skip("the set-up has no multilingual-e5-small: run `make run` once")
        with made_once.alone(converted / "default"):
            embedder = open_embedder(BUNDLED, "openvino-f32")
            assert embedder is not None
            scale.measure(embedder)
    yield embedder
    embedder.close()


class Counting:
    """The real embedder, with a list of every document text it was given."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.texts: list[str] = []

    @property
    def facts(self) -> EmbeddingFacts:
        return self._embedder.facts

    @property
    def langchain(self) -> Embeddings:
        return self._embedder.langchain

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        return self._embedder.count_tokens(texts)

    def embed_documents(self, texts: Sequence[str], /, *, ahead: bool = False) -> NDArray[np.float32]:
        self.texts += texts
        return self._embedder.embed_documents(texts, ahead=ahead)

    def embed_question(self, text: str, /) -> NDArray[np.float32]:
        return self._embedder.embed_question(text)

    def embed_questions(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        return self._embedder.embed_questions(texts)

    def close(self) -> None:
        self._embedder.close()


@pytest.fixture
def counting(bundled_embedder: Embedder) -> Counting:
    return Counting(bundled_embedder)


@pytest.fixture(scope="session")
def bundled_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The light model's own weights as GGUF f16."""
    need("safetensors")
    return tiny_embedders.gguf_of(light_model.folder(), tmp_path_factory.mktemp("模型") / "小 向量-f16.gguf", name="MiniLM")


@pytest.fixture(scope="session")
def gguf_embedder(bundled_gguf: Path) -> Iterator[GgufEmbedder]:
    need("llama_cpp")
    process = EmbeddingProcess()
    yield GgufEmbedder(str(bundled_gguf), lambda: process)
    process.close()


@pytest.fixture(scope="session")
def tiny_reranker(tmp_path_factory: pytest.TempPathFactory, making_home: Path, prepared: Path, converted: Path) -> Path:
    """A cross-encoder folder of random weights, as sentence-transformers stores it, converted and with OpenVINO in f32
    chosen for it; do not write into it."""
    need("torch", "openvino")
    from desktop_app.contract.measuring_process import Row
    from desktop_app.embedding.backends import conversion, cross_encoder, graphs
    from desktop_app.embedding.choosing import choices

    folder = tiny_embedders.cross_encoder(tmp_path_factory.mktemp("模型") / "小 重排")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKSTONE_HOME", str(making_home))
        with made_once.alone(converted / "reranker"):
            if graphs.find(cross_encoder.fingerprint(folder), "f32") is None:
                conversion.convert_reranker(folder, cross_encoder.fingerprint(folder))
        patch.setenv("INKSTONE_HOME", str(prepared))
        exact = Row("openvino-f32", rate=1.0, mean=1.0, least=1.0, texts=8)
        choices.store(cross_encoder.fingerprint(folder), choices.Choice("openvino-f32", (exact,)))
    return folder
