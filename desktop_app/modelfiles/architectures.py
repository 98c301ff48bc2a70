# SPDX-License-Identifier: Apache-2.0
"""Which architectures run from their files alone, by name.

``embedding.encoders`` builds their graphs; whatever code a folder brings beside them is not needed.
"""

from __future__ import annotations

BERT_KIN = frozenset({"bert", "ernie", "electra", "roberta", "xlm-roberta", "camembert", "mpnet", "distilbert"})
"""Values of ``model_type`` in a configuration."""
