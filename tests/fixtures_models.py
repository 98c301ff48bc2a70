# SPDX-License-Identifier: Apache-2.0
"""Fixtures that hand out small real GGUF files, made once a session in a folder with a Chinese name (``tiny_gguf`` tells how)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import tiny_gguf as maker
from needed import need


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny models; do not write into it."""
    folder = tmp_path_factory.mktemp("模型") / "我的 模型"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def tiny_gguf(model_folder: Path) -> Path:
    """f16. Says ``tiny_gguf.ANSWER`` to every prompt, context 2,048 tokens."""
    return maker.write(model_folder / "小模型-f16.gguf")


@pytest.fixture(scope="session")
def tiny_gguf_q8(tiny_gguf: Path) -> Path:
    """The same in Q8_0, by llama.cpp's quantiser."""
    return quantised(tiny_gguf, "Q8_0")


@pytest.fixture(scope="session")
def tiny_gguf_q4(tiny_gguf: Path) -> Path:
    """The same in Q4_K_M, by llama.cpp's quantiser."""
    return quantised(tiny_gguf, "Q4_K_M")


@pytest.fixture(scope="session")
def endless_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """f16 that never ends its turn: 600 Chinese characters in a circle too long for the loop guard; context 8,192 tokens."""
    need("llama_cpp")
    lines = ("".join(chr(0x4E00 + 7 * (100 * line + n)) for n in range(100)) for line in range(6))
    path = tmp_path_factory.mktemp("模型") / "说个不停.gguf"
    return maker.write(path, "。".join(lines), endless=True, context=8192, by_bytes="", name="endless", width=768)


def quantised(source: Path, kind: str) -> Path:
    """``source`` in ``kind``, beside it. In a process of its own: the test process stays free of llama.cpp, and a crash of the quantiser is one failed test."""
    need("llama_cpp")
    target = source.with_name(f"{source.stem.removesuffix('-f16')}-{kind}.gguf")
    subprocess.run(
        [sys.executable, "-X", "utf8", maker.__file__, "quantise", str(source), str(target), kind],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return target
