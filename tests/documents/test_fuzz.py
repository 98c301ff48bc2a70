"""Some hundreds of broken files through the real pool; ``tests/benchmarks/fuzz_readers.py`` runs thousands."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.fuzz_readers import Fuzz, seeds

from desktop_app.contract.document import REASONS

COUNT = 400


@pytest.mark.slow
def test_broken_files_end_with_text_or_a_reason(tmp_path: Path, shared: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    fuzz = Fuzz(seeds([shared / "data/documents/mixed"], made), seed=20, readers=2, folder=tmp_path)
    assert fuzz.run(COUNT, seconds=240) == COUNT
    assert fuzz.failures == []
    assert set(fuzz.outcomes) <= {*REASONS, "text", "text, partly_read", "text, encoding_unsure"}
    assert fuzz.outcomes["text"] > 0
    assert fuzz.outcomes["damaged"] > 0
    assert list(tmp_path.glob("*.*")) == []
