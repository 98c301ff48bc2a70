"""Conversations: questions with their whole answers and sources, in a file of their own beside the catalogue.

An answer is stored as its JSON, handed in and out as bytes, because what an answer is belongs to a higher floor.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem
from desktop_app.library.connection import Database

FORMAT = 1
"""History: 1 first form."""

_CREATE = (
    "CREATE TABLE conversations (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, updated REAL NOT NULL)",
    "CREATE TABLE turns (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, answer BLOB NOT NULL)",
    "CREATE INDEX turns_by_conversation ON turns (conversation, id)",
)
_TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class ConversationRecord:
    """``updated`` in seconds since the epoch."""

    id: int
    title: str
    updated: float
    turns: int


class ConversationStore:
    def __init__(self, path: Path) -> None:
        self._db = Database(path)
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        found = int(self._db.connection().execute("PRAGMA user_version").fetchone()[0])
        if found > FORMAT:
            raise EnvironmentProblem("library_newer", path=self._db.path.parent, found=found, known=FORMAT)
        if found == 0:
            with self._db.writing() as writer:
                for statement in _CREATE:
                    writer.execute(statement)
                writer.execute(f"PRAGMA user_version = {FORMAT}")

    def add_turn(self, conversation: int, question: str, answer: bytes) -> int:
        """Append an answer; conversation 0 (or one deleted meanwhile) starts a new one, titled by the question. Returns its id."""
        now = time.time()
        with self._db.writing() as connection:
            updated = connection.execute("UPDATE conversations SET updated = ? WHERE id = ?", (now, conversation))
            if updated.rowcount == 0:
                title = " ".join(question.split())[:_TITLE_LENGTH]
                made = connection.execute("INSERT INTO conversations (title, updated) VALUES (?, ?)", (title, now))
                conversation = int(made.lastrowid or 0)
            connection.execute("INSERT INTO turns (conversation, answer) VALUES (?, ?)", (conversation, answer))
        return conversation

    def heads(self) -> list[ConversationRecord]:
        """All conversations, newest first."""
        query = (
            "SELECT id, title, updated, (SELECT count(*) FROM turns WHERE conversation = conversations.id) "
            "FROM conversations ORDER BY updated DESC, id DESC"
        )
        return [ConversationRecord(*row) for row in self._db.connection().execute(query)]

    def answers(self, conversation: int) -> tuple[ConversationRecord, list[bytes]]:
        """A conversation with its answers in order. Raises ``UsageProblem("conversation_unknown")``."""
        head = next((head for head in self.heads() if head.id == conversation), None)
        if head is None:
            raise UsageProblem("conversation_unknown")
        query = "SELECT answer FROM turns WHERE conversation = ? ORDER BY id"
        return head, [bytes(row[0]) for row in self._db.connection().execute(query, (conversation,))]

    def rename(self, conversation: int, title: str) -> None:
        with self._db.writing() as connection:
            done = connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (title.strip(), conversation))
        if done.rowcount == 0:
            raise UsageProblem("conversation_unknown")

    def delete(self, conversation: int) -> None:
        with self._db.writing() as connection:
            connection.execute("DELETE FROM turns WHERE conversation = ?", (conversation,))
            connection.execute("DELETE FROM conversations WHERE id = ?", (conversation,))

    def close(self) -> None:
        self._db.close()
