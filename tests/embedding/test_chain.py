# SPDX-License-Identifier: Apache-2.0
"""Folders of every family: our vectors are those that sentence-transformers itself makes with the prompts of the model card.

The models are small ones with random weights and the structure of the real ones; ``SentenceTransformer.encode`` is the reference.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_embedders as maker
from tiny_checkers import table_graph

from desktop_app.embedding.backends import conversion, default_model
from desktop_app.embedding.backends.model_source import DefaultSource, source_of
from desktop_app.embedding.encoders.known import UnknownArchitectureError
from desktop_app.embedding.factory import open_embedder, split_choice
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.embedding.tokens.tokens import Tokens
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.architectures import BERT_KIN
from desktop_app.modelfiles.embedding_folder import inspect

pytestmark = pytest.mark.slow

TEXTS = [*maker.LINES, "x", "An unknown wörd 鑫 and more of the same. " * 40]
QUESTION = "质保期多长？ How long?"
WEB = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"


def opened(folder: Path, cut: str = "") -> Embedder:
    """By the graph that is built of its numbers, where its kind is known; else by torch."""
    found = inspect(folder, int(cut.removeprefix("@") or 0))
    built = found.architecture in BERT_KIN
    if built:
        conversion.convert(found)
    embedder = open_embedder(f"{folder}{cut}", "openvino-f32" if built else "torch-f32")
    assert embedder is not None
    assert embedder.facts.backend == ("openvino-f32" if built else "torch-f32")
    return embedder


def reference(folder: Path, **settings: Any) -> Any:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True, **settings)
    # XLM-R's positions begin behind the padding token: at the length that the library takes from the file it fails by itself.
    if model.max_seq_length == 130:
        model.max_seq_length = 128
    return model


def same(embedder: Embedder, model: Any, query: str, document: str, **settings: Any) -> None:
    """Texts alone and padded in one batch, passages and a question."""
    expected = model.encode(TEXTS, prompt=document, normalize_embeddings=True, batch_size=len(TEXTS), **settings)
    assert np.asarray(embedder.embed_documents(TEXTS)) == pytest.approx(expected, abs=2e-5)
    asked = model.encode([QUESTION], prompt=query, normalize_embeddings=True, **settings)[0]
    assert np.asarray(embedder.embed_question(QUESTION)) == pytest.approx(asked, abs=2e-5)


@pytest.mark.parametrize(
    ("name", "make", "pooling", "query", "document"),
    [
        ("multilingual-e5-small", maker.xlm_roberta, "mean", "query: ", "passage: "),
        ("bge-small-zh-v1.5", maker.bert, "cls", "为这个句子生成表示以用于检索相关文章：", ""),
        ("bge-base-en-v1.5", maker.bert, "cls", "Represent this sentence for searching relevant passages: ", ""),
        ("nomic-embed-text-v1.5", maker.bert, "mean", "search_query: ", "search_document: "),
        ("Qwen3-Embedding-0.6B", maker.qwen3, "lasttoken", WEB, ""),
        ("gte-base-zh", maker.bert, "cls", "", ""),
    ],
)
def test_a_family_whose_folder_has_no_prompts(
    name: str, make: Callable[[Path], Path], pooling: str, query: str, document: str, tmp_path: Path
) -> None:
    folder = maker.chained(make(tmp_path / "模型 库" / name), pooling=pooling)
    embedder = opened(folder)
    same(embedder, reference(folder), query, document)
    assert embedder.facts.notes == (("family_prompts",) if query else ())
    assert embedder.facts.name == name


def test_the_folders_own_prompts_come_first(tmp_path: Path) -> None:
    prompts = {"query": "Frage: ", "document": "Text: "}
    folder = maker.chained(maker.bert(tmp_path / "multilingual-e5-mine"), prompts=prompts)
    embedder = opened(folder)
    same(embedder, reference(folder), "Frage: ", "Text: ")
    assert embedder.facts.notes == ()


def test_an_instruction_does_not_count_in_the_mean(tmp_path: Path) -> None:
    folder = maker.chained(maker.bert(tmp_path / "instructor-tiny"))
    model = reference(folder)
    model.set_pooling_include_prompt(False)
    query, document = "Represent the question for retrieving supporting documents: ", "Represent the document for retrieval: "
    same(opened(folder), model, query, document)


@pytest.mark.parametrize(
    ("name", "make", "options"),
    [("m3e-tiny", maker.bert, {}), ("text2vec", maker.bert, {"masked": True}), ("无名", maker.xlm_roberta, {})],
)
def test_a_bare_checkpoint_takes_the_mean_and_says_so(
    name: str, make: Callable[..., Path], options: dict[str, Any], tmp_path: Path
) -> None:
    folder = make(tmp_path / name, **options)
    embedder = opened(folder)
    same(embedder, reference(folder), "", "")
    assert embedder.facts.notes == ("mean_pooling",)
    assert embedder.facts.max_tokens == 126  # 128 positions, two special tokens; XLM-R's begin behind the padding token


def test_a_bare_qwen3_embedding_takes_the_last_token(tmp_path: Path) -> None:
    folder = maker.qwen3(tmp_path / "Qwen3-Embedding-mine")
    embedder = opened(folder)
    assert embedder.facts.notes == ("family_pooling", "family_prompts")
    chained = maker.chained(maker.qwen3(tmp_path / "别名"), pooling="lasttoken")
    same(embedder, reference(chained), WEB, "")


def test_padding_on_the_left_changes_nothing(tmp_path: Path) -> None:
    embedder = opened(maker.chained(maker.qwen3(tmp_path / "左边"), pooling="lasttoken"))
    together = np.asarray(embedder.embed_documents(TEXTS))
    alone = np.asarray([embedder.embed_documents([text])[0] for text in TEXTS])
    assert together == pytest.approx(alone, abs=2e-5)


@pytest.mark.parametrize("normalise", [True, False])
def test_a_dense_layer_and_an_own_normaliser_stay_in_their_order(normalise: bool, tmp_path: Path) -> None:
    folder = maker.chained(maker.bert(tmp_path / "密层"), dense=24, normalise=normalise)
    embedder = opened(folder)
    assert embedder.facts.dimension == 24
    same(embedder, reference(folder), "", "")


def t5(folder: Path) -> Path:
    from transformers import T5Config, T5EncoderModel

    maker.bert(folder)
    config = T5Config(vocab_size=400, d_model=64, d_kv=16, d_ff=128, num_layers=2, num_heads=4)
    T5EncoderModel(config).eval().save_pretrained(str(folder))
    return maker.chained(folder)


def of_two_poolings(folder: Path) -> Path:
    return maker.chained(maker.bert(folder), pooling=("cls", "mean"))


def of_old_times(folder: Path) -> Path:
    """The transformer in a folder of its own, as sentence-transformers wrote it at first."""
    maker.chained(maker.bert(folder))
    inside = folder / "0_Transformer"
    inside.mkdir()
    for file in [file for file in folder.iterdir() if file.is_file()]:
        if file.name not in ("modules.json", "config_sentence_transformers.json"):
            file.rename(inside / file.name)
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    modules[0]["path"] = inside.name
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    return folder


def static(folder: Path) -> Path:
    """No transformer at all: a vector a word, averaged."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    words = Tokenizer.from_file(str(maker.bert(folder.with_name("词表")) / "tokenizer.json"))
    model = SentenceTransformer(modules=[StaticEmbedding(words, embedding_dim=48)], device="cpu")
    model.save(str(folder), create_model_card=False)
    return folder


@pytest.mark.parametrize(("make", "dimension"), [(t5, 64), (of_two_poolings, 128), (of_old_times, 64), (static, 48)])
def test_other_chains(make: Callable[[Path], Path], dimension: int, tmp_path: Path) -> None:
    folder = make(tmp_path / "模型")
    embedder = opened(folder)
    assert (embedder.facts.dimension, embedder.facts.notes) == (dimension, ())
    vectors = np.asarray(embedder.embed_documents(TEXTS[:-1]))
    assert vectors == pytest.approx(reference(folder).encode(TEXTS[:-1], normalize_embeddings=True), abs=2e-5)


@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_an_architecture_that_is_not_known_is_taken_from_the_onnx_file_beside_it(kind: type, tmp_path: Path) -> None:
    folder = maker.bert(tmp_path / "新模型")
    maker.change(folder / "config.json", model_type="modernbert")
    table = np.random.default_rng(4).normal(size=(400, 64)).astype(kind)
    (folder / "onnx").mkdir()
    (folder / "onnx" / "model.onnx").write_bytes(table_graph(table, tokens=True))
    found = inspect(folder)
    conversion.convert(found)
    embedder = open_embedder(str(folder), "openvino-f32")
    assert embedder is not None
    ids = Tokens((folder / "tokenizer.json").read_text(encoding="utf-8"), 128).numbers([TEXTS[0]])[0]
    mean = table[ids].astype(np.float32).mean(axis=0)
    assert embedder.embed_documents(TEXTS)[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


@pytest.mark.parametrize("file", ["onnx/model.onnx", "model.onnx"])
def test_the_onnx_file_alone_is_enough(file: str, tmp_path: Path) -> None:
    """As a folder of BERT's kind is often handed on; pickled weights beside it are not touched."""
    folder = maker.bert(tmp_path / "只有ONNX")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(EnvironmentProblem, match="embedding_pickled"):
        inspect(folder)
    (folder / "onnx").mkdir()
    table = np.random.default_rng(5).normal(size=(400, 64)).astype(np.float32)
    (folder / file).write_bytes(table_graph(table, tokens=True))
    found = inspect(folder)
    assert (found.architecture, found.dimension, found.size) == ("bert", 64, (folder / file).stat().st_size)
    conversion.convert(found)
    embedder = open_embedder(str(folder), "openvino-f32")
    assert embedder is not None
    ids = Tokens((folder / "tokenizer.json").read_text(encoding="utf-8"), 128).numbers([TEXTS[0]])[0]
    mean = table[ids].mean(axis=0)
    assert embedder.embed_documents(TEXTS)[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)
    before = found.fingerprint
    (folder / file).write_bytes(table_graph(-table, tokens=True))
    assert found.fingerprint != before, "another model"


def test_without_torch_the_kind_of_an_unknown_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = maker.qwen3(tmp_path / "Qwen3-Embedding-0.6B")
    monkeypatch.setattr(conversion, "torch_is_here", lambda: False)
    with pytest.raises(UnknownArchitectureError, match="qwen3"):
        conversion.convert(inspect(folder))
    said = source_of(folder).without_torch("qwen3")
    assert (said.code, said.data["detail"]) == ("embedding_architecture", "qwen3")
    bert = source_of(maker.bert(tmp_path / "bge")).without_torch("No space left on device")
    assert (bert.code, bert.data["detail"]) == ("embedding_failed", "No space left on device")


def test_without_torch_and_openvino_the_part_that_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = (source_of(maker.bert(tmp_path / "bge")), DefaultSource(tmp_path))
    monkeypatch.setitem(sys.modules, "openvino", None)
    for source in sources:
        said = source.without_torch("")
        assert (said.code, said.data["name"]) == ("component_missing", "OpenVINO")


def test_why_openvino_refuses_the_default_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("Exception from src/plugin.cpp:1:\nno such instruction\n")

    monkeypatch.setattr(default_model, "open_by_openvino", refuse)
    source = DefaultSource(tmp_path)
    assert source.ready("openvino-f32") is None
    said = source.without_torch("")
    assert (said.code, said.data["detail"]) == ("embedding_failed", "no such instruction")


def test_the_folder_itself_asks_for_shorter_vectors(tmp_path: Path) -> None:
    folder = maker.chained(maker.bert(tmp_path / "短"), normalise=False, truncate_dim=16)
    embedder = opened(folder)
    assert (embedder.facts.dimension, embedder.facts.notes) == (16, ("dimension_cut_untrained",))
    same(embedder, reference(folder), "", "")


def test_whoever_chooses_may_ask_for_shorter_vectors(tmp_path: Path) -> None:
    folder = maker.chained(maker.qwen3(tmp_path / "Qwen3-Embedding-tiny"), pooling="lasttoken", normalise=False)
    whole, short = opened(folder), opened(folder, "@16")
    assert (whole.facts.dimension, short.facts.dimension) == (64, 16)
    assert whole.facts.notes == ("family_prompts",)
    assert short.facts.notes == ("family_prompts", "dimension_cut")
    assert short.facts.fingerprint != whole.facts.fingerprint
    same(short, reference(folder), WEB, "", truncate_dim=16)
    with pytest.raises(EnvironmentProblem) as caught:
        opened(folder, "@65")
    assert (caught.value.code, caught.value.data["dimension"], caught.value.data["asked"]) == ("embedding_cut", "64", "65")


def test_long_matryoshka_vectors_are_cut_by_themselves(tmp_path: Path) -> None:
    folder = maker.chained(maker.qwen3(tmp_path / "Qwen3-Embedding-4B", width=1088), pooling="lasttoken", normalise=False)
    embedder = opened(folder)
    assert (embedder.facts.dimension, embedder.facts.notes) == (1024, ("family_prompts", "dimension_cut"))
    same(embedder, reference(folder), WEB, "", truncate_dim=1024)


def test_a_number_after_a_path(tmp_path: Path) -> None:
    (tmp_path / "模型@2024").mkdir()
    assert split_choice(str(tmp_path / "模型@2024")) == (str(tmp_path / "模型@2024"), 0)
    assert split_choice("/模型/e5@256") == ("/模型/e5", 256)
    assert split_choice("/模型/e5@大") == ("/模型/e5@大", 0)
    assert split_choice("bundled") == ("bundled", 0)


def test_the_files_of_two_models(tmp_path: Path) -> None:
    folder, other = maker.bert(tmp_path / "一"), maker.xlm_roberta(tmp_path / "二")
    many = {f"词{n}": n for n in range(5_000)}
    maker.change(other / "tokenizer.json", model={"type": "WordPiece", "vocab": many, "unk_token": "词0"})
    (folder / "tokenizer.json").write_bytes((other / "tokenizer.json").read_bytes())
    with pytest.raises(EnvironmentProblem) as caught:
        opened(folder)
    assert (caught.value.code, caught.value.data["tokens"]) == ("embedding_vocabulary", "5000")


def test_code_of_the_folder_is_never_run(tmp_path: Path) -> None:
    folder = maker.bert(tmp_path / "自带代码")
    ran = tmp_path / "ran"
    (folder / "own.py").write_text(f"open({str(ran)!r}, 'w')", encoding="utf-8")
    maker.change(
        folder / "config.json", model_type="own_thing", auto_map={"AutoModel": "own.Model", "AutoConfig": "own.Config"}
    )
    with pytest.raises(EnvironmentProblem, match="embedding_remote_code"):
        opened(folder)
    # An architecture that transformers knows by itself is loaded by its own code, whatever the folder brings.
    maker.change(folder / "config.json", model_type="bert")
    assert opened(folder).facts.dimension == 64
    assert not ran.exists()


def test_a_vocabulary_alone_is_a_tokenizer(tmp_path: Path) -> None:
    folder = maker.bert(tmp_path / "老模型")
    before = opened(folder)
    vocabulary = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    (folder / "vocab.txt").write_text("\n".join(sorted(vocabulary, key=vocabulary.__getitem__)) + "\n", encoding="utf-8")
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").write_text('{"model_max_length": 128, "do_lower_case": true}', encoding="utf-8")
    after = opened(folder)
    assert after.count_tokens(TEXTS) == before.count_tokens(TEXTS)
    assert np.asarray(after.embed_documents(TEXTS)) == pytest.approx(np.asarray(before.embed_documents(TEXTS)), abs=2e-5)
