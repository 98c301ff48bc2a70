# SPDX-License-Identifier: Apache-2.0
"""``inkstone eval``: its JSON, its report in both languages, rerankers, and what is wrong usage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import inkstone

pytestmark = pytest.mark.slow

ASKED = [
    {"question": "合同编号是什么？", "path": "采购合同.txt"},
    {"question": "年休假多少天", "path": "手册.md"},
    {"question": "hotel room a night", "passage": "A hotel room may cost up to 140 euros a night."},
    {"question": "旧合同由谁保管", "path": "没有这个文件.txt"},
    {"question": "  ", "path": "手册.md"},
]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "我的 问题.jsonl"
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in ASKED), encoding="utf-8")
    return file


def test_words_alone_as_json(library: Path, questions: Path) -> None:
    run = inkstone("eval", questions, "--library", library, "--json")
    assert (run.code, run.err) == (0, "")
    line = run.one
    assert {name: line[name] for name in ("questions", "counted", "blank", "unmatched")} == {
        "questions": 5, "counted": 3, "blank": 1, "unmatched": [4],
    }  # fmt: skip
    assert list(line["arms"]) == ["lexical"]
    figures = line["arms"]["lexical"]
    assert set(figures) == {"r@1", "r@5", "mrr@10", "ndcg@10", "latency_ms"}
    assert (figures["r@1"], figures["r@5"], figures["mrr@10"], figures["ndcg@10"]) == (1, 1, 1, 1)
    assert 0 < figures["latency_ms"]["p50"] <= figures["latency_ms"]["p95"]


def test_a_report_a_clerk_can_read(library: Path, questions: Path) -> None:
    run = inkstone("eval", questions, "--library", library)
    assert (run.code, run.err) == (0, "")
    assert "3 of 5 questions counted." in run.out
    assert "1 question names what is not in this library (line 4)." in run.out
    assert "The right place comes first for 100.0%" in run.out
    chinese = inkstone("eval", questions, "--library", library, LANG="zh_CN.UTF-8")
    assert "100.0% 的问题首条即为正确出处" in chinese.out


def test_models_are_compared_and_one_is_recommended(library: Path, questions: Path) -> None:
    run = inkstone("eval", questions, "--library", library, "--embedding", "light", "--json")
    assert (run.code, run.err) == (0, "")
    (model,) = run.one["models"]
    assert (model["embedding"], model["name"], model["dimension"]) == ("light", "all-MiniLM-L6-v2", 384)
    assert set(model["arms"]) == {"lexical", "dense", "fused"}
    assert model["speed"] > 0
    assert run.one["recommended"]["embedding"] == "light"
    assert {"only", "few"} <= {reason["reason"] for reason in run.one["recommended"]["reasons"]}
    shown = inkstone("eval", questions, "--library", library, "--embedding", "light")
    assert "Recommended: all-MiniLM-L6-v2" in shown.out
    after = inkstone("eval", questions, "--library", library, "--json")
    assert list(after.one["arms"]) == ["lexical"], "the library is as it was"


def test_a_reranker_is_one_arm_more_and_searches_as_many(library: Path, questions: Path, tiny_reranker: Path) -> None:
    run = inkstone("eval", questions, "--library", library, "--reranker", tiny_reranker, "--json")
    assert (run.code, list(run.one["arms"])) == (0, ["lexical", "reranked"])
    plain, reranked = (
        inkstone("search", "合同", "--library", library, "--reranker", choice, "--json").one["passages"]
        for choice in ("none", tiny_reranker)
    )
    assert {one["text"] for one in plain} == {one["text"] for one in reranked}
    assert sorted((one["score"] for one in plain), reverse=True) == [one["score"] for one in reranked]
    asked = inkstone("ask", "合同编号是什么？", "--llm", "none", "--library", library, "--reranker", tiny_reranker, "--json")
    assert (asked.code, asked.one["found"]) == (0, True)


@pytest.mark.parametrize("command", [("search", "合同"), ("ask", "合同", "--llm", "none"), ("eval", "QUESTIONS")])
def test_a_folder_that_is_no_reranker_is_a_sentence(
    library: Path, office: Path, questions: Path, command: tuple[str, ...]
) -> None:
    arguments = [questions if one == "QUESTIONS" else one for one in command]
    run = inkstone(*arguments, "--library", library, "--reranker", office, "--json")
    assert (run.code, run.out) == (3, "")
    assert f"“{office}” is not a reranker." in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"question": "a"}', "Line 1 of"),
        ("", "There is no question in"),
        ('{"question": "a", "path": "nowhere.pdf"}', "No question of"),
        (None, "cannot be read"),
    ],
)
def test_wrong_usage_is_a_sentence(library: Path, tmp_path: Path, content: str | None, said: str) -> None:
    file = tmp_path / "q.jsonl"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    run = inkstone("eval", file, "--library", library, "--json")
    assert (run.code, run.out) == (2, "")
    assert said in run.err


def test_an_empty_library_and_no_model_to_compare(tmp_path: Path, library: Path, questions: Path) -> None:
    assert "holds no documents yet" in inkstone("eval", questions, "--library", tmp_path / "leer").err
    assert "no embedding model to compare" in inkstone("eval", questions, "--library", library, "--embedding", "none").err
