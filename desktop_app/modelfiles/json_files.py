# SPDX-License-Identifier: Apache-2.0
"""Reads the small JSON files of a model folder without trusting them.

Missing, broken or huge ones count as empty.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_LARGEST = 64 << 20  # bytes; a tokenizer of 250,000 tokens has 17 million


def read_json(file: Path) -> Any:
    """The value in a file; None when it is missing, broken or larger than 64 MB."""
    try:
        if file.stat().st_size > _LARGEST:
            return None
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def read_object(file: Path) -> dict[str, Any]:
    """The object in a file; {} when there is none."""
    value = read_json(file)
    return value if isinstance(value, dict) else {}


def number(values: dict[str, Any], *keys: str) -> int:
    """The first of ``keys`` that holds a sensible count; tokenizers write 1e30 for "no limit"."""
    for key in keys:
        value = values.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1 << 20:
            return int(value)
    return 0
