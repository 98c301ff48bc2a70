# SPDX-License-Identifier: Apache-2.0
"""Kept searches: named ones, the recent ones, and nothing left of a deleted one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.library.conversation_store import ConversationStore
from desktop_app.library.kept_searches import KeptSearchStore


@pytest.fixture
def searches(tmp_path: Path) -> Iterator[KeptSearchStore]:
    with closing(ConversationStore(tmp_path / "conversations.sqlite")) as store:
        yield store.searches


def told(searches: KeptSearchStore) -> list[tuple[str, str]]:
    return [(one.name, one.query) for one in searches.all()]


def test_named_searches_come_first_and_recent_ones_by_time(searches: KeptSearchStore) -> None:
    scope = Scope(("/资料",), ("pdf",), exact=True)
    searches.keep("质保期")
    searches.keep("付款期限", scope, "newest", "合同付款")
    searches.keep("租金")
    assert told(searches) == [("合同付款", "付款期限"), ("", "租金"), ("", "质保期")]
    kept = searches.all()[0]
    assert (kept.scope, kept.order) == (scope, "newest")


def test_the_same_search_is_kept_once_and_keeps_its_name(searches: KeptSearchStore) -> None:
    searches.keep("质保期", name="质保")
    searches.keep("租金")
    searches.keep("质保期")
    searches.keep("质保期", Scope(exact=True))
    assert told(searches) == [("质保", "质保期"), ("", "质保期"), ("", "租金")]


def test_a_search_kept_by_an_older_version_is_known_as_the_same(searches: KeptSearchStore) -> None:
    """It wrote fewer fields of the scope."""
    searches.keep("质保期", Scope(exact=True), name="质保")
    with searches._db.writing() as connection:
        connection.execute("UPDATE searches SET scope = ?", (b'{"exact":true}',))
    searches.keep("质保期", Scope(exact=True))
    assert told(searches) == [("质保", "质保期")]


def test_only_the_last_twelve_recent_ones_stay(searches: KeptSearchStore) -> None:
    searches.keep("别忘", name="要留")
    for number in range(20):
        searches.keep(f"第{number}个")
    assert told(searches) == [("要留", "别忘"), *(("", f"第{number}个") for number in range(19, 7, -1))]


def test_renamed_and_deleted(searches: KeptSearchStore) -> None:
    searches.keep("质保期", name="质保")
    searches.keep("租金")
    searches.keep("押金")
    named, recent, _ = searches.all()
    searches.rename(named.id, "保修")
    searches.forget(recent.id)
    assert told(searches) == [("保修", "质保期"), ("", "租金")]
    searches.forget(0)
    assert told(searches) == [("保修", "质保期")]


def test_a_damaged_scope_is_everywhere(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite"
    with closing(ConversationStore(path)) as store:
        store.searches.keep("质保期", Scope(("/甲",)))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE searches SET scope = x'ff', sorted = 'oddly'")
        connection.commit()
    with closing(ConversationStore(path)) as store:
        assert [(one.scope, one.order) for one in store.searches.all()] == [(EVERYWHERE, "best")]


def test_a_file_of_format_3_gets_the_table(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite"
    with closing(ConversationStore(path)) as store:
        store.begin(0, "质保期有多长？")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE searches")
        connection.execute("PRAGMA user_version = 3")
        connection.commit()
    with closing(ConversationStore(path)) as store:
        store.searches.keep("质保期")
        assert told(store.searches) == [("", "质保期")]
        assert store.heads()[0].title == "质保期有多长？"


def test_nothing_of_a_deleted_search_stays_in_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "库"
    folder.mkdir()
    with closing(ConversationStore(folder / "conversations.sqlite")) as store:
        store.searches.keep("绝密收购计划")
        store.searches.forget(0)
    left = b"".join(file.read_bytes() for file in folder.iterdir())
    assert "绝密收购计划".encode() not in left
