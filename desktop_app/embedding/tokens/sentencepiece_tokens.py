# SPDX-License-Identifier: Apache-2.0
"""Token ids by SentencePiece, for the default model's 250,002 pieces.

``tokenizers`` gives the same numbers, but takes 360 MB of memory and 0.85 s to load such a vocabulary; SentencePiece takes 62 MB
and 0.6 s and is six times as fast afterwards (2 cores, 330,000 characters in English, Chinese and German: 0.04 s against 0.26).
It also reads "</s>" in a document as text.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import sentencepiece

START, PAD, END, UNKNOWN = range(4)
"""Token numbers, as in XLM-R."""


class SentencePieceTokens:
    """As ``tokens.Tokens``, of a SentencePiece model. Thread-safe. ``longest``: tokens of a text for ``numbers``, special ones
    included."""

    def __init__(self, model: Path, longest: int) -> None:
        """Raises ``OSError`` or ``RuntimeError`` for a file that is no model."""
        self._processor = sentencepiece.SentencePieceProcessor()
        self._processor.LoadFromSerializedProto(model.read_bytes())
        self._longest = longest

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones excluded, not cut off."""
        return [len(self._processor.encode(text)) for text in texts]

    def numbers(self, texts: Sequence[str]) -> list[list[int]]:
        """Token numbers of each text as the model reads them, with special ones, at most ``longest``."""
        return [[START, *self._processor.encode(text)[: self._longest - 2], END] for text in texts]

    def left(self, max_tokens: int, prompt: str) -> int:
        """Of what the model reads: without special tokens and its prompt for documents."""
        return max_tokens - 2 - self.count([prompt])[0]


def sentencepiece_model(pieces: Sequence[tuple[str, float]]) -> bytes:
    """A SentencePiece model of these pieces, the first four of which are the special tokens; characters are normalised by its own
    rule nmt_nfkc, as for XLM-R."""
    from sentencepiece import sentencepiece_model_pb2

    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(  # a model of a few letters, for its table of characters
        sentence_iterator=iter(["abc abc"] * 9),
        model_writer=written,
        model_type="unigram",
        vocab_size=10,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        bos_id=START,
        pad_id=PAD,
        eos_id=END,
        unk_id=UNKNOWN,
        minloglevel=2,
    )
    model = sentencepiece_model_pb2.ModelProto.FromString(written.getvalue())
    del model.pieces[:]
    kinds = dict.fromkeys((START, PAD, END), model.SentencePiece.CONTROL) | {UNKNOWN: model.SentencePiece.UNKNOWN}
    for number, (piece, score) in enumerate(pieces):
        model.pieces.add(piece=piece, score=score, type=kinds.get(number, model.SentencePiece.NORMAL))
    content: bytes = model.SerializeToString()
    return content


class StoredPieces(NamedTuple):
    """``pieces`` and their scores by number; ``characters``: what single ones are read as, precompiled, as ``tokenizers`` takes it."""

    pieces: list[tuple[str, float]]
    characters: bytes


def pieces_of(model: Path) -> StoredPieces:
    """What a SentencePiece model holds. Raises ``OSError``, and ``ValueError`` for a file that is none."""
    from sentencepiece import sentencepiece_model_pb2

    try:
        stored = sentencepiece_model_pb2.ModelProto.FromString(model.read_bytes())
    except Exception as error:  # protobuf's own, which is another one in each of its implementations
        raise ValueError(f"{model.name} is no SentencePiece model") from error
    return StoredPieces(
        [(piece.piece, piece.score) for piece in stored.pieces], bytes(stored.normalizer_spec.precompiled_charsmap)
    )
