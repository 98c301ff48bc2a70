"""Conversations: questions with their whole answers and sources, in a file of their own beside the catalogue.

An answer is stored as its JSON, handed in and out as bytes, because what an answer is belongs to a higher floor; so is where the
conversation asks, its scope.
"""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

from desktop_app.contract.conversation import ConversationHead
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem, disk_problem
from desktop_app.library.connection import Database

log = logging.getLogger(__name__)

FORMAT = 2
"""History: 1 first form; 2 the scope of a conversation."""

_CREATE = (
    (
        "CREATE TABLE conversations (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, updated REAL NOT NULL, "
        "scope BLOB NOT NULL DEFAULT x'')"
    ),
    "CREATE TABLE turns (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, answer BLOB NOT NULL)",
    "CREATE INDEX turns_by_conversation ON turns (conversation, id)",
)
_TITLE_LENGTH = 60


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
        elif found == 1:
            with self._db.writing() as writer:
                writer.execute("ALTER TABLE conversations ADD COLUMN scope BLOB NOT NULL DEFAULT x''")
                writer.execute(f"PRAGMA user_version = {FORMAT}")

    def add_turn(self, conversation: int, question: str, answer: bytes, scope: bytes = b"") -> int:
        """Append an answer; conversation 0 (or one deleted meanwhile) starts a new one, titled by the question. ``scope``: where it was
        asked, b"" everywhere. Returns its id."""
        now = time.time()
        with self._db.writing() as connection:
            updated = connection.execute(
                "UPDATE conversations SET updated = ?, scope = ? WHERE id = ?", (now, scope, conversation)
            )
            if updated.rowcount == 0:
                title = " ".join(question.split())[:_TITLE_LENGTH]
                made = connection.execute(
                    "INSERT INTO conversations (title, updated, scope) VALUES (?, ?, ?)", (title, now, scope)
                )
                conversation = int(made.lastrowid or 0)
            connection.execute("INSERT INTO turns (conversation, answer) VALUES (?, ?)", (conversation, answer))
        return conversation

    def heads(self) -> list[ConversationHead]:
        """All conversations, newest first."""
        query = (
            "SELECT id, title, updated, (SELECT count(*) FROM turns WHERE conversation = conversations.id) "
            "FROM conversations ORDER BY updated DESC, id DESC"
        )
        return [ConversationHead(*row) for row in self._db.connection().execute(query)]

    def answers(self, conversation: int) -> tuple[ConversationHead, list[bytes]]:
        """A conversation with its answers in order. Raises ``UsageProblem("conversation_unknown")``."""
        head = next((head for head in self.heads() if head.id == conversation), None)
        if head is None:
            raise UsageProblem("conversation_unknown")
        query = "SELECT answer FROM turns WHERE conversation = ? ORDER BY id"
        return head, [bytes(row[0]) for row in self._db.connection().execute(query, (conversation,))]

    def scope(self, conversation: int) -> bytes:
        """Where a conversation last asked; b"": everywhere."""
        row = self._db.connection().execute("SELECT scope FROM conversations WHERE id = ?", (conversation,)).fetchone()
        return bytes(row[0]) if row else b""

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


def open_or_set_aside(path: Path) -> tuple[ConversationStore, str]:
    """The conversations in ``path``. A damaged file must not block the documents: it is renamed, for whoever may rescue something
    from it, and a new one begun; the second value is then the new name of the old one, else "". Newer ones are refused as ever."""
    try:
        return ConversationStore(path), ""
    except EnvironmentProblem as problem:
        if problem.code != "library_damaged":
            raise
        log.warning("%s is damaged: %s", path, problem.data.get("detail"))
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    try:
        os.replace(path, aside)
        for ending in ("-wal", "-shm"):  # they belong to the old file and would be played into the new one
            path.with_name(path.name + ending).unlink(missing_ok=True)
    except OSError as error:
        raise disk_problem(error, path.parent) or error from error
    return ConversationStore(path), aside.name
