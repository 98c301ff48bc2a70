# SPDX-License-Identifier: Apache-2.0
"""Tokens of whole texts by way of their words: the very numbers that the tokenizer itself gives."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

from desktop_app.embedding.tokens import tokens
from desktop_app.embedding.tokens.tokens import Tokens

LINES = [
    "The warranty covers two years.",
    "质保期为十八个月，自验收合格之日起计算。",
    "Straße, Çanakkale, naïve façade",
    "かな カナ 한국어",
]
# What a normalizer treats in its own way: control characters, other white space, marks that combine, letters that change their length.
ODD = "aZß İςé\u0301\u0327\u200b\u00ad\x00\x1c\x85\x0b\t\r\n\u00a0\u3000\u2028 质保，。㐀\U00020000\uf900かカ한é😀\ufffd[]#'-."
PARTS = [*ODD, *LINES[0].split(), *LINES[1], "[SEP]", "[MASK]", "[UNK]", "##s", "x" * 120, " ", " ", "  "]

Make = Callable[[], str]


def described(tokenizer: Tokenizer) -> str:
    ends = [("[CLS]", tokenizer.token_to_id("[CLS]")), ("[SEP]", tokenizer.token_to_id("[SEP]"))]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    return str(tokenizer.to_str())


SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def word_pieces(**normalizer: Any) -> str:
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(**normalizer)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(LINES, trainers.WordPieceTrainer(vocab_size=200, special_tokens=SPECIAL))
    return described(made)


def with_added(*words: str, single_word: bool = False) -> str:
    """A tokenizer with a person's own tokens."""
    content = json.loads(word_pieces(lowercase=True))
    for number, word in enumerate(words, start=1_000):
        flags = {"lstrip": False, "rstrip": False, "normalized": True, "special": False, "single_word": single_word}
        content["added_tokens"].append({"id": number, "content": word, **flags})
    return json.dumps(content)


def sentence_pieces() -> str:
    made = Tokenizer(models.Unigram())
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.train_from_iterator(LINES, trainers.UnigramTrainer(vocab_size=120, special_tokens=SPECIAL, unk_token="[UNK]"))
    return described(made)


BY_WORDS = {
    "lower case": lambda: word_pieces(lowercase=True),
    "cased": lambda: word_pieces(lowercase=False),
    "accents kept": lambda: word_pieces(lowercase=True, strip_accents=False),
    "added within words": lambda: with_added("warrantyplus"),
}
WHOLE = {
    "sentence pieces": sentence_pieces,
    "Han not divided": lambda: word_pieces(handle_chinese_chars=False),
    "control characters kept": lambda: word_pieces(clean_text=False),
    "added across a space": lambda: with_added("two years"),
    "added across Han": lambda: with_added("质保期"),
    "added as a word": lambda: with_added("years", single_word=True),
}


def some_texts(seed: int) -> list[str]:
    choose = random.Random(seed)
    return ["", " ", "\n", *LINES, *("".join(choose.choices(PARTS, k=choose.randrange(60))) for _ in range(300))]


@pytest.mark.parametrize("make", [*BY_WORDS.values(), *WHOLE.values()], ids=[*BY_WORDS, *WHOLE])
def test_they_are_those_of_the_tokenizer(make: Make) -> None:
    described = make()
    plain = Tokenizer.from_str(described)
    cut = Tokenizer.from_str(described)
    cut.enable_truncation(20)
    texts = some_texts(3)
    made = Tokens(described, 20)
    assert made.count(texts) == [len(plain.encode(text, add_special_tokens=False)) for text in texts]
    assert made.numbers(texts) == [cut.encode(text).ids for text in texts]
    assert Tokens(described).numbers(texts) == [plain.encode(text).ids for text in texts]


@pytest.mark.parametrize("make", BY_WORDS.values(), ids=BY_WORDS)
def test_by_words_where_spaces_divide(make: Make) -> None:
    assert Tokens(make())._words is not None


@pytest.mark.parametrize("make", WHOLE.values(), ids=WHOLE)
def test_whole_where_they_may_not(make: Make) -> None:
    assert Tokens(make())._words is None


def test_what_is_kept_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_KEPT", 10_000)
    described = word_pieces()
    plain = Tokenizer.from_str(described)
    made = Tokens(described)
    assert made._words is not None
    for seed in range(3):
        for text in some_texts(seed):
            assert made.count([text]) == [len(plain.encode(text, add_special_tokens=False))]
            assert len(made._words._known) < 100
    made.count(["x" * 10_000])
    made.count(["one more"])
    assert "x" * 10_000 not in made._words._known


def test_several_threads_share_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_KEPT", 30_000)
    described = word_pieces()
    plain = Tokenizer.from_str(described)
    made = Tokens(described, 64)
    with ThreadPoolExecutor(4) as pool:
        for texts, numbers in pool.map(lambda seed: (some_texts(seed), made.numbers(some_texts(seed))), range(16)):
            assert [row[1:-1] for row in numbers] == [plain.encode(text, add_special_tokens=False).ids[:62] for text in texts]
