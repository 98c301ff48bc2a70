"""What an embedding folder says about itself, and which folders are refused before anything of them is loaded."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.embedding import bundled
from desktop_app.embedding.folder import inspect, languages
from desktop_app.foundation.errors import EnvironmentProblem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bundled model with its weights linked, in a folder with a Chinese name."""
    return copy_model(tmp_path / "模型" / "我的 向量模型")


def copy_model(target: Path) -> Path:
    source = bundled.folder()
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("model.safetensors"))
    try:
        os.link(source / "model.safetensors", target / "model.safetensors")
    except OSError:
        shutil.copy(source / "model.safetensors", target / "model.safetensors")
    return target


def change(file: Path, **values: object) -> None:
    stored = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**stored, **values}), encoding="utf-8")


def test_the_bundled_one() -> None:
    found = inspect(bundled.folder())
    assert (found.max_tokens, found.prompts, found.languages) == (256, {"query": "", "document": ""}, ("en",))
    assert len(found.fingerprint) == 24


def test_a_copy_elsewhere_has_the_same_fingerprint(folder: Path) -> None:
    assert inspect(folder).fingerprint == inspect(bundled.folder()).fingerprint


def pooling(folder: Path) -> None:
    change(folder / "1_Pooling" / "config.json", pooling_mode_mean_tokens=False, pooling_mode_cls_token=True)


def prompts(folder: Path) -> None:
    change(folder / "config_sentence_transformers.json", prompts={"query": "query: "})


def length(folder: Path) -> None:
    change(folder / "sentence_bert_config.json", max_seq_length=128)


def weights(folder: Path) -> None:
    data = bytearray((folder / "model.safetensors").read_bytes())
    data[-100] ^= 1
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").write_bytes(bytes(data))


def dense_layer(folder: Path) -> None:
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "model.safetensors").write_bytes(b"another layer")


@pytest.mark.parametrize("altered", [pooling, prompts, length, weights, dense_layer], ids=lambda altered: altered.__name__)
def test_whatever_changes_vectors_changes_the_fingerprint(folder: Path, altered: Callable[[Path], None]) -> None:
    before = inspect(folder).fingerprint
    altered(folder)
    assert inspect(folder).fingerprint != before


def missing(folder: Path) -> None:
    shutil.rmtree(folder)


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def only_pickled(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def broken_config(folder: Path) -> None:
    (folder / "config.json").write_text("{", encoding="utf-8")


def list_as_config(folder: Path) -> None:
    (folder / "config.json").write_text("[1]", encoding="utf-8")


def own_code(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    modules[0]["type"] = "custom_st.Transformer"
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (folder / "custom_st.py").write_text("raise SystemExit('ran')", encoding="utf-8")


@pytest.mark.parametrize(
    ("altered", "code"),
    [
        (missing, "embedding_missing"),
        (empty, "embedding_not_a_model"),
        (only_pickled, "embedding_pickled"),
        (no_weights, "embedding_not_a_model"),
        (no_tokenizer, "embedding_not_a_model"),
        (broken_config, "embedding_not_a_model"),
        (list_as_config, "embedding_not_a_model"),
        (own_code, "embedding_remote_code"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_folder_that_cannot_be_used_is_named(folder: Path, altered: Callable[[Path], None], code: str) -> None:
    altered(folder)
    with pytest.raises(EnvironmentProblem) as caught:
        inspect(folder)
    assert (caught.value.code, caught.value.data) == (code, {"path": str(folder)})


def test_the_longest_text_is_asked_of_three_files(folder: Path) -> None:
    (folder / "sentence_bert_config.json").unlink()
    change(folder / "tokenizer_config.json", model_max_length=int(1e30))
    assert inspect(folder).max_tokens == 512  # config.json: max_position_embeddings
    change(folder / "tokenizer_config.json", model_max_length=300)
    assert inspect(folder).max_tokens == 300


@pytest.mark.parametrize(
    ("stored", "found"),
    [
        ({"prompts": {"query": "q: ", "passage": "p: "}}, {"query": "q: ", "document": "p: "}),
        ({"prompts": {"query": "q: ", "document": ""}}, {"query": "q: ", "document": ""}),
        ({"prompts": {"task": "t: "}, "default_prompt_name": "task"}, {"query": "t: ", "document": "t: "}),
        ({"prompts": None}, {"query": "", "document": ""}),
        ({"prompts": ["q"], "default_prompt_name": 3}, {"query": "", "document": ""}),
    ],
)
def test_prompts_under_every_name(folder: Path, stored: dict[str, object], found: dict[str, str]) -> None:
    (folder / "config_sentence_transformers.json").write_text(json.dumps(stored), encoding="utf-8")
    assert inspect(folder).prompts == found


def with_vocabulary(folder: Path, vocabulary: object) -> tuple[str, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": vocabulary}}), encoding="utf-8")
    return languages(folder)


def test_languages_by_vocabulary(tmp_path: Path) -> None:
    english = {
        f"{a}{b}{c}word": 0 for a in "abcdefghijklmnopqrst" for b in "abcdefghijklmnopqrst" for c in "abcdefghijklmnopqrst"
    }
    chinese = {chr(0x4E00 + n): n for n in range(6_000)}
    assert with_vocabulary(tmp_path / "英", english) == ("en",)
    assert with_vocabulary(tmp_path / "中", chinese) == ("zh",)
    assert with_vocabulary(tmp_path / "双", english | chinese) == ("zh", "en")
    assert with_vocabulary(tmp_path / "多", {str(n): n for n in range(100_000)}) == ("*",)
    assert with_vocabulary(tmp_path / "单元", [[f"▁{word}", -1.5] for word in english]) == ("en",)
    assert with_vocabulary(tmp_path / "无", {}) == ()
