# SPDX-License-Identifier: Apache-2.0
"""``inkstone doctor``: machine, backends, offline state, library health."""

from __future__ import annotations

import os
import platform
from typing import Any

from desktop_app import __version__
from desktop_app.embedding.choosing import choices
from desktop_app.engine.embedding_slot import EmbeddingSlot
from desktop_app.engine.reranker_slot import RerankerSlot
from desktop_app.foundation import hardware, installed, offline, open_connections, paths
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.package_versions import versions
from desktop_app.foundation.policy import policy_in_force
from desktop_app.library.library import Library
from desktop_app.models.process import ModelProcess

_PACKAGES = (
    "torch",
    "sentence-transformers",
    "openvino",
    "langchain-core",
    "chromadb",
    "llama-cpp-python",
    "pypdfium2",
    "PySide6_Essentials",
)
_EXTRA = ("torch", "sentence-transformers")
# Each can open connections when left alone; ``offline.seal`` switches them off, this shows that it did.
_SWITCHES = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "ANONYMIZED_TELEMETRY", "LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2")


def examine(
    library: Library, embedding: EmbeddingSlot, reranker: RerankerSlot, model: ModelProcess
) -> dict[str, dict[str, Any]]:
    """Sections of plain values, fit for JSON; takes seconds when models or llama.cpp must be started for it."""
    return {
        "program": _program(),
        "hardware": _hardware(),
        "embedding": _embedding(embedding),
        "reranker": _reranker(reranker),
        "llm": _llm(model),
        "offline": _offline(),
        "library": _library(library),
    }


def _program() -> dict[str, Any]:
    packages = {name: version for name, version in versions(_PACKAGES).items() if version or name not in _EXTRA}
    here = installed.installation()
    policy = policy_in_force.in_force().file
    return {
        "version": __version__,
        "form": here.form if here is not None else "source",
        "light": here is not None and here.light,
        "folder": str(paths.program()),
        "home": str(paths.home()),
        "python": platform.python_version(),
        "packages": packages,
        **({"policy": policy} if policy else {}),
    }


def _hardware() -> dict[str, Any]:
    machine = hardware.detect()
    return {
        "system": machine.system,
        "processor": machine.processor,
        "cores": machine.cores,
        "memory_total": machine.memory_total,
        "memory_available": machine.memory_available,
        "cpu_features": list(machine.cpu_features),
        "cuda_driver": machine.cuda_driver,
    }


def _embedding(slot: EmbeddingSlot) -> dict[str, Any]:
    try:
        embedder = slot.wait()
    except Problem as problem:
        return _failed(slot.choice, problem)
    pending = {"next": f"{slot.pending_name}: {slot.pending_share:.0%}"} if slot.pending_choice else {}
    if slot.offered:
        pending["offered"] = slot.offered
    if embedder is None:
        return {"choice": slot.choice, "state": "none", **pending}
    facts = embedder.facts
    return {
        "choice": slot.choice,
        "state": "ready",
        "name": facts.name,
        "path": facts.path,
        "dimension": facts.dimension,
        "max_tokens": facts.max_tokens,
        "languages": list(facts.languages),
        "backend": facts.backend,
        "backend_setting": slot.backend,
        "device": facts.device,
        "measured": _measured(facts.fingerprint),
        "notes": list(facts.notes),
        **pending,
    }


def _reranker(slot: RerankerSlot) -> dict[str, Any]:
    try:
        reranker = slot.wait()
    except Problem as problem:
        return _failed(slot.choice, problem)
    if reranker is None:
        return {"state": "none"}
    return {
        "state": "ready",
        "name": reranker.name,
        "path": reranker.path,
        "backend": reranker.backend,
        "measured": _measured(reranker.fingerprint),
    }


def _failed(choice: str, problem: Problem) -> dict[str, Any]:
    return {"choice": choice, "state": "failed", "problem": problem.code, **problem.data}


def _measured(fingerprint: str) -> list[dict[str, Any]]:
    """What each backend achieved on this PC; empty before the first measurement."""
    choice = choices.load(fingerprint)
    return [
        {
            "backend": row.backend,
            "passages_per_second": row.rate,
            "agreement_mean": row.mean,
            "agreement_least": row.least,
            "allowed": row.allowed,
            "problem": row.problem,
        }
        for row in (choice.rows if choice else ())
    ]


def _llm(model: ModelProcess) -> dict[str, Any]:
    try:
        build = model.build_info()
    except Problem as problem:
        return {"state": "failed", "problem": problem.code, **problem.data}
    return {
        "state": "loaded" if model.loaded else "not loaded",
        "path": model.path,
        "llama_cpp": build.version,
        "built_with": list(build.features),
        "gpu": build.gpu,
        **({"notes": ["without_avx2"]} if hardware.without_avx2() else {}),
    }


def _offline() -> dict[str, Any]:
    return {
        "sealed": offline.sealed(),
        "connections": open_connections.count([os.getpid()]),
        "refused_attempts": offline.refused_attempts(),
        "switches": {name: os.environ.get(name, "") for name in _SWITCHES},
    }


def _library(library: Library) -> dict[str, Any]:
    catalogue, vectors = library.catalogue, library.vectors
    expected = catalogue.vectors.seen_count(library.embedding_fingerprint) if library.embedding_fingerprint else 0
    found = vectors.count() if vectors is not None else 0
    sizes = library.sizes()
    return {
        "path": str(library.folder),
        "sources": len(catalogue.sources.paths()),
        "files": catalogue.files.counts(),
        "chunks": catalogue.chunks.count(),
        "vectors": found,
        "size_catalogue": sizes.catalogue,
        "dead_catalogue": round(sizes.catalogue_dead, 3),
        "size_vectors": sizes.chroma,
        "dead_vectors": round(sizes.chroma_dead, 3),
        **({"set_aside": library.set_aside} if library.set_aside else {}),
        "healthy": vectors is None or expected == found,
    }
