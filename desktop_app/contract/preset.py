# SPDX-License-Identifier: Apache-2.0
"""Answer settings of a conversation.

The values that the user chose; 0 and "" leave the choice to the program.
"""

from __future__ import annotations

from dataclasses import dataclass

QUICK, BALANCED, THOROUGH = "quick", "balanced", "thorough"
FIRST_WORD = {QUICK: 4.0, BALANCED: 8.0, THOROUGH: 20.0}
"""Seconds to the first written word that the prompt is sized for."""


@dataclass(frozen=True, slots=True)
class Preset:
    """``temperature``: 0 always writes the same. ``longest``: tokens of an answer. ``passages``: how many the model reads at most.
    ``instruction`` is put after the program's own instructions. ``first_word``: a key of ``FIRST_WORD``."""

    name: str = ""
    temperature: float = 0.0
    longest: int = 0
    passages: int = 0
    instruction: str = ""
    first_word: str = BALANCED


DEFAULT = Preset()
