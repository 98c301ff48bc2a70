# SPDX-License-Identifier: Apache-2.0
"""A hundred broken files through the real pool; ``tests/benchmarks/fuzz_readers.py`` runs thousands."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.fuzz_readers import Fuzz, seeds

from desktop_app.contract.document import REASONS


@pytest.mark.slow
@pytest.mark.parametrize("count", [100, pytest.param(400, marks=pytest.mark.heavy)])
def test_broken_files_end_with_text_or_a_reason(tmp_path: Path, shared: Path, count: int) -> None:
    made = tmp_path / "made"
    made.mkdir()
    fuzz = Fuzz(seeds([shared / "data/documents/mixed"], made), seed=20, readers=2, folder=tmp_path)
    assert fuzz.run(count, seconds=240) == count
    assert fuzz.failures == []
    assert set(fuzz.outcomes) <= {*REASONS, "text", "text, partly_read", "text, encoding_unsure"}
    assert fuzz.outcomes["text"] > 0
    assert fuzz.outcomes["damaged"] > 0
    assert list(tmp_path.glob("*.*")) == []
