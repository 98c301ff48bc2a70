# SPDX-License-Identifier: Apache-2.0
"""The texts that models are measured with are many enough, long enough and in both languages."""

from __future__ import annotations

from desktop_app.analysis.language import parts
from desktop_app.embedding.choosing.sample_texts import sample_texts


def test_texts_are_english_and_chinese_in_turns() -> None:
    texts = sample_texts(32)
    assert len(set(texts)) == 32
    for english, chinese in zip(texts[::2], texts[1::2], strict=True):
        assert len(english) >= 750
        assert len(chinese) >= 250
        assert "zh" not in parts(english)
        assert "zh" in parts(chinese)


def test_a_model_without_chinese_gets_english_only() -> None:
    texts = sample_texts(32, ("en", "de"))
    assert len(set(texts)) == 32
    assert not any("zh" in parts(text) for text in texts)
