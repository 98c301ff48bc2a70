"""``inkstone doctor``: the machine, the backends chosen, the offline state and the library's health, as plain values."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from desktop_app import __version__
from desktop_app.engine.engine import Engine
from desktop_app.foundation import connections, hardware, offline, paths
from desktop_app.foundation.errors import Problem

_PACKAGES = (
    "torch",
    "sentence-transformers",
    "langchain-core",
    "chromadb",
    "llama-cpp-python",
    "pypdfium2",
    "PySide6_Essentials",
)
# Each can open connections when left alone; ``offline.seal`` switches them off, this shows that it did.
_SWITCHES = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "ANONYMIZED_TELEMETRY", "LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2")


def examine(engine: Engine) -> dict[str, dict[str, Any]]:
    """Sections of plain values, fit for JSON; takes seconds when the embedding model or llama.cpp must be started for it."""
    return {
        "program": _program(),
        "hardware": _hardware(),
        "embedding": _embedding(engine),
        "llm": _llm(engine),
        "offline": _offline(),
        "library": _library(engine),
    }


def _program() -> dict[str, Any]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return {"version": __version__, "python": platform.python_version(), "home": str(paths.home()), "packages": found}


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


def _embedding(engine: Engine) -> dict[str, Any]:
    slot = engine.embedding
    try:
        embedder = slot.wait()
    except Problem as problem:
        return {"choice": slot.choice, "state": "failed", "problem": problem.code, **problem.data}
    if embedder is None:
        return {"choice": slot.choice, "state": "none"}
    facts = embedder.facts
    return {
        "choice": slot.choice,
        "state": "ready",
        "name": facts.name,
        "path": facts.path,
        "dimension": facts.dimension,
        "max_tokens": facts.max_tokens,
        "languages": list(facts.languages),
        "backend": "sentence-transformers",
        "device": facts.device,
    }


def _llm(engine: Engine) -> dict[str, Any]:
    try:
        build = engine.model.build_info()
    except Problem as problem:
        return {"state": "failed", "problem": problem.code, **problem.data}
    return {
        "state": "loaded" if engine.model.loaded else "not loaded",
        "path": engine.model.path,
        "llama_cpp": build.version,
        "built_with": list(build.features),
        "gpu": build.gpu,
    }


def _offline() -> dict[str, Any]:
    return {
        "sealed": offline.sealed(),
        "connections": connections.count([os.getpid()]),
        "refused_attempts": offline.refused_attempts(),
        "switches": {name: os.environ.get(name, "") for name in _SWITCHES},
    }


def _library(engine: Engine) -> dict[str, Any]:
    library = engine.library
    catalogue, vectors = library.catalogue, library.vectors
    expected = catalogue.vector_count(library.embedding_fingerprint) if library.embedding_fingerprint else 0
    found = vectors.count() if vectors is not None else 0
    return {
        "path": str(library.folder),
        "sources": len(catalogue.source_paths()),
        "files": catalogue.counts(),
        "chunks": catalogue.chunk_count(),
        "vectors": found,
        "healthy": vectors is None or expected == found,
    }
