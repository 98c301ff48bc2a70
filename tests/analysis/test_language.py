# SPDX-License-Identifier: Apache-2.0
"""Which languages a question is in, as far as the embedding model can be trusted with them."""

from __future__ import annotations

import pytest

from desktop_app.analysis.language import asked_in, language, parts, understands


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("质保期有多长？", "zh"),
        ("How long is the warranty?", "en"),
        ("warranty WL-300", "en"),
        ("2024-018", "en"),
        ("😀", "en"),
        ("", "en"),
        ("Wie lange dauert die Probezeit?", "de"),
        ("Quelle est la durée de la garantie ?", "fr"),
        ("¿Cuánto cuesta la garantía?", "es"),
        ("Kündigungsfrist", "xx"),
        ("保証期間はどのくらいですか", "ja"),
        ("보증 기간은 얼마입니까", "ko"),
        ("Какой срок гарантии?", "ru"),
        ("ما هي مدة الضمان؟", "ar"),
        ("Ποια είναι η εγγύηση;", "el"),
        ("מה תקופת האחריות?", "he"),
        ("वारंटी कितनी है?", "hi"),
        ("การรับประกันนานเท่าใด", "th"),
    ],
)
def test_languages(question: str, code: str) -> None:
    assert language(question) == code


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("质保期有多长？", {"zh": "质保期有多长？"}),
        ("WL-300 的质保期有多长？", {"zh": "WL-300 的质保期有多长？"}),
        ("WL-300 的 warranty period 是多少？", {"en": "WL-300 warranty period", "zh": "的 是多少"}),
        ("What is the 质保期 of WL-300?", {"en": "What is the of WL-300", "zh": "质保期"}),
        ("How long is the warranty?", {"en": "How long is the warranty?"}),
    ],
)
def test_the_parts_of_a_mixed_question(question: str, told: dict[str, str]) -> None:
    assert parts(question) == told


def test_what_a_model_understands() -> None:
    assert understands(("*",), "zh")
    assert understands(("zh", "en"), "zh")
    assert not understands(("en",), "zh")
    assert not understands((), "en")


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("质保期有多长？", "zh"),
        ("LangChain HuggingFaceEmbeddings 怎么用？", "zh"),
        ("WL-300 的 warranty period 是多少？", "zh"),
        ("What is the 质保期 of WL-300?", "en"),
        ("the Matrix 这部电影是谁导演的？", "zh"),
        ("保証期間はどのくらいですか", "ja"),
        ("Wie lange dauert die Probezeit?", "de"),
        ("How long?", "en"),
        ("", "en"),
    ],
)
def test_who_asks_gets_an_answer_in_the_language_of_the_question(question: str, code: str) -> None:
    assert asked_in(question) == code
