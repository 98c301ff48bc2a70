# SPDX-License-Identifier: Apache-2.0
"""Answer, perhaps and none on the command line: exit codes, JSON and what people read, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from answering.passages import passage

from desktop_app.answering import extractive
from desktop_app.answering.sentence_scores import ScoredSentence
from desktop_app.answering.texts import fixed_texts
from desktop_app.cli import answer_output, command_line, search_command, text_output
from desktop_app.contract.answer import Answer
from desktop_app.contract.passage import ANSWER, NONE, PERHAPS, SearchResult
from desktop_app.engine.engine import Engine
from desktop_app.foundation import translation

QUESTION = "出差住宾馆能报多少？"
HOTEL = "A hotel room may cost 175 euros per night in the capital."
FOUND = replace(passage(HOTEL, 1, path="/资料/Travel.txt"), certainty=PERHAPS, by_meaning=True, language="en", best=(0, 57))


def answer(certainty: str, **fields: Any) -> Answer:
    if certainty == NONE:
        text, parts, citations, nearest = fixed_texts.not_found(QUESTION), (), (), (replace(FOUND, certainty=NONE),)
    else:
        heading = "" if certainty == ANSWER else fixed_texts.may_answer(QUESTION)
        text, parts, citations = extractive.write([ScoredSentence(FOUND, 0, len(HOTEL), 1.0)], heading)
        nearest = ()
    made = Answer(QUESTION, text, certainty == ANSWER, "extractive", parts, citations, nearest, (FOUND,), certainty=certainty)
    return replace(made, searched_files=4, total_files=4, meaning=0.62, **fields)


@pytest.fixture(autouse=True)
def files_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said of files that are gone: ``test_where_files_are``."""
    for module in (answer_output, search_command, text_output):
        monkeypatch.setattr(module, "is_missing", lambda *_: False)


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    translation.use("en")


@pytest.mark.parametrize(("certainty", "code"), [(ANSWER, 0), (PERHAPS, 0), (NONE, 1)])
def test_what_may_answer_is_a_success_and_not_found(
    certainty: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Engine, "ask", lambda *_, **__: (answer(certainty), 0))
    asked = ["ask", QUESTION, "--llm", "none", "--library", str(tmp_path / "资料库"), "--json"]
    assert command_line.main(asked) == code
    line = json.loads(capsys.readouterr().out)
    assert (line["certainty"], line["found"], line["meaning"]) == (certainty, certainty == ANSWER, 0.62)
    told = line["nearest"] if certainty == NONE else line["citations"]
    assert [(one["certainty"], one["by_meaning"], one["language"]) for one in told] == [
        (NONE if certainty == NONE else PERHAPS, True, "en")
    ]


def test_what_may_answer_is_quoted_below_its_sentence() -> None:
    assert answer_output.answer_text(answer(PERHAPS), streamed=False).splitlines() == [
        "这些内容可能有关：",
        "",
        f"{HOTEL} [1]",
        "",
        "[1] Travel.txt, line 10 · by meaning · in English",
        "Quoted from your documents, without a language model.",
        "Searched 4 of 4 files.",
        "Search by meaning is 62% ready; results may be incomplete.",
    ]
    translation.use("zh_CN")
    told = answer_output.answer_text(answer(PERHAPS), streamed=False)
    assert "[1] Travel.txt，第 10 行 · 按语义找到 · 英文资料\n" in told
    assert told.endswith("语义搜索已准备好 62%，结果可能还不全。")
    assert "没有找到" not in told


def test_a_model_that_gave_no_answer_is_told_below_the_quotes() -> None:
    told = answer_output.answer_text(answer(PERHAPS, mode="llm", refused=True), streamed=False)
    assert told.startswith("这些内容可能有关：")
    assert "The language model gave no answer; quoted from your documents." in told
    assert "without a language model" not in told


@pytest.mark.parametrize(
    ("finish", "words"),
    [
        ("length", "Cut off: the answer reached its longest length."),
        ("thought", "The model ran out of room while it was thinking."),
        ("loop", "The model repeated itself and was stopped."),
    ],
)
def test_why_an_answer_has_no_end_is_told(finish: str, words: str) -> None:
    assert words in answer_output.answer_text(answer(ANSWER, mode="llm", finish=finish), streamed=True).splitlines()
    assert words not in answer_output.answer_text(answer(ANSWER, mode="llm", finish="stop"), streamed=True)


def test_a_passage_found_by_meaning_says_so_and_shows_its_best_sentence() -> None:
    far = "Passwords have at least twelve characters. " * 12
    late = replace(FOUND, rank=2, text=far + HOTEL, best=(len(far), len(far) + len(HOTEL)))
    result = SearchResult(QUESTION, (replace(FOUND, hit=True), replace(late, hit=True)), 4, 4, PERHAPS, 0.62)
    told = search_command.search_result(result).splitlines()
    assert told[0] == "1. Travel.txt · line 10 · 0.80 · by meaning · in English"
    assert (told[1], told[3]) == (f"   {HOTEL}", f"   … {HOTEL}")
    assert told[-1] == "Search by meaning is 62% ready; results may be incomplete."
    line = search_command.search_json(result)
    assert (line["certainty"], line["meaning"]) == (PERHAPS, 0.62)
    assert [one["best"] for one in line["passages"]] == [FOUND.best, late.best]


def test_near_misses_stand_below_a_line_of_their_own() -> None:
    near = replace(FOUND, rank=2)
    result = SearchResult(QUESTION, (replace(FOUND, hit=True), near), 4, 4, PERHAPS, hits=1, hit_files=1)
    told = search_command.search_result(result).splitlines()
    assert [told[0], told[3]] == ["1 passage in 1 file", "Less certain:"]
    assert [one["hit"] for one in search_command.search_json(result)["passages"]] == [True, False]
