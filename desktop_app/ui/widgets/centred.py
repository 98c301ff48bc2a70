# SPDX-License-Identifier: Apache-2.0
"""Keeps a part in the middle, as wide as it may be."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget


def centred(widget: QWidget) -> QHBoxLayout:
    """A row with ``widget`` in its middle, up to its greatest width."""
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(widget, 1000)
    row.addStretch(1)
    return row
