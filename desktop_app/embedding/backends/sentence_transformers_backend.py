# SPDX-License-Identifier: Apache-2.0
"""Embeddings by sentence-transformers: the reference, and the CUDA path.

Through langchain-huggingface's ``HuggingFaceEmbeddings``. ``precision`` is "f32", or "bf16" for processors with bfloat16 units:
matrix products in bfloat16, the rest in float32 (torch's autocast; weights that are rounded as a whole are slower and less
exact). Without such units bf16 is emulated, at a tenth of the speed. On a GPU "auto" means float16.

Measured on 2 cores with all-MiniLM-L6-v2: 59-64 chunks/s in batches of 8, 47 in batches of 32; hence the small batch on a CPU.
The same small batch is why a question never waits long: it goes between two batches. It is computed by half of the cores, as the
other ones look its words up: with all of them, threads wait for each other (searching 100,000 passages, 48 ms against 35).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.backends.chain import load_chain
from desktop_app.embedding.backends.traced import Traced, example_of, how_to_read
from desktop_app.embedding.seam.batches import batches
from desktop_app.embedding.seam.embedder import EmbeddingFacts
from desktop_app.embedding.seam.query_priority_lock import QueryPriorityLock
from desktop_app.embedding.tokens.tokens import Tokens
from desktop_app.foundation import hardware
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.embedding_folder import EmbeddingFolder, inspect

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

log = logging.getLogger(__name__)

# Texts, and tokens after padding, in a batch.
_CPU_BATCH, _CPU_TOKENS = 8, 2_048
_CUDA_BATCH, _CUDA_TOKENS = 64, 32_768


class SentenceTransformersEmbedder:
    """One loaded model. Thread-safe; a question overtakes waiting batches."""

    def __init__(
        self, folder: Path, name: str = "", precision: str = "auto", *, on: str = "", cut: int = 0, fingerprint: str = ""
    ) -> None:
        """Load the model in ``folder``; ``on``: the device, "" for the best; ``cut``: how many numbers of each vector to keep, 0
        for its own choice; ``fingerprint``: of the model that the folder was made of. Raises ``EnvironmentProblem`` when it is
        not one or cannot be loaded."""
        found = inspect(folder, cut)
        self._turn = threading.Lock()
        self._priority = QueryPriorityLock()
        self._device = on or device()
        self._precision = precision
        try:
            self._load(found)
            dimension = len(self._model.embed_query("砚"))
        except EnvironmentProblem:
            raise
        except Exception as error:  # torch and transformers raise errors of every kind for a folder they cannot load
            raise EnvironmentProblem("embedding_failed", path=folder, detail=error) from error
        self._found = found
        self._name = name or found.name
        self._dimension = dimension
        self._fingerprint = fingerprint or found.fingerprint
        self._languages = found.languages
        self._max_tokens = self._tokens.left(found.max_tokens, found.prompts["document"])

    @property
    def facts(self) -> EmbeddingFacts:
        """What indexing and retrieval must know about the model."""
        return EmbeddingFacts(
            name=self._name,
            path=str(self._found.path),
            fingerprint=self._fingerprint,
            dimension=self._dimension,
            max_tokens=self._max_tokens,
            device=self._device,
            languages=self._languages,
            backend=f"torch-{self._computed_in()}",
            notes=self._found.notes,
        )

    def _computed_in(self) -> str:
        if self._precision != "auto":
            return self._precision
        return "f16" if self._device == "cuda" else "f32"

    def _load(self, found: EmbeddingFolder) -> None:
        import torch
        from langchain_huggingface import HuggingFaceEmbeddings

        torch.set_num_threads(hardware.cores())
        chain = load_chain(found, "float16" if self._computed_in() == "f16" else "float32")
        tokenizer: Any = chain[0].tokenizer
        self._tokens = Tokens(getattr(tokenizer, "backend_tokenizer", tokenizer).to_str())  # a static model has it bare
        # All texts handed over at once are one batch of ours.
        encoding: dict[str, Any] = {"normalize_embeddings": True, "batch_size": _CUDA_BATCH}
        # Prompts are handed over explicitly, an empty one too: the model's default one would be put in its place.
        self._model: Any = HuggingFaceEmbeddings(
            model_name="",  # what is loaded already is handed over
            model_kwargs={"modules": chain, "device": self._device},
            encode_kwargs={**encoding, "prompt": found.prompts["document"]},
            query_encode_kwargs={**encoding, "prompt": found.prompts["query"]},
        )

    @property
    def langchain(self) -> Embeddings:
        """The model as LangChain's ``Embeddings``."""
        from desktop_app.embedding.seam.langchain_seam import LangChainEmbeddings

        return LangChainEmbeddings(self)

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Tokens of each text, special tokens excluded, not cut off."""
        return self._tokens.count(texts)

    def embed_documents(self, texts: Sequence[str], /, *, ahead: bool = False) -> NDArray[np.float32]:
        """(n, dimension) float32, rows of length one in the order given; ``ahead``: before waiting batches."""
        vectors = np.empty((len(texts), self._dimension), np.float32)
        most, tokens = (_CUDA_BATCH, _CUDA_TOKENS) if self._device == "cuda" else (_CPU_BATCH, _CPU_TOKENS)
        with self._priority.query() if ahead else nullcontext():
            for batch in batches([min(n, self._max_tokens) for n in self._tokens.count(texts)], tokens=tokens, most=most):
                if not ahead:
                    self._priority.wait_for_queries()
                with self._turn:
                    vectors[batch] = self._embed_on_device([texts[i] for i in batch])
        return vectors

    def embed_question(self, text: str, /) -> NDArray[np.float32]:
        """(dimension,) float32 of length one, with the query prompt; before waiting batches."""
        with self._priority.query(), self._turn, _threads(max(1, hardware.cores() // 2)):
            return self._embed_question(text)

    def embed_questions(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """(n, dimension) float32, rows of length one in the order given, with the query prompt."""
        vectors = np.empty((len(texts), self._dimension), np.float32)
        for row, text in enumerate(texts):
            self._priority.wait_for_queries()
            with self._turn:
                vectors[row] = self._embed_question(text)
        return vectors

    def _embed_question(self, text: str) -> NDArray[np.float32]:
        with self._casting():
            return np.asarray(self._model.embed_query(text), np.float32)

    def compute_in(self, precision: str) -> None:
        """ "f32" or "bf16" from now on; on a CPU the weights are the same."""
        self._precision = precision

    def close(self) -> None:
        """Nothing runs beside it, so nothing ends."""

    def _embed_on_device(self, texts: list[str]) -> list[list[float]]:
        import torch

        try:
            with self._casting():
                vectors: list[list[float]] = self._model.embed_documents(texts)
        except torch.OutOfMemoryError:
            log.warning("the GPU ran out of memory; embedding goes on on the CPU")
            torch.cuda.empty_cache()
            self._device = "cpu"
            self._load(self._found)
            vectors = self._model.embed_documents(texts)
        return vectors

    def _casting(self) -> Any:
        import torch

        return torch.autocast("cpu", torch.bfloat16) if self._precision == "bf16" and self._device == "cpu" else nullcontext()

    def traced(self) -> Traced:
        """For conversion; traced modules must not be used by another thread meanwhile. Raises ``ValueError`` for a model that is no
        chain over token numbers."""
        model = self._model._client
        first = model[0]
        if set(getattr(first, "modality_config", {})) - {"text"}:
            raise ValueError(f"{type(first).__name__} reads no plain tokens")
        example = example_of(first, ["The quick brown fox jumps over the lazy dog.", "砚"])
        lengths = {}
        if any(getattr(module, "include_prompt", True) is False for module in model):
            prompts = {kind: prompt for kind, prompt in self._found.prompts.items() if prompt}
            lengths = {kind: int(first._get_prompt_length(prompt) or 0) for kind, prompt in prompts.items()}
        if lengths:
            example["pooling_mask"] = example["attention_mask"].clone()
        return Traced(
            _sentence_module(model, tuple(example)),
            example,
            longest=int(first.max_seq_length or self._found.max_tokens),
            prompts=dict(self._found.prompts),
            prompt_lengths=lengths,
            **how_to_read(first.tokenizer),
        )


@contextmanager
def _threads(number: int) -> Iterator[None]:
    """So many threads for one operation of torch, for a while."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _sentence_module(model: Any, inputs: Sequence[str]) -> Any:
    """All modules of the chain; the cut of the dimension and the normalisation are the last of them."""
    import torch

    class Sentence(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.chain = model

        def forward(self, *arguments: Any) -> Any:
            features = dict(zip(inputs, arguments, strict=True))
            pooling_mask = features.pop("pooling_mask", None)
            for module in self.chain:
                if pooling_mask is not None and getattr(module, "include_prompt", True) is False:
                    features["attention_mask"] = pooling_mask
                features = module(features)
            return features["sentence_embedding"]

    return Sentence().eval()


def device() -> str:
    """ "cuda" when torch can use an NVIDIA GPU here, else "cpu"."""
    if not hardware.cuda_driver():
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def bfloat16_units() -> bool:
    """Whether this processor computes in bfloat16 itself."""
    import torch

    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
