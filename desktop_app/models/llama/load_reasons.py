# SPDX-License-Identifier: Apache-2.0
"""Why llama.cpp did not load a model, from the end of its log."""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop_app.foundation.errors import EnvironmentProblem

ENCODER = "this architecture does not continue a text (encoder)"
"""Our own line for a model that llama.cpp would load."""

# As the llama.cpp of llama-cpp-python 0.3.36 words it; what matches none is shown in its own words.
_REASONS = (
    (re.compile(r"unknown model architecture: '(?P<architecture>[^']*)'"), "llm_architecture"),
    (re.compile(r"error loading model vocabulary: (?P<detail>.*)"), "llm_tokenizer"),
    (re.compile(r"invalid ggml type (?P<detail>-?\d+)"), "llm_number_format"),
    (
        re.compile(r"(?P<detail>tensor '[^']*' (not found|has wrong shape)|missing tensor '[^']*'|wrong number of tensors)"),
        "llm_weights",
    ),
    (re.compile(r"(failed|unable) to allocate|out of memory"), "llm_no_memory"),
    (re.compile(re.escape(ENCODER)), "llm_is_encoder"),
    (re.compile(r"gguf_init_from_reader: failed to read"), "gguf_damaged"),
)


def load_reason(path: str, lines: Sequence[str]) -> EnvironmentProblem:
    """The problem with ``path``: the first of the reasons that a line gives, the most exact ones first."""
    for pattern, code in _REASONS:
        for line in lines:
            found = pattern.search(line)
            if found:
                return EnvironmentProblem(code, path=path, **found.groupdict())
    return EnvironmentProblem("llm_load_failed", path=path, detail="\n".join(lines[-3:]) or "llama.cpp gave no reason")
