# SPDX-License-Identifier: Apache-2.0
"""Writes an E5S1 model as a sentence-transformers folder, for torch.

250 MB, made only where torch computes (a GPU, or by choice). Weights are stored in 16 bits and the tokenizer in the form of
``tokenizers``, whose numbers are SentencePiece's.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.embedding.encoders.bert_kin import LAYER_NAMES
from desktop_app.embedding.tokens.sentencepiece_tokens import END, START, UNKNOWN, pieces_of
from desktop_app.foundation import private
from desktop_app.modelfiles.e5s1 import E5S1
from desktop_app.modelfiles.safetensors import write_safetensors

_EMBEDDINGS = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}


def write_plain_folder(model: E5S1, tokenizer: Path, prompts: Mapping[str, str], folder: Path) -> None:
    """Raises ``OSError``."""
    making = folder.with_name(f"{folder.name}.{os.getpid()}.new")
    shutil.rmtree(making, ignore_errors=True)
    (making / "1_Pooling").mkdir(parents=True)
    try:
        _write_weights(model, making / "model.safetensors")
        _write_tokenizer(model, tokenizer, making / "tokenizer.json")
        for name, content in _configuration(model, prompts).items():
            (making / name).write_text(json.dumps(content), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        private.replace(making, folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _write_weights(model: E5S1, file: Path) -> None:
    names = {name: f"embeddings.{stored}" for name, stored in _EMBEDDINGS.items()}
    for number in range(model.sizes.layers):
        for name, stored in LAYER_NAMES.items():
            for part, whole in (("w", "weight"), ("b", "bias")):
                names[f"l{number}.{name}.{part}"] = f"encoder.layer.{number}.{stored}.{whole}"
    widths = {f"l{number}.fo.w": model.sizes.feed_forward for number in range(model.sizes.layers)}
    weights = {}
    for name, stored in names.items():
        numbers = model.tensor(name).astype(np.float16)
        matrix = (name.endswith(".w") and not name.endswith("ln.w")) or name in ("emb.word", "emb.pos", "emb.type")
        weights[stored] = numbers.reshape(-1, widths.get(name, model.sizes.hidden)) if matrix else numbers
    write_safetensors(file, weights)


def _write_tokenizer(model: E5S1, tokenizer: Path, file: Path) -> None:
    from tokenizers import AddedToken, Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    pieces = model.pieces()
    made = Tokenizer(Unigram(pieces, UNKNOWN, byte_fallback=False))
    spaces = normalizers.Replace(Regex(" {2,}"), " ")
    made.normalizer = normalizers.Sequence([normalizers.Precompiled(pieces_of(tokenizer).characters), spaces])
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")]
    )
    made.add_special_tokens([AddedToken(piece, special=True, normalized=False) for piece, _ in pieces[: UNKNOWN + 1]])
    start, end = pieces[START][0], pieces[END][0]
    made.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}", pair=f"{start} $A {end} {end} $B {end}", special_tokens=[(start, START), (end, END)]
    )
    made.save(str(file))


def _configuration(model: E5S1, prompts: Mapping[str, str]) -> dict[str, Any]:
    sizes = model.sizes
    part = "sentence_transformers.models"
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.feed_forward,
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.types,
            "vocab_size": sizes.vocabulary,
            "layer_norm_eps": sizes.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": 0,  # of the word table: no row of it is left out
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": sizes.positions,
            "cls_token": "<s>",
            "bos_token": "<s>",
            "sep_token": "</s>",
            "eos_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{part}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{part}.Pooling"},
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": sizes.hidden, "pooling_mode_mean_tokens": True},
        "sentence_bert_config.json": {"max_seq_length": sizes.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": dict(prompts)},
    }
