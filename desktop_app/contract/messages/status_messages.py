# SPDX-License-Identifier: Apache-2.0
"""Messages about the engine itself: its status and its diagnosis."""

from __future__ import annotations

from typing import Any

from desktop_app.contract.messages.message_base import EngineRequest, Lane
from desktop_app.ipc.message import Notification, Reply


class Status(Notification, frozen=True):
    """What the status line shows; sent whenever a part of it changes.

    ``embedding``: "loading", "ready", "none" or "failed" (then ``embedding_problem`` holds a code and data);
    ``llm``: "none", "loading", "ready" or "failed"; ``llm_memory`` in bytes; ``indexing``: "idle", "running" or "paused".
    ``embedding_next``: the name of the model that is to take over, "" when none is, and ``embedding_next_percent`` how much of its
    vectors is made; ``embedding_rebuilt``: percent of a lost index that is built again, -1 when none is.
    ``set_aside``: the file that damaged conversations were put into, "" when all is well.
    ``gentle``: why indexing goes gently now ("chosen", "typing", "battery", "memory"), "" at full speed.
    ``children`` are the process ids of model and reader processes, for the connection count.
    """

    embedding: str = "loading"
    embedding_name: str = ""
    embedding_problem: str = ""
    embedding_data: dict[str, str] = {}
    embedding_languages: str = ""
    embedding_next: str = ""
    embedding_next_percent: int = 0
    embedding_rebuilt: int = -1
    llm: str = "none"
    llm_path: str = ""
    llm_memory: int = 0
    indexing: str = "idle"
    set_aside: str = ""
    gentle: str = ""
    children: list[int] = []


class Doctor(EngineRequest, frozen=True):
    """-> DoctorResult"""

    lane = Lane.LONG


class DoctorResult(Reply, frozen=True):
    """Sections of plain values, for showing and for ``--json``: hardware, embedding, llm, offline, library."""

    report: dict[str, dict[str, Any]]
