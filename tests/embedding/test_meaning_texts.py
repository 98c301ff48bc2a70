# SPDX-License-Identifier: Apache-2.0
"""The made texts that a model is measured on keep their rules: a paraphrase shares nothing with its passage, a plain question does."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from desktop_app.analysis import script, words
from desktop_app.foundation import paths

# Pairs of characters that nearly every Chinese question and office text has.
EVERYWHERE = set("怎么 多少 什么 公司 可以 需要 是否 不能 没有 哪里 哪个 多久".split())
# English: articles, pronouns, auxiliaries, prepositions, conjunctions, question words and quantifiers.
STOP_WORDS = set(
    "a an the i me my mine we us our you your he him his she her it its they them their this that these those who whom whose which what "
    "when where why how am is are was were be been being do does did have has had having can could may might must shall should will would "
    "cannot and or but if so because while whether until unless than as of in on at by to for from with without about over under up down "
    "off out into through between before after since against during within above below not no nor any anyone somebody someone something "
    "everyone nobody there here many much few most more less once all both each every only just too very also still now then again some one "
    "two away".split()
)
HAN_RUN = re.compile(f"[{script.HAN}]+")
FOREIGN = {"zh": re.compile("[a-z]{3,}"), "en": HAN_RUN}


def texts() -> dict[str, dict[str, list[Any]]]:
    return json.loads((paths.resources() / "meaning" / "texts.json").read_text(encoding="utf-8"))


def content(text: str, code: str) -> set[str]:
    if code == "zh":
        return {run[i : i + 2] for run in HAN_RUN.findall(text) for i in range(len(run) - 1)} - EVERYWHERE
    return {words.stem(word) for word in words.cut(text) if word not in STOP_WORDS}


def shared(one: str, other: str, code: str) -> set[str]:
    return content(one, code) & content(other, code)


@pytest.mark.parametrize("code", ["zh", "en"])
def test_each_language_has_enough_of_each_kind(code: str) -> None:
    passages, absent = texts()[code]["passages"], texts()[code]["absent"]
    assert len({one["text"] for one in passages}) == len(passages) == 64
    assert len({one["plain"] for one in passages}) == 64
    assert sum("paraphrase" in one for one in passages) >= 40
    assert sum("cross" in one for one in passages) >= 32
    assert len(set(absent)) == len(absent) == 32


@pytest.mark.parametrize("code", ["zh", "en"])
def test_questions_share_words_with_their_passage_as_their_kind_says(code: str) -> None:
    passages = texts()[code]["passages"]
    assert [one["plain"] for one in passages if not shared(one["text"], one["plain"], code)] == []
    told = {one["paraphrase"]: shared(one["text"], one["paraphrase"], code) for one in passages if "paraphrase" in one}
    assert {question: words for question, words in told.items() if words} == {}


@pytest.mark.parametrize("code", ["zh", "en"])
def test_an_absent_question_shares_words_with_some_passage(code: str) -> None:
    everything = set().union(*(content(one["text"], code) for one in texts()[code]["passages"]))
    assert [question for question in texts()[code]["absent"] if not content(question, code) & everything] == []


@pytest.mark.parametrize(("code", "other"), [("zh", "en"), ("en", "zh")])
def test_a_cross_question_is_in_the_other_language_and_shares_no_name_or_number(code: str, other: str) -> None:
    for one in texts()[code]["passages"]:
        assert not FOREIGN[code].search(one["plain"] + one.get("paraphrase", "")), one
        if "cross" in one:
            latin = [set(re.findall(r"[a-z]+|\d+", text.lower())) for text in (one["text"], one["cross"])]
            assert not latin[0] & latin[1], one
            assert bool(HAN_RUN.search(one["cross"])) == (other == "zh"), one


def test_the_rules_notice_what_breaks_them() -> None:
    assert shared("员工须提前申请年假。", "年假要提前多久说？", "zh") == {"年假", "提前"}
    assert shared("Employees apply in writing.", "How does an employee apply?", "en")
