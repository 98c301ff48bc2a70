"""The tokenizer of a model without the model: as it was stored when the model was converted on this machine.

Texts are cut into passages by its tokens, so that files can be found by words before the model is loaded.
"""

from __future__ import annotations

import logging

from desktop_app.embedding import graphs
from desktop_app.embedding.tokens import Tokens

log = logging.getLogger(__name__)


def open_tokens(fingerprint: str) -> Tokens | None:
    """None where the model was not converted, or its tokenizer cannot be used: then the model itself counts."""
    for kind in graphs.KINDS:
        if graphs.find(fingerprint, kind) is None:
            continue
        try:
            return Tokens((graphs.place(fingerprint, kind) / graphs.TOKENIZER).read_text(encoding="utf-8"))
        except Exception as error:  # noqa: BLE001 - the tokenizers package raises plain Exceptions
            log.info("the tokenizer of the converted model %s cannot be used: %s", fingerprint, error)
    return None
