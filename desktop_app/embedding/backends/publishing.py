# SPDX-License-Identifier: Apache-2.0
"""Stores a model's f32 graph, whoever made it, where the disk has room."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop_app.embedding.backends import graphs
from desktop_app.embedding.backends.graphs import Graph
from desktop_app.foundation import paths
from desktop_app.modelfiles.folder_weights import onnx_alone

# Texts to try a graph with: short, long, empty, other scripts, lines, more than one a batch.
PROBES = (
    "砚台与墨 Inkstone and ink: 12 items, € 3.50.",
    "",
    "x",
    "The warranty covers two years.\nIt begins with the day of acceptance.",
    "质保期为十八个月，自每批产品验收合格之日起计算。",
    "Überprüfung der Lieferung 😀 проверка поставки" + " and so on" * 40,
    "paper stone ink brush " * 400,
)
_ROOM = 2.5  # times the size of the weights, which may be stored in half precision


def publish_graph(
    fingerprint: str,
    source: Path,
    graph: Graph,
    tokenizer: str,
    model: Any,
    check: Callable[[Path], None] = lambda _folder: None,
) -> None:
    """Store the ``model`` made of the folder ``source``; ``check`` may refuse what was stored by raising. Raises ``OSError`` where the
    disk has no room, and what ``check`` raises."""
    import openvino

    size = sum(file.stat().st_size for file in (*source.rglob("*.safetensors"), *onnx_alone(source)))
    if shutil.disk_usage(paths.home()).free < _ROOM * size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    graphs.publish(
        fingerprint, "f32", graph, tokenizer, lambda file: openvino.save_model(model, file, compress_to_fp16=False), check
    )
