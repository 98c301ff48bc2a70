# SPDX-License-Identifier: Apache-2.0
"""Families of embedding models: prompts and pooling that files may lack.

A folder's own words (``config_sentence_transformers.json``, ``modules.json``) always come first; this table fills what is
missing. A family is recognised by names alone: the folder's or file's, the heading of the model card, ``_name_or_path`` in the
configuration, a GGUF's architecture.

Sources, each the model card of that name, section on usage:

- intfloat/multilingual-e5-base, intfloat/e5-base-v2 ("query: ", "passage: ", also for other languages; mean);
  intfloat/multilingual-e5-large-instruct, intfloat/e5-mistral-7b-instruct ("Instruct: {task}\\nQuery: {query}", documents bare)
- BAAI/bge-base-zh-v1.5, BAAI/bge-base-en-v1.5 (an instruction before short questions, documents bare; first token);
  BAAI/bge-m3, BAAI/bge-large-zh-noinstruct (none)
- nomic-ai/nomic-embed-text-v1.5, nomic-ai/modernbert-embed-base ("search_query: ", "search_document: "; mean; Matryoshka)
- Qwen/Qwen3-Embedding-0.6B ("Instruct: {task}\\nQuery:{query}", without a space; last token; Matryoshka from 32);
  Alibaba-NLP/gte-Qwen2-1.5B-instruct (with a space; last token)
- hkunlp/instructor-base (an instruction on both sides, whose own tokens are left out of the mean)
- mixedbread-ai/mxbai-embed-large-v1, Snowflake/snowflake-arctic-embed-m-v1.5 and -m-v2.0, google/embeddinggemma-300m,
  sensenova/piccolo-base-zh
- thenlper/gte-base, moka-ai/m3e-base, shibing624/text2vec-base-chinese, sentence-transformers' own (none)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WEB_SEARCH = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"
_REPRESENT = "Represent this sentence for searching relevant passages: "


@dataclass(frozen=True, slots=True)
class Family:
    """``query`` and ``document`` are put before a text. ``pooling``: "mean", "cls" (the first token) or "lasttoken", for files
    that do not say it. ``include_prompt``: the prompt's tokens count in the mean. ``matryoshka``: the first numbers of a vector
    are a good shorter vector."""

    name: str
    pattern: str
    query: str = ""
    document: str = ""
    pooling: str = "mean"
    include_prompt: bool = True
    matryoshka: bool = False


# The first one that matches counts: the special cases come before the general ones.
FAMILIES: tuple[Family, ...] = (
    Family("E5 Mistral", r"e5-mistral", _WEB_SEARCH + " ", pooling="lasttoken"),
    Family("E5 instruct", r"(?:^|-)e5-.*instruct", _WEB_SEARCH + " "),
    Family("E5", r"(?:^|-)e5(?:-|$)", "query: ", "passage: "),
    Family("BGE without instruction", r"bge-(?:m3|.*noinstruct)", pooling="cls"),
    Family("BGE Chinese", r"bge-(?:small|base|large)-zh", "为这个句子生成表示以用于检索相关文章：", pooling="cls"),
    Family("BGE English", r"bge-(?:small|base|large)-en", _REPRESENT, pooling="cls"),
    Family("nomic", r"nomic-embed-text|modernbert-embed|^nomic-bert", "search_query: ", "search_document: ", matryoshka=True),
    Family("Qwen3 Embedding", r"qwen3-embedding", _WEB_SEARCH, pooling="lasttoken", matryoshka=True),
    Family("GTE Qwen", r"gte-qwen", _WEB_SEARCH + " ", pooling="lasttoken"),
    Family(
        "Instructor",
        r"(?:^|-)instructor(?:-|$)",
        "Represent the question for retrieving supporting documents: ",
        "Represent the document for retrieval: ",
        include_prompt=False,
    ),
    Family("mxbai", r"mxbai-embed", _REPRESENT, pooling="cls", matryoshka=True),
    Family("Arctic 2", r"arctic-embed-.*v2", "query: ", pooling="cls", matryoshka=True),
    Family("Arctic", r"arctic-embed", _REPRESENT, pooling="cls"),
    Family("EmbeddingGemma", r"embeddinggemma|embedding-gemma|gemma-embedding", "task: search result | query: ", "title: none | text: ", matryoshka=True),
    Family("piccolo", r"piccolo-(?:base|large)-zh$", "查询: ", "结果: "),
    Family("GTE", r"(?:^|-)gte-"),
    Family("M3E", r"(?:^|-)m3e(?:-|$)"),
    Family("text2vec", r"text2vec"),
    Family("sentence-transformers", r"^(?:all|paraphrase|multi-qa|msmarco|distiluse)-"),
)  # fmt: skip


def recognise(*names: str) -> Family | None:
    """The family of the first name that belongs to one; None for a model of no known family."""
    for name in names:
        plain = re.sub(r"[\s_]+", "-", name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1].strip().lower())
        for family in FAMILIES:
            if re.search(family.pattern, plain):
                return family
    return None
