# SPDX-License-Identifier: Apache-2.0
"""The model card in a folder's README.md: names of the model, Matryoshka."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_CARD = 256 << 10  # bytes that are read


def read_card(path: Path) -> str:
    """The card's text, "" without one."""
    try:
        with (path / "README.md").open("rb") as stream:
            return stream.read(_CARD).decode("utf-8", "replace")
    except OSError:
        return ""


def names_in(card: str) -> list[str]:
    """How the card names its model: the first heading, and the name its results are under. The text is not asked: it compares
    with other families."""
    found = [re.search(pattern, card, re.MULTILINE) for pattern in (r"^#\s+(.+)$", r"^model-index:\s*\n\s*-\s*name:\s*(.+)$")]
    return [match[1] for match in found if match]


def is_matryoshka(config: dict[str, Any], card: str) -> bool:
    """Whether the model was trained so that its vectors may be cut."""
    listed = bool(config.get("matryoshka_dimensions") or config.get("matryoshka_dims"))
    return listed or re.search(r"^\s*-\s*matryoshka|matryoshka_dims", card, re.MULTILINE | re.IGNORECASE) is not None
