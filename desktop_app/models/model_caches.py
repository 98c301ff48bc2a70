# SPDX-License-Identifier: Apache-2.0
"""The model caches of other programs on this PC.

Only existing folders are named; nothing is created.

- Hugging Face: ``HF_HUB_CACHE`` (or its old name), ``HF_HOME/hub``, ``XDG_CACHE_HOME/huggingface/hub``, ``~/.cache/huggingface/hub``; on
  Windows too it is ``.cache`` in the user's folder (huggingface_hub's own rule, not %LOCALAPPDATA%).
- sentence-transformers before version 3: ``SENTENCE_TRANSFORMERS_HOME``, ``~/.cache/torch/sentence_transformers``.
- ModelScope, where the hub above is out of reach: ``MODELSCOPE_CACHE``, ``~/.cache/modelscope/hub``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def model_places(environment: Mapping[str, str] = os.environ, home: Path | None = None) -> list[str]:
    """Existing folders, each once, in the order in which the programs themselves look."""
    home = home or Path.home()

    def from_environment(name: str, *below: str) -> Path | None:
        value = environment.get(name, "").strip()
        return Path(value).expanduser().joinpath(*below) if value else None

    cache = from_environment("XDG_CACHE_HOME") or home / ".cache"
    wanted = (
        from_environment("HF_HUB_CACHE"),
        from_environment("HUGGINGFACE_HUB_CACHE"),
        from_environment("HF_HOME", "hub"),
        cache / "huggingface" / "hub",
        home / ".cache" / "huggingface" / "hub",
        from_environment("SENTENCE_TRANSFORMERS_HOME"),
        cache / "torch" / "sentence_transformers",
        from_environment("MODELSCOPE_CACHE"),
        cache / "modelscope" / "hub",
    )
    return [str(path) for path in dict.fromkeys(wanted) if path is not None and path.is_dir()]
