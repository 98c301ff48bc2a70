# SPDX-License-Identifier: Apache-2.0
"""Checkers of both forms, as transformers folders and as ONNX, by small made models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tiny_checkers

from desktop_app.embedding.checking.checker import FolderChecker
from desktop_app.foundation.errors import EnvironmentProblem

PASSAGE = "The warranty covers two years from the date of delivery."
pytestmark = pytest.mark.needs("transformers", "torch")


def asked(sentence: str) -> tuple[str, str, str]:
    return "How long is the warranty?", PASSAGE, sentence


def test_a_token_checker_is_as_sure_as_its_worst_word(tmp_path: Path) -> None:
    folder = tiny_checkers.graph_folder(tmp_path / "lettuce 小", tokens=True, doubted=["payment"])
    checker = FolderChecker(folder)
    right, wrong = checker.supported([asked("The warranty covers two years."), asked("The payment covers two years.")])
    assert right > 0.99
    assert wrong < 0.01
    # A word of the passage or the question is not one of the answer.
    assert checker.supported([("payment", "payment", "Two years.")])[0] > 0.99


def test_a_pair_checker_judges_both_together(tmp_path: Path) -> None:
    folder = tiny_checkers.graph_folder(tmp_path / "minicheck 小", tokens=False, doubted=["payment"])
    right, wrong = FolderChecker(folder).supported([asked("The warranty covers two years."), asked("The payment is due.")])
    assert right > 0.99
    assert wrong < 0.01


def test_a_long_passage_is_cut_and_the_sentence_kept(tmp_path: Path) -> None:
    folder = tiny_checkers.graph_folder(tmp_path / "lettuce", tokens=True, doubted=["payment"])
    (likely,) = FolderChecker(folder).supported([("When?", "warranty " * 2000, "The payment is due.")])
    assert likely < 0.01


@pytest.mark.slow
@pytest.mark.parametrize("tokens", [True, False])
def test_a_folder_with_safetensors_gives_what_transformers_gives(tmp_path: Path, tokens: bool) -> None:
    from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification, AutoTokenizer

    folder = tiny_checkers.folder(tmp_path / ("lettuce" if tokens else "minicheck"), tokens=tokens)
    question, passage, sentence = asked("Payment is due within thirty days.")
    (likely,) = FolderChecker(folder).supported([(question, passage, sentence)])
    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    if tokens:
        from desktop_app.embedding.checking.checker import _ASKED

        context = _ASKED.format(question=question, passage=passage)
        read = tokenizer(context, sentence, return_tensors="pt", truncation="only_first", max_length=126)
        scores = AutoModelForTokenClassification.from_pretrained(str(folder))(**read).logits[0].softmax(-1)
        said = [place for place, number in enumerate(read.sequence_ids(0)) if number == 1]
        expected = float(scores[said, 0].min().detach())
    else:
        read = tokenizer(passage, sentence, return_tensors="pt")
        expected = float(
            AutoModelForSequenceClassification.from_pretrained(str(folder))(**read).logits[0].softmax(-1)[1].detach()
        )
    assert np.isclose(likely, expected, atol=1e-4)


@pytest.mark.parametrize("spoil", ["tokenizer.json", "onnx/model.onnx"])
def test_a_broken_one_is_told(tmp_path: Path, spoil: str) -> None:
    folder = tiny_checkers.graph_folder(tmp_path / "lettuce", tokens=True, doubted=[])
    (folder / spoil).write_bytes(b"\x08\x00damaged")
    with pytest.raises(EnvironmentProblem) as caught:
        FolderChecker(folder)
    assert (caught.value.code, caught.value.data["path"]) == ("checker_failed", str(folder))
