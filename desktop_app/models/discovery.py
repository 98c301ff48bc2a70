# SPDX-License-Identifier: Apache-2.0
"""Finds the models in a folder and in the model caches of this PC.

GGUF files, and embedding models in sentence-transformers or plain transformers form.

Only headers and small JSON files are read; nothing heavy is imported and no code of a model is run. A model that cannot be used is
listed with its problem rather than hidden, so that a person who just downloaded it learns why. In the caches, which other programs fill,
GGUF files of other kinds (image projectors, adapters, models for pictures) are left out; transformers folders of other kinds are everywhere.

The Hugging Face cache keeps ``snapshots/<commit>/model.gguf`` as a link to ``blobs/<sha256>``: links are followed, each file and
folder once; of several commits of a model the one that is in force is listed. A shared drive answers slowly: the walk can be
cancelled at each folder, and ends after ``_MOST_FOLDERS``.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation import hardware
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem, Problem, UsageProblem
from desktop_app.foundation.hardware import Hardware
from desktop_app.modelfiles import embedding_folder
from desktop_app.modelfiles.embedding_folder import is_embedding_folder, model_name
from desktop_app.modelfiles.embedding_gguf import inspect_gguf, is_embedder
from desktop_app.modelfiles.gguf import first_part, read_header
from desktop_app.modelfiles.language_gguf import check_writes
from desktop_app.modelfiles.module_chain import is_bare
from desktop_app.models import fit
from desktop_app.models.model_caches import model_places

log = logging.getLogger(__name__)

_DEEPEST = 6  # folders below the chosen one; LM Studio uses 2, the Hugging Face cache 3
_MOST_FOLDERS = 5_000  # someone may choose a whole disk, or one at the end of a slow line: 20 ms each
_LIBRARY_MEMORY = 400 << 20  # bytes: torch and transformers imported, before any model (measured: 415 MB)
_OTHER_KINDS = frozenset(
    {"gguf_projector", "gguf_adapter", "gguf_no_weights", "gguf_no_tokenizer", "gguf_other_kind", "llm_is_encoder"}
)  # fmt: skip
# Of a bare transformers checkpoint these say that it is a model of another kind, not that something is wrong with it.
_NOT_MEANT = frozenset({"embedding_is_llm", "embedding_unsupported", "embedding_not_a_model", "embedding_no_dimension"})


def find_models(folder: str, machine: Hardware | None = None, cancel: Cancellation | None = None) -> list[ModelEntry]:
    """Every model below ``folder``: language models by name, then embedding models by name. A GGUF file itself may be given too.

    Raises ``UsageProblem`` model_folder_missing, folder_unreadable or model_folder_empty, and ``Cancelled``.
    """
    machine = machine or hardware.detect()
    if os.path.isfile(folder) and folder.lower().endswith(".gguf"):
        found = _gguf_entries([folder], machine)
    elif not os.path.isdir(folder):
        raise UsageProblem("model_folder_missing", path=folder)
    else:
        found = _walk(folder, machine, cancel or Cancellation())
    if not found:
        raise UsageProblem("model_folder_empty", path=folder)
    return _sorted(found)


def find_all(
    folder: str,
    machine: Hardware | None = None,
    cancel: Cancellation | None = None,
    places: Sequence[str] | None = None,
) -> tuple[list[ModelEntry], Problem | None]:
    """Every model in the chosen ``folder`` ("" for none) and then in ``places`` (the caches of this PC), each once; and what is
    wrong with the chosen folder. Raises ``Cancelled``."""
    machine = machine or hardware.detect()
    found: list[ModelEntry] = []
    problem: Problem | None = None
    if folder:
        try:
            found += find_models(folder, machine, cancel)
        except UsageProblem as error:
            problem = error
    for place in model_places() if places is None else places:
        try:
            found += [entry for entry in find_models(place, machine, cancel) if entry.problem not in _OTHER_KINDS]
        except UsageProblem as error:
            log.info("nothing to list in a cache: %s", error.code)
    once = {_identity(entry.path): entry for entry in reversed(found)}
    return [entry for entry in found if once[_identity(entry.path)] is entry], problem


def find_embedding(name: str, folder: str) -> str | None:
    """The path of the usable embedding model that is called ``name``, in the chosen ``folder`` or the caches; None when there is none."""
    entries, _ = find_all(folder)
    wanted = name.replace("\\", "/").rsplit("/", 1)[-1].casefold()
    for entry in entries:
        called = (entry.name, os.path.basename(entry.path), os.path.splitext(os.path.basename(entry.path))[0])
        if entry.kind == "embedding" and not entry.problem and wanted in {known.casefold() for known in called}:
            return entry.path
    return None


def _sorted(entries: list[ModelEntry]) -> list[ModelEntry]:
    return sorted(entries, key=lambda entry: (entry.kind != "llm", entry.name.casefold(), entry.path))


def _walk(root: str, machine: Hardware, cancel: Cancellation) -> list[ModelEntry]:
    found: list[ModelEntry] = []
    files: list[str] = []
    for entries, embedding in _folders(root, cancel):
        if embedding is not None:
            found.append(embedding)
        # A link that leads nowhere counts as a file: its model is listed as missing.
        mine = [entry for entry in entries if entry.name.lower().endswith(".gguf") and not _folder(entry)]
        files.extend(sorted(entry.path for entry in mine))
    return found + _gguf_entries(files, machine)


def _folders(root: str, cancel: Cancellation) -> Iterator[tuple[list[os.DirEntry[str]], ModelEntry | None]]:
    """The entries of each folder, outermost first, each real folder once, and the embedding model each of them is; those of an
    embedding model are not descended into."""
    waiting = [(root, 0)]
    seen: set[object] = set()
    while waiting and len(seen) < _MOST_FOLDERS:
        cancel.check()
        folder, depth = waiting.pop(0)
        try:
            same = _identity(folder)
            if same in seen:
                continue
            seen.add(same)
            with os.scandir(folder) as listing:
                entries = list(listing)
        except OSError as error:
            if folder == root:
                raise UsageProblem("folder_unreadable", path=folder) from error
            log.info("model folder left out: %s", type(error).__name__)
            continue
        embedding = embedding_entry(folder) if is_embedding_folder({entry.name for entry in entries}) else None
        yield entries, embedding
        if depth >= _DEEPEST or embedding is not None:
            continue
        below = sorted(entry.path for entry in entries if not entry.name.startswith(".") and _folder(entry))
        waiting.extend((path, depth + 1) for path in _in_force(folder, below))


def _in_force(folder: str, below: list[str]) -> list[str]:
    """Of the commits in a ``snapshots`` folder of the Hugging Face cache the one that ``refs/main`` names, else the latest."""
    if os.path.basename(folder) != "snapshots" or len(below) < 2:
        return below
    try:
        commit = Path(folder).parent.joinpath("refs", "main").read_text(encoding="utf-8").strip()
        chosen = [path for path in below if os.path.basename(path) == commit]
        return chosen or [max(below, key=os.path.getmtime)]
    except (OSError, ValueError):
        return below


def _folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def embedding_entry(folder: str) -> ModelEntry | None:
    """The folder as an entry, with a problem where it cannot be used; None for a transformers model of another kind."""
    path = Path(folder)
    try:
        found = embedding_folder.inspect(path)
    except EnvironmentProblem as problem:
        if is_bare(path) and problem.code in _NOT_MEANT:
            return None
        size = sum(_size(str(file)) for pattern in ("*", "*/*") for file in path.glob(pattern))
        return ModelEntry(
            folder, model_name(path), "embedding", size, fits="no", problem=problem.code, data=problem.data
        )  # fmt: skip
    return ModelEntry(
        path=folder,
        name=found.name,
        kind="embedding",
        size=found.size,
        # Weights are computed with in 4 bytes each on a CPU, whatever they are stored in.
        memory=max(found.size, found.parameters * 4) + _LIBRARY_MEMORY,
        architecture=found.architecture,
        parameters=found.parameters,
        context=found.max_tokens,
        dimension=found.dimension,
        notes=found.notes,
    )


def _gguf_entries(paths: list[str], machine: Hardware) -> list[ModelEntry]:
    entries: list[ModelEntry] = []
    seen: set[object] = set()
    for path in paths:
        model = first_part(path)
        same = _identity(model)
        if same in seen:
            continue
        seen.add(same)
        entries.append(gguf_entry(model, machine))
    return entries


def _identity(path: str) -> object:
    """What is the same for two ways to one file; network drives may number none of their files."""
    try:
        state = os.stat(path)
    except OSError:
        return path
    return (state.st_dev, state.st_ino) if state.st_ino else path


def gguf_entry(path: str, machine: Hardware) -> ModelEntry:
    """One GGUF as an entry."""
    kind, notes = "llm", tuple[str, ...]()
    try:
        header = read_header(path)
        if is_embedder(header):
            kind = "embedding"
            found = inspect_gguf(path)
            dimension, notes = found.dimension, found.notes
            context, memory = fit.embedding_width(header), fit.embedding_memory(header)
        else:
            check_writes(header)
            notes = () if header.has_chat_template else ("no_template",)
            dimension, context = header.embedding, fit.choose_context(header, machine.memory_available)
            memory = fit.memory_needed(header, context)
    except EnvironmentProblem as problem:
        name = header.name if kind == "embedding" else os.path.splitext(os.path.basename(path))[0]
        return ModelEntry(path, name, kind, _size(path), fits="no", problem=problem.code, data=problem.data)
    return ModelEntry(
        path=path,
        name=header.name,
        kind=kind,
        size=header.size,
        memory=memory,
        fits=fit.verdict(memory, available=machine.memory_available, total=machine.memory_total),
        architecture=header.architecture,
        parameters=header.parameters,
        quantisation=header.quantisation,
        context=context,
        has_chat_template=header.has_chat_template,
        dimension=dimension,
        notes=notes,
    )


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0
