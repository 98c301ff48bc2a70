# SPDX-License-Identifier: Apache-2.0
"""Picked paths sorted into documents, models, and folders of both.

A model that is dropped on the window was added as a document that cannot be read. A folder is looked into three levels deep and at most
500 folders wide: model folders are small, and whoever adds a drive must not wait for a walk over it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.contract.model_entry import ModelEntry
from desktop_app.documents.process import registry
from desktop_app.foundation import hardware, windows_paths
from desktop_app.foundation.hardware import Hardware
from desktop_app.modelfiles import checker_folder, reranker_folder
from desktop_app.modelfiles.embedding_folder import is_embedding_folder
from desktop_app.modelfiles.gguf import first_part
from desktop_app.models.discovery import embedding_entry, gguf_entry

_DEEPEST, _MOST_FOLDERS = 3, 500
# Texts that come with a model are no reason to ask.
_BESIDE_MODELS = (
    "readme",
    "license",
    "licence",
    "notice",
    "usage",
    "config",
    "tokenizer",
    "modules",
    "vocab",
    "special_tokens",
)


@dataclass(slots=True)
class AddedPaths:
    """``documents``: to be read. ``models``: found among the paths, and in ``mixed``, the folders that hold documents and models."""

    documents: list[str] = field(default_factory=list)
    models: list[ModelEntry] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)


def sort_out(paths: Sequence[str]) -> AddedPaths:
    """Which of these paths are documents, and which models. What cannot be looked at counts as a document: adding it says why."""
    found = AddedPaths()
    machine = hardware.detect()
    for path in paths:
        models, documents = _inside(path, machine)
        if not models:
            found.documents.append(path)
            continue
        if documents:
            found.mixed.append(path)
        known = {entry.path for entry in found.models}
        found.models += [entry for entry in models if entry.path not in known]
    return found


def _inside(path: str, machine: Hardware) -> tuple[list[ModelEntry], bool]:
    """The models that are or lie in ``path``, and whether documents lie there as well."""
    if _is_gguf(path):
        return [gguf_entry(first_part(path), machine)], False
    models: dict[str, ModelEntry] = {}
    documents, seen, waiting = False, 0, [(path, 0)] if os.path.isdir(windows_paths.extended(path)) else []
    while waiting and seen < _MOST_FOLDERS:
        folder, depth = waiting.pop(0)
        seen += 1
        try:
            with os.scandir(windows_paths.extended(folder)) as listing:
                entries = [(os.path.join(folder, entry.name), entry.name, entry.is_dir()) for entry in listing]
        except OSError:
            continue
        model = _model_folder(folder, {name for _, name, _ in entries})
        if model is not None:
            models[model.path] = model
            continue
        for file, name, is_folder in entries:
            if is_folder:
                if depth < _DEEPEST and not name.startswith("."):
                    waiting.append((file, depth + 1))
            elif _is_gguf(file):
                models.setdefault(first_part(file), gguf_entry(first_part(file), machine))
            elif registry.readable(file) and not name.lower().startswith(_BESIDE_MODELS):
                documents = True
    return list(models.values()), documents


def _model_folder(folder: str, names: set[str]) -> ModelEntry | None:
    if "config.json" in names:
        ranks_or_checks = reranker_folder.entry_of(Path(folder)) or checker_folder.entry_of(Path(folder))
        if ranks_or_checks is not None:
            return ranks_or_checks
    return embedding_entry(folder) if is_embedding_folder(names) else None


def _is_gguf(path: str) -> bool:
    return path.lower().endswith(".gguf") and not os.path.isdir(path)
