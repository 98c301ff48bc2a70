# SPDX-License-Identifier: Apache-2.0
"""A checker in use: how likely a passage supports a sentence.

The model comes from the model folder. Two forms (``modelfiles.checker_folder``): one marks the words of an answer that are made
up, the sentence is as sure as its worst word; the other judges passage and sentence as a pair. ONNX files are run by onnxruntime,
folders with safetensors by OpenVINO, whose graph is built from them; of an architecture that is not known here, by transformers on torch,
where that is installed. That takes seconds and 400 MB to import: so a checker is loaded beside the first questions, never before one.

None of the published ones could be had when this was written: both forms are tested with small made models, and how much the
marks gain by a real one is not measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from desktop_app.embedding.encoders.known import UnknownArchitectureError
from desktop_app.embedding.seam.embedder import torch_is_here
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles import checker_folder

_LONGEST = 2048  # tokens of passage and sentence; a passage is shorter, and reading takes longer than in proportion
# What LettuceDetect was trained with (lettucedetect/prompts/qa_prompt_en.txt).
_ASKED = (
    "Briefly answer the following question:\n{question}\nBear in mind that your response should be strictly based on the following 1 passages:\n"
    "passage 1: {passage}\nIn case the passages do not contain the necessary information to answer the question, please reply with: "
    '"Unable to answer based on given passages."\noutput:'
)
_SUPPORTS = ("entail", "support", "consistent", "faithful", "factual", "grounded")
_DENIES = ("not", "un", "in", "non", "hallucin")


Claimed = tuple[str, str, str]
"""A question, a passage that is to support the answer to it, and a sentence of that."""


class Logits(Protocol):
    """One loaded network: raw scores of one text of tokens, a row a text, or a row a token."""

    def run(self, ids: Sequence[int], types: Sequence[int], /) -> NDArray[np.float32]:
        """(labels,) float32 for a text, (tokens, labels) where each token is scored; ``ids`` and ``types``: one text of tokens."""
        ...


class FolderChecker:
    """One loaded checker. Not thread-safe."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is one by ``checker_folder.check``. Raises ``EnvironmentProblem``: checker_architecture,
        checker_failed."""
        self.path, self.name = str(folder), folder.name
        try:
            self._tokens = checker_folder.form_of(folder) == checker_folder.TOKENS
            self._label = _supporting(checker_folder.labels(folder), tokens=self._tokens)
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._tokenizer.no_padding()
            # RoBERTa counts its positions from two on.
            self._tokenizer.enable_truncation(min(_LONGEST, checker_folder.longest(folder) - 2), strategy="only_first")
            self._logits = _open(folder)
            self.supported([("Wer?", "Die Katze schläft.", "Die Katze.")])
        except EnvironmentProblem:
            raise
        except Exception as error:  # onnxruntime, torch and tokenizers raise errors of every kind for a file they cannot run
            raise EnvironmentProblem("checker_failed", path=folder, detail=error) from error

    def supported(self, claims: Sequence[Claimed], /) -> list[float]:
        """How likely each passage supports its sentence, 0..1."""
        return [self._worst_word(claim) if self._tokens else self._pair(claim) for claim in claims]

    def _pair(self, claim: Claimed) -> float:
        _, passage, sentence = claim
        encoded = self._tokenizer.encode(passage, sentence)
        return float(_softmax(self._logits.run(encoded.ids, encoded.type_ids).reshape(-1))[self._label])

    def _worst_word(self, claim: Claimed) -> float:
        question, passage, sentence = claim
        encoded = self._tokenizer.encode(_ASKED.format(question=question, passage=passage), sentence)
        scores = _softmax(self._logits.run(encoded.ids, encoded.type_ids).reshape(len(encoded.ids), -1))
        said = np.array([one == 1 for one in encoded.sequence_ids])
        return float(scores[said, self._label].min()) if said.any() else 1.0


def _supporting(labels: Sequence[str], *, tokens: bool) -> int:
    """Which label says that it is supported. Without names it is the second one of a pair, the first one of a token."""
    for place, label in enumerate(labels):
        if any(word in label for word in _SUPPORTS) and not label.startswith(_DENIES):
            return place
    return 0 if tokens else len(labels) - 1 if len(labels) == 2 else 0


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: NDArray[np.float32] = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def _open(folder: Path) -> Logits:
    graph = checker_folder.graph_of(folder)
    if graph is not None:
        from desktop_app.embedding.checking.checker_onnx import OnnxLogits

        return OnnxLogits(graph)
    from desktop_app.embedding.checking.checker_graph import GraphLogits

    tokens = checker_folder.form_of(folder) == checker_folder.TOKENS
    try:
        return GraphLogits(folder, tokens=tokens)
    except UnknownArchitectureError as unknown:
        if not torch_is_here():
            raise EnvironmentProblem("checker_architecture", path=folder, detail=unknown) from unknown
    from desktop_app.embedding.checking.checker_torch import TorchLogits

    return TorchLogits(folder, tokens=tokens)
