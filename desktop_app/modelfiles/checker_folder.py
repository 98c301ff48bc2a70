# SPDX-License-Identifier: Apache-2.0
"""Which folders hold a checker, a model that judges support.

It judges whether a passage supports a sentence. No weights are loaded, no code is run.

    tokens    token classification with two labels: which words of an answer are made up (LettuceDetect)
    pairs     sequence classification of passage and sentence with two or three labels: supported or not (MiniCheck, models for inference)

Both as transformers stores them, with safetensors, or as ONNX. Many other models have such a form, so that a folder counts only
if its name or its labels say what it is for.
"""

from __future__ import annotations

import re
from pathlib import Path

from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles import folder_search
from desktop_app.modelfiles.embedding_folder import model_name
from desktop_app.modelfiles.json_files import number, read_object

TOKENS, PAIRS = "tokens", "pairs"
_SAYS_SO = re.compile(r"check|lettuce|halluc|fact|\bnli\b|nli[-_]|entail|ground|support|faithful|consisten", re.IGNORECASE)
_GRAPHS = ("model.onnx", "onnx/model.onnx", "onnx/model_quantized.onnx")


def form_of(folder: Path) -> str:
    """``TOKENS`` or ``PAIRS``; "" for a folder that holds no checker."""
    config = read_object(folder / "config.json")
    kinds, labels = config.get("architectures"), config.get("id2label")
    names = [str(name) for name in labels.values()] if isinstance(labels, dict) else ["LABEL_0", "LABEL_1"]
    if not isinstance(kinds, list) or not _SAYS_SO.search(" ".join((model_name(folder), *names))):
        return ""
    if len(names) == 2 and any(str(kind).endswith("ForTokenClassification") for kind in kinds):
        return TOKENS
    if len(names) in (2, 3) and any(str(kind).endswith("ForSequenceClassification") for kind in kinds):
        return PAIRS
    return ""


def labels(folder: Path) -> list[str]:
    """The names of its labels in order, lower case."""
    found = read_object(folder / "config.json").get("id2label")
    if not isinstance(found, dict):
        return ["label_0", "label_1"]
    return [str(name).lower() for _, name in sorted(found.items(), key=lambda one: str(one[0]).zfill(4))]


def longest(folder: Path) -> int:
    """Tokens that it may read at once, as its configuration says; 512 where it does not."""
    return number(read_object(folder / "config.json"), "max_position_embeddings") or 512


def graph_of(folder: Path) -> Path | None:
    """The ONNX file of a folder, if it has one."""
    return next((folder / name for name in _GRAPHS if (folder / name).is_file()), None)


def check(folder: Path) -> None:
    """Raises ``EnvironmentProblem``: checker_not_a_model, checker_pickled, checker_remote_code."""
    if not form_of(folder) or not (folder / "tokenizer.json").is_file():
        raise EnvironmentProblem("checker_not_a_model", path=folder)
    if read_object(folder / "config.json").get("auto_map"):
        raise EnvironmentProblem("checker_remote_code", path=folder)
    if graph_of(folder) is None and not any(folder.glob("*.safetensors")):
        pickled = any(folder.glob("*.bin")) or any(folder.glob("*.pt"))
        raise EnvironmentProblem("checker_pickled" if pickled else "checker_not_a_model", path=folder)


def find(root: str) -> list[ModelEntry]:
    """Every checker below a folder, by name; one that cannot be used with its problem."""
    found = folder_search.folders_below(root, lambda folder: bool(form_of(folder)))
    return folder_search.by_name(_entry(folder) for folder in found)


def entry_of(folder: Path) -> ModelEntry | None:
    """The folder as an entry, None where it holds no checker."""
    return _entry(folder) if form_of(folder) else None


def _entry(folder: Path) -> ModelEntry:
    weights = [graph] if (graph := graph_of(folder)) else list(folder.glob("*.safetensors"))
    return folder_search.entry(folder, model_name(folder), "checker", weights, check)
