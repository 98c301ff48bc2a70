# SPDX-License-Identifier: Apache-2.0
"""Which folders are checkers, and which are refused before anything of them is loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles import checker_folder, reranker_folder


def made(
    folder: Path, kind: str = "BertForTokenClassification", *, weights: str = "model.safetensors", **config: object
) -> Path:
    folder.mkdir(parents=True)
    values = {"architectures": [kind], **config}
    (folder / "config.json").write_text(json.dumps(values), encoding="utf-8")
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    if weights:
        (folder / weights).parent.mkdir(exist_ok=True)
        (folder / weights).write_bytes(b"1234")
    return folder


@pytest.mark.parametrize(
    ("name", "kind", "config", "form"),
    [
        ("lettucedect-base", "ModernBertForTokenClassification", {}, checker_folder.TOKENS),
        ("MiniCheck-RoBERTa", "RobertaForSequenceClassification", {}, checker_folder.PAIRS),
        (
            "x",
            "BertForSequenceClassification",
            {"id2label": {"0": "entailment", "1": "neutral", "2": "no"}},
            checker_folder.PAIRS,
        ),
        ("x", "BertForTokenClassification", {"id2label": {"0": "supported", "1": "hallucinated"}}, checker_folder.TOKENS),
        ("ner", "BertForTokenClassification", {}, ""),
        ("sentiment", "BertForSequenceClassification", {"id2label": {"0": "bad", "1": "good"}}, ""),
        ("fact-reranker", "BertForSequenceClassification", {"id2label": {"0": "LABEL_0"}}, ""),
        ("lettuce", "BertModel", {}, ""),
        ("lettuce", "BertForTokenClassification", {"id2label": {str(n): f"halluc{n}" for n in range(9)}}, ""),
    ],
)
def test_what_is_one(tmp_path: Path, name: str, kind: str, config: dict[str, object], form: str) -> None:
    assert checker_folder.form_of(made(tmp_path / name, kind, **config)) == form


@pytest.mark.parametrize(
    ("weights", "config", "code"),
    [
        ("model.safetensors", {"auto_map": {"AutoModel": "code.Model"}}, "checker_remote_code"),
        ("pytorch_model.bin", {}, "checker_pickled"),
        ("", {}, "checker_not_a_model"),
    ],
)
def test_what_is_refused(tmp_path: Path, weights: str, config: dict[str, object], code: str) -> None:
    folder = made(tmp_path / "模型" / "lettuce", weights=weights, **config)
    with pytest.raises(EnvironmentProblem) as caught:
        checker_folder.check(folder)
    assert (caught.value.code, caught.value.data) == (code, {"path": str(folder)})
    (entry,) = checker_folder.find(str(tmp_path))
    assert (entry.kind, entry.fits, entry.problem) == ("checker", "no", code)


@pytest.mark.parametrize("weights", ["model.safetensors", "model.onnx", "onnx/model.onnx"])
def test_what_can_be_used_is_listed_with_the_models(tmp_path: Path, weights: str) -> None:
    folder = made(tmp_path / "模型" / "models--KR--lettucedect-v1" / "snapshots" / "abc", weights=weights)
    checker_folder.check(folder)
    entries, problem = reranker_folder.listed_with([], None, str(tmp_path))
    (entry,) = entries
    assert (entry.name, entry.kind, entry.path, entry.size, entry.problem) == ("lettucedect-v1", "checker", str(folder), 4, "")
    assert problem is None


def test_damaged_configurations_are_none(tmp_path: Path) -> None:
    for number, text in enumerate(
        ("[" * 100_000, "[]", '{"architectures": 3}', '{"architectures": ["BertForTokenClassification"], "id2label": 3}')
    ):
        folder = tmp_path / f"nothing{number}"
        folder.mkdir()
        (folder / "config.json").write_text(text, encoding="utf-8")
        assert checker_folder.form_of(folder) == ""
