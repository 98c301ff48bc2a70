# SPDX-License-Identifier: Apache-2.0
"""The light model as an installer carries it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from building import models
from building.recipe import BuildError, plan

from desktop_app.embedding.backends import light_model
from desktop_app.embedding.backends.model_source import source_of
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.safetensors import tensors_of, widened


@pytest.fixture
def prepared_light(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INKSTONE_PREPARED", str(tmp_path))
    models.write_in_16_bits(light_model.packaged(), light_model.place())
    return light_model.place()


def test_it_is_the_pinned_file_and_known_by_the_fingerprint_of_the_package(prepared_light: Path) -> None:
    assert light_model.folder() == prepared_light
    assert source_of(prepared_light).fingerprint == light_model.FINGERPRINT
    assert source_of(prepared_light, cut=64).fingerprint != light_model.FINGERPRINT  # shorter vectors are other ones


def test_its_numbers_are_those_of_the_package_in_16_bits(prepared_light: Path) -> None:
    whole = tensors_of(light_model.packaged() / light_model.WEIGHTS)
    halves = tensors_of(prepared_light / light_model.WEIGHTS)
    assert {name for name in whole if name.endswith(("weight", "bias"))} == set(halves)
    for name, half in halves.items():
        assert np.allclose(widened(half), widened(whole[name]), rtol=1e-3, atol=1e-7), name


def test_an_altered_one_is_refused(prepared_light: Path) -> None:
    weights = prepared_light / light_model.WEIGHTS
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(EnvironmentProblem, match="component_missing"):
        light_model.folder()


def test_what_builds_it_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(models, "_NEEDED", ("no_such_package",))
    with pytest.raises(BuildError, match="no_such_package"):
        models.add(plan("linux", light=True, out=tmp_path, work=tmp_path))
