# SPDX-License-Identifier: Apache-2.0
"""The kept list of recommended models, held against this PC.

The list is data (``resources/models/recommended.json``): facts of each publisher's page, sizes rounded to two digits, and the memory that
``models.fit`` computes from its layers at 8,192 tokens (language models) or that ``models.discovery`` counts for a folder.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from desktop_app.contract.model_entry import ModelEntry, RecommendedModel
from desktop_app.foundation import paths
from desktop_app.foundation.hardware import Hardware
from desktop_app.models import fit


def load() -> list[RecommendedModel]:
    """The list as it is kept, in the order to show it."""
    return msgspec.json.decode((paths.resources() / "models" / "recommended.json").read_bytes(), type=list[RecommendedModel])


def judged(found: Sequence[ModelEntry], machine: Hardware) -> list[RecommendedModel]:
    """The list, with what fits ``machine`` and which of them is among the models that were ``found``."""
    here = {name: entry.path for entry in reversed(found) if not entry.problem for name in _names(entry)}
    return [
        replace(
            model,
            fits=fit.verdict(model.memory, available=machine.memory_available, total=machine.memory_total),
            path=next((here[name] for name in _wanted(model) if name in here), ""),
        )
        for model in load()
    ]


def _names(entry: ModelEntry) -> tuple[tuple[str, str], ...]:
    return (entry.kind, os.path.basename(entry.path).casefold()), (entry.kind, entry.name.rsplit("/", 1)[-1].casefold())


def _wanted(model: RecommendedModel) -> tuple[tuple[str, str], ...]:
    """A GGUF is known by its file, a folder by the name of its model."""
    names = [name for name in model.files if name.lower().endswith(".gguf")][:1] or [model.name]
    return tuple((model.kind, name.casefold()) for name in names)
