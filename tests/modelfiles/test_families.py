# SPDX-License-Identifier: Apache-2.0
"""Families of embedding models are told by name, and the special cases are not mistaken for the general ones."""

from __future__ import annotations

import re

import pytest

from desktop_app.modelfiles.families import FAMILIES, recognise


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("intfloat/multilingual-e5-base", "E5"),
        ("e5-base-v2", "E5"),
        ("D:\\模型\\multilingual-e5-large", "E5"),
        ("multilingual-e5-large-instruct", "E5 instruct"),
        ("e5-mistral-7b-instruct", "E5 Mistral"),
        ("bge-large-zh-v1.5", "BGE Chinese"),
        ("Bge Small En V1.5", "BGE English"),
        ("bge-m3", "BGE without instruction"),
        ("bge-large-zh-noinstruct", "BGE without instruction"),
        ("nomic-embed-text-v1.5.Q8_0", "nomic"),
        ("nomic-bert", "nomic"),
        ("Qwen3 Embedding 0.6B", "Qwen3 Embedding"),
        ("gte-Qwen2-1.5B-instruct", "GTE Qwen"),
        ("gte-base-zh", "GTE"),
        ("m3e-base", "M3E"),
        ("text2vec-base-chinese", "text2vec"),
        ("instructor-xl", "Instructor"),
        ("snowflake-arctic-embed-l-v2.0", "Arctic 2"),
        ("snowflake-arctic-embed-m-v1.5", "Arctic"),
        ("mxbai-embed-large-v1", "mxbai"),
        ("all-MiniLM-L6-v2", "sentence-transformers"),
        ("Qwen3-Reranker-0.6B", None),
        ("Qwen2.5-7B-Instruct", None),
        ("bge-reranker-base", None),
        ("我的模型", None),
        ("", None),
    ],
)
def test_by_name(name: str, family: str | None) -> None:
    found = recognise(name)
    assert (found.name if found else None) == family


def test_the_first_name_that_belongs_to_one_decides() -> None:
    found = recognise("0a1b2c3d", "", "intfloat/multilingual-e5-small", "bge-base-zh")
    assert found is not None
    assert found.name == "E5"


def test_the_table_is_whole() -> None:
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)
    for family in FAMILIES:
        assert re.compile(family.pattern)
        assert family.pooling in ("mean", "cls", "lasttoken")
