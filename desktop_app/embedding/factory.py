# SPDX-License-Identifier: Apache-2.0
"""Opens the embedder and backend for a choice: bundled, folder or GGUF."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.embedding.seam.embedder import BACKENDS, Embedder, torch_is_here
from desktop_app.foundation import hardware
from desktop_app.foundation.errors import InternalProblem
from desktop_app.foundation.policy import policy_limits

if TYPE_CHECKING:
    from desktop_app.embedding.backends.gguf_backend import VectorMaker

BUNDLED = "bundled"
"""The default model, multilingual-e5-small."""
LIGHT = "light"
"""all-MiniLM-L6-v2: a third of the memory and time, English only."""
NONE = "none"
NAMES = (BUNDLED, LIGHT, NONE)
"""Choices that are no paths."""
AUTO = "auto"


def open_embedder(choice: str, backend: str = AUTO, start: Callable[[], VectorMaker] | None = None) -> Embedder | None:
    """The embedder for "bundled", "light", "none" (gives None), a folder in sentence-transformers or transformers form, or a GGUF
    file (or a folder that holds nothing else); "folder@256" keeps the first 256 numbers of each vector.

    ``backend``: "auto" for the fastest on this machine by measurement, or one of ``BACKENDS``; of no meaning for a GGUF, for which
    ``start`` makes the process that runs it; without it there is none. Takes less than a second, except at the first start with a
    model and with torch, whose import takes five. Raises ``EnvironmentProblem``: those of ``modelfiles.embedding_folder.inspect`` (embedding_missing …) and
    ``gguf_backend.GgufEmbedder`` raise, embedding_vocabulary, embedding_failed, component_missing; and
    ``UsageProblem("model_not_allowed")``.
    """
    assert backend == AUTO or backend in BACKENDS
    if choice == NONE:
        return None
    path, cut = split_choice(choice)
    path = _only_gguf(path) or path
    if choice not in NAMES:
        policy_limits.check_model(path)
    if path.lower().endswith(".gguf") and not os.path.isdir(path):
        from desktop_app.embedding.backends.gguf_backend import GgufEmbedder

        if start is None:
            raise InternalProblem("internal", detail="nothing to run a GGUF with")
        return GgufEmbedder(path, start, cut)
    folder, name = Path(path), ""
    if choice == BUNDLED:
        from desktop_app.embedding.backends import default_model

        folder, name = default_model.folder(), default_model.NAME
    elif choice == LIGHT:
        from desktop_app.embedding.backends import light_model

        folder, name = light_model.folder(), light_model.NAME
    if backend.startswith("torch-") and not torch_is_here():
        backend = AUTO  # set where it was installed
    if backend.startswith("torch-") or (backend == AUTO and has_gpu()):
        from desktop_app.embedding.backends.model_source import source_of

        return source_of(folder, name, cut).by_torch(backend.removeprefix("torch-"))
    from desktop_app.embedding.choosing.chosen import ChosenEmbedder

    return ChosenEmbedder(folder, name, backend, cut)


def answering(choice: str, fingerprint: str) -> str:
    """The model that answers where a library was made with ``choice``, and its vectors by the model with this ``fingerprint`` (""
    for none).

    "bundled" is what comes with the program. That was the light model before Inkstone had a default one that knows Chinese, and is
    wherever the set-up could not get that: such a library goes on with the light one, and the default one is offered.
    """
    from desktop_app.embedding.backends import default_model, light_model

    if choice != BUNDLED or fingerprint == default_model.FINGERPRINT:
        return choice
    light = fingerprint == light_model.FINGERPRINT or (not fingerprint and not default_model.is_there())
    return LIGHT if light else BUNDLED


def _only_gguf(path: str) -> str | None:
    """The one GGUF file of a folder that holds no other form of a model; that is how they are downloaded."""
    if not os.path.isdir(path):
        return None
    names = os.listdir(path)
    files = [name for name in names if name.lower().endswith(".gguf")]
    return os.path.join(path, files[0]) if len(files) == 1 and not {"config.json", "modules.json"} & set(names) else None


def split_choice(choice: str) -> tuple[str, int]:
    """ "folder@256" as its path and how many numbers of each vector to keep, 0 when that is left to the model."""
    match = re.fullmatch(r"(.+)@(\d{1,5})", choice)
    if match is None or os.path.exists(choice):
        return choice, 0
    return match[1], int(match[2])


def has_gpu() -> bool:
    """Whether torch can compute on a GPU here. It is asked, which takes seconds, only where there is a driver and a torch that
    could use it."""
    if not hardware.cuda_driver() or not torch_is_here() or "+cpu" in _torch_version():
        return False
    from desktop_app.embedding.backends.sentence_transformers_backend import device

    return device() == "cuda"


def _torch_version() -> str:
    from importlib.metadata import version

    return version("torch")
