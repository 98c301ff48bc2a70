# SPDX-License-Identifier: Apache-2.0
"""The maintenance process for the window: a process a request.

It is started for one request and leaves after it, so that nothing holds a library between two. Nothing here waits: lines are read and
decoded by the threads of ``ipc.supervised_child``.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer

from desktop_app.bridge.child_link import ChildLink
from desktop_app.bridge.operation import Operation
from desktop_app.contract.maintenance_process import MaintenanceRequest, reply_decoder
from desktop_app.foundation.errors import EnvironmentProblem, InternalProblem, Problem
from desktop_app.ipc import roles
from desktop_app.ipc.message import Cancel, Initialized, Reply
from desktop_app.ipc.supervised_child import SupervisedChild

log = logging.getLogger(__name__)


class MaintenanceClient(QObject):
    """Its requests fail with what ``contract.maintenance_process`` says, and with "internal" where the process dies."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids = itertools.count(1)
        self._open: dict[int, tuple[Operation, SupervisedChild]] = {}
        self._closing = False
        self._link = ChildLink()
        self._link.arrived.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(partial(_leave_all, self._open))

    def request(self, make: Callable[[int], MaintenanceRequest]) -> Operation:
        """Ask: ``client.request(lambda id: CheckLibrary(id, folder))``. Connect to the operation at once; no signal comes before the
        event loop turns. After ``close`` nothing is started: it ends as cancelled."""
        message = make(next(self._ids))
        operation = Operation(message, self._cancel)
        if self._closing:
            QTimer.singleShot(0, self, operation.end_cancelled)
            return operation
        try:
            process = roles.start("maintenance")
        except OSError as error:
            problem = EnvironmentProblem("engine_stopped", detail=str(error))
            QTimer.singleShot(0, self, lambda: operation.fail(problem))
            return operation
        received = self._link.receiver(message.id)
        child = SupervisedChild("maintenance", process, reply_decoder.decode, received=received, ended=lambda: received(None))
        self._open[message.id] = operation, child
        child.send(message)
        return operation

    def close(self) -> None:
        """End every process; what is open ends as cancelled."""
        self._closing = True
        for operation, _ in _leave_all(self._open):
            operation.end_cancelled()

    def _cancel(self, number: int) -> None:
        if number in self._open:
            self._open[number][1].send(Cancel(number))

    def _drain(self) -> None:
        while self._link.queue:
            number, reply = self._link.queue.popleft()
            if number not in self._open:
                continue
            operation, child = self._open[number]
            if reply is None:
                self._open.pop(number)
                operation.fail(_end_of(child))
            elif isinstance(reply, Reply) and not isinstance(reply, Initialized):
                operation.take(reply)
                if operation.over:
                    self._open.pop(number, None)
                    child.leave()


def _leave_all(waiting: dict[int, tuple[Operation, SupervisedChild]]) -> list[tuple[Operation, SupervisedChild]]:
    """Have every process leave; takes them out of ``waiting`` and returns them. Also called when the client is deleted."""
    left = list(waiting.values())
    waiting.clear()
    for _, child in left:
        child.leave()
    return left


def _end_of(child: SupervisedChild) -> Problem:
    if child.problem is not None:
        return child.problem
    log.error("the maintenance process ended: %s", child.violation or child.exit_status)
    return InternalProblem("internal", detail=child.violation or f"maintenance, exit status {child.exit_status}")
