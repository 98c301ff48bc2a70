# SPDX-License-Identifier: Apache-2.0
"""Real language models for measuring, as ../shared/models/get-real-models leaves them: data, never part of the program."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(os.environ.get("INKSTONE_REAL_MODELS", Path.home() / ".cache" / "inkstone-real-models"))
QWEN = "qwen2.5-coder-0.5b-q4.gguf"
SMOL = "smollm2-135m-instruct-q4_1.gguf"


def real_models(*names: str) -> list[Path]:
    """Those of ``names`` (all of them by default) that are there; says which are not."""
    found = []
    for name in names or (QWEN, SMOL):
        if (FOLDER / name).is_file():
            found.append(FOLDER / name)
        else:
            print(f"skipped: {name} is not in {FOLDER}")
    return found
