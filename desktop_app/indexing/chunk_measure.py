# SPDX-License-Identifier: Apache-2.0
"""Measures chunks in tokens of the models that read them."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.documents.text import splitting
from desktop_app.embedding.seam.embedder import Embedder

# Version of reading and splitting: a file made with another one is read again. The embedding model is no part of it: what is still
# to be embedded is seen in the catalogue (``reembedding``).
# 2: OFD, pictures and scans; repeated page headers left out; places with boxes. 3: ruled tables of PDFs; .chm. 4: names of sheets; short lines apart
# 5: what is hidden, and what stands beside the body, known as such. 6: more parts of sheets, pages and Word files. 7: tables as data
# 8: tables in mails, e-books and notes; more units
RECIPE = "8"
# Longer chunks blur what a vector says and what a quote shows, also where a model could read more.
_LONGEST_CHUNK = 400
_WITHOUT_MODEL = 254


class ChunkMeasure:
    """How long a text is for the models that are to read it whole. Without a model lengths are estimated.

    With several, tokens are scaled so that ``limit`` is the limit of each: a text fits when it fits all.
    """

    def __init__(self, models: Sequence[Embedder]) -> None:
        self._models = [(model.count_tokens, min(model.facts.max_tokens, _LONGEST_CHUNK)) for model in models]
        self.limit = min((limit for _, limit in self._models), default=_WITHOUT_MODEL)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, to be compared with ``limit``."""
        if not self._models:
            return splitting.estimate_tokens(texts)
        counted = [(count(texts), limit) for count, limit in self._models]
        return [max(-(-tokens[row] * self.limit // limit) for tokens, limit in counted) for row in range(len(texts))]
