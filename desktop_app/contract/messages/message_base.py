# SPDX-License-Identifier: Apache-2.0
"""What every message is made of, and the ends that any request can have."""

from __future__ import annotations

import enum
from typing import ClassVar

import msgspec

from desktop_app.contract.index_run import IndexProgress


class Lane(enum.Enum):
    """Where the engine answers a request. Lanes work side by side; a request waits only for others of its own lane."""

    CONTROL = "control"  # at once, by the thread that reads requests
    INDEX = "index"  # whatever writes chunks, one at a time
    ASK = "ask"  # whatever uses or loads a model, one at a time
    QUICK = "quick"  # a moment each, a few at once: search, pages of the ledger, the text around a passage
    LONG = "long"  # seconds to minutes, a few at once


def _tag(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class Message(msgspec.Struct, frozen=True, tag_field="type", tag=_tag):
    pass


class Request(Message, frozen=True):
    """``id`` is chosen by the asker, never reused within a session. Every request class names its ``lane``."""

    lane: ClassVar[Lane]

    id: int


class Reply(Message, frozen=True):
    id: int


class Cancel(Request, frozen=True):
    """Stop request ``target``. -> Done (the target ends by itself)"""

    lane = Lane.CONTROL

    target: int


class Progress(Reply, frozen=True):
    """How far a run is, or the comparison of copies and versions; latest wins."""

    progress: IndexProgress


class Done(Reply, frozen=True):
    pass


class Stopped(Reply, frozen=True):
    """Ended because it was cancelled; what was finished stays."""


class Failed(Reply, frozen=True):
    """``id`` 0 when it belongs to no request. ``code`` and ``data`` as in ``foundation.errors``."""

    code: str
    data: dict[str, str] = {}
