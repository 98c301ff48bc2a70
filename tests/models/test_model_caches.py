# SPDX-License-Identifier: Apache-2.0
"""The caches of other programs are found by the rules of those programs."""

from __future__ import annotations

from pathlib import Path

from desktop_app.models.model_caches import model_places


def made(*paths: Path) -> None:
    for path in paths:
        path.mkdir(parents=True)


def test_only_what_exists_each_once_in_order(tmp_path: Path) -> None:
    home, moved = tmp_path / "用户", tmp_path / "盘 D" / "hf"
    assert model_places({}, home) == []
    made(home / ".cache" / "huggingface" / "hub", moved / "hub", home / ".cache" / "modelscope" / "hub")
    expected = [home / ".cache" / "huggingface" / "hub", home / ".cache" / "modelscope" / "hub"]
    assert model_places({}, home) == [str(path) for path in expected]
    assert model_places({"HF_HOME": str(moved), "HF_HUB_CACHE": str(moved / "hub")}, home)[0] == str(moved / "hub")
    assert model_places({"HF_HOME": str(moved)}, home) == [str(path) for path in (moved / "hub", *expected)]


def test_the_cache_folder_may_be_elsewhere(tmp_path: Path) -> None:
    cache = tmp_path / "缓存"
    made(cache / "huggingface" / "hub", cache / "torch" / "sentence_transformers")
    found = model_places({"XDG_CACHE_HOME": str(cache), "HF_HOME": " "}, tmp_path / "用户")
    assert found == [str(cache / "huggingface" / "hub"), str(cache / "torch" / "sentence_transformers")]
