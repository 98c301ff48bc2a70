"""A kept conversation as a list shows it: plain, frozen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConversationHead:
    """``updated`` in seconds since the epoch."""

    id: int
    title: str
    updated: float
    turns: int
