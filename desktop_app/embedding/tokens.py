"""Counting tokens, and how many of them the model has left for a text of the person's."""

from __future__ import annotations

from collections.abc import Sequence

from tokenizers import Tokenizer


class TokenCounter:
    """The model's vocabulary: ``tokenizer`` in the form of a ``tokenizer.json``."""

    def __init__(self, tokenizer: str) -> None:
        self._tokenizer = Tokenizer.from_str(tokenizer)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones excluded, not cut off."""
        return [len(encoding) for encoding in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def left(self, max_tokens: int, prompt: str) -> int:
        """Of what the model reads: without special tokens and its prompt for documents."""
        special: int = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        return max_tokens - special - self.count([prompt])[0]
