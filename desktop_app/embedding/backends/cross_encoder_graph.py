# SPDX-License-Identifier: Apache-2.0
"""Rerankers by OpenVINO from a converted model, without torch.

Measured on 2 cores with a cross-encoder of all-MiniLM-L6-v2's size (``tests/benchmarks/reranker_backends``): 74 passages a second
in 8 bits, sentence-transformers with its defaults 18; start 0.6 s, with torch 5; 250 MB, with torch 890. One request on all
cores: two at a time on one core each were slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from desktop_app.embedding.backends import graphs
from desktop_app.embedding.backends.cross_encoder import PROBES, Pair
from desktop_app.embedding.backends.graphs import Graph
from desktop_app.embedding.backends.openvino_model import compile_graph, open_converted
from desktop_app.embedding.seam.agreement import correlation

_SAME = 0.6  # correlation with the known scores; how exact a quantised graph is, is measured


class GraphScorer:
    """One compiled cross-encoder. Not thread-safe."""

    def __init__(self, graph: Graph, tokenizer: str, model: Any, backend: str) -> None:
        """Compile ``model``, a graph as OpenVINO has it or the file of one; ``tokenizer``: its JSON. Raises ``RuntimeError`` when
        OpenVINO refuses it or it answers wrongly."""
        self.backend = backend
        self._graph = graph
        self._tokenizer = Tokenizer.from_str(tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(graph.longest)  # of question and passage the longer one, as transformers does
        self._request = compile_graph(model, backend, "LATENCY").create_infer_request()
        if (
            graph.answer and not correlation(self.score(PROBES), np.asarray(graph.answer, np.float32)) >= _SAME
        ):  # also for what is no number
            raise RuntimeError(f"{backend} answers wrongly")

    def score(self, pairs: Sequence[Pair], /) -> NDArray[np.float32]:
        """Higher is better; one score a pair, in one batch."""
        if not pairs:
            return np.empty(0, np.float32)
        encoded = self._tokenizer.encode_batch(list(pairs))
        width = max(len(one) for one in encoded)
        ids = np.full((len(encoded), width), self._graph.pad_id, np.int64)
        mask, types = np.zeros_like(ids), np.zeros_like(ids)
        for row, one in enumerate(encoded):
            start = width - len(one) if self._graph.pads_left else 0
            here = slice(start, start + len(one))
            ids[row, here], mask[row, here], types[row, here] = one.ids, 1, one.type_ids
        values = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        self._request.infer({position: values[name] for position, name in enumerate(self._graph.inputs)})
        scores: NDArray[np.float32] = self._request.get_output_tensor(0).data.reshape(len(ids), -1)[:, 0]
        return scores.copy()


def open_stored(graph: Graph, folder: Path, backend: str) -> GraphScorer:
    """The scorer of the graph in ``folder``. Raises ``OSError``, and as ``GraphScorer``."""
    return GraphScorer(graph, (folder / graphs.TOKENIZER).read_text(encoding="utf-8"), folder / graphs.GRAPH, backend)


def open_scorer(fingerprint: str, backend: str) -> GraphScorer | None:
    """The scorer; None when the model was not converted for this backend, or its graph was damaged and is deleted now."""
    return open_converted(fingerprint, backend, lambda graph, folder: open_stored(graph, folder, backend))
