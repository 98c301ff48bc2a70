# SPDX-License-Identifier: Apache-2.0
"""The tokenizer of a model without the model.

As it was stored when the model was converted on this machine, or beside the default one. Texts are cut into passages by its
tokens, so that files can be found by words before the model is loaded.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from desktop_app.embedding.backends import default_model, graphs
from desktop_app.embedding.seam.embedder import EmbeddingFacts
from desktop_app.embedding.tokens.tokens import Tokens

log = logging.getLogger(__name__)


class CountsTokens(Protocol):
    """Counts tokens as the model's own tokenizer does."""

    def count(self, texts: Sequence[str], /) -> list[int]:
        """Tokens of each text, special ones excluded, not cut off."""
        ...


def open_tokens(facts: EmbeddingFacts) -> CountsTokens | None:
    """None where the tokenizer cannot be had or used alone: then the model itself counts."""
    try:
        if facts.fingerprint == default_model.FINGERPRINT:
            return default_model.open_tokens(Path(facts.path), facts.max_tokens)
        for kind in graphs.KINDS:
            if graphs.find(facts.fingerprint, kind) is not None:
                return Tokens((graphs.place(facts.fingerprint, kind) / graphs.TOKENIZER).read_text(encoding="utf-8"))
    except Exception as error:  # noqa: BLE001 - the tokenizers package raises plain Exceptions
        log.info("the tokenizer of %s cannot be used alone: %s", facts.name, error)
    return None
