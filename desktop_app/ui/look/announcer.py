# SPDX-License-Identifier: Apache-2.0
"""Announces to a screen reader what has happened unasked.

That an answer is ready, reading has ended, something went wrong. Nothing happens where no screen reader listens.
"""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, words: str, *, urgent: bool = False) -> None:
    """Say ``words`` on behalf of ``widget``'s window; ``urgent`` ones interrupt what is being read."""
    if not words:
        return
    event = QAccessibleAnnouncementEvent(widget, words)
    if urgent:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)
