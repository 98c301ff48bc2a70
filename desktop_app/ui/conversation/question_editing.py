# SPDX-License-Identifier: Apache-2.0
"""The question box while a question that was asked is being edited.

What was typed and not asked before is put aside, and comes back when the editing ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_app.ui.conversation.composer import Composer

if TYPE_CHECKING:
    from desktop_app.ui.turn.turn_view import TurnView


class QuestionEditing:
    """``view``: the turn whose question is in the box; None while a new one is typed."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._before = ""
        self.view: TurnView | None = None

    def begin(self, view: TurnView, question: str) -> None:
        """Put the question of a turn into the box."""
        if self.view is None:
            self._before = self._composer.edit.toPlainText()
        self.view = view
        self._composer.set_editing(True)
        self._composer.set_text(question)
        self._composer.edit.setFocus()

    def end(self) -> str:
        """The box is for new questions again; returns what stood in it before."""
        self.view = None
        self._composer.set_editing(False)
        before, self._before = self._before, ""
        return before

    def cancel(self) -> bool:
        """Leave the question as it was asked; returns whether one was being edited."""
        if self.view is None:
            return False
        self._composer.set_text(self.end())
        return True

    def draft(self) -> str:
        """What is typed and not asked, that of before an editing included."""
        text = self._composer.edit.toPlainText()
        if self.view is None:
            return text
        return "\n\n".join(part for part in (self._before, text if text != self.view.question else "") if part)
