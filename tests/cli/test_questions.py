# SPDX-License-Identifier: Apache-2.0
"""``inkstone search`` and ``inkstone ask``: their JSON, their exit codes, a batch, and what they never import."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_gguf import ANSWER

from cli.command import inkstone
from cli.conftest import CONTRACT

pytestmark = pytest.mark.slow

QUESTION = "合同编号是什么？"


def test_search_gives_ranked_passages(library: Path, office: Path) -> None:
    run = inkstone("search", "付款期限", "--library", library, "--top", "2", "--json")
    assert (run.code, run.err) == (0, "")
    line = run.one
    assert set(line) == {"question", "certainty", "passages", "searched_files", "total_files", "meaning", "hits", "files"}
    assert (line["certainty"], line["meaning"]) == ("answer", None)
    assert (line["question"], line["searched_files"], line["total_files"]) == ("付款期限", 4, 6)
    assert [passage["rank"] for passage in line["passages"]] == list(range(1, len(line["passages"]) + 1))
    assert len(line["passages"]) <= 2
    first = line["passages"][0]
    assert set(first) >= {"rank", "path", "locator", "text", "score"}
    assert (first["terms"], first["arms"], first["also_in"]) == (["付款期限"], {"lexical": 1}, [])
    assert (first["certainty"], first["by_meaning"], first["language"], first["best"]) == ("answer", False, "zh", None)
    assert [first["text"][start:end] for start, end in first["marks"]] == ["付款期限"]
    assert first["path"] == str(office / "合同" / "采购合同.txt")
    assert first["locator"]["lines"][0] >= 1
    assert "付款期限" in first["text"]
    assert 0 < first["score"] <= 1


@pytest.mark.parametrize(
    ("narrowed", "names"),
    [
        (("--in", "{office}/合同"), {"采购合同.txt", "旧合同.txt"}),
        (("--type", "md,.pdf"), {"手册.md"}),
        (("--in", "{office}/手册.md", "--in", "{office}/Travel.txt"), {"手册.md", "Travel.txt"}),
        (("--since", "2000-01-01", "--type", "TXT"), {"采购合同.txt", "旧合同.txt", "Travel.txt"}),
        (("--until", "2000-01"), set()),
    ],
)
def test_a_search_can_be_narrowed(library: Path, office: Path, narrowed: tuple[str, ...], names: set[str]) -> None:
    options = [option.format(office=office) for option in narrowed]
    run = inkstone("search", "合同 期限 年休假 hotel", "--library", library, "--json", *options)
    assert {Path(passage["path"]).name for passage in run.one["passages"]} == names
    assert run.code == (0 if names else 1)
    assert (run.one["searched_files"], run.one["total_files"]) == (len(names), 6)


def test_a_filter_that_matches_nothing_is_told(library: Path, tmp_path: Path) -> None:
    run = inkstone("search", "合同", "--library", library, "--in", tmp_path / "nowhere")
    assert run.code == 1
    assert "No file of the library matches what you narrowed the search to." in run.out
    run = inkstone("ask", QUESTION, "--library", library, "--llm", "none", "--json", "--type", "pdf")
    assert (run.code, run.one["found"], run.one["searched_files"]) == (1, False, 0)


def test_a_search_is_narrowed_to_a_kind_a_language_and_exact_words(library: Path) -> None:
    def paths(*options: str) -> list[str]:
        run = inkstone("search", "付款期限", "--library", library, "--json", *options)
        return [Path(passage["path"]).name for passage in run.one["passages"] if passage["hit"]]

    everywhere = paths()
    assert "采购合同.txt" in everywhere
    assert paths("--type", "text", "--exact", "--language", "zh", "--order", "name")[:1] == ["采购合同.txt"]
    assert paths("--type", "word", "--type", "mail") == []
    assert paths("--language", "en") == []
    assert inkstone("search", "付款 期限 不在", "--library", library, "--exact", "--json").one["passages"] == []


def test_a_date_that_is_none_is_told(library: Path) -> None:
    run = inkstone("search", "合同", "--library", library, "--since", "yesterday")
    assert run.code == 2
    assert "“yesterday” is not a date like 2026-01-31" in run.err


def test_search_that_finds_nothing_exits_1(library: Path) -> None:
    run = inkstone("search", "zyxwvut", "--library", library, "--json")
    assert (run.code, run.one["passages"]) == (1, [])


def test_a_batch_answers_a_line_each_in_order(library: Path, tmp_path: Path) -> None:
    batch = tmp_path / "问题.jsonl"
    questions = ["年休假多少天", "zyxwvut", "hotel room"]
    lines = [json.dumps({"question": question, "id": 7}, ensure_ascii=False) for question in questions]
    batch.write_text("\ufeff" + "\n\n".join(lines) + "\n", encoding="utf-8")
    run = inkstone("search", "--batch", batch, "--library", library, "--json")
    assert (run.code, [line["question"] for line in run.lines]) == (0, questions)
    assert [bool(line["passages"]) for line in run.lines] == [True, False, True]
    shown = inkstone("search", "--batch", batch, "--library", library)
    assert [f"» {question}" in shown.out for question in questions] == [True] * 3


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('{"question": "好"}\nnot json\n', "2"),
        ('{"q": "x"}\n', "1"),
        ('{"question": 5}\n', "1"),
        ("[1]\n", "1"),
        ('"x"\n', "1"),
    ],
)
def test_a_batch_line_that_is_no_question_is_named(library: Path, tmp_path: Path, content: str, line: str) -> None:
    batch = tmp_path / "坏问题.jsonl"
    batch.write_text(content, encoding="utf-8")
    run = inkstone("search", "--batch", batch, "--library", library, "--json")
    assert (run.code, run.out) == (2, "")
    assert f"Line {line} of “{batch}”" in run.err


def test_ask_quotes_without_a_model(library: Path, office: Path) -> None:
    run = inkstone("ask", QUESTION, "--llm", "none", "--library", library, "--json")
    assert (run.code, run.err) == (0, "")
    line = run.one
    assert {"question", "answer", "found", "mode", "citations", "checks", "timings"} <= set(line)
    assert (line["question"], line["found"], line["mode"]) == (QUESTION, True, "extractive")
    assert (line["certainty"], line["meaning"]) == ("answer", None)
    first = line["citations"][0]
    assert set(first) == {"number", "path", "locator", "quote", "certainty", "by_meaning", "language", "missing"}
    assert (first["certainty"], first["by_meaning"], first["language"], first["missing"]) == ("answer", False, "zh", False)
    assert (first["number"], first["path"]) == (1, str(office / "合同" / "采购合同.txt"))
    assert CONTRACT in first["quote"]
    assert CONTRACT in line["answer"]
    assert "[1]" in line["answer"]
    assert set(line["checks"]) == {"supported", "partly", "unsupported", "dropped_citations", "corrected"}
    assert set(line["timings"]) >= {"search", "total"}


def test_a_summary_is_asked_for_like_anything(library: Path, office: Path) -> None:
    run = inkstone("ask", "总结手册.md", "--library", library, "--json")
    assert (run.code, run.one["mode"], run.one["certainty"]) == (0, "summary", "answer")
    assert {citation["path"] for citation in run.one["citations"]} == {str(office / "手册.md")}
    assert [one["text"] for one in run.one["sentences"]] == [citation["quote"] for citation in run.one["citations"]]
    shown = inkstone("ask", "总结手册.md", "--library", library)
    assert "《手册.md》摘要" in shown.out
    assert "*" not in shown.out


def test_ask_that_finds_nothing_says_so_and_exits_1(library: Path) -> None:
    run = inkstone("ask", "Who won the football world cup?", "--llm", "none", "--library", library, "--json")
    assert (run.code, run.one["found"], run.one["citations"]) == (1, False, [])
    assert run.one["certainty"] == "none"
    assert run.one["answer"]


@pytest.mark.needs("llama_cpp")
def test_ask_with_a_model(library: Path, tiny_gguf: Path) -> None:
    run = inkstone("ask", QUESTION, "--llm", tiny_gguf, "--library", library, "--json")
    assert (run.code, run.err) == (0, "")
    assert (run.one["answer"], run.one["mode"], run.one["found"]) == (ANSWER, "llm", True)
    assert [citation["number"] for citation in run.one["citations"]] == [1]
    assert "first_token" in run.one["timings"]
    shown = inkstone("ask", QUESTION, "--llm", tiny_gguf, "--library", library)
    assert shown.out.startswith(ANSWER + "\n")
    assert shown.out.count(ANSWER) == 1  # streamed, not said again
    assert "采购合同.txt" in shown.out


@pytest.mark.parametrize("question", ["", "  \t ", "\x01\x02"])
def test_an_empty_question_is_wrong_usage(library: Path, question: str) -> None:
    for command in ("ask", "search"):
        run = inkstone(command, question, "--library", library, "--json")
        assert (run.code, run.out) == (2, "")
        assert "The question is empty." in run.err


def test_a_question_without_end_is_wrong_usage(library: Path) -> None:
    run = inkstone("ask", "长" * 9_000, "--library", library, "--json")
    assert (run.code, run.out) == (2, "")
    assert "9000" in run.err


def test_odd_questions_find_nothing_or_something_and_never_break(library: Path, tmp_path: Path) -> None:
    odd = [
        '" OR 1=1 --',
        "合同 AND (",
        "*",
        "NEAR(",
        "🙂",
        "合同\x01编号",
        "a:b",
        "-x",
        "%_",
        "'; DROP TABLE files; --",
        "合同\n编号",
    ]
    batch = tmp_path / "怪问题.jsonl"
    batch.write_text("".join(json.dumps({"question": question}) + "\n" for question in odd), encoding="utf-8")
    run = inkstone("search", "--batch", batch, "--library", library, "--json")
    assert (run.code, run.err) == (0, "")
    assert [line["question"] for line in run.lines] == odd
    assert [bool(line["passages"]) for line in run.lines] == [question.startswith("合同") for question in odd]


def test_a_question_in_another_encoding_is_taken_as_far_as_it_can_be_read(library: Path) -> None:
    run = inkstone("search", "合同 ".encode() + "编号".encode("gbk"), "--library", library, "--json")
    assert run.code == 0
    assert run.one["question"].startswith("合同 \ufffd")


def test_wrong_usage_exits_2_and_says_nothing_on_standard_output(library: Path) -> None:
    for arguments in (
        ("index",),
        ("search",),
        ("search", "x", "--batch", "y"),
        ("search", "x", "--top", "0"),
        ("search", "x", "--top", "viele"),
        ("ask",),
        ("frobnicate",),
        ("ask", "x", "--no-such-option"),
    ):
        run = inkstone(*arguments)
        assert (run.code, run.out) == (2, ""), arguments
        assert "Traceback" not in run.err
        assert run.err.splitlines()[-1].startswith("inkstone: "), arguments


def test_no_command_imports_qt_and_words_alone_import_no_torch(library: Path, office: Path) -> None:
    heavy = ("PySide6", "torch", "chromadb", "transformers", "llama_cpp", "langchain_core")
    for arguments in (
        ("ask", QUESTION, "--llm", "none", "--library", str(library)),
        ("index", str(office), "--library", str(library)),
        ("doctor", "--library", str(library)),
    ):
        run = inkstone(*arguments, PYTHONPROFILEIMPORTTIME="1")
        imported = {
            line.rsplit("|", 1)[1].strip().split(".")[0] for line in run.err.splitlines() if line.startswith("import time:")
        }
        assert "desktop_app" in imported
        assert not imported & set(heavy), arguments


@pytest.mark.slow
def test_no_command_imports_qt_with_the_embedding_model(office: Path, tmp_path: Path) -> None:
    library = tmp_path / "向量库"
    for arguments in (("index", str(office)), ("ask", "What may a hotel room cost?", "--llm", "none")):
        run = inkstone(*arguments, "--library", str(library), PYTHONPROFILEIMPORTTIME="1")
        imported = {
            line.rsplit("|", 1)[1].strip().split(".")[0] for line in run.err.splitlines() if line.startswith("import time:")
        }
        assert run.code == 0
        assert {"openvino", "chromadb"} <= imported
        assert "torch" not in imported  # it takes five seconds, and OpenVINO computes the same
        assert "langchain_core" not in imported  # a seam for others
        assert "PySide6" not in imported
        assert "llama_cpp" not in imported
