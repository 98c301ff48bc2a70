# SPDX-License-Identifier: Apache-2.0
"""The sentence of a passage found by meaning that is nearest to the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from answering.passages import passage

from desktop_app.contract.passage import Passage, SearchResult
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.retrieval.best_sentence import with_best_sentences
from desktop_app.retrieval.sentence_vectors import SentenceVectors

QUESTION = "accommodation expenses"
HOTEL = "A hotel room may cost 175 euros per night."
TEXT = f"Passwords have at least twelve characters. {HOTEL} Backups are kept for ninety days."


def found(*texts: str, by_meaning: bool = True) -> SearchResult:
    passages = [replace(passage(text, number), by_meaning=by_meaning) for number, text in enumerate(texts, start=1)]
    return SearchResult(QUESTION, tuple(passages), 1, 1)


def best(of: Passage) -> str:
    assert of.best is not None
    return of.text[slice(*of.best)]


class Counting:
    """Counts the sentences that it is given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed_documents(self, texts: Sequence[str], /, *, ahead: bool = False) -> np.ndarray:
        assert ahead, "somebody is waiting"
        self.texts += texts
        return np.ones((len(texts), 8), dtype=np.float32)

    def embed_question(self, text: str, /) -> np.ndarray:
        return np.ones(8, dtype=np.float32)


def test_the_nearest_sentence_is_the_best_one(bundled_embedder: Embedder) -> None:
    done = with_best_sentences(found(TEXT, f"{HOTEL} Receipts are kept."), lambda _question: SentenceVectors(bundled_embedder))
    assert [best(one) for one in done.passages] == [HOTEL, HOTEL]


def test_words_need_no_best_sentence_and_no_model() -> None:
    result = found(TEXT, by_meaning=False)
    assert with_best_sentences(result, lambda _question: pytest.fail("asked for a model")) == result


def test_a_passage_of_one_sentence_needs_no_model() -> None:
    done = with_best_sentences(found(HOTEL), lambda _question: pytest.fail("asked for a model"))
    assert best(done.passages[0]) == HOTEL


def test_without_a_model_nothing_is_marked() -> None:
    assert with_best_sentences(found(TEXT), lambda _question: None) == found(TEXT)


def test_a_few_passages_are_looked_into_each_as_a_whole() -> None:
    model = Counting()
    lengths = [30, 20, 5, 1, 5, 5]
    texts = [
        " ".join(f"This is sentence number {number} of {of}." for number in range(length)) for of, length in enumerate(lengths)
    ]
    done = with_best_sentences(found(*texts), lambda _question: SentenceVectors(model))  # type: ignore[arg-type]
    assert [one.best is not None for one in done.passages] == [True, False, True, True, True, False]
    assert len(model.texts) == 40


def test_a_heading_is_no_best_sentence() -> None:
    headed = replace(passage("Hotels\n" + HOTEL, 1, "Hotels"), by_meaning=True)
    chapter = replace(passage("第二章 休假\n员工申请休假需填写OA表单。", 2), by_meaning=True)
    result = SearchResult(QUESTION, (headed, chapter), 1, 1)
    done = with_best_sentences(result, lambda _question: pytest.fail("one sentence each needs no model"))
    assert [best(one) for one in done.passages] == [HOTEL, "员工申请休假需填写OA表单。"]
