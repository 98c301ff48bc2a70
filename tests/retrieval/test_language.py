"""Which language a question is in, as far as the embedding model can be trusted with it."""

from __future__ import annotations

import pytest

from desktop_app.retrieval.language import language, understands


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("质保期有多长？", "zh"),
        ("What is the 质保期 of WL-300?", "zh"),
        ("How long is the warranty?", "en"),
        ("warranty WL-300", "en"),
        ("2024-018", "en"),
        ("😀", "en"),
        ("", "en"),
        ("Wie lange dauert die Probezeit?", "xx"),
        ("Quelle est la durée de la garantie ?", "xx"),
        ("¿Cuánto cuesta?", "xx"),
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


def test_what_a_model_understands() -> None:
    assert understands(("*",), "质保期有多长？")
    assert understands(("zh", "en"), "质保期有多长？")
    assert not understands(("en",), "质保期有多长？")
    assert understands(("en",), "How long?")
    assert not understands((), "How long?")
