# SPDX-License-Identifier: Apache-2.0
"""Which encoders can be built from their numbers alone."""

from __future__ import annotations

BERT_KIN = frozenset({"bert", "ernie", "electra", "roberta", "xlm-roberta", "camembert", "mpnet", "distilbert"})
"""Values of ``model_type`` in a configuration."""


class UnknownArchitectureError(ValueError):
    """An encoder, a module or a head that ``encoders`` does not know; torch may."""
