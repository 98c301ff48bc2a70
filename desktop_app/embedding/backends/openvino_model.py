# SPDX-License-Identifier: Apache-2.0
"""Finds a converted model and compiles it for this processor.

The precision is always set: by itself, OpenVINO computes in bfloat16 where the processor can. With weights in 8 bits, activations
are brought to 8 bits in groups of ``_GROUP`` by their own range, and what is no matrix is computed in bfloat16 where that is
possible. Measured with AVX-512 VNNI and all-MiniLM-L6-v2: 115 texts/s, bfloat16 92, f32 51; the smallest cosine over English,
Chinese and German passages 0.9975.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.backends import graphs
from desktop_app.embedding.backends.graphs import Graph

log = logging.getLogger(__name__)

Opened = TypeVar("Opened")

_GROUP = 128  # 64: 103 texts/s, least cosine 0.9979; 192: 107 and 0.9969; one that divides no row is not used
_INT8 = {"DYNAMIC_QUANTIZATION_GROUP_SIZE": _GROUP}
# What is set in OpenVINO for each backend, the first of these that it runs. Its list of capabilities does not know whether there are
# bfloat16 units (``ONEDNN_MAX_CPU_ISA``); with AVX-512 and without them it compiles an int8 graph and fails at the first text.
_PRECISIONS: dict[str, tuple[dict[str, object], ...]] = {
    "openvino-f32": ({"INFERENCE_PRECISION_HINT": "f32"},),
    "openvino-bf16": ({"INFERENCE_PRECISION_HINT": "bf16"},),
    "openvino-int8": (
        {"INFERENCE_PRECISION_HINT": "bf16", **_INT8},
        {"INFERENCE_PRECISION_HINT": "f32", **_INT8},
    ),
}


def compile_graph(graph: Any, backend: str, mode: str, **more: object) -> Any:
    """OpenVINO's compiled model of a ``graph``, or of the one in that file; ``mode``: "LATENCY" or "THROUGHPUT". Raises
    ``RuntimeError`` when it refuses."""
    import openvino

    settings = {
        "PERFORMANCE_HINT": mode,
        "ENABLE_CPU_PINNING": False,  # the user's own programs share these cores
        **more,
    }
    core = openvino.Core()
    *preferred, last = _PRECISIONS[backend]
    for precision in preferred:
        with suppress(RuntimeError):
            compiled = core.compile_model(graph, "CPU", {**settings, **precision})
            _run(compiled)
            return compiled
    return core.compile_model(graph, "CPU", {**settings, **last})


def _run(compiled: Any) -> None:
    """What compiles may still not run. Raises ``RuntimeError`` then."""
    request = compiled.create_infer_request()
    request.infer([_two_tokens(port) for port in compiled.inputs])
    if not np.isfinite(request.get_output_tensor(0).data).any():
        raise RuntimeError("the compiled model gives nothing")


def _two_tokens(port: Any) -> NDArray[Any]:
    shape = [2 if side.is_dynamic else side.get_length() for side in port.partial_shape]
    return np.full([1, *shape[1:]], port.any_name != "token_type_ids", port.element_type.to_dtype())


def kind_of(backend: str) -> str:
    """Which of ``graphs.KINDS`` a backend runs."""
    return "int8" if backend == "openvino-int8" else "f32"


def located(fingerprint: str, backend: str) -> tuple[Graph, Path] | None:
    """The graph that a backend runs, and its folder; None when the model was not converted for it."""
    kind = kind_of(backend)
    graph = graphs.find(fingerprint, kind)
    return None if graph is None else (graph, graphs.place(fingerprint, kind))


def open_converted(fingerprint: str, backend: str, make: Callable[[Graph, Path], Opened]) -> Opened | None:
    """What ``make`` makes of the graph and its folder; None when the model was not converted for it, or the graph is no good and
    was thrown away."""
    here = located(fingerprint, backend)
    if here is None:
        return None
    try:
        return make(*here)
    except Exception:  # OpenVINO raises RuntimeErrors, the tokenizer plain Exceptions; torch is left
        log.info("the converted model %s cannot be used", fingerprint, exc_info=True)
        if backend != "openvino-bf16":  # a processor without the units refuses bf16, while the graph is sound
            graphs.discard(fingerprint, kind_of(backend))
        return None
