# SPDX-License-Identifier: Apache-2.0
"""An engine client whose answers a test gives by hand, with the real ``Operation``."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.foundation.errors import Problem

Kind = TypeVar("Kind", bound=messages.EngineRequest)


class StubClient(QObject):
    state_changed = Signal(str)
    status_changed = Signal(object)
    sources_changed = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self.state = "ready"
        self.restarting = False
        self.library = "/资料/Office"
        self.operations: list[Operation] = []
        self.cancelled: list[int] = []
        self._ids = itertools.count(1)

    def request(self, make: Callable[[int], messages.EngineRequest]) -> Operation:
        operation = Operation(make(next(self._ids)), self.cancelled.append)
        self.operations.append(operation)
        return operation

    def all(self, kind: type[Kind]) -> list[Kind]:
        """Every request of a kind so far."""
        return [operation.request for operation in self.operations if isinstance(operation.request, kind)]

    def open(self, kind: type[Kind]) -> Operation:
        """The oldest request of a kind that has neither ended nor been cancelled; fails when there is none."""
        return next(one for one in self.operations if self._runs(one, kind))

    def is_open(self, kind: type[Kind]) -> bool:
        return any(self._runs(one, kind) for one in self.operations)

    def _runs(self, operation: Operation, kind: type[Kind]) -> bool:
        return isinstance(operation.request, kind) and not operation.over and operation.id not in self.cancelled

    def answer(self, kind: type[Kind], make: Callable[[int], messages.Reply]) -> None:
        operation = self.open(kind)
        operation.take(make(operation.id))

    def done(self, kind: type[Kind]) -> None:
        self.answer(kind, lambda id_: messages.Done(id=id_))

    def fail(self, kind: type[Kind], problem: Problem) -> None:
        self.open(kind).fail(problem)
