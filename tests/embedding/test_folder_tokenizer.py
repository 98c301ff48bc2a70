# SPDX-License-Identifier: Apache-2.0
"""A folder's tokenizer is read as transformers reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tiny_embedders as maker
from needed import need

from desktop_app.embedding.tokens.folder_tokenizer import read_tokenizer
from desktop_app.embedding.tokens.tokens import Tokens
from desktop_app.modelfiles.vocabulary import tokenizer_vocabulary

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "Über",
    "über",
    "uber",
    "##s",
    "Ü",
    "ü",
    "合",
    "同",
    "合同",
    "x",
    "1",
    ".",
]
TEXTS = ["Über uber x1.", "合同", "x [SEP] x", "", "ÜBER\n合同  x", "völlig"]


def vocabulary(folder: Path, **config: Any) -> Path:
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    stated = {"tokenizer_class": "BertTokenizer", "model_max_length": 64, **config}
    (folder / "tokenizer_config.json").write_text(json.dumps(stated), encoding="utf-8")
    (folder / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    return folder


def same(folder: Path, reference: Any) -> None:
    from tokenizers import Tokenizer

    made = read_tokenizer(folder)
    assert Tokens(made.content, 64).numbers(TEXTS) == [reference.encode(text) for text in TEXTS]
    pair, ours = reference("x 1", "合同", return_token_type_ids=True), Tokenizer.from_str(made.content).encode("x 1", "合同")
    assert (ours.ids, ours.type_ids) == (pair["input_ids"], pair["token_type_ids"])
    assert made.pad_id == reference.pad_token_id


@pytest.mark.slow
@pytest.mark.parametrize(
    "config",
    [{}, {"do_lower_case": False}, {"do_lower_case": False, "tokenize_chinese_chars": False}, {"strip_accents": False}],
)
@pytest.mark.parametrize("written", [False, True])
def test_a_vocabulary_of_word_pieces(config: dict[str, Any], *, written: bool, tmp_path: Path) -> None:
    """Alone, and as a tokenizer.json that says the opposite of the configuration beside it."""
    need("transformers")
    from transformers import AutoTokenizer

    folder = vocabulary(tmp_path, **config)
    if written:
        content = json.loads(read_tokenizer(folder).content)
        content["normalizer"] = {
            **content["normalizer"],
            "lowercase": not content["normalizer"]["lowercase"],
            "strip_accents": None,
        }
        (folder / "tokenizer.json").write_text(json.dumps(content), encoding="utf-8")
    same(folder, AutoTokenizer.from_pretrained(str(folder), local_files_only=True))


@pytest.mark.slow
def test_sentencepiece_of_xlm_roberta(tmp_path: Path) -> None:
    need("transformers")
    import sentencepiece
    from transformers import AutoTokenizer

    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(maker.LINES * 20),
        model_prefix=str(tmp_path / "sentencepiece.bpe"),
        vocab_size=100,
        model_type="unigram",
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    (tmp_path / "sentencepiece.bpe.vocab").unlink()
    (tmp_path / "config.json").write_text('{"model_type": "xlm-roberta"}', encoding="utf-8")
    (tmp_path / "tokenizer_config.json").write_text('{"tokenizer_class": "XLMRobertaTokenizer"}', encoding="utf-8")
    reference = AutoTokenizer.from_pretrained(str(tmp_path), local_files_only=True)
    same(tmp_path, reference)
    numbers = tokenizer_vocabulary(tmp_path)
    for word in ("▁the", "质", "。"):
        assert numbers.get(word, reference.unk_token_id) == reference.convert_tokens_to_ids(word)


def test_lower_case_that_sentence_transformers_asks_for(tmp_path: Path) -> None:
    folder = vocabulary(tmp_path, do_lower_case=False)
    plain = Tokens(read_tokenizer(folder).content, 64).numbers(["Über"])
    (folder / "sentence_bert_config.json").write_text('{"do_lower_case": true}', encoding="utf-8")
    lowered = Tokens(read_tokenizer(folder).content, 64).numbers(["Über", "über"])
    assert lowered[0] == lowered[1] != plain[0]


@pytest.mark.parametrize("content", [None, "abc\n"])
def test_a_folder_without_one(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "vocab.txt").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"tokenizer|vocab\.txt"):
        read_tokenizer(tmp_path)
