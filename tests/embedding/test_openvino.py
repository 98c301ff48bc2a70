# SPDX-License-Identifier: Apache-2.0
"""What OpenVINO does on processors of different abilities."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from desktop_app.embedding.backends import graphs, openvino_backend
from desktop_app.embedding.backends.openvino_backend import converted_embedder
from desktop_app.embedding.factory import LIGHT, open_embedder
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation import hardware
from desktop_app.modelfiles.embedding_folder import inspect

pytestmark = pytest.mark.slow

OPEN = """
from desktop_app.foundation import offline
offline.seal()
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.embedding.factory import LIGHT, open_embedder
embedder = open_embedder(LIGHT, "openvino-int8")
assert embedder.embed_documents(["The warranty covers two years."]).shape == (1, 384)
print(embedder.facts.backend)
"""


@pytest.mark.slow
@pytest.mark.skipif("avx512f" not in hardware.detect().cpu_features, reason="this processor has no AVX-512")
def test_int8_is_used_where_avx512_comes_without_bfloat16(converted: Path) -> None:
    """Office PCs of 2019 to 2021; OpenVINO compiles the graph there for bfloat16 and then cannot run it."""
    environment = {**os.environ, "ONEDNN_MAX_CPU_ISA": "AVX512_CORE_VNNI"}
    done = subprocess.run([sys.executable, "-c", OPEN], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["openvino-int8"], done.stderr


@pytest.mark.parametrize(("longest", "widths"), [(256, [16, 16, 48]), (40, [16, 16, 40])])
def test_padding_to_whole_tiles_changes_no_vector(
    converted: Path, monkeypatch: pytest.MonkeyPatch, longest: int, widths: list[int]
) -> None:
    opened = open_embedder(LIGHT, "openvino-f32")
    assert opened is not None
    found = inspect(Path(opened.facts.path))
    graph = graphs.find(found.fingerprint, "f32")
    assert graph is not None
    embedder = converted_embedder(
        found, msgspec.structs.replace(graph, longest=longest), graphs.place(found.fingerprint, "f32"), "openvino-f32"
    )
    texts = ["Ink.", "Twelve ink sticks were delivered in May.", "Paper " * 35]
    padded = embedder.embed_documents(texts)
    rows = embedder._tokenize(texts, "document")
    assert [embedder._network.feed([row], "document")[0].shape[1] for row in rows] == widths
    monkeypatch.setattr(openvino_backend, "_TILE", 1)
    assert np.allclose(embedder.embed_documents(texts), padded, atol=1e-5)


def test_a_text_has_the_same_vector_in_whatever_batch(bundled_embedder: Embedder) -> None:
    """A run that was killed makes its vectors in other batches than one that was not."""
    texts = [" ".join(f"Clause {part} of contract {number}." for part in range(1 + number % 17)) for number in range(48)]
    together = bundled_embedder.embed_documents(texts)
    for size in (1, 5):
        parts = [bundled_embedder.embed_documents(texts[start : start + size]) for start in range(0, len(texts), size)]
        assert np.array_equal(np.concatenate(parts).astype("<f2"), together.astype("<f2"))
