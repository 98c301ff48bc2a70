"""Conversations with their answers, in order, and gone when deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem
from desktop_app.library.conversations import FORMAT, ConversationStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    opened = ConversationStore(tmp_path / "conversations.sqlite")
    yield opened
    opened.close()


def test_turns_stay_in_order(store: ConversationStore) -> None:
    first = store.add_turn(0, "  怎么\n请假？ ", b"1")
    other = store.add_turn(0, "Travel rules?", b"2")
    assert store.add_turn(first, "还要附件吗？", b"3") == first
    head, answers = store.answers(first)
    assert (head.title, head.turns, answers) == ("怎么 请假？", 2, [b"1", b"3"])
    assert [head.id for head in store.heads()] == [first, other]  # the one spoken in last comes first


def test_a_title_is_short(store: ConversationStore) -> None:
    made = store.add_turn(0, "很长的问题" * 100, b"")
    assert len(store.answers(made)[0].title) == 60


def test_where_it_asks_is_kept_and_follows_the_last_turn(store: ConversationStore) -> None:
    made = store.add_turn(0, "一", b"1", b'{"below":["/a"]}')
    assert store.scope(made) == b'{"below":["/a"]}'
    store.add_turn(made, "二", b"2")
    assert store.scope(made) == store.scope(99) == b""


def test_an_older_file_is_brought_up(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite"
    with closing(sqlite3.connect(path)) as older:
        older.executescript(
            "CREATE TABLE conversations (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, updated REAL NOT NULL);"
            "CREATE TABLE turns (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, answer BLOB NOT NULL);"
            "CREATE INDEX turns_by_conversation ON turns (conversation, id);"
            "INSERT INTO conversations VALUES (1, '请假', 5.0); INSERT INTO turns VALUES (1, 1, x'78'); PRAGMA user_version = 1"
        )
    store = ConversationStore(path)
    assert (store.heads()[0].title, store.answers(1)[1], store.scope(1)) == ("请假", [b"x"], b"")
    store.add_turn(1, "二", b"2", b"{}")
    store.close()
    store = ConversationStore(path)
    assert store.scope(1) == b"{}"
    store.close()


def test_a_deleted_one_is_gone_and_a_turn_for_it_starts_anew(store: ConversationStore) -> None:
    made = store.add_turn(0, "一", b"1")
    store.delete(made)
    for ask in (lambda: store.answers(made), lambda: store.rename(made, "二")):
        with pytest.raises(UsageProblem, match="conversation_unknown"):
            ask()
    again = store.add_turn(made, "三", b"3")
    assert again != made
    assert store.answers(again)[1] == [b"3"]
    store.delete(99)  # nobody minds


def test_renamed(store: ConversationStore) -> None:
    made = store.add_turn(0, "一", b"1")
    store.rename(made, "  差旅 ✈ ")
    assert store.heads()[0].title == "差旅 ✈"


def test_kept_over_openings(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite"
    store = ConversationStore(path)
    made = store.add_turn(0, "一", "答案".encode())
    store.close()
    store = ConversationStore(path)
    assert store.answers(made)[1] == ["答案".encode()]
    store.close()


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite"
    ConversationStore(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(EnvironmentProblem, match="library_newer"):
        ConversationStore(path)
    assert path.read_bytes() == before
