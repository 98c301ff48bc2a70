# SPDX-License-Identifier: Apache-2.0
"""A request to the engine or the viewer, from asking to its one end.

    asked -> progressed... -> succeeded(result) | failed(problem) | was_cancelled()

Exactly one end, whatever happens: a result, a failure the engine names, the engine's death, a cancel. ``ended`` comes
after each of the three, for those who only tidy up.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop_app.foundation.errors import Problem, problem_from
from desktop_app.ipc.message import CANCELLED, ErrorReply, PartialReply, Reply, Request


class Operation(QObject):
    """Made by ``EngineClient.request`` and ``ViewerClient.request``. ``progressed`` carries what comes before its end, as its message says."""

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    was_cancelled = Signal()
    ended = Signal()

    def __init__(self, request: Request, stop: Callable[[int], None]) -> None:
        super().__init__()
        self.request = request
        self._stop = stop
        self._over = False

    @property
    def id(self) -> int:
        """Of the request."""
        return self.request.id

    @property
    def over(self) -> bool:
        """Whether its end has come."""
        return self._over

    def cancel(self) -> None:
        """Ask the engine to stop. The end still comes by itself: cancelled, or the result when it was too late."""
        if not self._over:
            self._stop(self.id)

    # ---- called by the client ---------------------------------------------------------------------------------------

    def take(self, message: Reply) -> None:
        """A reply of this request arrived."""
        if self._over:
            return
        if isinstance(message, PartialReply):
            self.progressed.emit(message)
        elif isinstance(message, ErrorReply):
            if message.code == CANCELLED:
                self.end_cancelled()
            else:
                self.fail(problem_from(message.code, message.data))
        else:
            self._over = True
            self.succeeded.emit(message)
            self.ended.emit()

    def fail(self, problem: Problem) -> None:
        """End it as failed; nothing happens when it is over."""
        if not self._over:
            self._over = True
            self.failed.emit(problem)
            self.ended.emit()

    def end_cancelled(self) -> None:
        """End it as cancelled; nothing happens when it is over."""
        if not self._over:
            self._over = True
            self.was_cancelled.emit()
            self.ended.emit()
