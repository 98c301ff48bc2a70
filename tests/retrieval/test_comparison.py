# SPDX-License-Identifier: Apache-2.0
"""Models that really differ, compared on the made office texts: a trained one, and two that know nothing."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
import tiny_embedders
from library.making import source_file

from desktop_app.contract.document import Document, Locator, Segment
from desktop_app.contract.reports.evaluation_report import Question
from desktop_app.documents.text.splitting import split
from desktop_app.embedding.backends.sentence_transformers_backend import SentenceTransformersEmbedder
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation import paths
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.library.library import Library
from desktop_app.retrieval import comparison


@pytest.mark.slow
def test_the_model_that_understands_is_recommended_and_the_library_left_alone(
    tmp_path: Path, bundled_embedder: Embedder
) -> None:
    """Random models of two families get no say in the fusion, so that all three are no worse than words; the trained one is better, on
    questions of which half share no word with their answer."""
    made = json.loads((paths.resources() / "meaning" / "texts.json").read_text(encoding="utf-8"))["en"]["passages"]
    asked = [
        Question(2 * number + kind, one[name], path=f"{number}.txt")
        for number, one in enumerate(made, start=1)
        for kind, name in enumerate(("plain", "paraphrase"))
    ]
    random_ones = {"bert": tiny_embedders.bert, "xlm": tiny_embedders.xlm_roberta}
    folders = {name: str(make(tmp_path / name)) for name, make in random_ones.items()}

    def opened(choice: str) -> Embedder:
        return bundled_embedder if choice == "bundled" else SentenceTransformersEmbedder(Path(choice), on="cpu")

    with closing(Library(tmp_path / "资料库")) as library:
        for number, passage in enumerate(made, start=1):
            document = Document((Segment(passage["text"], Locator(lines=(1, 1))),))
            chunks = split(document, count_tokens=bundled_embedder.count_tokens, max_tokens=254)
            library.catalogue.files.store(source_file(f"/段落/{number}.txt"), chunks, state="indexed", model="", vectors={})
        found = comparison.compare(library, asked, [*folders.values(), "bundled"], opened, cancel=Cancellation())
        assert library.vectors is None
        assert library.embedding_fingerprint == ""
    models = {model.choice: model for model in found.models}
    trained = models.pop("bundled")
    assert found.recommended.choice == "bundled"
    assert found.recommended.reasons[0][0] == "best"
    for random_one in models.values():
        assert random_one.arms["dense"].recall_1 < 0.3 < 0.8 < trained.arms["dense"].recall_1
        assert random_one.arms["fused"].recall_1 >= random_one.arms["lexical"].recall_1 - 0.01
        assert random_one.dimension != trained.dimension
        assert random_one.size < trained.size
    assert trained.arms["fused"].recall_1 > trained.arms["lexical"].recall_1
