# SPDX-License-Identifier: Apache-2.0
"""Lexical search: nothing a person types is ever syntax, and every word of a text is found."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.analysis import words
from desktop_app.analysis.matching import TermMatcher
from desktop_app.library.stores import fulltext

TEXTS = [
    "甲方应在三十日内支付货款。",
    "The NEAR clause AND the OR clause (see column body:).",
    "他 said “cell phones” *loudly* ^here",
]


@pytest.fixture
def index() -> Iterator[sqlite3.Connection]:
    with closing(fulltext.scratch(TEXTS)) as connection:
        yield connection


SYNTAX = [
    '"',
    "'",
    "*",
    "(",
    ")",
    "AND",
    "OR",
    "NOT",
    "NEAR(",
    "body:",
    "{body trail}:",
    "^",
    "+",
    "-",
    "a*",
    '"" OR ""',
    ";--",
    "%",
]


@pytest.mark.parametrize("typed", SYNTAX)
def test_syntax_of_the_index_is_never_syntax(index: sqlite3.Connection, typed: str) -> None:
    for terms in ([typed], words.question_terms(typed), ["货款", typed]):
        fulltext.search(index, terms, 10)
        assert all(fulltext.frequency(index, term) <= len(TEXTS) for term in terms)
        fulltext.phrase(index, typed, 10)


def test_a_quoted_word_of_the_index_is_a_word(index: sqlite3.Connection) -> None:
    for word in ("near", "and", "or", "body"):
        assert [row for row, _ in fulltext.search(index, [word], 10)] == [2]


@settings(max_examples=150)
@given(st.text(max_size=80))
def test_any_text_can_be_asked_for(text: str) -> None:
    with closing(fulltext.scratch(TEXTS)) as index:
        found = {row for row, _ in fulltext.search(index, words.question_terms(text), 10)}
        assert found <= {1, 2, 3}


VOCABULARY = (
    "合同 合 同 質保 质保期 保 请假 請 砚 international internal internet interna contracts contract cost costume Kündigung договор договоров "
    "международный международных дома домов مدرسة المدرسة والكتاب WL-300 WL300 wl 300 HT-2024-018 ht2024018 2024年3月5日 2024-03-05 "
    "二〇二四年三月 1,234.50 1234.5 a.b@c.cn ＡＢ１２ café カタカナ 한국어 invoice-2024 。 的 the\n"
).split(" ")
WRITTEN = st.tuples(st.sampled_from(["", " "]), st.lists(st.sampled_from(VOCABULARY), max_size=8)).map(
    lambda one: one[0].join(one[1])
)


@settings(max_examples=200)
@given(st.lists(WRITTEN, min_size=1, max_size=4), WRITTEN)
def test_a_text_at_hand_holds_the_terms_that_the_index_finds_in_it(texts: list[str], question: str) -> None:
    asked = words.question_terms(question)
    with closing(fulltext.scratch(texts)) as index:
        found = {term: {row for row, _ in fulltext.search(index, [term], len(texts))} for term in asked}
    matcher = TermMatcher(asked)
    for row, text in enumerate(texts, start=1):
        assert matcher.held(text) == [term for term in asked if row in found[term]]


@given(st.text(alphabet="甲方应在三十日内支付abcd 12，", min_size=1, max_size=40))
def test_every_term_of_a_text_finds_it(text: str) -> None:
    with closing(fulltext.scratch(["别的文字", text])) as index:
        for term in words.terms(text):
            assert 2 in [row for row, _ in fulltext.search(index, [term], 10)]


def test_words_are_stemmed_alike_in_question_and_text(index: sqlite3.Connection) -> None:
    assert [row for row, _ in fulltext.search(index, ["phone"], 10)] == [3]


def test_a_single_chinese_character_finds_the_words_that_start_with_it(index: sqlite3.Connection) -> None:
    assert [fulltext.frequency(index, term) for term in ("货", "支")] == [1, 1]


def test_rarer_words_weigh_more() -> None:
    with closing(fulltext.scratch(["合同 付款", "合同 质保", "合同 违约"])) as index:
        assert fulltext.search(index, ["合同", "质保"], 10)[0][0] == 2


def test_heading_and_file_name_count_too() -> None:
    with closing(fulltext.scratch([])) as index:
        fulltext.add(index, [(1, fulltext.rows([("正文无关", ("第七条 违约责任",))], "/资料/采购合同.docx")[0])])
        fulltext.add(index, [(2, fulltext.rows([("违约责任在这里", ())], "/资料/x.txt")[0])])
        assert [row for row, _ in fulltext.search(index, ["违约"], 10)] == [2, 1]
        assert [row for row, _ in fulltext.search(index, ["采购"], 10)] == [1]


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("Vertragslaufzeit", "Die Vertragslaufzeiten sind verschieden."),
        ("международного", "Международный договор"),
        ("дома", "У нас много домов."),
        ("المدرسة", "ذهب الولد إلى مدرسه"),
        ("الكتاب", "والكتاب جديد"),
        ("电脑", "公司的電腦"),
        ("後來", "后来的事"),
    ],
)
def test_a_word_is_found_in_its_other_forms(asked: str, written: str) -> None:
    with closing(fulltext.scratch(["别的 other", written])) as index:
        assert [row for row, _ in fulltext.search(index, words.question_terms(asked), 10)] == [2]


def test_the_exact_word_comes_before_those_that_begin_alike() -> None:
    with closing(fulltext.scratch(["international law", "internal law", "internet law"])) as index:
        assert fulltext.search(index, ["internal"], 10)[0][0] == 2


def test_a_phrase_is_found_in_one_piece_only() -> None:
    with closing(fulltext.scratch(["质保期为十八个月", "保期与质保", "five days notice", "notice of five days"])) as index:
        assert [row for row, _ in fulltext.phrase(index, "质保期", 10)] == [1]
        assert [row for row, _ in fulltext.phrase(index, "notice of", 10)] == [4]
        assert fulltext.phrase(index, "。", 10) == []


def test_no_terms_find_nothing(index: sqlite3.Connection) -> None:
    assert fulltext.search(index, [], 10) == []


@pytest.fixture(scope="module")
def many() -> Iterator[tuple[sqlite3.Connection, list[str]]]:
    """4,000 texts, and their words: the n-th as frequent as 1/n; long and short ones, Chinese ones, some that begin alike."""
    chance = random.Random(11)
    vocabulary = ["".join(chance.choices("abcdeilnorst", k=chance.randint(2, 11))) for _ in range(1_200)]
    vocabulary[5::9] = [word[:6] + "ation" for word in vocabulary[5::9]]
    vocabulary[3::7] = ["".join(map(chr, chance.choices(range(0x4E00, 0x4E40), k=2))) for _ in vocabulary[3::7]]
    weights = [1 / (place + 3) for place in range(len(vocabulary))]
    texts = [" ".join(chance.choices(vocabulary, weights, k=chance.randint(5, 60))) for _ in range(4_000)]
    with closing(fulltext.scratch(texts)) as connection:
        yield connection, vocabulary


@pytest.mark.parametrize("limit", [1, 10, 50])
def test_leaving_common_words_out_changes_nothing(
    many: tuple[sqlite3.Connection, list[str]], limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, vocabulary = many
    chance = random.Random(limit)
    whole, everything = list[int](), fulltext.search

    def search(*arguments: object) -> list[tuple[int, float]]:
        whole.append(1)
        return everything(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(fulltext, "search", search)
    for _ in range(60):
        asked = list(dict.fromkeys([*chance.sample(vocabulary[:15], 2), *chance.sample(vocabulary, 3), "nowhere"]))
        frequencies = {term: fulltext.frequency(connection, term) for term in asked}
        assert fulltext.best(connection, asked, limit, frequencies, 4_000) == everything(connection, asked, limit)
    assert len(whole) < 30  # most questions are answered without scoring every chunk


def test_few_chunks_or_one_word_are_searched_whole(many: tuple[sqlite3.Connection, list[str]]) -> None:
    connection, vocabulary = many
    for asked in ([], vocabulary[:1], vocabulary[:3], ["nowhere"], ["nowhere", vocabulary[0]]):
        frequencies = {term: fulltext.frequency(connection, term) for term in asked}
        assert fulltext.best(connection, asked, 50, frequencies, 4_000) == fulltext.search(connection, asked, 50)
