# SPDX-License-Identifier: Apache-2.0
"""Converted models on disk: a folder a model, precision and version.

The version is OpenVINO's; all folders are below ``paths.graphs()``.

    <fingerprint>/f32-<version>/      graph.xml graph.bin    OpenVINO's own files
                                      tokenizer.json         as transformers made it for this model, which the model's own file may not be
                                      graph.json             ``Graph``: how to feed it, and what it must answer; written last
    <fingerprint>/int8-<version>/     the same, its weights in 8 bits

The set-up may have made the light model's already (``paths.prepared``): a user's home takes a copy, no link. The home is closed
to other users, and the set-up's files must stay readable by all of them.

A folder is made under another name and renamed when it is complete. One that is cut off, altered or of another format is thrown
away and made again: it is derived data. The sizes are compared on finding it, a known answer on opening it
(``openvino_backend``).
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path

import msgspec

from desktop_app.foundation import paths, private

log = logging.getLogger(__name__)

FORMAT = 2  # of the folder, and of how its graph is made
GRAPH, TOKENIZER = "graph.xml", "tokenizer.json"
_WEIGHTS = "graph.bin"
_MANIFEST = "graph.json"
KINDS = ("f32", "int8")


class Graph(msgspec.Struct, frozen=True):
    """How to feed a graph. ``inputs``: their names in order, integers of texts x tokens ("input_ids", "attention_mask" and
    perhaps "token_type_ids" and "pooling_mask"); ``longest``: tokens of a text with special ones, longer ones are cut;
    ``prompt_lengths``: leading tokens that "pooling_mask" leaves out. ``probe`` is a text and ``answer`` its vector as torch
    computes it. A cross-encoder has one number for a dimension, no prompts, and for an answer the scores of
    ``cross_encoder.PROBES``."""

    inputs: tuple[str, ...]
    dimension: int
    longest: int
    pad_id: int
    pads_left: bool
    answer: tuple[float, ...]
    prompts: dict[str, str] = {}
    prompt_lengths: dict[str, int] = {}
    probe: str = ""
    sizes: dict[str, int] = {}
    format: int = FORMAT


@cache
def openvino_version() -> str:
    """The installed version; graphs of another one are not used."""
    return version("openvino")


def place(fingerprint: str, kind: str) -> Path:
    """The folder of a converted model; ``kind``: "f32" or "int8"."""
    return paths.graphs() / fingerprint / f"{kind}-{openvino_version()}"


def find(fingerprint: str, kind: str) -> Graph | None:
    """The complete graph of this OpenVINO version; None, and nothing left on the disk, when it is damaged."""
    folder = place(fingerprint, kind)
    graph = find_in(folder)
    if graph is None and folder.exists():
        log.info("the converted model in %s is damaged and is made again", folder)
        discard(fingerprint, kind)
    if graph is None and _take_prepared(folder):
        graph = find_in(folder)
    return graph


def find_in(folder: Path) -> Graph | None:
    """The graph in a folder, if it is of our format and all files have the size they were written with."""
    try:
        graph = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=Graph)
        whole = bool(graph.sizes) and all((folder / name).stat().st_size == size for name, size in graph.sizes.items())
    except (OSError, msgspec.MsgspecError, ValueError):
        return None
    return graph if whole and graph.format == FORMAT else None


def _take_prepared(folder: Path) -> bool:
    """Take over what the set-up made; whether there was anything."""
    source = paths.prepared() / "graphs" / folder.parent.name / folder.name
    if not (source / _MANIFEST).is_file() or source == folder:
        return False
    taking = folder.with_name(f"{folder.name}.{os.getpid()}.new")
    try:
        shutil.rmtree(taking, ignore_errors=True)
        taking.mkdir(parents=True)
        for file in source.iterdir():
            shutil.copyfile(file, taking / file.name)
        private.replace(taking, folder)
    except OSError as error:
        log.info("the prepared model in %s is not taken over: %s", source, error)
        shutil.rmtree(taking, ignore_errors=True)
    return folder.is_dir()


def discard(fingerprint: str, kind: str) -> None:
    """Delete a converted model."""
    shutil.rmtree(place(fingerprint, kind), ignore_errors=True)


def publish(
    fingerprint: str, kind: str, graph: Graph, tokenizer: str, save: Callable[[Path], None], check: Callable[[Path], None]
) -> None:
    """Store a graph: ``save`` writes OpenVINO's files to the path it gets, ``check`` may refuse the folder by raising. Graphs of
    other OpenVINO versions are removed. Raises ``OSError``, or what the two raise (for a full disk a ``RuntimeError`` of
    OpenVINO's)."""
    target = place(fingerprint, kind)
    making = target.with_name(f"{target.name}.{os.getpid()}.new")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        save(making / GRAPH)
        (making / TOKENIZER).write_text(tokenizer, encoding="utf-8")
        sizes = {name: (making / name).stat().st_size for name in (GRAPH, _WEIGHTS, TOKENIZER)}
        (making / _MANIFEST).write_bytes(msgspec.json.encode(msgspec.structs.replace(graph, sizes=sizes)))
        check(making)
        if find(fingerprint, kind) is None:
            private.replace(making, target)
        # else another process was faster: its graph is as good
    finally:
        shutil.rmtree(making, ignore_errors=True)
    for old in target.parent.glob(f"{kind}-*"):
        if old != target and not old.name.endswith(".new"):
            shutil.rmtree(old, ignore_errors=True)
