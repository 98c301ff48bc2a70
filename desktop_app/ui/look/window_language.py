# SPDX-License-Identifier: Apache-2.0
"""Switches the language of the window at once.

Every widget has ``retranslate()`` and is called on ``notifier.language_changed``.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.foundation import translation


class LanguageNotifier(QObject):
    """``language_changed`` carries the code of the language in force."""

    language_changed = Signal(str)


notifier = LanguageNotifier()


def use(language: str) -> str:
    """Speak ``language`` ("auto", "en", "zh_CN") from now on; returns the language in force."""
    chosen = translation.use(language)
    notifier.language_changed.emit(chosen)
    return chosen
