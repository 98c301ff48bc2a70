# SPDX-License-Identifier: Apache-2.0
"""The checker of a model folder: found and loaded beside the questions, never in their way."""

from __future__ import annotations

from pathlib import Path

import pytest
import tiny_checkers

from desktop_app.engine.checker_slot import CheckerSlot

pytestmark = pytest.mark.needs("transformers", "torch")


def test_the_first_that_can_be_used_is_taken(tmp_path: Path) -> None:
    broken = tiny_checkers.graph_folder(tmp_path / "a-lettuce", tokens=True, doubted=[])
    (broken / "onnx" / "model.onnx").write_bytes(b"damaged")
    good = tiny_checkers.graph_folder(tmp_path / "b-lettuce", tokens=True, doubted=[])
    slot = CheckerSlot(str(tmp_path))
    checker = slot.wait()
    assert checker is not None
    assert checker.path == str(good)
    assert slot.ready() is checker


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_one_gives_none(tmp_path: Path, there: bool) -> None:
    assert CheckerSlot(str(tmp_path / "没有") if there else "").wait() is None
