# SPDX-License-Identifier: Apache-2.0
"""What a handler of the viewer process is given to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop_app.documents.viewing.kept_file import KeptFile
from desktop_app.ipc.message import PartialReply, Reply


@dataclass(frozen=True, slots=True)
class ViewingTask:
    """``files`` has the file that is open. ``send`` sends a part of the result, or a sign of life. ``cancelled``: whether the result is
    still wanted; asked between pages."""

    files: KeptFile
    send: Callable[[PartialReply], None]
    cancelled: Callable[[], bool]


Handler = Callable[..., Reply]
"""Called with a request and its ``ViewingTask``; gives its end. Raises ``UnreadableDocument`` where the file cannot be shown."""
