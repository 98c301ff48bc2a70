# SPDX-License-Identifier: Apache-2.0
"""Waits until an answer that was finished or redrawn is on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QTextEdit
from pytestqt.qtbot import QtBot


@contextmanager
def new_document(qtbot: QtBot, view: QTextEdit) -> Iterator[None]:
    """A long answer is laid out in slices, and its document is shown when the last is done."""
    before = view.document()
    yield
    qtbot.waitUntil(lambda: view.document() is not before)
