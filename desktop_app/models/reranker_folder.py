"""Rerankers: which folders hold one, judged by their small files; no weights are loaded and no code of them is ever run.

A reranker is a cross-encoder as sentence-transformers stores it: a transformers model for sequence classification with one score.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation.errors import EnvironmentProblem, Problem
from desktop_app.modelfiles import checker_folder

_DEEPEST = 6
_MOST_FOLDERS = 20_000


def is_reranker(folder: Path) -> bool:
    """Whether a folder says of itself that it holds a cross-encoder with one score."""
    config = _config(folder)
    kinds = config.get("architectures")
    labels = config.get("id2label")
    scores = config.get("num_labels", len(labels) if isinstance(labels, dict) else 2)
    return isinstance(kinds, list) and any(str(kind).endswith("ForSequenceClassification") for kind in kinds) and scores == 1


def check(folder: Path) -> None:
    """Raises ``EnvironmentProblem``: reranker_missing, reranker_not_a_model, reranker_pickled, reranker_remote_code."""
    if not folder.is_dir():
        raise EnvironmentProblem("reranker_missing", path=folder)
    if not is_reranker(folder) or not (folder / "tokenizer.json").is_file():
        raise EnvironmentProblem("reranker_not_a_model", path=folder)
    if _config(folder).get("auto_map"):
        raise EnvironmentProblem("reranker_remote_code", path=folder)
    if not any(folder.glob("*.safetensors")):
        pickled = any(folder.glob("*.bin")) or any(folder.glob("*.pt"))
        raise EnvironmentProblem("reranker_pickled" if pickled else "reranker_not_a_model", path=folder)


def find(root: str) -> list[ModelEntry]:
    """Every reranker below a folder, by name; one that cannot be used with its problem."""
    found: list[ModelEntry] = []
    waiting, seen = [(root, 0)], 0
    while waiting and seen < _MOST_FOLDERS:
        folder, depth = waiting.pop(0)
        seen += 1
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
        except OSError:
            continue
        if any(entry.name == "config.json" for entry in entries) and is_reranker(Path(folder)):
            found.append(_entry(Path(folder)))
        elif depth < _DEEPEST:
            below = sorted(entry.path for entry in entries if not entry.name.startswith(".") and entry.is_dir())
            waiting.extend((path, depth + 1) for path in below)
    return sorted(found, key=lambda entry: (entry.name.casefold(), entry.path))


def listed_with(entries: list[ModelEntry], problem: Problem | None, folder: str) -> tuple[list[ModelEntry], Problem | None]:
    """What ``discovery.find_all`` found, and the rerankers and checkers below ``folder`` ("" for none) after it: a folder of these is not
    empty."""
    more = [*find(folder), *checker_folder.find(folder)] if folder else []
    empty = problem is not None and problem.code == "model_folder_empty"
    return [*entries, *more], None if more and empty else problem


def _entry(folder: Path) -> ModelEntry:
    size = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    try:
        check(folder)
    except EnvironmentProblem as problem:
        data = {name: value for name, value in problem.data.items() if name != "path"}
        return ModelEntry(str(folder), folder.name, "reranker", size, fits="no", problem=problem.code, data=data)
    return ModelEntry(str(folder), folder.name, "reranker", size, memory=size)


def _config(folder: Path) -> dict[str, Any]:
    try:
        value = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
