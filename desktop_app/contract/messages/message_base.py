# SPDX-License-Identifier: Apache-2.0
"""Base of requests to the engine: each names the lane that answers it."""

from __future__ import annotations

import enum
from typing import ClassVar

from desktop_app.ipc import message


class Lane(enum.Enum):
    """Where the engine answers a request. Lanes work side by side; a request waits only for others of its own lane."""

    CONTROL = "control"  # at once, by the thread that reads requests
    INDEX = "index"  # whatever writes chunks, one at a time
    ASK = "ask"  # whatever uses or loads a model, one at a time
    QUICK = "quick"  # a moment each, a few at once: search, pages of the ledger, the text around a passage
    LONG = "long"  # seconds to minutes, a few at once


class EngineRequest(message.Request, frozen=True):
    """A request to the engine. Every class names its ``lane``."""

    lane: ClassVar[Lane]
