# SPDX-License-Identifier: Apache-2.0
"""The tables of the conversations' file, their history and migrations."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from desktop_app.contract.conversation import DONE, STOPPED
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.library import conversation_words
from desktop_app.library.stores.database import Database

FORMAT = 4
"""History: 1 first form; 2 the scope of a conversation; 3 turns with their question, state and other answers, kept from the
asking on; pins, presets, full-text search; 4 kept searches."""

_SEARCHES = (
    "CREATE TABLE searches (id INTEGER PRIMARY KEY AUTOINCREMENT, query TEXT NOT NULL, scope BLOB NOT NULL, sorted TEXT NOT NULL, "
    "name TEXT NOT NULL, used REAL NOT NULL)"
)

_TURNS = (
    (
        "CREATE TABLE turns (id INTEGER PRIMARY KEY AUTOINCREMENT, conversation INTEGER NOT NULL, question TEXT NOT NULL, "
        "answer BLOB NOT NULL DEFAULT x'', state TEXT NOT NULL, running INTEGER NOT NULL DEFAULT 0)"
    ),
    "CREATE INDEX turns_by_conversation ON turns (conversation, id)",
    # Of a turn: those that its answer took the place of, and those of other models.
    "CREATE TABLE other_answers (id INTEGER PRIMARY KEY, turn INTEGER NOT NULL, beside INTEGER NOT NULL, answer BLOB NOT NULL)",
    "CREATE INDEX other_answers_by_turn ON other_answers (turn, id)",
    conversation_words.CREATE,
)
_CREATE = (
    (
        "CREATE TABLE conversations (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, updated REAL NOT NULL, "
        "scope BLOB NOT NULL DEFAULT x'', pinned INTEGER NOT NULL DEFAULT 0, preset BLOB NOT NULL DEFAULT x'')"
    ),
    *_TURNS,
    _SEARCHES,
)
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError)
"""Raised by decoding a damaged value; the latter for a text that is no UTF-8."""


class AnswerWords(msgspec.Struct):
    """The searched fields of a stored answer, without the rest of it."""

    question: str = ""
    text: str = ""
    stopped: bool = False


_decode_words = msgspec.json.Decoder(AnswerWords).decode


def answer_words(stored: bytes) -> AnswerWords:
    """Of an answer's JSON; empty for b"" and for one that cannot be read."""
    try:
        return _decode_words(stored) if stored else AnswerWords()
    except UNREADABLE:
        return AnswerWords()


def prepare(database: Database) -> None:
    """Create or migrate the tables. Raises ``EnvironmentProblem("library_newer")``."""
    found = int(database.connection().execute("PRAGMA user_version").fetchone()[0])
    if found > FORMAT:
        raise EnvironmentProblem("library_newer", path=database.path.parent, found=found, known=FORMAT)
    if found < FORMAT:
        with database.writing() as writer:
            _migrate(writer, found)
            writer.execute(f"PRAGMA user_version = {FORMAT}")


def _migrate(writer: sqlite3.Connection, found: int) -> None:
    """Bring the tables of format ``found`` up to the present one; 0: there are none."""
    if found == 0:
        _run(writer, _CREATE)
        return
    writer.execute(_SEARCHES)
    if found == 3:
        return
    if found == 1:
        writer.execute("ALTER TABLE conversations ADD COLUMN scope BLOB NOT NULL DEFAULT x''")
    writer.execute("ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0")
    writer.execute("ALTER TABLE conversations ADD COLUMN preset BLOB NOT NULL DEFAULT x''")
    # A new table: ids of deleted turns were given again, and a late answer would have gone to another question.
    writer.execute("ALTER TABLE turns RENAME TO turns_2")
    writer.execute("DROP INDEX turns_by_conversation")
    _run(writer, _TURNS)
    for turn, conversation, answer in writer.execute("SELECT id, conversation, answer FROM turns_2 ORDER BY id").fetchall():
        words = answer_words(answer)
        writer.execute(
            "INSERT INTO turns (id, conversation, question, answer, state) VALUES (?, ?, ?, ?, ?)",
            (turn, conversation, words.question, answer, STOPPED if words.stopped else DONE),
        )
        conversation_words.put(writer, turn, [words.question, words.text])
    writer.execute("DROP TABLE turns_2")


def _run(writer: sqlite3.Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        writer.execute(statement)
