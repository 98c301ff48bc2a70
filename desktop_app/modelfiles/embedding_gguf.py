# SPDX-License-Identifier: Apache-2.0
"""Inspects an embedding model in GGUF form: pooling, prompts, fingerprint."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.embedding_folder import cut_notes, shortened
from desktop_app.modelfiles.families import recognise
from desktop_app.modelfiles.gguf import GgufHeader, read_header

_ARCHITECTURES = frozenset(
    {
        "bert",
        "eurobert",
        "gemma-embedding",
        "jina-bert-v2",
        "jina-bert-v3",
        "llama-embed",
        "modern-bert",
        "neo-bert",
        "nomic-bert",
        "nomic-bert-moe",
        "t5encoder",
    }
)
# llama.h, llama_pooling_type: how token vectors become one; "rank" gives a score for a pair, which is a reranker's answer.
_POOLING = {1: "mean", 2: "cls", 3: "last", 4: "rank"}
_BY_FAMILY = {"mean": "mean", "cls": "cls", "lasttoken": "last"}
_HASHED = 1 << 20


@dataclass(frozen=True, slots=True)
class EmbeddingGguf:
    """``pooling``: "mean", "cls" or "last". The rest as in ``EmbeddingFolder``."""

    header: GgufHeader
    pooling: str
    full_dimension: int
    dimension: int
    prompts: dict[str, str]
    notes: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """Names what the vectors depend on: size, beginning, middle and end of each part, prompts, pooling and the cut."""
        digest = hashlib.blake2b(digest_size=12)
        digest.update(json.dumps([self.prompts, self.pooling, self.dimension], sort_keys=True).encode())
        for part in self.header.parts:
            size = os.path.getsize(part)
            with open(part, "rb") as stream:
                digest.update(f"{size}:".encode())
                for start in (0, size // 2, max(0, size - _HASHED)):
                    stream.seek(start)
                    digest.update(stream.read(_HASHED))
        return digest.hexdigest()


def is_embedder(header: GgufHeader) -> bool:
    """Whether the file makes vectors (or ranks) rather than text: by its architecture, or because a decoder was given a pooling."""
    if not header.tensors:
        return False
    return header.architecture in _ARCHITECTURES or header.pooling in _POOLING or not header.causal


def inspect_gguf(path: str, cut: int = 0) -> EmbeddingGguf:
    """Look at a file; ``cut``: how many numbers of each vector to keep, 0 for the model's own choice.

    Raises ``EnvironmentProblem``: gguf_missing, gguf_not, gguf_version, gguf_truncated, gguf_damaged,
    gguf_part_missing, embedding_is_llm, embedding_unsupported, embedding_no_dimension,
    embedding_no_tokenizer, embedding_cut.
    """
    header = read_header(path)
    if not is_embedder(header):
        raise EnvironmentProblem("embedding_is_llm", path=path)
    family = recognise(header.name, os.path.splitext(os.path.basename(header.path))[0], header.architecture)
    by_header = _POOLING.get(header.pooling or 0, "")
    if by_header == "rank":
        raise EnvironmentProblem("embedding_unsupported", path=path, detail="reranker")
    if not header.embedding:
        raise EnvironmentProblem("embedding_no_dimension", path=path)
    if not header.tokenizer:
        raise EnvironmentProblem("embedding_no_tokenizer", path=path)
    pooling = by_header or _BY_FAMILY[family.pooling if family else "mean"]
    matryoshka = bool(family and family.matryoshka)
    dimension = shortened(path, header.embedding, cut, matryoshka=matryoshka)
    prompts = {"query": family.query if family else "", "document": family.document if family else ""}
    notes = [
        *([] if by_header else ["mean_pooling" if pooling == "mean" else "family_pooling"]),
        *(["family_prompts"] if any(prompts.values()) else []),
        *cut_notes(header.embedding, dimension, matryoshka=matryoshka),
    ]
    return EmbeddingGguf(header, pooling, header.embedding, dimension, prompts, tuple(notes))
