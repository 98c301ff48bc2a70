# SPDX-License-Identifier: Apache-2.0
"""Which folders hold a reranker, by their small files.

No weights are loaded and no code of them is ever run. A reranker is a cross-encoder as sentence-transformers stores it: a
transformers model for sequence classification with one score.
"""

from __future__ import annotations

from pathlib import Path

from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation.errors import EnvironmentProblem, Problem
from desktop_app.modelfiles import checker_folder, folder_search
from desktop_app.modelfiles.embedding_folder import TOKENIZERS
from desktop_app.modelfiles.json_files import read_object


def is_reranker(folder: Path) -> bool:
    """Whether a folder says of itself that it holds a cross-encoder with one score."""
    config = read_object(folder / "config.json")
    kinds = config.get("architectures")
    labels = config.get("id2label")
    scores = config.get("num_labels", len(labels) if isinstance(labels, dict) else 2)
    return isinstance(kinds, list) and any(str(kind).endswith("ForSequenceClassification") for kind in kinds) and scores == 1


def check(folder: Path) -> None:
    """Raises ``EnvironmentProblem``: reranker_missing, reranker_not_a_model, reranker_pickled, reranker_remote_code."""
    if not folder.is_dir():
        raise EnvironmentProblem("reranker_missing", path=folder)
    if not is_reranker(folder) or not any((folder / name).is_file() for name in TOKENIZERS):
        raise EnvironmentProblem("reranker_not_a_model", path=folder)
    if read_object(folder / "config.json").get("auto_map"):
        raise EnvironmentProblem("reranker_remote_code", path=folder)
    if not any(folder.glob("*.safetensors")):
        pickled = any(folder.glob("*.bin")) or any(folder.glob("*.pt"))
        raise EnvironmentProblem("reranker_pickled" if pickled else "reranker_not_a_model", path=folder)


def find(root: str) -> list[ModelEntry]:
    """Every reranker below a folder, by name; one that cannot be used with its problem."""
    found = folder_search.folders_below(root, is_reranker)
    return folder_search.by_name(_entry(folder) for folder in found)


def entry_of(folder: Path) -> ModelEntry | None:
    """The folder as an entry, None where it holds no reranker."""
    return _entry(folder) if is_reranker(folder) else None


def listed_with(entries: list[ModelEntry], problem: Problem | None, folder: str) -> tuple[list[ModelEntry], Problem | None]:
    """What ``discovery.find_all`` found, and the rerankers and checkers below ``folder`` ("" for none) after it: a folder of
    these is not empty."""
    more = [*find(folder), *checker_folder.find(folder)] if folder else []
    empty = problem is not None and problem.code == "model_folder_empty"
    return [*entries, *more], None if more and empty else problem


def _entry(folder: Path) -> ModelEntry:
    return folder_search.entry(folder, folder.name, "reranker", folder.glob("*.safetensors"), check)
