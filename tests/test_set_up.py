# SPDX-License-Identifier: Apache-2.0
"""The set-up of a checkout, without installing anything."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "packaging"))


def test_a_step_says_how_long_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    import set_up

    set_up.step("packages installed", [sys.executable, "-c", ""])
    assert re.fullmatch(r"packages installed: \d+ s\n", capsys.readouterr().out)


def test_a_step_that_fails_ends_the_set_up(capsys: pytest.CaptureFixture[str]) -> None:
    import set_up

    with pytest.raises(SystemExit) as caught:
        set_up.step("packages installed", [sys.executable, "-c", "raise SystemExit(3)"])
    assert (caught.value.code, capsys.readouterr().out) == (3, "")


def test_llama_cpp_is_not_among_the_packages_that_pip_would_build() -> None:
    from light_setup import requirements

    packages = set(requirements({"llama-cpp-python"}, "dev", "torch"))
    assert "llama-cpp-python" not in packages
    assert {"openvino", "torch", "sentence-transformers", "pytest"} <= packages


def test_who_runs_it_gets_neither_torch_nor_tests() -> None:
    from light_setup import LIGHT_MODEL, requirements

    packages = set(requirements({"llama-cpp-python"}))
    assert {"openvino", "chromadb"} <= packages
    assert packages.isdisjoint({"torch", "sentence-transformers", "langchain-huggingface", "pytest", LIGHT_MODEL})
