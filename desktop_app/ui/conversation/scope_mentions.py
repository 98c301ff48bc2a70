# SPDX-License-Identifier: Apache-2.0
"""Narrows a question by typing "@", and says which files are not read.

The list is made with the first "@". A file that is mentioned before it has been read cannot be found; its tag says so until it is.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.contract.ledger import SEARCHABLE, LedgerQuery, Scope
from desktop_app.foundation.translation import tr
from desktop_app.ui.conversation.composer import Composer

if TYPE_CHECKING:
    from desktop_app.ui.conversation.mention_popup import MentionPopup

_MOST_CHECKED = 20  # paths of a scope


class ScopeMentions(QObject):
    """Of one question box."""

    def __init__(self, composer: Composer, client: EngineClient) -> None:
        super().__init__(composer)
        self._composer = composer
        self._client = client
        self.popup: MentionPopup | None = None
        composer.edit.textChanged.connect(self._typed)
        composer.scope.name_wanted.connect(self.open)
        composer.scope.shown.connect(self.check)

    def open(self) -> None:
        """Offer folders, files, kinds and dates at the cursor, as if "@" had been typed."""
        self._made().open()

    def check(self, scope: Scope) -> None:
        """Ask the engine which files of the scope cannot be searched."""
        for path in scope.below[:_MOST_CHECKED]:
            operation = self._client.request(partial(messages.Files, query=LedgerQuery(below=path, limit=1)))
            operation.succeeded.connect(partial(self._checked, path))

    def check_again(self) -> None:
        """Files have been read meanwhile."""
        self.check(self._composer.scope.scope)

    def _checked(self, path: str, result: object) -> None:
        if not isinstance(result, messages.FilesResult):
            return
        row = result.rows[0] if result.rows else None
        note = ""
        if row is not None and row.path == path and row.state not in SEARCHABLE:
            note = tr("not read yet") if row.state == "pending" else tr("could not be read")
        self._composer.tags.set_note(path, note)

    def _typed(self) -> None:
        text = self._composer.edit.toPlainText()
        if self.popup is None and ("@" in text or "＠" in text):
            self._made().look()

    def _made(self) -> MentionPopup:
        if self.popup is None:
            from desktop_app.ui.conversation.mention_popup import MentionPopup

            self.popup = MentionPopup(self._composer.edit, self._client)
            self.popup.chosen.connect(lambda mention: self._composer.scope.choose(mention.narrowed(self._composer.scope.scope)))
        return self.popup
