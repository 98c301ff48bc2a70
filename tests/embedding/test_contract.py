# SPDX-License-Identifier: Apache-2.0
"""The embedder's contract, on each real backend with the light model, with copies that have prompts, and with its weights as GGUF; and
that backends agree."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import made_once
import numpy as np
import pytest
from modelfiles.test_embedding_folder import change, copy_model

from desktop_app.embedding.backends.sentence_transformers_backend import SentenceTransformersEmbedder
from desktop_app.embedding.factory import LIGHT, open_embedder
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation import hardware
from desktop_app.foundation.errors import EnvironmentProblem

pytestmark = pytest.mark.slow

TEXTS = [
    "The warranty covers two years.",
    "质保期为十八个月，自验收合格之日起计算。",
    "Hotels may cost 175 euros per night in the capital.",
    "x",
    "😀",
    "A much longer text that says the same thing again and again. " * 9,
]


EXACT = ("openvino-f32", "torch-f32")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The light model, a copy with prompts, as many newer models have them, and one that leaves its prompt out of the mean, as
    instructor-style ones do."""
    place = tmp_path_factory.mktemp("模型")
    prompts = {"query": "query: what is asked here is ", "document": "passage: a piece of some document about "}
    made = {"light": LIGHT}
    for name in ("prompted", "instructor"):
        folder = copy_model(place / f"带 提示 {name}")
        (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}), encoding="utf-8")
        made[name] = str(folder)
    change(Path(made["instructor"]) / "1_Pooling" / "config.json", include_prompt=False)
    return made


@pytest.fixture(scope="module")
def opened(models: dict[str, str], converted: Path) -> Iterator[Callable[[str, str], Embedder]]:
    """Opens a model by a backend, once."""
    kept: dict[tuple[str, str], Embedder] = {}

    def get(model: str, backend: str) -> Embedder:
        if (model, backend) not in kept:
            with made_once.alone(converted / model):
                embedder = open_embedder(models[model], backend)
            assert embedder is not None
            assert embedder.facts.backend == backend
            kept[model, backend] = embedder
        return kept[model, backend]

    yield get
    for embedder in kept.values():
        embedder.close()


@pytest.fixture(params=[f"{model} {backend}" for model in ("light", "prompted") for backend in EXACT] + ["gguf"])
def embedder(request: pytest.FixtureRequest, opened: Callable[[str, str], Embedder]) -> Embedder:
    if request.param == "gguf":
        made: Embedder = request.getfixturevalue("gguf_embedder")
        return made
    return opened(*request.param.split())


@pytest.fixture
def prompted(opened: Callable[[str, str], Embedder]) -> Embedder:
    return opened("prompted", "openvino-f32")


def test_vectors_of_length_one_and_of_the_dimension(embedder: Embedder) -> None:
    matrix = embedder.embed_documents(TEXTS)
    assert matrix.dtype == embedder.embed_question("质保期多长？").dtype == np.float32
    assert matrix.shape == (len(TEXTS), embedder.facts.dimension) == (6, 384)
    assert np.allclose(np.linalg.norm(matrix, axis=1), 1, atol=1e-4)
    assert np.linalg.norm(embedder.embed_question("质保期多长？")) == pytest.approx(1, abs=1e-4)


def test_the_order_is_kept_whatever_the_lengths(embedder: Embedder) -> None:
    together = np.asarray(embedder.embed_documents(TEXTS * 2))
    alone = np.asarray([embedder.embed_documents([text])[0] for text in TEXTS] * 2)
    assert (np.sum(together * alone, axis=1) > 0.999).all()


def test_the_same_text_gives_the_same_vector(embedder: Embedder) -> None:
    assert np.array_equal(embedder.embed_documents(TEXTS), embedder.embed_documents(TEXTS))
    assert np.array_equal(embedder.embed_question(TEXTS[0]), embedder.embed_question(TEXTS[0]))


def test_many_questions_at_once_are_the_same_as_one_by_one(embedder: Embedder) -> None:
    """With the query prompt, whatever the batch."""
    together = embedder.embed_questions(TEXTS * 4)
    alone = np.asarray([embedder.embed_question(text) for text in TEXTS] * 4)
    assert together.dtype == np.float32
    assert (np.sum(together * alone, axis=1) > 0.999).all()


def test_a_question_leaves_torch_cores_for_the_search_of_words(
    opened: Callable[[str, str], Embedder], monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    embedder = opened("light", "torch-f32")
    assert isinstance(embedder, SentenceTransformersEmbedder)
    monkeypatch.setattr(hardware, "cores", lambda: 4)
    used, ask = list[int](), embedder._model.embed_query
    monkeypatch.setattr(type(embedder._model), "embed_query", lambda _, text: used.append(torch.get_num_threads()) or ask(text))
    before = torch.get_num_threads()
    embedder.embed_question("质保")
    assert used == [2]
    embedder.embed_questions(["质保"])
    assert used == [2, before]
    assert torch.get_num_threads() == before


def test_nothing_in_nothing_out(embedder: Embedder) -> None:
    assert embedder.embed_documents([]).shape == embedder.embed_questions([]).shape == (0, 384)
    assert embedder.count_tokens([]) == []


def test_meaning_is_nearer_than_words(embedder: Embedder) -> None:
    asked = np.asarray(embedder.embed_question("How much may a room cost?"))
    said = np.asarray(embedder.embed_documents(TEXTS))
    assert int(np.argmax(said @ asked)) == 2


def test_tokens_are_counted_without_special_ones_and_uncut(embedder: Embedder) -> None:
    assert embedder.count_tokens(["", "paper", "paper paper", "word " * 5_000]) == [0, 1, 2, 5_000]


def test_nothing_within_the_limit_is_cut_unseen(embedder: Embedder) -> None:
    """A text of exactly ``max_tokens`` is read to its last word; the one after it would not be."""
    limit = embedder.facts.max_tokens
    same = "paper " * (limit - 1)
    assert embedder.count_tokens([same + "stone"]) == [limit]
    first, other = np.asarray(embedder.embed_documents([same + "stone", same + "fish"]))
    assert float(first @ other) < 0.99999, "the last word within the limit made no difference"
    over = np.asarray(embedder.embed_documents([same + "paper stone", same + "paper fish"]))
    assert float(over[0] @ over[1]) == pytest.approx(1, abs=1e-5), "the limit is lower than what the model reads"


def test_questions_have_the_models_own_prompt(prompted: Embedder, bundled_embedder: Embedder) -> None:
    assert float(np.dot(prompted.embed_question("质保"), prompted.embed_documents(["质保"])[0])) < 0.999
    assert bundled_embedder.embed_question("质保") == pytest.approx(bundled_embedder.embed_documents(["质保"])[0], abs=1e-5)


def test_facts_say_what_it_is(bundled_embedder: Embedder, prompted: Embedder) -> None:
    facts = bundled_embedder.facts
    assert (facts.name, facts.languages, facts.max_tokens) == ("all-MiniLM-L6-v2", ("en",), 254)
    assert facts.device in ("cpu", "cuda")
    assert prompted.facts.name == "带 提示 prompted"
    assert facts.backend == "openvino-f32"
    assert prompted.facts.fingerprint != facts.fingerprint


def test_it_is_langchains(embedder: Embedder) -> None:
    from langchain_core.embeddings import Embeddings

    assert isinstance(embedder, Embedder)
    assert isinstance(embedder.langchain, Embeddings)
    vector = embedder.langchain.embed_query("合同")
    assert isinstance(vector[0], float)
    assert vector == pytest.approx(embedder.embed_question("合同"), abs=1e-5)
    assert embedder.langchain.embed_documents(["合同"])[0] == pytest.approx(embedder.embed_documents(["合同"])[0], abs=1e-5)


ODD = [
    "",
    " ",
    "\n\n",
    "质保期为十八个月，\n自验收合格之日起计算。",
    "  leading and trailing  ",
    "tab\tand\u3000wide space",
    "ÀÉÎ ﬁ ½ ™ 😀 \u200b\u0000 end",
    "字" * 600,
    "word " * 5_000,
    "antidisestablishmentarianism" * 40,
    *(f"Clause {n}: the supplier delivers within {n} days. " * (n % 17 + 1) for n in range(14)),
]


@pytest.mark.parametrize("model", ["light", "prompted", "instructor"])
def test_openvino_answers_as_sentence_transformers(opened: Callable[[str, str], Embedder], model: str) -> None:
    """Prompts, the cut at the longest length, token types, padding and pooling are all the same."""
    ours, reference = opened(model, "openvino-f32"), opened(model, "torch-f32")
    texts = TEXTS + ODD
    cosines = np.sum(ours.embed_documents(texts) * reference.embed_documents(texts), axis=1)
    assert cosines.min() > 0.9999, texts[int(cosines.argmin())][:40]
    asked = [float(ours.embed_question(text) @ reference.embed_question(text)) for text in TEXTS + ODD[:10]]
    assert min(asked) > 0.9999
    assert ours.count_tokens(texts) == reference.count_tokens(texts)
    assert replace(ours.facts, backend="") == replace(reference.facts, backend="")


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["openvino-bf16", "openvino-int8", "torch-bf16"])
def test_rounded_backends_agree(models: dict[str, str], opened: Callable[[str, str], Embedder], backend: str) -> None:
    rounded = open_embedder(models["light"], backend)
    assert rounded is not None
    if rounded.facts.backend != backend:
        pytest.skip(f"this processor does not run {backend}")
    exact = opened("light", "openvino-f32")
    texts = [text for text in TEXTS + ODD if len(text) > 10]
    cosines = np.sum(rounded.embed_documents(texts) * exact.embed_documents(texts), axis=1)
    assert cosines.mean() > 0.995
    assert cosines.min() > 0.99
    rounded.close()


@pytest.mark.parametrize("name", ["bundled_embedder", "gguf_embedder"])
def test_questions_come_through_while_documents_are_embedded(name: str, request: pytest.FixtureRequest) -> None:
    embedder: Embedder = request.getfixturevalue(name)
    finished: list[str] = []
    begun = threading.Event()

    def documents() -> None:
        begun.set()
        embedder.embed_documents([f"Document number {n} about warranty and payment terms." * 8 for n in range(60)])
        finished.append("documents")

    thread = threading.Thread(target=documents)
    thread.start()
    begun.wait()
    for _ in range(3):
        embedder.embed_question("When is payment due?")
    finished.append("questions")
    thread.join()
    assert finished == ["questions", "documents"]


def test_a_cut_off_model_is_told(tmp_path: Path) -> None:
    folder = copy_model(tmp_path / "断了")
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").write_bytes(data[: len(data) // 2])
    with pytest.raises(EnvironmentProblem) as caught:
        open_embedder(str(folder))
    assert caught.value.code in ("embedding_failed", "embedding_truncated")
    assert caught.value.data["path"] == str(folder)


def test_documents_that_somebody_waits_for_go_ahead(bundled_embedder: Embedder) -> None:
    finished: list[str] = []
    begun = threading.Event()

    def documents() -> None:
        begun.set()
        bundled_embedder.embed_documents([f"Document number {n} about warranty and payment terms." * 8 for n in range(90)])
        finished.append("documents")

    thread = threading.Thread(target=documents)
    thread.start()
    begun.wait()
    bundled_embedder.embed_documents(TEXTS, ahead=True)
    finished.append("ahead")
    thread.join()
    assert finished == ["ahead", "documents"]


def test_a_gpu_without_memory_gives_way_to_the_cpu(models: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    embedder = SentenceTransformersEmbedder(Path(models["prompted"]), on="cpu")
    before = embedder.embed_documents(TEXTS)
    embedder._device = "cuda"  # as far as it knows

    class Full:
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            raise torch.OutOfMemoryError("CUDA out of memory")

    embedder._model = Full()
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: None)
    assert embedder.facts.backend == "torch-f16"
    assert np.allclose(embedder.embed_documents(TEXTS), before, atol=1e-5)
    assert (embedder.facts.device, embedder.facts.backend) == ("cpu", "torch-f32")


def test_a_relative_path_that_is_no_model_never_asks_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EnvironmentProblem, match="embedding_missing"):
        open_embedder("sentence-transformers/all-MiniLM-L6-v2")
