# SPDX-License-Identifier: Apache-2.0
"""Skips what cannot run without a part that the light set-up (``make light``) leaves out."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

LEFT_OUT = {
    "torch",
    "transformers",
    "safetensors",
    "sentence_transformers",
    "langchain_huggingface",
    "openvino",
    "llama_cpp",
}


def need(*modules: str) -> None:
    """Skip the test, or whatever asks for the fixture, where one of ``modules`` is not installed."""
    for module in modules:
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"needs {module}: run `make test` once")


@contextmanager
def skipping() -> Iterator[None]:
    """Skip where the body imports a part that was left out."""
    try:
        yield
    except ModuleNotFoundError as missing:
        if missing.name not in LEFT_OUT:
            raise
        need(missing.name)
