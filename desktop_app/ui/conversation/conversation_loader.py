# SPDX-License-Identifier: Apache-2.0
"""Asks the engine for the turns of a conversation, a page at a time.

A turn takes some 40 ms to build (measured on two busy cores, a written answer with four sources), so that a conversation is opened at
its last turns and the ones before come when they are wanted. An answer to an older wish is dropped.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.foundation.errors import Problem

PAGE = 8  # turns that are opened at once


class ConversationLoader(QObject):
    """``opened`` carries a ConversationResult and the turn that was looked for (0 for none), ``came_before`` the ConversationResult of
    the turns before those that are shown."""

    opened = Signal(object, int)
    came_before = Signal(object)
    failed = Signal(object)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._opening: Operation | None = None
        self._fetching: Operation | None = None

    def open(self, conversation: int, *, turn: int, since: int) -> None:
        """Ask for the last turns, and for all from ``since`` on (0: no more than the last)."""
        operation = self._client.request(
            lambda id_: messages.OpenConversation(id=id_, conversation=conversation, last=PAGE, since=since)
        )
        self._opening = operation
        operation.succeeded.connect(lambda result: self._opened(operation, result, turn))
        operation.failed.connect(lambda problem: self._failed(operation, problem))

    def cancel_opening(self) -> None:
        """What is being opened is no longer wanted."""
        self._opening = None

    def fetch_before(self, conversation: int, first: int) -> None:
        """Ask for the turns before turn ``first``, one request at a time."""
        if self._fetching is not None:
            return
        operation = self._client.request(
            lambda id_: messages.OpenConversation(id=id_, conversation=conversation, last=PAGE, before=first)
        )
        self._fetching = operation
        operation.succeeded.connect(lambda result: self._fetched(operation, result))
        operation.failed.connect(lambda _: self._fetched(operation, None))

    def cancel_fetching(self) -> None:
        """Another conversation is shown."""
        self._fetching = None

    def _opened(self, operation: Operation, result: object, turn: int) -> None:
        if self._opening is operation and isinstance(result, messages.ConversationResult):
            self._opening = None
            self.opened.emit(result, turn)

    def _failed(self, operation: Operation, problem: Problem) -> None:
        if self._opening is operation:
            self._opening = None
            self.failed.emit(problem)

    def _fetched(self, operation: Operation, result: object) -> None:
        if self._fetching is not operation:
            return
        self._fetching = None
        if isinstance(result, messages.ConversationResult):
            self.came_before.emit(result)
