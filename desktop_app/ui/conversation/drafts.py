# SPDX-License-Identifier: Apache-2.0
"""Keeps unsent questions, one for each conversation, over restarts.

They lie in ``drafts.json`` in the home folder, because only the engine writes into a library and it may be gone while the user types. The
file is written when typing pauses, at the latest after a second.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from desktop_app.foundation import private

log = logging.getLogger(__name__)

_WRITE_MS = 1_000


class Drafts(QObject):
    """The drafts of one library's conversations; 0 is the conversation that has not begun."""

    def __init__(self, file: Path, library: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._library = library
        self._texts: dict[str, str] = _read(file).get(library, {})
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WRITE_MS)
        self._timer.timeout.connect(self.write)

    def text(self, conversation: int) -> str:
        """What was typed in a conversation and not asked; "" for nothing."""
        return self._texts.get(str(conversation), "")

    def put(self, conversation: int, text: str) -> None:
        """Remember what stands in the box, or with "" that nothing does."""
        if text == self.text(conversation):
            return
        if text:
            self._texts[str(conversation)] = text
        else:
            del self._texts[str(conversation)]
        if not self._timer.isActive():
            self._timer.start()

    def write(self) -> None:
        """Write them now. What cannot be written holds until the program ends."""
        self._timer.stop()
        kept = {**_read(self._file), self._library: self._texts}
        try:
            private.replace_file(self._file, json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        except OSError as error:
            log.warning("drafts cannot be saved: %s", error)


def _read(file: Path) -> dict[str, dict[str, str]]:
    """By library and conversation; what has not that form is passed over."""
    try:
        found = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        log.warning("drafts in %s are not readable: %s", file, error)
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        library: {id_: text for id_, text in texts.items() if isinstance(text, str)}
        for library, texts in found.items()
        if isinstance(texts, dict)
    }
