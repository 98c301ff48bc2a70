# SPDX-License-Identifier: Apache-2.0
"""The tests' own tools: the shared folder of made things, skipping what is not installed, the light set-up."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import first_bug
import made_once
import pytest
from needed import need, skipping


def test_made_things_are_kept_until_their_maker_changes(tmp_path: Path) -> None:
    maker = tmp_path / "maker.py"
    maker.write_text("ONE = 1\n", encoding="utf-8")

    def folder() -> Path:
        return made_once.folder("东西", packages=["pytest", "没有"], sources=[maker], cache=tmp_path / "缓存")

    first = folder()
    (first / "made").touch()
    assert folder() == first
    assert (first / "made").exists()
    maker.write_text("ONE = 2\n", encoding="utf-8")
    assert folder() != first
    assert not first.exists()


def test_what_is_missing_skips_and_a_fault_of_ours_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(pytest.skip.Exception, match="needs llama_cpp"):
        need("llama_cpp")
    with pytest.raises(pytest.skip.Exception, match="needs torch"), skipping():
        raise ModuleNotFoundError("No module named 'torch'", name="torch")
    with pytest.raises(ModuleNotFoundError), skipping():
        raise ModuleNotFoundError("No module named 'desktop_app.gone'", name="desktop_app.gone")


def test_the_light_setup_compiles_nothing_and_leaves_torch_out() -> None:
    script = made_once.ROOT / "packaging" / "light_setup.py"
    spec = importlib.util.spec_from_file_location("light_setup", script)
    assert spec is not None
    assert spec.loader is not None
    light = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(light)
    needed = light.requirements(light.LEFT_OUT, "dev")
    assert {"chromadb", "pytest-xdist", "PySide6_Essentials"} <= set(needed)
    assert not {"torch", "openvino", "llama-cpp-python", "sentence-transformers"} & set(needed)
    first, second = light.commands(Path("constraints.txt"))
    assert "--only-binary" in first
    assert "--no-deps" in second


def test_the_first_bug_can_still_be_planted() -> None:
    source = first_bug.FILE.read_text(encoding="utf-8")
    assert first_bug.planted(source) != source
