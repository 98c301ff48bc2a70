# SPDX-License-Identifier: Apache-2.0
"""The keys that go to the previous and the next citation.

They work while the question box has the keyboard, which it nearly always has: "[" and "]", which they were, typed brackets there. On macOS
Alt with an arrow belongs to the text (a word to the left); elsewhere a bracket needs a key of its own on some keyboards.
"""

from __future__ import annotations

import sys

from PySide6.QtGui import QKeySequence

PREVIOUS, NEXT = ("Ctrl+[", "Ctrl+]") if sys.platform == "darwin" else ("Alt+Left", "Alt+Right")


def named(keys: str) -> str:
    """The keys as the system calls them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
