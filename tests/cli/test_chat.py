# SPDX-License-Identifier: Apache-2.0
"""``inkstone chat``: a conversation on standard input, in plain text and in JSON, with everything that may come in a line."""

from __future__ import annotations

import json
import select
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tiny_gguf import ANSWER

from cli.command import PROGRAM, ROOT, Run, environment, inkstone

pytestmark = pytest.mark.slow

CONTRACT = "合同编号是什么？"


def chat(library: Path, said: bytes | str, *options: str | Path, **changes: str) -> Run:
    done = subprocess.run(
        [*PROGRAM, "chat", "--library", library, *options],
        input=said.encode() if isinstance(said, str) else said,
        capture_output=True,
        env=environment(**changes),
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def lines(*turns: str | dict[str, Any]) -> str:
    return "".join((turn if isinstance(turn, str) else json.dumps(turn, ensure_ascii=False)) + "\n" for turn in turns)


def test_a_question_that_leans_is_answered_from_the_same_file(library: Path, office: Path) -> None:
    run = chat(
        library, lines("付款期限是多少天？", {"question": "从什么时候算起？"}, "员工年休假几天？"), "--llm", "none", "--json"
    )
    assert (run.code, run.err) == (0, "")
    first, since, holidays = run.lines
    assert [line["question"] for line in run.lines] == ["付款期限是多少天？", "从什么时候算起？", "员工年休假几天？"]
    assert [line["follows"] for line in run.lines] == [False, True, False]
    assert first["searched_as"] == "付款期限是多少天？"
    assert since["searched_as"] == "从什么时候算起 (付款期限)"
    assert since["citations"][0]["path"] == str(office / "合同" / "采购合同.txt")
    assert "付款期限为收到发票后三十日。" in [citation["quote"] for citation in since["citations"]]
    alone = inkstone("ask", "员工年休假几天？", "--llm", "none", "--library", library, "--json").one
    assert {**holidays, "timings": {}} == {**alone, "timings": {}}


def test_each_sentence_has_its_verdict(library: Path) -> None:
    line = inkstone("ask", CONTRACT, "--llm", "none", "--library", library, "--json").one
    assert line["sentences"][0] == {
        "text": "合同编号是 HT-2024-018。",
        "verdict": "supported",
        "citations": [1],
        "why": "",
        "missing": [],
    }
    assert (line["follows"], line["searched_as"], line["finish"], line["model"]) == (False, CONTRACT, "", "")


def test_a_reply_stands_for_what_was_said(library: Path) -> None:
    asked = {"question": "加班要谁批准？", "reply": "经理批准。您要看年休假吗？"}
    run = chat(library, lines(asked, "对。"), "--llm", "none", "--json")
    assert run.lines[1]["follows"]
    assert "年休假" in run.lines[1]["searched_as"]
    assert "年休假为十五天" in run.lines[1]["citations"][0]["quote"]


def test_for_people(library: Path) -> None:
    run = chat(library, lines("付款期限是多少天？", "从什么时候算起？"), "--llm", "none")
    assert run.code == 0
    assert run.out.count("付款期限为收到发票后三十日。") == 2  # once in each answer
    assert "Searched for: 从什么时候算起 (付款期限)" in run.out
    assert run.err == "The conversation has ended.\n"


BAD = (
    (b"\n", "question_empty", "The question is empty."),
    (b" \t \n", "question_empty", "The question is empty."),
    (b'{"q": "x"}\n', "chat_line", "This line is not a question."),
    (b'{"question": 5}\n', "chat_line", "This line is not a question."),
    (b'{"question": "a", "reply": 3}\n', "chat_line", "This line is not a question."),
    (b"[1, 2]\n", "chat_line", "This line is not a question."),
    (b'{"question": "a"\n', "chat_line", "This line is not a question."),
    (b"[" * 100_000 + b"\n", "question_too_long", "100000 characters"),
    (b"\xff\xfe\xd6\xd0\n", "chat_not_utf8", "This line is not text in UTF-8."),
    (b"a" * 300_000 + b"\n", "question_too_long", "300000 characters"),
    (b"a" * 3_000_000 + b"\n", "question_too_long", "The question has"),
)


def test_what_cannot_be_answered_is_told_and_the_conversation_goes_on(library: Path) -> None:
    question = CONTRACT.encode() + b"\n"
    said = question + b"".join(bad for bad, _, _ in BAD) + question
    run = chat(library, said, "--llm", "none", "--json")
    assert (run.code, run.err) == (0, "")
    assert len(run.lines) == len(BAD) + 2
    for line, (_, code, told) in zip(run.lines[1:-1], BAD, strict=True):
        assert line["error"] == code
        assert told in line["message"]
    assert all("HT-2024-018" in run.lines[place]["answer"] for place in (0, -1))
    shown = chat(library, said, "--llm", "none", LANG="zh_CN.UTF-8")
    assert shown.code == 0
    assert shown.err.count("inkstone: ") == len(BAD)
    assert "这一行不是问题。" in shown.err
    assert "这一行不是 UTF-8 文本。" in shown.err
    assert "Traceback" not in shown.err


def test_a_lone_surrogate_and_a_mark_at_the_beginning(library: Path) -> None:
    run = chat(library, "\ufeff" + CONTRACT + '\n{"question": "\\ud800 合同编号"}', "--llm", "none", "--json")
    assert [line.get("error") for line in run.lines] == [None, None]
    assert run.lines[0]["question"] == CONTRACT


def test_a_question_may_begin_with_a_bracket(library: Path) -> None:
    run = chat(library, "[3] 合同编号是什么？\n{合同编号} 是什么？\n", "--llm", "none", "--json")
    assert [line["question"] for line in run.lines] == ["[3] 合同编号是什么？", "{合同编号} 是什么？"]


def test_no_question_and_nothing_found_exit_1(library: Path) -> None:
    assert chat(library, "", "--llm", "none", "--json") == Run(1, "", "")
    run = chat(library, "Who won the football world cup?\n", "--llm", "none", "--json")
    assert (run.code, run.one["certainty"]) == (1, "none")


def test_a_scope_holds_for_the_whole_conversation(library: Path, office: Path) -> None:
    run = chat(library, lines("员工年休假几天？", "加班要谁批准？"), "--llm", "none", "--json", "--in", office / "合同")
    quoted = [citation["path"] for line in run.lines for citation in line["citations"]]
    assert all(str(office / "合同") in path for path in quoted)
    assert all(line["searched_files"] == 2 for line in run.lines)


def test_a_model_that_is_not_there(library: Path, tmp_path: Path) -> None:
    run = chat(library, CONTRACT + "\n", "--llm", tmp_path / "无.gguf", "--json")
    assert (run.code, run.out) == (3, "")
    assert "无.gguf" in run.err


@pytest.mark.needs("llama_cpp")
def test_with_a_model(library: Path, tiny_gguf: Path) -> None:
    run = chat(library, lines(CONTRACT, CONTRACT), "--llm", tiny_gguf, "--json")
    assert (run.code, run.err) == (0, "")
    assert [line["model"] for line in run.lines] == [str(tiny_gguf)] * 2
    shown = chat(library, lines(CONTRACT), "--llm", tiny_gguf)
    assert shown.out.count(ANSWER.split(" [")[0]) >= 1


def test_answers_come_at_once_and_ctrl_c_twice_ends(library: Path) -> None:
    process = subprocess.Popen(
        [*PROGRAM, "chat", "--library", library, "--llm", "none", "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write((CONTRACT + "\n").encode())
        process.stdin.flush()
        assert json.loads(line_of(process))["certainty"] == "answer"  # before the input ends
        process.send_signal(signal.SIGINT)
        told = json.loads(line_of(process))
        assert (told["error"], told["message"]) == ("stopped", "To end the conversation, press Ctrl+C again.")
        process.stdin.write((CONTRACT + "\n").encode())
        process.stdin.flush()
        assert json.loads(line_of(process))["certainty"] == "answer"
        for _ in range(2):
            process.send_signal(signal.SIGINT)
            if process.poll() is None and readable(process, 2.0):
                process.stdout.readline()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.communicate()


def readable(process: subprocess.Popen[bytes], seconds: float) -> bool:
    assert process.stdout is not None
    return bool(select.select([process.stdout], [], [], seconds)[0])


def line_of(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    assert readable(process, 60)
    return process.stdout.readline()
