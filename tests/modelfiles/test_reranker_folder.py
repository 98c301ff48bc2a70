# SPDX-License-Identifier: Apache-2.0
"""Which folders are rerankers, and which are refused before anything of them is loaded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.embedding.backends import light_model
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles import reranker_folder


@pytest.fixture
def folder(tiny_reranker: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_reranker, tmp_path / "模型" / "重排"))


def change(folder: Path, **values: object) -> None:
    file = folder / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **values}), encoding="utf-8")


def pickled(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


@pytest.mark.slow
def test_a_real_one(folder: Path) -> None:
    reranker_folder.check(folder)
    (entry,) = reranker_folder.find(str(folder.parent))
    assert (entry.path, entry.name, entry.kind, entry.problem) == (str(folder), "重排", "reranker", "")
    assert entry.size == (folder / "model.safetensors").stat().st_size


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (shutil.rmtree, "reranker_missing"),
        (lambda folder: (folder / "config.json").unlink(), "reranker_not_a_model"),
        (lambda folder: (folder / "config.json").write_text("[" * 100_000), "reranker_not_a_model"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "reranker_not_a_model"),
        (lambda folder: change(folder, architectures=["BertModel"]), "reranker_not_a_model"),
        (lambda folder: change(folder, id2label={"0": "a", "1": "b", "2": "c"}, num_labels=3), "reranker_not_a_model"),
        (lambda folder: change(folder, auto_map={"AutoModel": "code.Model"}), "reranker_remote_code"),
        (pickled, "reranker_pickled"),
        (lambda folder: (folder / "model.safetensors").unlink(), "reranker_not_a_model"),
    ],
)
def test_what_is_refused(folder: Path, spoil: Callable[[Path], object], code: str) -> None:
    spoil(folder)
    with pytest.raises(EnvironmentProblem) as caught:
        reranker_folder.check(folder)
    assert (caught.value.code, caught.value.data) == (code, {"path": str(folder)})


def test_an_embedding_model_is_none() -> None:
    with pytest.raises(EnvironmentProblem, match="reranker_not_a_model"):
        reranker_folder.check(light_model.folder())
    assert reranker_folder.find(str(light_model.folder())) == []


def test_one_that_cannot_be_used_is_listed_with_its_problem(folder: Path) -> None:
    pickled(folder)
    (entry,) = reranker_folder.find(str(folder.parent))
    assert (entry.problem, entry.fits) == ("reranker_pickled", "no")
