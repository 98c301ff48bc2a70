# SPDX-License-Identifier: Apache-2.0
"""The reranker in use: none, one that loads when it is first wanted, one that is none, an exchange that fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.embedding.choosing import choices
from desktop_app.embedding.seam.embedder import BACKENDS
from desktop_app.engine.reranker_slot import RerankerSlot
from desktop_app.foundation.errors import EnvironmentProblem

pytestmark = pytest.mark.slow  # converts a model


def test_none_is_none() -> None:
    slot = RerankerSlot("")
    assert slot.ready() is None
    assert slot.wait() is None


def test_it_is_loaded_when_it_is_waited_for(tiny_reranker: Path) -> None:
    slot = RerankerSlot(str(tiny_reranker))
    assert slot.ready() is None
    loaded = slot.wait()
    assert loaded is not None
    assert len(loaded.score("付款", ["合同", "天"])) == 2
    assert slot.ready() is loaded is slot.wait()
    slot.choose("")
    assert (slot.choice, slot.ready()) == ("", None)


def test_a_folder_that_is_none_fails_for_those_who_wait_and_not_for_a_search(tmp_path: Path, tiny_reranker: Path) -> None:
    slot = RerankerSlot(str(tmp_path))
    for _ in range(2):
        with pytest.raises(EnvironmentProblem, match="reranker_not_a_model"):
            slot.wait()
    assert slot.ready() is None
    slot.choose(str(tiny_reranker))
    assert slot.wait() is not None
    with pytest.raises(EnvironmentProblem, match="reranker_missing"):
        slot.choose(str(tmp_path / "weg"))
    assert (slot.choice, slot.ready() is not None) == (str(tiny_reranker), True)


def test_a_patient_one_waits_until_it_is_measured(tiny_reranker: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKSTONE_PREPARED", str(home / "没有"))
    slot = RerankerSlot(str(tiny_reranker), patient=True)
    reranker = slot.wait()
    assert reranker is not None
    chosen = choices.load(reranker.fingerprint)
    assert chosen is not None
    assert {row.backend for row in chosen.rows} == set(BACKENDS)
    assert reranker.backend == chosen.backend == choices.best(chosen.rows)
    slot.close()


def test_closing_waits_for_none_that_is_being_loaded(tiny_reranker: Path) -> None:
    slot = RerankerSlot(str(tiny_reranker))
    with slot._lock:
        slot.close()
    assert slot.wait() is not None
    slot.close()
