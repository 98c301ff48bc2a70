# SPDX-License-Identifier: Apache-2.0
"""Whether a checkpoint without ``modules.json`` is an embedder, and how.

m3e, text2vec and many fine-tuned transformers models are shared so; how is by which pooling their token vectors become one vector.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.families import Family

_ENCODERS = ("Model", "ForMaskedLM", "ForPreTraining")
_OTHER_SENSES = ("vision_config", "audio_config", "image_size", "num_mel_bins")


def pooling(path: Path, config: dict[str, Any], family: Family | None) -> str:
    """ "mean" unless its family is known to do otherwise.

    Raises ``EnvironmentProblem`` embedding_is_llm for a model that writes, embedding_unsupported for one with another task or of
    pictures and sounds.
    """
    architectures = config.get("architectures")
    architecture = str(architectures[0]) if isinstance(architectures, list) and architectures else ""
    if any(name in config for name in _OTHER_SENSES):
        raise EnvironmentProblem("embedding_unsupported", path=path, detail=architecture)
    # An embedder made from a language model is stored under the latter's name.
    if architecture.endswith("ForCausalLM") and not (family and family.pooling == "lasttoken"):
        raise EnvironmentProblem("embedding_is_llm", path=path)
    if architecture and not architecture.endswith((*_ENCODERS, "ForCausalLM")):
        raise EnvironmentProblem("embedding_unsupported", path=path, detail=architecture)
    return family.pooling if family else "mean"
