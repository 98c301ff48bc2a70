# SPDX-License-Identifier: Apache-2.0
"""Search mode: passages by file, words marked, one click to the source."""

from __future__ import annotations

import re
from collections.abc import Iterator

import fake_engine
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.contract.document import Locator
from desktop_app.contract.ledger import Scope
from desktop_app.contract.passage import Passage
from desktop_app.ui.look import window_language
from desktop_app.ui.search.search_results import grouped
from desktop_app.ui.search.search_view import SearchView
from desktop_app.ui.widgets.passage_card import beside, marked, snippet


@pytest.fixture
def view(day: QApplication, qtbot: QtBot, engine) -> Iterator[SearchView]:  # type: ignore[no-untyped-def]
    view = SearchView(engine())
    qtbot.addWidget(view)
    view.resize(800, 700)
    view.show()
    yield view
    view.close()


def searched(view: SearchView, qtbot: QtBot, words: str) -> None:
    view.field.setText(words)
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not view.searching)


def test_passages_are_grouped_by_file_best_first() -> None:
    groups = grouped(fake_engine.PASSAGES)
    assert [len(passages) for passages in groups.values()] == [2, 1, 1, 1]
    assert next(iter(groups)).endswith("员工手册.pdf")


def test_searching_shows_cards_and_how_much_was_searched(view: SearchView, qtbot: QtBot) -> None:
    searched(view, qtbot, "请假")
    assert len(view.cards) == 5
    assert view.summary == "5 passages · in 4 files · searched 1,912 of 1,950 files"
    with qtbot.waitSignal(view.passage_requested) as opened:
        qtbot.mouseClick(view.cards[2], Qt.MouseButton.LeftButton)
    assert opened.args == [view.cards[2].passage]


def test_what_was_found_by_meaning_says_so(view: SearchView, qtbot: QtBot) -> None:
    searched(view, qtbot, "住宾馆能报多少")
    assert [card._labels.text() for card in view.cards] == ["by meaning · in English", "by meaning"]
    assert view._unfinished.text() == "Search by meaning is 62% ready; results may be incomplete."
    window_language.use("zh_CN")
    assert [card._labels.text() for card in view.cards] == ["按语义找到 · 英文资料", "按语义找到"]
    assert view._unfinished.text() == "语义搜索已准备好 62%，结果可能还不全。"
    searched(view, qtbot, "请假")
    assert not any(card._labels.isVisibleTo(card) for card in view.cards[:2])
    assert not view._unfinished.isVisibleTo(view)


def test_other_forms_among_exact_words_are_told(view: SearchView, qtbot: QtBot) -> None:
    searched(view, qtbot, "everywhere")
    assert not view._unfinished.isVisibleTo(view)
    view.choose_scope(Scope(exact=True))
    qtbot.waitUntil(lambda: not view.searching)
    assert view._unfinished.text().startswith("So many passages hold these words that other forms of them are listed too")


def test_every_card_shows_all_its_lines(view: SearchView, qtbot: QtBot) -> None:
    searched(view, qtbot, "请假")
    qtbot.waitUntil(lambda: all(card.height() >= card.heightForWidth(card.width()) for card in view.cards))


def test_keys_walk_through_the_cards(view: SearchView, qtbot: QtBot) -> None:
    searched(view, qtbot, "请假")
    opened: list[int] = []
    view.passage_requested.connect(lambda passage: opened.append(passage.rank))
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)  # another test's window may have the keyboard until then
    for step in (1, 1, -1):
        assert view.step(step)
    assert opened == [1, 5, 1]


def test_nothing_found_and_a_failure_say_what_to_do(view: SearchView, qtbot: QtBot) -> None:
    searched(view, qtbot, "nothing")
    assert "Nothing found" in view._hint.text()
    assert not view.cards
    searched(view, qtbot, "fail")
    assert "holds no documents yet" in view._hint.text()


def test_only_the_newest_search_is_shown(view: SearchView, qtbot: QtBot) -> None:
    view.search("请假")
    view.search("nothing")
    qtbot.waitUntil(lambda: not view.searching)
    assert not view.cards


def test_what_was_found_is_marked_and_text_is_escaped() -> None:
    assert marked("<b>请假</b>", [(3, 5)], "#fff") == "&lt;b&gt;<span style='background-color:#fff'>请假</span>&lt;/b&gt;"
    assert marked("a<", [], "#fff") == "a&lt;"


def shown_marks(text: str, *words: str, length: int = 220) -> tuple[str, list[str]]:
    """A snippet of a text in which these words are marked, and what is marked in it."""
    spans = sorted(match.span() for word in words for match in re.finditer(re.escape(word), text))
    short, inside = snippet(text, spans, length)
    return short, [short[start:end] for start, end in inside]


def test_a_snippet_shows_what_is_marked_wherever_it_stands() -> None:
    text = "前言" * 300 + "请假须提前申请" + "后记" * 300
    short, inside = shown_marks(text, "请假")
    assert inside == ["请假"]
    assert "请假须提前申请" in short
    assert short.startswith("…")
    assert short.endswith("…")
    assert len(short) < 230
    assert snippet("短文", []) == ("短文", [])


@pytest.mark.parametrize(
    ("text", "words", "short", "inside"),
    [
        ("  请假\n\n  须 申请  ", ("请假", "申请"), "请假 须 申请", ["请假", "申请"]),
        ("the  hotel\tcosts more ", ("hotel", "more"), "the hotel costs more", ["hotel", "more"]),
        ("signed 2024 \n 03 05", ("2024 \n 03",), "signed 2024 03 05", ["2024 03"]),
        ("a" * 60 + " notice", ("notice",), "…" + "a" * 13 + " notice", ["notice"]),
        ("请假" * 30, ("请假" * 30,), "请假" * 10 + "…", ["请假" * 10]),
    ],
)
def test_marks_follow_their_words_onto_one_line(text: str, words: tuple[str, ...], short: str, inside: list[str]) -> None:
    assert shown_marks(text, *words, length=20) == (short, inside)


@pytest.mark.parametrize(
    ("before", "after", "room", "told"),
    [
        ("", "", 100, ("", "")),
        ("前面的话。", "后面的话。", 100, ("前面的话。", "后面的话。")),
        ("前" * 50, "后" * 50, 40, ("…" + "前" * 20, "后" * 20 + "…")),
        ("前" * 50, "", 40, ("…" + "前" * 40, "")),
        ("", "后" * 50, 40, ("", "后" * 40 + "…")),
        ("前" * 50, "后。", 40, ("…" + "前" * 38, "后。")),
        ("The supplier pays.", "The buyer waits for it.", 30, ("…supplier pays.", "The buyer…")),
        ("前" * 50, "后" * 50, 0, ("", "")),
    ],
)
def test_a_short_passage_is_shown_with_what_stands_around_it(before: str, after: str, room: int, told: tuple[str, str]) -> None:
    passage = Passage(1, 1, "/a.txt", "短文", Locator(), 1.0, before=before, after=after)
    assert beside(passage, room) == told


def test_more_like_a_card(view: SearchView, qtbot: QtBot) -> None:
    searched(view, qtbot, "请假")
    first = view.cards[0]
    assert first._more is not None
    with qtbot.assertNotEmitted(view.passage_requested):
        qtbot.mouseClick(first._more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.searching)
    assert first.passage.chunk_id not in [card.passage.chunk_id for card in view.cards]
    assert view.summary.startswith("Like “员工申请年休假")
    assert view.field.text() == ""
    searched(view, qtbot, "请假")
    assert view.summary.startswith("5 passages")
