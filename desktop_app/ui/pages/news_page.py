# SPDX-License-Identifier: Apache-2.0
"""What is new: the changelog, newest version first.

For other languages than English it is written anew for those who use the program (``resources/news``).
"""

from __future__ import annotations

import logging
import re

from PySide6.QtWidgets import QWidget

from desktop_app.contract.answer import Answer
from desktop_app.foundation import paths, translation
from desktop_app.foundation.translation import tr
from desktop_app.ui.answer.answer_view import AnswerView
from desktop_app.ui.look import theme
from desktop_app.ui.pages.help_page import TextPage

log = logging.getLogger(__name__)

_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


class NewsPage(TextPage):
    """Written by the same hand as the answers: nothing in it is loaded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = AnswerView(self)
        self.body.addWidget(self.view)
        self.retranslate()
        theme.notifier.changed.connect(self.retranslate)

    def retranslate(self) -> None:
        self.title.setText(tr("What is new"))
        text = changes(translation.current()) or tr("The list of changes is missing from this installation.")
        self.view.finish(Answer("", text, True, "llm", (), ()))
        self.view.setAccessibleName(tr("What is new"))


def changes(language: str) -> str:
    """The versions with their changes, without the preface; in English where the language has no text of its own, "" where none can be
    read."""
    own = paths.resources() / "news" / f"{language}.md"
    try:
        text = (own if own.is_file() else paths.paper("CHANGELOG.md")).read_text(encoding="utf-8")
    except OSError as error:
        log.warning("the changelog cannot be read: %s", error)
        return ""
    start = text.find("\n## ")
    return _LINK.sub(r"\1", text[start + 1 :]).replace("## [Unreleased]: ", "## ") if start >= 0 else ""
