# SPDX-License-Identifier: Apache-2.0
"""The models on this PC, with what was measured of them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop_app.contract.model_entry import ModelEntry, RecommendedModel
from desktop_app.embedding.backends import default_model, light_model
from desktop_app.embedding.choosing import choices
from desktop_app.embedding.factory import BUNDLED, LIGHT
from desktop_app.engine.measured import MeasuredSpeeds
from desktop_app.foundation import hardware
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem, Problem
from desktop_app.foundation.policy import policy_limits
from desktop_app.modelfiles import embedding_folder, reranker_folder
from desktop_app.modelfiles.embedding_gguf import inspect_gguf
from desktop_app.models import recommended
from desktop_app.models.discovery import find_all
from desktop_app.models.speeds import with_speeds

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelsHere:
    """``problem``: what is wrong with the chosen folder. ``rates``: passages a second that an embedding model turned into vectors on this PC,
    by its choice ("bundled", "light", a folder or a file); one that was not measured is not in it."""

    entries: list[ModelEntry]
    problem: Problem | None
    rates: dict[str, float]
    recommended: list[RecommendedModel]


def look(folder: str, speeds: MeasuredSpeeds, cancel: Cancellation) -> ModelsHere:
    """What lies in ``folder`` ("" for none) and in the caches of this PC. Raises ``Cancelled``."""
    machine = hardware.detect()
    entries, problem = reranker_folder.listed_with(*find_all(folder, machine, cancel), folder)
    entries = [_if_allowed(entry) for entry in entries]
    return ModelsHere(with_speeds(entries, speeds), problem, _rates(entries, speeds), recommended.judged(entries, machine))


def _if_allowed(entry: ModelEntry) -> ModelEntry:
    problem = policy_limits.model_problem(entry.path)
    return entry if problem is None else replace(entry, fits="no", problem=problem.code, data=problem.data)


def _rates(entries: Sequence[ModelEntry], speeds: MeasuredSpeeds) -> dict[str, float]:
    fingerprints = {BUNDLED: default_model.FINGERPRINT, LIGHT: light_model.FINGERPRINT}
    for entry in entries:
        if entry.kind == "embedding" and not entry.problem:
            try:
                fingerprints[entry.path] = _fingerprint(entry.path)
            except (OSError, EnvironmentProblem) as error:  # it was there a moment ago
                log.info("an embedding model has no fingerprint: %s", type(error).__name__)
    found = {choice: _rate(fingerprint, speeds) for choice, fingerprint in fingerprints.items()}
    return {choice: rate for choice, rate in found.items() if rate}


def _fingerprint(path: str) -> str:
    if path.lower().endswith(".gguf"):
        return inspect_gguf(path).fingerprint
    return embedding_folder.inspect(Path(path)).fingerprint


def _rate(fingerprint: str, speeds: MeasuredSpeeds) -> float:
    """By the last runs; before the first, by the comparison of backends; 0.0 where neither was."""
    choice = choices.load(fingerprint)
    compared = choices.rate(fingerprint, choice.backend) if choice else 0.0
    return speeds.embedding_rate(fingerprint) or compared
