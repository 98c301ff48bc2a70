# SPDX-License-Identifier: Apache-2.0
"""Embeddings by OpenVINO from a converted model, without torch.

transformers is not imported either. Measured on 2 cores with all-MiniLM-L6-v2: import, tokenizer and compilation 0.4 s (torch
with sentence-transformers: 5 s), and 200 MB less memory. Two compilations of one graph:

    documents   OpenVINO's throughput mode: several streams of a core each, one batch a stream. Small batches lose nothing (5 chunks of
                200 tokens a batch: 92/s, 10: 88/s). Batches are padded to a multiple of 16 tokens, so that a text has the same vector, to
                the last bit, whatever texts share its batch: a run that was killed and went on, with other batches, ends with the same
                vectors. Padded to their longest text, one f32 vector in five differed in the last bits. It is no slower: 1,882 chunks
                with AMX in 8.0 to 8.6 s, padded to their longest text 9.4 to 9.9 s; with AVX-512 alone (int8) 21 s instead of 22 to 24,
                in f32 27 s either way, with ONEDNN_MAX_CPU_ISA=AVX2_VNNI 24.1 and 23.7 s: each shape not seen before takes time.
    questions   a stream of their own, so that a question never waits for a batch to end. Compiled first; the other one is only
                made when documents come.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.backends import graphs
from desktop_app.embedding.backends.graphs import Graph
from desktop_app.embedding.backends.openvino_model import compile_graph, open_converted
from desktop_app.embedding.seam.batches import batches
from desktop_app.embedding.seam.embedder import EmbeddingFacts
from desktop_app.embedding.seam.query_priority_lock import QueryPriorityLock
from desktop_app.embedding.tokens.tokens import Tokens
from desktop_app.foundation import hardware
from desktop_app.modelfiles.embedding_folder import EmbeddingFolder

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

_BATCH, _TOKENS = 16, 1_024
_TILE = 16  # tokens: rows of AMX; numbers in a register of AVX-512
# Cosine with the known answer, to notice damage only; how exact a quantised graph is, is measured. A damaged one gives about 0.
_SAME = 0.6


class Network(Protocol):
    """A model that OpenVINO can run: how to read texts, and how to feed its graph. ``answer``: what it must answer to the
    question ``probe``, or the first numbers of that; empty for one that was just made."""

    @property
    def tokens(self) -> TokenCounter:
        """The model's tokenizer."""
        ...

    @property
    def prompts(self) -> Mapping[str, str]:
        """The prefixes for "query" and "document"."""
        ...

    @property
    def dimension(self) -> int:
        """Numbers of a vector."""
        ...

    @property
    def probe(self) -> str:
        """A question to test the compiled model with."""
        ...

    @property
    def answer(self) -> Sequence[float]:
        """Its vector, or the first numbers of it."""
        ...

    def compile(self, backend: str, mode: str, /, **more: object) -> Any:
        """As ``compile_graph``."""
        ...

    def feed(self, rows: Sequence[Sequence[int]], kind: str, /) -> list[NDArray[Any]]:
        """The graph's inputs for these token numbers; ``kind``: "query" or "document"."""
        ...


class TokenCounter(Protocol):
    """A tokenizer as an embedder needs it."""

    def count(self, texts: Sequence[str], /) -> list[int]:
        """Tokens of each text, special tokens excluded."""
        ...

    def numbers(self, texts: Sequence[str], /) -> list[list[int]]:
        """Token ids of each text with special tokens, cut to the model's length."""
        ...


class OpenVINOEmbedder:
    """One compiled model. Thread-safe; a question is computed beside the running batches, and the next ones wait for it."""

    def __init__(self, network: Network, facts: EmbeddingFacts) -> None:
        """Compile it for the backend that ``facts`` names. Raises ``RuntimeError`` when OpenVINO refuses it or it answers wrongly."""
        self.facts = facts
        self._network = network
        self._priority = QueryPriorityLock()
        self._compiling = threading.Lock()
        self._requests: queue.SimpleQueue[Any] | None = None
        self._at_once = 1
        half = max(1, hardware.cores() // 2)
        self._question = network.compile(facts.backend, "LATENCY", INFERENCE_NUM_THREADS=half).create_infer_request()
        self._asking = threading.Lock()
        expected = np.asarray(network.answer, np.float32)
        if not len(expected):
            return
        answer = self.embed_question(network.probe)[: len(expected)]
        if not float(answer @ expected) >= _SAME * float(
            np.linalg.norm(answer) * np.linalg.norm(expected)
        ):  # also for what is no number
            raise RuntimeError(f"{facts.backend} answers wrongly")

    def _ready(self) -> queue.SimpleQueue[Any]:
        """Requests for documents, two a stream: a stream that ends a batch finds the next one waiting, however busy Python is."""
        with self._compiling:
            if self._requests is None:
                compiled = self._network.compile(self.facts.backend, "THROUGHPUT")
                self._at_once = 2 * int(compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
                self._requests = queue.SimpleQueue()
                for _ in range(self._at_once):
                    self._requests.put(compiled.create_infer_request())
            return self._requests

    @property
    def langchain(self) -> Embeddings:
        """The model as LangChain's ``Embeddings``."""
        from desktop_app.embedding.seam.langchain_seam import LangChainEmbeddings

        return LangChainEmbeddings(self)

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Tokens of each text, special tokens excluded, not cut off."""
        return self._network.tokens.count(texts)

    def embed_documents(self, texts: Sequence[str], /, *, ahead: bool = False) -> NDArray[np.float32]:
        """(n, dimension) float32, rows of length one in the order given; ``ahead``: before waiting batches."""
        return self._embed(texts, "document", ahead=ahead)

    def embed_questions(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """(n, dimension) float32, rows of length one in the order given, with the query prompt."""
        return self._embed(texts, "query")

    def _embed(self, texts: Sequence[str], kind: str, *, ahead: bool = False) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self._network.dimension), np.float32)
        requests = self._ready()
        if not texts:
            return vectors
        rows = self._tokenize(texts, kind)

        def work(batch: list[int]) -> None:
            if not ahead:
                self._priority.wait_for_queries()
            request = requests.get()
            try:
                vectors[batch] = self._infer(request, [rows[i] for i in batch], kind)
            finally:
                requests.put(request)

        made = batches([len(row) for row in rows], tokens=_TOKENS, most=_BATCH)
        with self._priority.query() if ahead else nullcontext():
            if len(made) == 1:
                work(made[0])
            else:
                with ThreadPoolExecutor(min(self._at_once, len(made)), "embed") as pool:
                    list(pool.map(work, made))
        return vectors

    def embed_question(self, text: str, /) -> NDArray[np.float32]:
        """(dimension,) float32 of length one, with the query prompt; before waiting batches."""
        with self._priority.query(), self._asking:
            vector: NDArray[np.float32] = self._infer(self._question, self._tokenize([text], "query"), "query")[0]
            return vector

    def close(self) -> None:
        """Nothing runs beside it, so nothing ends."""

    def _tokenize(self, texts: Sequence[str], kind: str) -> list[list[int]]:
        """Token numbers as sentence-transformers makes them through ``HuggingFaceEmbeddings``: lines joined, the prompt in
        front."""
        prompt = self._network.prompts[kind]
        return self._network.tokens.numbers([prompt + text.replace("\n", " ") for text in texts])

    def _infer(self, request: Any, rows: list[list[int]], kind: str) -> NDArray[np.float32]:
        request.infer(self._network.feed(rows, kind))
        vectors: NDArray[np.float32] = request.get_output_tensor(0).data
        return vectors.copy()


def width_of(rows: Sequence[Sequence[int]], longest: int) -> int:
    """To how many tokens a batch is padded."""
    widest = max(1, *map(len, rows))
    return max(widest, min(-(-widest // _TILE) * _TILE, longest))


class ConvertedNetwork:
    """A converted model: its graph as OpenVINO has it, or the file of that, and its tokenizer's JSON."""

    def __init__(self, graph: Graph, tokenizer: str, model: Any) -> None:
        self._graph = graph
        self._model = model
        self.tokens = Tokens(tokenizer, graph.longest)
        self.prompts = graph.prompts
        self.dimension = graph.dimension
        self.probe, self.answer = graph.probe, graph.answer

    def compile(self, backend: str, mode: str, /, **more: object) -> Any:
        """As ``compile_graph``."""
        return compile_graph(self._model, backend, mode, **more)

    def feed(self, rows: Sequence[Sequence[int]], kind: str, /) -> list[NDArray[Any]]:
        """(n, width) int64 arrays in the order of the graph's inputs."""
        width = width_of(rows, self._graph.longest)
        ids = np.full((len(rows), width), self._graph.pad_id, np.int64)
        mask = np.zeros_like(ids)
        pooled = np.zeros_like(ids)
        unpooled = self._graph.prompt_lengths.get(kind, 0)
        for i, row in enumerate(rows):
            start = width - len(row) if self._graph.pads_left else 0
            ids[i, start : start + len(row)] = row
            mask[i, start : start + len(row)] = 1
            pooled[i, start + unpooled : start + len(row)] = 1
        values = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids), "pooling_mask": pooled}
        return [values[name] for name in self._graph.inputs]


def converted_embedder(found: EmbeddingFolder, graph: Graph, folder: Path, backend: str, name: str = "") -> OpenVINOEmbedder:
    """The embedder of a converted folder. Raises ``RuntimeError`` when OpenVINO refuses it or it answers wrongly."""
    tokenizer = (folder / graphs.TOKENIZER).read_text(encoding="utf-8")
    network = ConvertedNetwork(graph, tokenizer, folder / graphs.GRAPH)
    return OpenVINOEmbedder(network, facts_of(found, network, backend, name))


def facts_of(found: EmbeddingFolder, network: ConvertedNetwork, backend: str, name: str = "") -> EmbeddingFacts:
    """What is known of a converted folder; ``name``: "" for the folder's own."""
    return EmbeddingFacts(
        name=name or found.name,
        path=str(found.path),
        fingerprint=found.fingerprint,
        dimension=network.dimension,
        max_tokens=network.tokens.left(found.max_tokens, network.prompts["document"]),
        device="cpu",
        languages=found.languages,
        backend=backend,
        notes=found.notes,
    )


def open_graph(found: EmbeddingFolder, backend: str, name: str = "") -> OpenVINOEmbedder | None:
    """The embedder; None when the model was not converted for this backend, or its graph was damaged and is deleted now."""
    return open_converted(
        found.fingerprint, backend, lambda graph, folder: converted_embedder(found, graph, folder, backend, name)
    )
