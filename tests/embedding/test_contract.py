"""The embedder's contract, on the real backend with the bundled model and with a copy that has prompts."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from desktop_app.embedding.base import Embedder
from desktop_app.embedding.factory import open_embedder
from desktop_app.foundation.errors import EnvironmentProblem
from embedding.test_folder import copy_model

TEXTS = [
    "The warranty covers two years.",
    "质保期为十八个月，自验收合格之日起计算。",
    "Hotels may cost 175 euros per night in the capital.",
    "x",
    "😀",
    "A much longer text that says the same thing again and again. " * 9,
]


@pytest.fixture(scope="module")
def prompted(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    """The bundled model with prompts of its own, as many newer models have them."""
    folder = copy_model(tmp_path_factory.mktemp("模型") / "带 提示")
    prompts = {"query": "query: what is asked here is ", "document": "passage: a piece of some document about "}
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}), encoding="utf-8")
    embedder = open_embedder(str(folder))
    assert embedder is not None
    return embedder


@pytest.fixture(params=["bundled", "prompted"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    made: Embedder = request.getfixturevalue("bundled_embedder" if request.param == "bundled" else "prompted")
    return made


def test_vectors_of_length_one_and_of_the_dimension(embedder: Embedder) -> None:
    matrix = np.asarray(embedder.embed_documents(TEXTS))
    assert matrix.shape == (len(TEXTS), embedder.facts.dimension) == (6, 384)
    assert np.allclose(np.linalg.norm(matrix, axis=1), 1, atol=1e-4)
    assert np.linalg.norm(embedder.embed_question("质保期多长？")) == pytest.approx(1, abs=1e-4)


def test_the_order_is_kept_whatever_the_lengths(embedder: Embedder) -> None:
    together = np.asarray(embedder.embed_documents(TEXTS * 2))
    alone = np.asarray([embedder.embed_documents([text])[0] for text in TEXTS] * 2)
    assert (np.sum(together * alone, axis=1) > 0.999).all()


def test_the_same_text_gives_the_same_vector(embedder: Embedder) -> None:
    assert embedder.embed_documents(TEXTS) == embedder.embed_documents(TEXTS)
    assert embedder.embed_question(TEXTS[0]) == embedder.embed_question(TEXTS[0])


def test_nothing_in_nothing_out(embedder: Embedder) -> None:
    assert embedder.embed_documents([]) == []
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
    assert prompted.facts.name == "带 提示"
    assert prompted.facts.fingerprint != facts.fingerprint


def test_it_is_langchains(embedder: Embedder) -> None:
    from langchain_core.embeddings import Embeddings

    assert isinstance(embedder, Embedder)
    assert isinstance(embedder.langchain, Embeddings)
    assert embedder.langchain.embed_query("合同") == pytest.approx(embedder.embed_question("合同"), abs=1e-5)


def test_questions_come_through_while_documents_are_embedded(bundled_embedder: Embedder) -> None:
    finished: list[str] = []
    begun = threading.Event()

    def documents() -> None:
        begun.set()
        bundled_embedder.embed_documents([f"Document number {n} about warranty and payment terms." * 8 for n in range(60)])
        finished.append("documents")

    thread = threading.Thread(target=documents)
    thread.start()
    begun.wait()
    for _ in range(3):
        bundled_embedder.embed_question("When is payment due?")
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


def test_a_relative_path_that_is_no_model_never_asks_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EnvironmentProblem, match="embedding_missing"):
        open_embedder("sentence-transformers/all-MiniLM-L6-v2")
