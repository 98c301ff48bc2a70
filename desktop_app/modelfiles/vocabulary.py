# SPDX-License-Identifier: Apache-2.0
"""Which languages a model understands, by the words it knows."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from desktop_app.analysis.script import HAN
from desktop_app.modelfiles.json_files import read_object

MANY = 60_000
"""Tokens. A vocabulary this large was made for many languages."""


def languages_of(vocabulary: Collection[str]) -> tuple[str, ...]:
    """Language codes, or ("*",) for a multilingual vocabulary.

    Counting unknown tokens would not do: an English vocabulary holds single letters of many scripts, so nothing is "unknown" and
    nothing is understood. Whole words, or thousands of Han characters, are only in a vocabulary that was trained on them.
    """
    if len(vocabulary) > MANY:
        return ("*",)
    han = sum(1 for token in vocabulary if re.search(f"[{HAN}]", token))
    latin = sum(1 for token in vocabulary if re.fullmatch(r"[▁Ġ]?[a-zA-Z]{4,}", token))
    return (*(["zh"] if han > 3_000 else []), *(["en"] if latin > 5_000 else []))


def tokenizer_vocabulary(folder: Path) -> dict[str, int]:
    """Token to number, from ``tokenizer.json``, a BERT ``vocab.txt`` or XLM-RoBERTa's ``sentencepiece.bpe.model``; without tokens
    added later."""
    model = read_object(folder / "tokenizer.json").get("model")
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    if isinstance(vocabulary, dict):  # WordPiece and BPE
        return {str(token): index for token, index in vocabulary.items() if isinstance(index, int)}
    if isinstance(vocabulary, list):  # Unigram: [token, score]
        return {str(entry[0]): index for index, entry in enumerate(vocabulary) if isinstance(entry, list) and entry}
    pieces = folder / "sentencepiece.bpe.model"
    if pieces.is_file() and not (folder / "vocab.txt").is_file():
        return _pieces(pieces)
    try:
        lines = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    return {token: index for index, token in enumerate(lines)}


def _pieces(file: Path) -> dict[str, int]:
    """XLM-RoBERTa counts one more than SentencePiece; {} for a file that is none."""
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor()
    try:
        processor.LoadFromSerializedProto(file.read_bytes())
    except (OSError, RuntimeError):
        return {}
    return {processor.id_to_piece(number): number + 1 for number in range(processor.get_piece_size())}
