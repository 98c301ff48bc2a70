# SPDX-License-Identifier: Apache-2.0
"""A kept conversation: its head, its turns, and hits of a search."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.contract.answer import Answer

DONE, STOPPED, FAILED, RUNNING, INTERRUPTED = "done", "stopped", "failed", "running", "interrupted"
"""State of a turn: answered; stopped by the user; not answered for the reason in its answer; being answered or waiting for it;
the program ended before it was answered."""


@dataclass(frozen=True, slots=True)
class ConversationHead:
    """``updated`` in seconds since the epoch. Pinned ones come first. ``running``: one of its questions is being answered."""

    id: int
    title: str
    updated: float
    turns: int
    pinned: bool = False
    running: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it. ``answer`` is None while there is none; one that was stopped or failed keeps the quotes that were
    shown. ``earlier``: the answers this one took the place of, oldest first. ``beside``: answers of other models to the same question."""

    id: int
    question: str
    answer: Answer | None = None
    state: str = DONE
    earlier: tuple[Answer, ...] = ()
    beside: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class ConversationHit:
    """A turn whose question or answer holds what was looked for: ``snippet`` of it, with the half-open ranges ``marks`` that match."""

    conversation: int
    turn: int
    title: str
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()
    updated: float = 0.0
