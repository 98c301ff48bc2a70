# SPDX-License-Identifier: Apache-2.0
"""An embedding model on disk, opened by one backend or another.

It is a folder that is converted first, or the default model.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from desktop_app.embedding.backends import default_model, graphs, light_model
from desktop_app.embedding.backends.openvino_backend import converted_embedder, open_graph
from desktop_app.embedding.backends.openvino_model import located
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.errors import EnvironmentProblem, last_line
from desktop_app.modelfiles.architectures import BERT_KIN
from desktop_app.modelfiles.embedding_folder import inspect

if TYPE_CHECKING:
    from desktop_app.embedding.backends.sentence_transformers_backend import SentenceTransformersEmbedder

log = logging.getLogger(__name__)


class ModelSource(Protocol):
    """``cut`` as of ``modelfiles.embedding_folder.inspect``; ``converts``: OpenVINO runs a graph that is made of it and stored."""

    @property
    def path(self) -> Path:
        """The model's folder."""
        ...

    @property
    def cut(self) -> int:
        """How many numbers of each vector are kept, 0 for the model's own choice."""
        ...

    @property
    def fingerprint(self) -> str:
        """Names what the vectors depend on."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages the model knows, or ("*",)."""
        ...

    @property
    def converts(self) -> bool:
        """Whether OpenVINO needs a converted model."""
        ...

    def unconverted(self) -> bool:
        """Whether the conversion is still to be done."""
        ...

    def convert(self) -> None:
        """Make and store the graph. Raises ``EnvironmentProblem``, ``ValueError``, ``RuntimeError``, ``OSError``."""
        ...

    def ready(self, backend: str, /) -> Embedder | None:
        """By OpenVINO; None when it cannot be used, or is not converted."""
        ...

    def by_openvino(self, backend: str, /) -> Embedder:
        """As ``ready``, but raises ``RuntimeError`` or what the tokenizer raises."""
        ...

    def without_torch(self, refused: str) -> EnvironmentProblem:
        """What to say where there is no torch and OpenVINO has no graph; ``refused``: why, "" where that is not known."""
        ...

    def by_torch(self, precision: str = "auto", on: str = "") -> SentenceTransformersEmbedder:
        """Raises ``EnvironmentProblem``, ``OSError``."""
        ...

    def load_torch(self) -> SentenceTransformersEmbedder:
        """In f32 on the CPU, to convert and measure it."""
        ...


def source_of(folder: Path, name: str = "", cut: int = 0) -> ModelSource:
    """The source for a folder. Raises ``EnvironmentProblem``: embedding_missing, embedding_not_a_model and the others of
    ``inspect``."""
    if (folder / default_model.SOURCE).is_file():
        return DefaultSource(folder)
    return FolderSource(folder, name, cut)


def _missing() -> EnvironmentProblem | None:
    if importlib.util.find_spec("openvino") is not None:
        return None
    return EnvironmentProblem("component_missing", name="OpenVINO", detail="No module named 'openvino'")


class FolderSource:
    """In sentence-transformers or transformers form."""

    converts = True

    def __init__(self, folder: Path, name: str = "", cut: int = 0) -> None:
        self.path, self.cut = folder, cut
        self.found = inspect(folder, cut)
        if folder == light_model.place() and not cut:
            self.found = dataclasses.replace(self.found, known_as=light_model.FINGERPRINT)
        self.fingerprint = self.found.fingerprint
        self._name = name

    @property
    def languages(self) -> tuple[str, ...]:
        """Reads the vocabulary, some megabytes."""
        return self.found.languages

    def unconverted(self) -> bool:
        """Whether no f32 graph is on the disk."""
        return graphs.find(self.fingerprint, "f32") is None

    def convert(self) -> None:
        """Raises as ``conversion.convert``."""
        from desktop_app.embedding.backends import conversion

        conversion.convert(self.found)

    def ready(self, backend: str, /) -> Embedder | None:
        """From the converted graph; None when there is none that works."""
        return open_graph(self.found, backend, self._name)

    def by_openvino(self, backend: str, /) -> Embedder:
        """From the converted graph. Raises ``RuntimeError`` when there is none, or it answers wrongly."""
        here = located(self.fingerprint, backend)
        if here is None:
            raise RuntimeError("not converted")
        return converted_embedder(self.found, *here, backend, self._name)

    def without_torch(self, refused: str) -> EnvironmentProblem:
        """OpenVINO is missing, the files are of two models, its architecture is not known, or what stood against the graph."""
        if (missing := _missing()) is not None:
            return missing
        try:
            self.found.check_vocabulary()
        except EnvironmentProblem as mixed:
            return mixed
        if refused and self.found.architecture in BERT_KIN:
            return EnvironmentProblem("embedding_failed", path=self.path, detail=refused)
        return EnvironmentProblem("embedding_architecture", path=self.path, detail=self.found.architecture)

    def by_torch(self, precision: str = "auto", on: str = "") -> SentenceTransformersEmbedder:
        """From the folder's weights. Raises ``EnvironmentProblem``."""
        from desktop_app.embedding.backends.sentence_transformers_backend import SentenceTransformersEmbedder

        return SentenceTransformersEmbedder(self.path, self._name, precision, on=on, cut=self.cut)

    def load_torch(self) -> SentenceTransformersEmbedder:
        """From the folder's weights, in f32 on the CPU. Raises ``EnvironmentProblem``."""
        return self.by_torch("f32", "cpu")


class DefaultSource:
    """The default model, in the folder that the set-up made; nothing of it is converted."""

    converts = False
    cut = 0
    fingerprint = default_model.FINGERPRINT
    languages = default_model.LANGUAGES

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self._refused = "torch is not installed"  # which it was to be run by, where OpenVINO was not asked

    def unconverted(self) -> bool:
        """Never: its graph is built from the file at each start."""
        return False

    def convert(self) -> None:
        """Nothing is to be done."""

    def ready(self, backend: str, /) -> Embedder | None:
        """None when this processor cannot run it."""
        try:
            return self.by_openvino(backend)
        except Exception as error:  # a processor that lacks the units may also answer nothing; another backend or torch is left
            log.info("the default model cannot be run by %s", backend, exc_info=True)
            self._refused = last_line(error)
            return None

    def by_openvino(self, backend: str, /) -> Embedder:
        """Raises ``RuntimeError`` when OpenVINO refuses it or it answers wrongly."""
        return default_model.open_by_openvino(self.path, backend)

    def without_torch(self, refused: str) -> EnvironmentProblem:
        """OpenVINO is missing, or refused it."""
        return _missing() or EnvironmentProblem("embedding_failed", path=self.path, detail=refused or self._refused)

    def by_torch(self, precision: str = "auto", on: str = "") -> SentenceTransformersEmbedder:
        """From a plain folder that is made of it first. Raises ``EnvironmentProblem``, ``OSError``."""
        from desktop_app.embedding.backends.sentence_transformers_backend import SentenceTransformersEmbedder

        plain = default_model.plain_folder(self.path)
        return SentenceTransformersEmbedder(plain, default_model.NAME, precision, on=on, fingerprint=self.fingerprint)

    def load_torch(self) -> SentenceTransformersEmbedder:
        """What that takes on the disk is given back."""
        with default_model.plain_folder_for_a_while(self.path):
            return self.by_torch("f32", "cpu")
