"""Which models lie in a folder: GGUF files and embedding models in sentence-transformers form.

Only headers and small JSON files are read; nothing heavy is imported and no code of a model is run. A model that cannot be used is
listed with its problem rather than hidden, so that a person who just downloaded it learns why. Files that are no models of their
own (image projectors, LoRA adapters, vocabularies without weights) are left out.

The Hugging Face cache keeps ``snapshots/<commit>/model.gguf`` as a link to ``blobs/<sha256>``: links are followed, each file and
folder once.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

from desktop_app.foundation import hardware
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem
from desktop_app.foundation.hardware import Hardware
from desktop_app.models import fit
from desktop_app.models.gguf import GgufHeader, first_part, read_header
from desktop_app.models.model import ModelEntry
from desktop_app.models.sentence_transformers_folder import embedding_entry, is_embedding_folder

log = logging.getLogger(__name__)

_DEEPEST = 6  # folders below the chosen one; LM Studio uses 2, the Hugging Face cache 3
_MOST_FOLDERS = 20_000  # someone may choose a whole disk

_EMBEDDERS = frozenset(
    {
        "bert",
        "eurobert",
        "gemma-embedding",
        "jina-bert-v2",
        "jina-bert-v3",
        "llama-embed",
        "modern-bert",
        "neo-bert",
        "nomic-bert",
        "nomic-bert-moe",
        "t5encoder",
    }
)
_NO_CHAT = frozenset({"clip", "t5", "wavtokenizer-dec"})
_POOLED = (1, 2, 3, 4)  # mean, first, last, rank: a decoder that was turned into an embedder or reranker (qwen3-embedding)


def find_models(folder: str, machine: Hardware | None = None) -> list[ModelEntry]:
    """Every model below ``folder``: language models by name, then embedding models by name. A GGUF file itself may be given too.

    Raises ``UsageProblem`` model_folder_missing, folder_unreadable or model_folder_empty.
    """
    machine = machine or hardware.detect()
    if os.path.isfile(folder) and folder.lower().endswith(".gguf"):
        found = _gguf_entries([folder], machine)
    elif not os.path.isdir(folder):
        raise UsageProblem("model_folder_missing", path=folder)
    else:
        found = _walk(folder, machine)
    if not found:
        raise UsageProblem("model_folder_empty", path=folder)
    return sorted(found, key=lambda entry: (entry.kind != "llm", entry.name.casefold(), entry.path))


def _walk(root: str, machine: Hardware) -> list[ModelEntry]:
    found: list[ModelEntry] = []
    files: list[str] = []
    for folder, entries in _folders(root):
        names = {entry.name for entry in entries}
        if is_embedding_folder(names):
            found.append(embedding_entry(folder))
            continue
        # A link that leads nowhere counts as a file: its model is listed as missing.
        mine = [entry for entry in entries if entry.name.lower().endswith(".gguf") and not _folder(entry)]
        files.extend(sorted(entry.path for entry in mine))
    return found + _gguf_entries(files, machine)


def _folders(root: str) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
    """Folders with their entries, outermost first, each real folder once; those of an embedding model are not descended into."""
    waiting = [(root, 0)]
    seen: set[tuple[int, int]] = set()
    while waiting and len(seen) < _MOST_FOLDERS:
        folder, depth = waiting.pop(0)
        try:
            state = os.stat(folder)
            if (state.st_dev, state.st_ino) in seen:
                continue
            seen.add((state.st_dev, state.st_ino))
            with os.scandir(folder) as listing:
                entries = list(listing)
        except OSError as error:
            if folder == root:
                raise UsageProblem("folder_unreadable", path=folder) from error
            log.info("model folder left out: %s", type(error).__name__)
            continue
        yield folder, entries
        if depth >= _DEEPEST or is_embedding_folder({entry.name for entry in entries}):
            continue
        below = sorted(entry.path for entry in entries if not entry.name.startswith(".") and _folder(entry))
        waiting.extend((path, depth + 1) for path in below)


def _folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def _gguf_entries(paths: list[str], machine: Hardware) -> list[ModelEntry]:
    entries: list[ModelEntry] = []
    seen: set[object] = set()
    for path in paths:
        model = first_part(path)
        same = _identity(model)
        if same in seen:
            continue
        seen.add(same)
        entry = gguf_entry(model, machine)
        if entry is not None:
            entries.append(entry)
    return entries


def _identity(path: str) -> object:
    try:
        state = os.stat(path)
    except OSError:
        return path
    return (state.st_dev, state.st_ino) if state.st_ino else path


def gguf_entry(path: str, machine: Hardware) -> ModelEntry | None:
    """One GGUF as an entry; None for a file that is no model of its own."""
    try:
        header = read_header(path)
    except EnvironmentProblem as problem:
        if os.path.basename(path).lower().startswith("mmproj"):
            return None
        return ModelEntry(
            path=path,
            name=os.path.splitext(os.path.basename(path))[0],
            kind="llm",
            size=_size(path),
            fits="no",
            problem=problem.code,
            data=problem.data,
        )
    if _is_embedder(header):
        return ModelEntry(
            path=path,
            name=header.name,
            kind="embedding",
            size=header.size,
            fits="no",
            architecture=header.architecture,
            parameters=header.parameters,
            quantisation=header.quantisation,
            context=header.context,
            dimension=header.embedding,
            problem="embedding_gguf_unsupported",
            data={"path": path},
        )
    if header.role != "model" or not header.tensors or not header.tokenizer or header.architecture in _NO_CHAT:
        return None
    context = fit.choose_context(header, machine.memory_available)
    return ModelEntry(
        path=path,
        name=header.name,
        kind="llm",
        size=header.size,
        memory=fit.memory_needed(header, context),
        fits=fit.fits(header, context, available=machine.memory_available, total=machine.memory_total),
        architecture=header.architecture,
        parameters=header.parameters,
        quantisation=header.quantisation,
        context=context,
        has_chat_template=header.has_chat_template,
        dimension=header.embedding,
    )


def _is_embedder(header: GgufHeader) -> bool:
    if not header.tensors:
        return False
    return header.architecture in _EMBEDDERS or header.pooling in _POOLED or not header.causal


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0
