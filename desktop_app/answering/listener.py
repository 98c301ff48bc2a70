# SPDX-License-Identifier: Apache-2.0
"""Callbacks of an answer while it is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop_app.contract.answer import Answer
from desktop_app.contract.passage import Passage


def _ignore(*_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Listener:
    """``quoted``: the quotes; ``passages``: what the model reads; ``reading``: how far it has read, in tokens done and in all, and seconds
    left (-1: not known), or how many files were read for a question over all of them; ``summing_up``: how many parts of a summary are written,
    of how many, and seconds left; ``thought`` and ``token``: pieces of what it thinks and writes. Nothing of a refusal, in whose place quotes
    are shown."""

    quoted: Callable[[Answer], None] = _ignore
    passages: Callable[[Sequence[Passage]], None] = _ignore
    reading: Callable[[int, int, float], None] = _ignore
    summing_up: Callable[[int, int, float], None] = _ignore
    thought: Callable[[str], None] = _ignore
    token: Callable[[str], None] = _ignore
