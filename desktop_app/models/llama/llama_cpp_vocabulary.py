# SPDX-License-Identifier: Apache-2.0
"""The vocabulary of a loaded GGUF: text to tokens and back.

llama.cpp's library is handed in.

Untrusted text: words of a document that spell a control token ("<|im_end|>") would otherwise end the turn or start a new one; they
are broken up before the template sees them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from typing import Any

from desktop_app.foundation.errors import InternalProblem

_ZERO_WIDTH_SPACE = "\u200b"


def tokenize(llama: Any, vocab: Any, text: str, *, around: bool, special: bool) -> list[int]:
    """Tokens of ``text``. ``around``: with the special tokens that the model wants around it; ``special``: control tokens spelled in
    the text are taken as such."""
    data = text.encode("utf-8", "replace")
    size = len(data) + 8
    for _ in range(2):
        array = (llama.llama_token * size)()
        count = llama.llama_tokenize(vocab, data, len(data), array, size, around, special)
        if count >= 0:
            return list(array[:count])
        size = -count
    raise InternalProblem("internal", detail="llama_tokenize does not settle on a size")


class Vocabulary:
    """``spelled``: control tokens whose text is wanted of a model that writes them; llama.cpp drops that of others."""

    def __init__(self, llama: Any, vocab: Any, spelled: Iterable[str] = ()) -> None:
        self._llama = llama
        self._vocab = vocab
        marks = {mark: self.tokens(mark, special=True) for mark in spelled}
        self.spelled = {mark: one[0] for mark, one in marks.items() if len(one) == 1 and self.text_of(one[0]) == mark}
        """Those that are one token here."""
        self._written_out = frozenset(self.spelled.values())

    def tokens(self, text: str, *, special: bool) -> list[int]:
        """Token ids of a text; with ``special`` control tokens that it spells are taken for such."""
        return tokenize(self._llama, self._vocab, text, around=False, special=special)

    def prompt(self, text: str) -> list[int]:
        """Tokens of a rendered prompt. As llama.cpp's server does it: the file says whether a prompt begins with BOS, and a template may
        have put it already."""
        tokens = self.tokens(text, special=True)
        first = self._llama.llama_vocab_bos(self._vocab)
        if self._llama.llama_vocab_get_add_bos(self._vocab) and tokens[:1] != [first]:
            tokens.insert(0, first)
        return tokens

    def bytes_of(self, token: int) -> bytes:
        """What a token writes: nothing for a control token."""
        size = 256
        for _ in range(2):
            buffer = ctypes.create_string_buffer(size)
            count = self._llama.llama_token_to_piece(self._vocab, token, buffer, size, 0, token in self._written_out)
            if count >= 0:
                return buffer.raw[:count]
            size = -count
        return b""

    def text_of(self, token: int) -> str:
        """Its spelling in the vocabulary."""
        return (
            bytes(self._llama.llama_vocab_get_text(self._vocab, token) or b"").decode("utf-8", "replace") if token >= 0 else ""
        )

    @property
    def bos(self) -> int:
        """The token that begins a text; -1 for none."""
        return int(self._llama.llama_vocab_bos(self._vocab))

    @property
    def eos(self) -> int:
        """The token that ends a text; -1 for none."""
        return int(self._llama.llama_vocab_eos(self._vocab))

    def ends(self, token: int) -> bool:
        """Whether it ends a turn."""
        return bool(self._llama.llama_vocab_is_eog(self._vocab, token))

    def harmless(self, content: str) -> str:
        """``content`` with every spelled-out control token broken up, so that it reads as plain text."""
        for _ in range(4):  # breaking one may join another; four rounds are plenty, and the loop ends at the first clean one
            control = {
                token for token in self.tokens(content, special=True) if self._llama.llama_vocab_is_control(self._vocab, token)
            }
            spelled = [text for text in map(self.text_of, control) if len(text) > 1 and text in content]
            if not spelled:
                break
            for text in spelled:
                content = content.replace(text, text[0] + _ZERO_WIDTH_SPACE + text[1:])
        return content
