# SPDX-License-Identifier: Apache-2.0
"""Memory, context and fit, from numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.modelfiles.gguf import GgufHeader
from desktop_app.models import fit

GIB = 1 << 30
# Llama-3.1-8B-Instruct in Q4_K_M, from its published header.
EIGHT_B = GgufHeader(
    path="/模型/八十亿.gguf",
    version=3,
    size=4_920_734_176,
    parts=("/模型/八十亿.gguf",),
    name="8B",
    architecture="llama",
    role="model",
    quantisation="Q4_K_M",
    context=131_072,
    embedding=4096,
    blocks=32,
    heads=32,
    heads_kv=(8,) * 32,
    key_length=128,
    value_length=128,
    vocabulary=128_256,
    parameters=8_030_000_000,
    tensors=292,
    has_chat_template=True,
    tokenizer="gpt2",
    pooling=None,
    causal=True,
    languages=("*",),
)


def test_the_cache_of_an_8b_model_is_a_gibibyte_at_8192_tokens() -> None:
    assert fit.kv_cache_bytes(EIGHT_B, 8192) == GIB


def test_layers_without_attention_need_no_cache() -> None:
    hybrid = replace(EIGHT_B, heads_kv=(8, 0, 0, 0) * 8)
    assert fit.kv_cache_bytes(hybrid, 8192) == GIB // 4


@pytest.mark.parametrize(
    ("available", "context"), [(16 * GIB, 8192), (int(6.2 * GIB), 4096), (int(5.7 * GIB), 2048), (2 * GIB, 2048)]
)
def test_the_largest_context_that_fits_is_chosen(available: int, context: int) -> None:
    assert fit.choose_context(EIGHT_B, available) == context


@pytest.mark.parametrize(
    ("trained", "contexts"),
    [(0, (8192, 4096, 2048)), (131_072, (8192, 4096, 2048)), (8192, (8192, 4096, 2048)), (3000, (3000, 2048)), (512, (512,))],
)
def test_no_context_beyond_training(trained: int, contexts: tuple[int, ...]) -> None:
    assert fit.usable_contexts(trained) == contexts


@pytest.mark.parametrize(
    ("available", "total", "word"),
    [
        (12 * GIB, 16 * GIB, "yes"),
        (3 * GIB, 8 * GIB, "tight"),
        (3 * GIB, 4 * GIB, "no"),
        (int(3.5 * GIB), int(3.6 * GIB), "no"),
    ],
)
def test_fits(available: int, total: int, word: str) -> None:
    assert fit.fits(EIGHT_B, 2048, available=available, total=total) == word


@given(st.integers(0, 1 << 40), st.integers(0, 1 << 40), st.integers(0, 1 << 20))
def test_more_memory_never_makes_it_worse(one: int, other: int, trained: int) -> None:
    header = replace(EIGHT_B, context=trained)
    less, more = sorted((one, other))
    assert fit.choose_context(header, less) <= fit.choose_context(header, more)
    order = ["no", "tight", "yes"]
    assert order.index(fit.fits(header, 2048, available=less, total=more)) <= order.index(
        fit.fits(header, 2048, available=more, total=more)
    )


def test_an_embedding_model_needs_no_logits_and_only_a_decoder_a_cache() -> None:
    encoder = replace(EIGHT_B, causal=False, context=512)
    assert fit.embedding_width(encoder) == 512
    assert fit.embedding_width(EIGHT_B) == fit.EMBEDDING_WIDTH
    decoder = replace(encoder, causal=True)
    assert fit.embedding_memory(decoder) - fit.embedding_memory(encoder) == fit.kv_cache_bytes(decoder, 512)
    assert fit.embedding_memory(replace(encoder, vocabulary=1)) == fit.embedding_memory(encoder)
