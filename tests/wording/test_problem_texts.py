# SPDX-License-Identifier: Apache-2.0
"""Every problem, reason and state has its sentence, in both languages, and names what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from desktop_app.answering.proof.judging import DOUBTS
from desktop_app.contract.document import REASONS
from desktop_app.contract.ledger import STATES
from desktop_app.foundation import translation
from desktop_app.foundation.errors import (
    ENVIRONMENT_CODES,
    INTERNAL_CODES,
    USAGE_CODES,
    InternalProblem,
    UsageProblem,
    problem_from,
)
from desktop_app.wording import problem_texts

CODES = {**USAGE_CODES, **ENVIRONMENT_CODES, **INTERNAL_CODES}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
UNSUPPORTED = (*DOUBTS, "no_citation")  # the last stands in conversations that earlier versions kept


@pytest.fixture(params=["en", "zh_CN"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    before = translation.current()
    yield translation.use(request.param)
    translation.use(before)


def written_in(language: str, text: str) -> bool:
    return bool(CHINESE.search(text)) == (language == "zh_CN")


@pytest.mark.parametrize("code", CODES)
def test_every_problem_has_a_sentence_that_names_its_data(code: str, language: str) -> None:
    data = {name: f"<{name}-7>" for name in CODES[code]}
    said = problem_texts.sentence(problem_from(code, data))
    assert written_in(language, said.what), said.what
    assert not said.todo or written_in(language, said.todo), said.todo
    for value in data.values():
        assert value in str(said), f"{code} does not tell {value}"
    assert "{" not in str(said).replace('{"question"', "")
    assert "?" not in str(said)
    for part in filter(None, (said.what, said.todo)):
        assert part.endswith((".", "。", "…", "<places-7>")), f"no sentence: {part}"


@pytest.mark.parametrize("code", CODES)
def test_a_problem_without_its_data_still_has_a_sentence(code: str, language: str) -> None:
    assert written_in(language, str(problem_texts.sentence(problem_from(code, {}))))


def test_no_sentence_stands_without_a_code() -> None:
    assert set(problem_texts.PROBLEMS) == set(CODES)
    assert set(problem_texts.REASONS) == set(REASONS)
    assert set(problem_texts.STATES) == set(STATES)
    assert set(problem_texts.UNSUPPORTED) == set(UNSUPPORTED)


def test_problems_say_what_to_do(language: str) -> None:
    """All but the few where nothing can be done."""
    silent = {code for code in CODES if not problem_texts.sentence(problem_from(code, dict.fromkeys(CODES[code], "x"))).todo}
    assert silent == {
        "source_unknown",
        "conversation_unknown",
        "setting_fixed",
        "export_off",
        "print_off",
        "copy_off",
        "open_off",
    }


def test_sentences_differ(language: str) -> None:
    said = [str(problem_texts.sentence(problem_from(code, dict.fromkeys(CODES[code], "x")))) for code in CODES]
    assert len(set(said)) == len(said)


def test_an_unknown_code_is_our_fault_and_names_itself(language: str) -> None:
    said = str(problem_texts.sentence(problem_from("from_the_future", {"path": "x"})))
    assert "from_the_future" in said
    assert str(problem_texts.sentence(InternalProblem("not in the table", detail="d")))


def test_foreign_data_is_made_harmless_and_never_filled_again(language: str) -> None:
    said = problem_texts.sentence(problem_from("disk_failing", {"path": "a\u202eb\n{detail}", "detail": "one\n  two\x1b[31m"}))
    assert "“a\\u202eb\\n{detail}”" in said.what
    assert "one two\\x1b[31m" in said.what
    assert len(str(problem_texts.sentence(problem_from("internal", {"detail": "长" * 5_000})))) < 800


@pytest.mark.parametrize("code", REASONS)
def test_every_ledger_reason_has_a_sentence(code: str, language: str) -> None:
    assert written_in(language, problem_texts.reason(code).what)
    todo = problem_texts.reason(code).todo
    assert not todo or written_in(language, todo)


def test_no_reason_is_no_sentence(language: str) -> None:
    assert str(problem_texts.reason("")) == ""


@pytest.mark.parametrize("code", STATES)
def test_every_state_has_words(code: str, language: str) -> None:
    assert written_in(language, problem_texts.state(code))
    assert problem_texts.state("from the future") == "from the future"


@pytest.mark.parametrize("code", UNSUPPORTED)
def test_every_doubt_has_a_sentence(code: str, language: str) -> None:
    assert written_in(language, problem_texts.unsupported(code))
    assert problem_texts.unsupported("") == ""


def test_a_doubt_names_the_words_that_stand_nowhere(language: str) -> None:
    for code in (
        "number_differs",
        "date_differs",
        "name_differs",
        "unit_differs",
        "says_opposite",
        "words_differ",
        "says_more",
    ):
        said = problem_texts.unsupported(code, ("25 days", "张三"))
        assert "“25 days”" in said
        assert "“张三”" in said
        assert written_in(language, problem_texts.unsupported(code))
    assert len(problem_texts.unsupported("says_more", ("很长" * 500,))) < 300


def test_a_question_too_long_for_a_model_is_counted_in_tokens(language: str) -> None:
    said = problem_texts.sentence(UsageProblem("question_too_long", needed=3000, available=2048))
    assert "2048" in said.what
    assert "3000" in said.what
    assert written_in(language, said.what)
    assert said.what != problem_texts.sentence(UsageProblem("question_too_long", length=3000, limit=2048)).what
    assert "?" not in str(said)
