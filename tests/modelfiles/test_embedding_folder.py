# SPDX-License-Identifier: Apache-2.0
"""What an embedding folder says about itself, and which folders are refused before anything of them is loaded."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.embedding.backends import light_model
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.embedding_folder import inspect
from desktop_app.modelfiles.vocabulary import languages_of, tokenizer_vocabulary


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bundled model with its weights linked, in a folder with a Chinese name."""
    return copy_model(tmp_path / "模型" / "我的 向量模型")


def copy_model(target: Path) -> Path:
    source = light_model.folder()
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
    found = inspect(light_model.folder())
    assert (found.max_tokens, found.prompts, found.languages) == (256, {"query": "", "document": ""}, ("en",))
    assert len(found.fingerprint) == 24


def test_a_copy_elsewhere_has_the_same_fingerprint(folder: Path) -> None:
    assert inspect(folder).fingerprint == inspect(light_model.folder()).fingerprint


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
    (folder / "vocab.txt").unlink()


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
        (no_tokenizer, "embedding_no_tokenizer"),
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
    return languages_of(tokenizer_vocabulary(folder))


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


# ---- bare checkpoints, families, shorter vectors --------------------------------------------------------------------


def bare(folder: Path) -> None:
    (folder / "modules.json").unlink()


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"architectures": ["LlamaForCausalLM"]}, "embedding_is_llm"),
        ({"architectures": ["XLMRobertaForSequenceClassification"]}, "embedding_unsupported"),
        ({"architectures": ["CLIPModel"], "vision_config": {}}, "embedding_unsupported"),
        ({"hidden_size": 0}, "embedding_no_dimension"),
        ({"model_type": "new", "auto_map": {"AutoModel": "modeling.NewModel"}}, "embedding_remote_code"),
    ],
)
def test_a_bare_checkpoint_of_another_kind(folder: Path, config: dict[str, object], code: str) -> None:
    bare(folder)
    change(folder / "config.json", **config)
    with pytest.raises(EnvironmentProblem) as caught:
        inspect(folder)
    assert caught.value.code == code


def test_a_bare_checkpoint_takes_the_mean(folder: Path) -> None:
    before = inspect(folder)
    bare(folder)
    found = inspect(folder)
    assert (before.pooling, found.pooling, found.notes) == ("", "mean", ("mean_pooling",))
    assert found.fingerprint != before.fingerprint


def pooling_of_nothing(folder: Path) -> None:
    change(folder / "1_Pooling" / "config.json", word_embedding_dimension=0)


def sparse(folder: Path) -> None:
    kind = "sentence_transformers.sparse_encoder.models.SpladePooling"
    (folder / "modules.json").write_text(json.dumps([{"path": "", "type": kind}]), encoding="utf-8")


def router(folder: Path) -> None:
    kind = "sentence_transformers.base.modules.router.Router"
    (folder / "modules.json").write_text(json.dumps([{"path": "", "type": kind}]), encoding="utf-8")


def adapter(folder: Path) -> None:
    (folder / "adapter_config.json").write_text("{}", encoding="utf-8")


def cut_off(folder: Path) -> None:
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").write_bytes(data[: len(data) // 2])


def a_part_is_missing(folder: Path) -> None:
    size = (folder / "model.safetensors").stat().st_size
    index = {"metadata": {"total_size": 2 * size}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")


def pickled_layer(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    modules.insert(2, {"path": "2_Dense", "type": "sentence_transformers.models.Dense"})
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "pytorch_model.bin").write_bytes(b"\x80\x02}q\x00.")


@pytest.mark.parametrize(
    ("altered", "code"),
    [
        (pooling_of_nothing, "embedding_no_dimension"),
        (sparse, "embedding_unsupported"),
        (router, "embedding_unsupported"),
        (adapter, "embedding_unsupported"),
        (cut_off, "embedding_truncated"),
        (a_part_is_missing, "embedding_truncated"),
        (pickled_layer, "embedding_pickled"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_else_cannot_be_used(folder: Path, altered: Callable[[Path], None], code: str) -> None:
    altered(folder)
    with pytest.raises(EnvironmentProblem) as caught:
        inspect(folder)
    assert caught.value.code == code


E5 = {"query": "query: ", "document": "passage: "}


def test_a_family_is_told_by_the_card_or_the_configuration(folder: Path) -> None:
    (folder / "README.md").unlink()
    assert inspect(folder).prompts == {"query": "", "document": ""}
    change(folder / "config.json", _name_or_path="intfloat/multilingual-e5-base")
    found = inspect(folder)
    assert (found.prompts, found.notes) == (E5, ("family_prompts",))
    card = "---\ntags:\n- mteb\nmodel-index:\n- name: gte-base\n---\n\n# gte-base\n\nBetter than multilingual-e5-base.\n"
    (folder / "README.md").write_text(card, encoding="utf-8")
    assert inspect(folder).prompts == {"query": "", "document": ""}


def test_a_commit_in_the_cache_has_its_models_name(tmp_path: Path) -> None:
    folder = copy_model(tmp_path / "models--intfloat--multilingual-e5-small" / "snapshots" / ("0a1b" * 10))
    found = inspect(folder)
    assert (found.name, found.prompts) == ("multilingual-e5-small", E5)


@pytest.mark.parametrize("card", ["tags:\n- Matryoshka\n", 'loss: {"matryoshka_dims": [384, 128]}'])
def test_shorter_vectors(folder: Path, card: str) -> None:
    with pytest.raises(EnvironmentProblem, match="embedding_cut"):
        inspect(folder, 385)
    assert inspect(folder, 128).notes == ("dimension_cut_untrained",)
    (folder / "README.md").write_text(card, encoding="utf-8")
    assert (inspect(folder).dimension, inspect(folder).notes) == (384, ())
    found = inspect(folder, 128)
    assert (found.dimension, found.full_dimension, found.notes) == (128, 384, ("dimension_cut",))
    assert found.fingerprint != inspect(folder).fingerprint


@pytest.mark.parametrize(
    ("prompts", "found"),
    [
        ({"search_query": "q: ", "search_document": "p: ", "clustering": "c: "}, {"query": "q: ", "document": "p: "}),
        ({"query": "", "document": ""}, {"query": "", "document": ""}),
    ],
)
def test_other_names_of_prompts(folder: Path, prompts: dict[str, str], found: dict[str, str]) -> None:
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}), encoding="utf-8")
    assert inspect(folder).prompts == found
