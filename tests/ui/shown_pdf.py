# SPDX-License-Identifier: Apache-2.0
"""Waits for what the viewer process gives: a document, its marks, its pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from desktop_app.bridge.operation import Operation
from desktop_app.contract.document import Locator
from desktop_app.foundation.errors import Problem
from desktop_app.ui.source.pdf_pages import PdfPages

_MS = 20_000


def until(happens: Callable[[Callable[[object], None]], None]) -> object:
    """Run the event loop until the function that ``happens`` is given was called; its argument. Fails after 20 seconds."""
    loop, came = QEventLoop(), []

    def take(value: object = None) -> None:
        came.append(value)
        loop.quit()

    happens(take)
    if not came:
        QTimer.singleShot(_MS, loop, loop.quit)
        loop.exec()
    assert came, "nothing came from the viewer"
    return came[0]


def result_of(operation: Operation) -> object:
    """What an operation gives, or the problem that it fails with."""

    def connect(take: Callable[[object], None]) -> None:
        operation.succeeded.connect(take)
        operation.failed.connect(take)

    return until(connect)


def load(pages: PdfPages, path: Path, password: str = "") -> str:
    """Open a file; "" or the code of its problem."""

    def connect(take: Callable[[object], None]) -> None:
        connections.append(pages.loaded.connect(lambda: take("")))
        connections.append(pages.failed.connect(take))
        pages.load(str(path), password)

    connections: list[object] = []
    came = until(connect)
    pages.loaded.disconnect(connections[0])
    pages.failed.disconnect(connections[1])
    return came.code if isinstance(came, Problem) else ""


def mark(pages: PdfPages, places: Sequence[tuple[Locator, str]], *, softly: bool = False) -> bool:
    """Mark places; whether they were found."""

    def connect(take: Callable[[object], None]) -> None:
        connections.append(pages.marked.connect(take))
        pages.mark(places, softly=softly)

    connections: list[object] = []
    found = until(connect)
    pages.marked.disconnect(connections[0])
    return bool(found)
