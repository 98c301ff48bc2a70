# SPDX-License-Identifier: Apache-2.0
"""Conversations: questions, answers and sources, in their own SQLite file.

A turn is kept when its question is asked, so that nothing typed is lost whatever happens to the program: until its end is written
it counts as interrupted, and only the flag ``running`` says otherwise, which opening the file takes away. An answer is stored as
its JSON.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import msgspec

from desktop_app.contract.answer import SUPPORTED, UNSUPPORTED, Answer
from desktop_app.contract.conversation import INTERRUPTED, RUNNING, ConversationHead, ConversationHit, Turn
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.passage import ANSWER
from desktop_app.contract.preset import DEFAULT, Preset
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem, disk_problem
from desktop_app.library import conversation_schema, conversation_words
from desktop_app.library.conversation_schema import UNREADABLE, answer_words
from desktop_app.library.kept_searches import KeptSearchStore
from desktop_app.library.stores.database import Database

log = logging.getLogger(__name__)

_TITLE_LENGTH = 60
_MOST_HITS = 50

_encode = msgspec.json.Encoder().encode
_decode_answer = msgspec.json.Decoder(Answer).decode
_decode_scope = msgspec.json.Decoder(Scope).decode
_decode_preset = msgspec.json.Decoder(Preset).decode
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Conversation:
    """``before``: how many turns come before ``turns``."""

    head: ConversationHead
    turns: tuple[Turn, ...]
    before: int
    scope: Scope
    preset: Preset


class ConversationStore:
    """One file of conversations, and of the searches that are kept beside them. Thread-safe; each change is one transaction."""

    def __init__(self, path: Path) -> None:
        self._db = Database(path, overwrites=True)
        self.searches = KeptSearchStore(self._db)
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        conversation_schema.prepare(self._db)
        if self._db.connection().execute("SELECT 1 FROM turns WHERE running LIMIT 1").fetchone():
            with self._db.writing() as writer:
                writer.execute("UPDATE turns SET running = 0 WHERE running")

    # ---- a question, from the asking to its end ---------------------------------------------------------------------

    def begin(self, conversation: int, question: str, scope: Scope = EVERYWHERE, preset: Preset = DEFAULT) -> tuple[int, int]:
        """Keep a question that is about to be answered; conversation 0 (or one deleted meanwhile) starts a new one, titled by it.
        Returns the ids of conversation and turn."""
        with self._db.writing() as writer:
            if not _asked(writer, conversation, scope, preset):
                title = " ".join(question.split())[:_TITLE_LENGTH]
                made = writer.execute(
                    "INSERT INTO conversations (title, updated, scope, preset) VALUES (?, ?, ?, ?)",
                    (title, time.time(), _encode(scope), _encode(preset)),
                )
                conversation = int(made.lastrowid or 0)
            made = writer.execute(
                "INSERT INTO turns (conversation, question, state, running) VALUES (?, ?, ?, 1)",
                (conversation, question, INTERRUPTED),
            )
            turn = int(made.lastrowid or 0)
            conversation_words.put(writer, turn, [question])
        return conversation, turn

    def begin_again(
        self, conversation: int, turn: int, question: str, scope: Scope = EVERYWHERE, preset: Preset = DEFAULT
    ) -> bool:
        """Answer a kept turn anew, perhaps with another question; its answer goes among the earlier ones. False where it is
        gone."""
        with self._db.writing() as writer:
            answer = _answer_of(writer, conversation, turn)
            if answer is None:
                return False
            _asked(writer, conversation, scope, preset)
            if answer:
                writer.execute("INSERT INTO other_answers (turn, beside, answer) VALUES (?, 0, ?)", (turn, answer))
            writer.execute(
                "UPDATE turns SET question = ?, answer = x'', state = ?, running = 1 WHERE id = ?",
                (question, INTERRUPTED, turn),
            )
            _index(writer, turn)
        return True

    def begin_more(self, conversation: int, turn: int) -> Answer | None:
        """More for a kept turn, whose answer stays until it is here: that answer, or None where there is none."""
        with self._db.writing() as writer:
            answer = _readable(_answer_of(writer, conversation, turn) or b"")
            if answer is not None:
                writer.execute("UPDATE turns SET running = 1 WHERE id = ?", (turn,))
        return answer

    def finish(self, turn: int, state: str, answer: Answer | None) -> None:
        """What came of it. Nothing happens to a turn that was deleted meanwhile."""
        with self._db.writing() as writer:
            writer.execute(
                "UPDATE turns SET answer = ?, state = ?, running = 0 WHERE id = ?",
                (_encode(answer) if answer else b"", state, turn),
            )
            _index(writer, turn)

    def finish_beside(self, turn: int, answer: Answer) -> None:
        """Put the answer of another model beside the one that is kept."""
        with self._db.writing() as writer:
            if writer.execute("UPDATE turns SET running = 0 WHERE id = ?", (turn,)).rowcount:
                writer.execute("INSERT INTO other_answers (turn, beside, answer) VALUES (?, 1, ?)", (turn, _encode(answer)))
                _index(writer, turn)

    def leave(self, turn: int) -> None:
        """Nothing came of it; what was kept before stays."""
        with self._db.writing() as writer:
            writer.execute("UPDATE turns SET running = 0 WHERE id = ?", (turn,))

    # ---- reading ----------------------------------------------------------------------------------------------------

    def heads(self) -> list[ConversationHead]:
        """All conversations: pinned ones first, then those asked in last."""
        return self._heads("")

    def _heads(self, where: str, *values: object) -> list[ConversationHead]:
        query = (
            "SELECT id, title, updated, (SELECT count(*) FROM turns WHERE conversation = conversations.id), pinned, "
            "EXISTS (SELECT 1 FROM turns WHERE conversation = conversations.id AND running) "
            f"FROM conversations {where} ORDER BY pinned DESC, updated DESC, id DESC"
        )
        rows = self._db.connection().execute(query, values)
        return [
            ConversationHead(id_, title, updated, turns, pinned=bool(pinned), running=bool(running))
            for id_, title, updated, turns, pinned, running in rows
        ]

    def read(self, conversation: int, *, last: int = 0, before: int = 0, since: int = 0) -> Conversation:
        """A conversation with its ``last`` turns (0: all) of those before turn ``before`` (0: the end); ``since``: and all from
        that one on. Raises ``UsageProblem("conversation_unknown")``."""
        heads = self._heads("WHERE id = ?", conversation)
        if not heads:
            raise UsageProblem("conversation_unknown")
        connection = self._db.connection()
        scope, preset = connection.execute("SELECT scope, preset FROM conversations WHERE id = ?", (conversation,)).fetchone()
        rows = connection.execute("SELECT id FROM turns WHERE conversation = ? ORDER BY id", (conversation,))
        ids = [id_ for (id_,) in rows if not before or id_ < before]
        first = max(0, len(ids) - last) if last else 0
        if since:
            first = min(first, sum(id_ < since for id_ in ids))
        return Conversation(
            heads[0],
            tuple(self._turn(id_) for id_ in ids[first:]),
            first,
            _kept(_decode_scope, scope, EVERYWHERE),
            _kept(_decode_preset, preset, DEFAULT),
        )

    def _turn(self, turn: int) -> Turn:
        connection = self._db.connection()
        row = connection.execute("SELECT question, answer, state, running FROM turns WHERE id = ?", (turn,)).fetchone()
        others = connection.execute("SELECT beside, answer FROM other_answers WHERE turn = ? ORDER BY id", (turn,)).fetchall()
        read = [(beside, _readable(answer)) for beside, answer in others]
        return Turn(
            turn,
            row[0],
            _readable(row[1]),
            RUNNING if row[3] else row[2],
            tuple(answer for beside, answer in read if answer is not None and not beside),
            tuple(answer for beside, answer in read if answer is not None and beside),
        )

    def answers_before(self, turn: int, most: int) -> tuple[Answer, ...]:
        """The last ``most`` answers of its conversation before a turn, oldest first."""
        query = (
            "SELECT answer FROM turns WHERE conversation = (SELECT conversation FROM turns WHERE id = ?) AND id < ? AND answer <> x'' "
            "ORDER BY id DESC LIMIT ?"
        )
        rows = self._db.connection().execute(query, (turn, turn, most)).fetchall()
        return tuple(answer for row in reversed(rows) if (answer := _readable(row[0])) is not None)

    def search(self, text: str) -> list[ConversationHit]:
        """Turns whose question or answer holds all words of ``text``, newest first."""
        connection = self._db.connection()
        hits = list[ConversationHit]()
        for turn in conversation_words.find(connection, text, _MOST_HITS):
            row = connection.execute(
                "SELECT conversation, title, updated FROM turns JOIN conversations ON conversation = conversations.id WHERE turns.id = ?",
                (turn,),
            ).fetchone()
            if row is not None:
                snippet, marks = conversation_words.snippet(_texts(connection, turn), text)
                hits.append(ConversationHit(row[0], turn, row[1], snippet, marks, row[2]))
        return hits

    # ---- changes by the user --------------------------------------------------------------------------------------

    def rename(self, conversation: int, title: str) -> None:
        """Raises ``UsageProblem("conversation_unknown")``."""
        self._set(conversation, "title", title.strip())

    def pin(self, conversation: int, *, pinned: bool) -> None:
        """Raises ``UsageProblem("conversation_unknown")``."""
        self._set(conversation, "pinned", pinned)

    def set_preset(self, conversation: int, preset: Preset) -> None:
        """Raises ``UsageProblem("conversation_unknown")``."""
        self._set(conversation, "preset", _encode(preset))

    def _set(self, conversation: int, column: str, value: object) -> None:
        with self._db.writing() as writer:
            done = writer.execute(f"UPDATE conversations SET {column} = ? WHERE id = ?", (value, conversation))
        if done.rowcount == 0:
            raise UsageProblem("conversation_unknown")

    def delete(self, conversation: int) -> None:
        """Nothing of it stays: freed pages are overwritten, and the log that still holds them is emptied. Where another
        connection reads the log just then, that is done after the next write or on closing."""
        with self._db.writing() as writer:
            turns = [row[0] for row in writer.execute("SELECT id FROM turns WHERE conversation = ?", (conversation,))]
            writer.executemany("DELETE FROM other_answers WHERE turn = ?", [(turn,) for turn in turns])
            writer.execute("DELETE FROM turns WHERE conversation = ?", (conversation,))
            writer.execute("DELETE FROM conversations WHERE id = ?", (conversation,))
            conversation_words.erase(writer, turns)
        self._db.empty_log()

    def asked_before(self, moment: float) -> list[int]:
        """Conversations in which nothing was asked since ``moment`` (seconds since 1970), pinned ones too."""
        rows = self._db.connection().execute("SELECT id FROM conversations WHERE updated < ?", (moment,))
        return [row[0] for row in rows]

    def index_all(self) -> None:
        """Make the full-text index anew, from the turns."""
        with self._db.writing() as writer:
            for (turn,) in writer.execute("SELECT id FROM turns ORDER BY id").fetchall():
                _index(writer, turn)

    def close(self) -> None:
        """Close the file; deleted text is taken from its log first, where it can be."""
        self._db.close()


def _kept(decode: Callable[[bytes], Kept], stored: bytes, default: Kept) -> Kept:
    """Where or how a conversation asks; ``default`` for b"" and for what cannot be read."""
    try:
        return decode(stored) if stored else default
    except UNREADABLE as error:
        log.warning("a kept %s of %d bytes cannot be read: %s", type(default).__name__, len(stored), error)
        return default


def _readable(stored: bytes) -> Answer | None:
    """A stored answer; None for b"" and for one that cannot be read. Those of older versions say only whether one was found, and
    of a sentence only why it is not supported."""
    try:
        kept = _decode_answer(stored) if stored else None
    except UNREADABLE as error:
        log.warning("a kept answer of %d bytes cannot be read: %s", len(stored), error)
        kept = None
    if kept is None:
        return None
    parts = tuple(replace(part, verdict=UNSUPPORTED) if part.why and part.verdict == SUPPORTED else part for part in kept.parts)
    return replace(kept, certainty=ANSWER if kept.found else kept.certainty, parts=parts)


def _asked(writer: sqlite3.Connection, conversation: int, scope: Scope, preset: Preset) -> bool:
    """Note where and how a conversation asks; False where there is none of that id."""
    values = (time.time(), _encode(scope), _encode(preset), conversation)
    return bool(writer.execute("UPDATE conversations SET updated = ?, scope = ?, preset = ? WHERE id = ?", values).rowcount)


def _answer_of(connection: sqlite3.Connection, conversation: int, turn: int) -> bytes | None:
    """The stored answer of a turn, b"" while it has none; None where the conversation has no such turn."""
    row = connection.execute("SELECT answer FROM turns WHERE id = ? AND conversation = ?", (turn, conversation)).fetchone()
    return None if row is None else bytes(row[0])


def _texts(connection: sqlite3.Connection, turn: int) -> list[str]:
    """What a turn is found by: its question, its answer, and what other models answered."""
    row = connection.execute("SELECT question, answer FROM turns WHERE id = ?", (turn,)).fetchone()
    if row is None:
        return []
    others = connection.execute("SELECT answer FROM other_answers WHERE turn = ? AND beside ORDER BY id", (turn,)).fetchall()
    return [row[0], *(answer_words(answer).text for answer in (row[1], *(other[0] for other in others)))]


def _index(writer: sqlite3.Connection, turn: int) -> None:
    texts = _texts(writer, turn)
    if texts:
        conversation_words.put(writer, turn, texts)


def open_or_set_aside(path: Path) -> tuple[ConversationStore, str]:
    """The conversations in ``path``. A damaged file must not block the documents: it is renamed, for whoever may rescue something
    from it, and a new one started; the second value is then the new name of the old one, else "". Newer ones are refused as
    ever."""
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
