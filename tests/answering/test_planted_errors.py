# SPDX-License-Identifier: Apache-2.0
"""Two hundred answers, half of them with one planted error: how many are marked, and how many sound ones are."""

from __future__ import annotations

import pytest

from answering import planted
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.retrieval.sentence_vectors import SentenceVectors

VERBATIM, REWORDED = 0.98, 0.85


@pytest.mark.parametrize("held", [False, True])
def test_planted_errors_are_marked_by_words_alone(held: bool) -> None:
    counted = planted.count([row for row in planted.answers() if row["held"] == held], ["form"])
    for form, least in (("verbatim", VERBATIM), ("reworded", REWORDED)):
        counts = counted[form,]
        assert counts.precision >= least, counts.faults
        assert counts.recall >= least, counts.faults
        assert counts.cited >= 0.95 * counts.sound


@pytest.mark.slow
@pytest.mark.parametrize("held", [False, True])
def test_planted_errors_are_marked_with_meaning(default_embedder: Embedder, held: bool) -> None:
    counted = planted.count(
        [row for row in planted.answers() if row["held"] == held], ["form"], SentenceVectors(default_embedder).of
    )
    for form, least in (("verbatim", VERBATIM), ("reworded", REWORDED)):
        counts = counted[form,]
        assert counts.precision >= least, counts.faults
        assert counts.recall >= least, counts.faults
        assert counts.cited == counts.sound


def test_the_set_is_what_it_says() -> None:
    rows = planted.answers()
    assert len(rows) == 100
    for form in ("verbatim", "reworded"):
        for language in ("zh", "en"):
            assert sum(row["form"] == form and row["language"] == language for row in rows) == 25
    texts = {name: "".join(one.text.split()) for name, one in planted.passages().items()}
    for row in rows:
        copied = "".join(row["right"].split()).rstrip("。.") in texts[row["passage"]]
        assert copied == (row["form"] == "verbatim"), row["right"]
        assert row["right"] != row["wrong"]
