# SPDX-License-Identifier: Apache-2.0
"""Switches the language of the window at once.

Every widget has ``retranslate()`` and is called on ``notifier.language_changed``. Qt's own dialogs and menus (choose a folder; undo,
cut, copy) take their words from the translation that lies in the wheel.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QObject, QTranslator, Signal

from desktop_app.foundation import translation


class LanguageNotifier(QObject):
    """``language_changed`` carries the code of the language in force."""

    language_changed = Signal(str)


notifier = LanguageNotifier()
_qt_words: QTranslator | None = None


def use(language: str) -> str:
    """Speak ``language`` ("auto", "en", "zh_CN") from now on; returns the language in force."""
    chosen = translation.use(language)
    _use_qt_words(chosen)
    notifier.language_changed.emit(chosen)
    return chosen


def _use_qt_words(language: str) -> None:
    global _qt_words
    if _qt_words is not None:
        QCoreApplication.removeTranslator(_qt_words)
        _qt_words = None
    words = QTranslator()
    if language != "en" and words.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        QCoreApplication.installTranslator(words)
        _qt_words = words
