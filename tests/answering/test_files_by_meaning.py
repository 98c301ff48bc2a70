# SPDX-License-Identifier: Apache-2.0
"""Files that say a thing in other words come apart, by the default model."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from library.making import chunk, source_file

from desktop_app.answering.answerer import Answerer
from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.library.library import Library
from desktop_app.library.stores.chunk_rows import text_hash
from desktop_app.retrieval.retriever import Retriever

pytestmark = [pytest.mark.slow, pytest.mark.needs("openvino")]

TEXTS = {
    "supply.txt": "The supplier accepts a duty of confidentiality.",
    "劳动合同.txt": "双方应当保密。",
    "停车.txt": "访客车辆停在东门。",
    "lunch.txt": "The canteen opens at noon.",
    "printer.txt": "Paper is in the cupboard next to the printer.",
}


def test_files_that_say_it_in_other_words(
    tmp_path: Path, default_embedder: Embedder, making_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKSTONE_HOME", str(making_home))  # where the model was measured
    model = default_embedder.facts.fingerprint
    with closing(Library(tmp_path / "库")) as library:
        library.attach_vectors(model)
        rows = np.asarray(default_embedder.embed_documents(list(TEXTS.values())), dtype="<f2")
        for (name, text), row in zip(TEXTS.items(), rows, strict=True):
            vectors = {text_hash(text): row.tobytes()}
            library.catalogue.files.store(
                source_file(f"/资料/{name}"), [chunk(text)], state="indexed", model=model, vectors=vectors
            )
        library.flush_vectors()
        answerer = Answerer(library, Retriever(library, lambda: default_embedder))
        answer = answerer.answer(Asked("Which files mention confidentiality?"), listener=Listener(), cancel=Cancellation())
    assert answer.computed is not None
    assert answer.computed.listed == ("/资料/supply.txt",)
    assert answer.computed.perhaps == ("/资料/劳动合同.txt",)
    assert "\n\nPerhaps also, in other words:\n- 劳动合同.txt [2]: 双方应当保密。" in answer.text
    assert [citation.quote for citation in answer.citations] == list(TEXTS.values())[:2]
    assert [part.citations for part in answer.parts] == [(), (1,), (), (2,)]
