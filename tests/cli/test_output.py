# SPDX-License-Identifier: Apache-2.0
"""What a person sees, in English and Chinese, and what odd terminals, pipes and file names do to it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from cli.command import PROGRAM, ROOT, environment, inkstone

pytestmark = pytest.mark.slow

CHINESE = "zh_CN.UTF-8"


def test_an_answer_in_english_and_chinese(library: Path) -> None:
    english = inkstone("ask", "合同编号是什么？", "--llm", "none", "--library", library)
    assert english.code == 0
    lines = english.out.splitlines()
    assert re.fullmatch(r".*合同编号是 HT-2024-018。 \[1\]", lines[0])
    assert lines[1] == ""
    assert re.fullmatch(r"\[1\] 采购合同\.txt, line \d", lines[2])
    assert lines[-2:] == ["Quoted from your documents, without a language model.", "Searched 4 of 6 files."]
    chinese = inkstone("ask", "合同编号是什么？", "--llm", "none", "--library", library, LANG=CHINESE).out.splitlines()
    assert chinese[0] == lines[0]
    assert re.fullmatch(r"\[1\] 采购合同\.txt，第 \d 行", chinese[2])
    assert not re.search("[A-Za-z]{4}", chinese[-1] + chinese[-2])


@pytest.mark.slow
@pytest.mark.parametrize("language", ["C.UTF-8", CHINESE])
def test_everything_a_person_sees_is_in_one_language(library: Path, office: Path, language: str, tiny_gguf: Path) -> None:
    """Sentences only: names, numbers and technical words apart."""
    outputs = [
        inkstone("index", office, "--library", library, LANG=language).out,
        inkstone(
            "ask", "Who won the football world cup?", "--llm", "none", "--library", library, LANG=language
        ).out.splitlines()[-1],
        inkstone("search", "zyxwvut", "--library", library, LANG=language).out,
        inkstone("models", tiny_gguf.parent, LANG=language).out,
        *[line.split("\t")[0] for line in inkstone("files", "--library", library, LANG=language).out.splitlines()],
        *[line[:20] for line in inkstone("doctor", "--library", library, LANG=language).out.splitlines()],
        inkstone("--help", LANG=language).out.split("COMMAND", 2)[2],
    ]
    for output in outputs:
        said = re.sub(
            r"\S*[/.]\S*|[A-Z]\S*|tiny|Python|llama|index|files|tables|search|ask|chat|eval|duplicates|models|library|doctor",
            " ",
            output,
        )
        if language == CHINESE:
            assert not re.search(r"[a-z]{3,}", said), output
            assert re.search(r"[\u4e00-\u9fff]", output) or not said.strip(), output
        else:
            assert not re.search(r"[\u4e00-\u9fff]", said), output


def test_counts_are_told_in_words_that_fit(tmp_path: Path) -> None:
    (tmp_path / "一份").mkdir()
    (tmp_path / "一份" / "甲.txt").write_text("只有这一句。", encoding="utf-8")
    one = inkstone("index", tmp_path / "一份", "--embedding", "none").out
    assert re.match(r"1 file read · 1 passage · [\d.]+ s\n", one)
    again = inkstone("index", tmp_path / "一份").out
    assert re.match(r"1 unchanged · [\d.]+ s\n", again)


def test_another_output_encoding_does_not_break_it(library: Path) -> None:
    """A Chinese Windows hands a redirected stream its own code page; what we write is UTF-8 everywhere."""
    for encoding in ("gbk", "ascii", "latin-1:strict"):
        run = inkstone("ask", "合同编号是什么？", "--llm", "none", "--library", library, PYTHONIOENCODING=encoding)
        assert run.code == 0
        assert "合同编号是 HT-2024-018。" in run.out
        json_run = inkstone("ask", "hotel room 🙂", "--library", library, "--json", "--llm", "none", PYTHONIOENCODING=encoding)
        assert json_run.one["question"] == "hotel room 🙂"


def test_a_c_locale_is_no_obstacle(library: Path) -> None:
    run = inkstone("ask", "合同编号是什么？", "--llm", "none", "--library", library, "--json", LANG="C")
    assert "HT-2024-018" in run.one["answer"]


def test_names_with_line_breaks_and_control_characters(tmp_path: Path) -> None:
    folder = tmp_path / "怪名字"
    folder.mkdir()
    names = ("第一行\n第二行.txt", "制表\t符.txt", "颜色\x1b[31m.txt", '引"号.txt', "emoji 🙂.txt", "反斜\\杠.txt")
    for number, name in enumerate(names):
        (folder / name).write_text(f"第 {number} 份：钥匙在门卫处，\x1b[31m红色。" + "须登记后领取。" * 30, encoding="utf-8")
    run = inkstone("index", folder, "--embedding", "none", "--json")
    assert (run.code, run.lines[-1]["files"]["indexed"]) == (0, len(names))
    assert {Path(line["path"]).name for line in inkstone("files", "--json").lines} == set(names)
    shown = inkstone("files").out
    assert len(shown.splitlines()) == len(names)
    assert r"第一行\n第二行.txt" in shown
    asked = (
        inkstone("ask", "钥匙在哪里？", "--llm", "none").out + inkstone("search", "钥匙").out + inkstone("index", folder).out
    )
    assert "\x1b" not in shown + asked  # a document must not command the terminal
    assert len(inkstone("search", "钥匙", "--json").one["passages"]) == len(names)


def test_a_name_in_another_encoding_is_told_and_does_not_stop_the_rest(tmp_path: Path) -> None:
    folder = tmp_path / "混合"
    folder.mkdir()
    with open(os.fsencode(folder) + b"/" + "合同".encode("gbk") + b".txt", "w", encoding="utf-8") as stream:
        stream.write("名字不是 UTF-8。")
    (folder / "好.txt").write_text("名字是 UTF-8。", encoding="utf-8")
    run = inkstone("index", folder, "--embedding", "none", "--json")
    assert (run.code, run.lines[-1]["files"]["indexed"], run.lines[-1]["files"]["failed"]) == (1, 1, 1)
    assert [line["state"] for line in inkstone("files", "--json").lines] == ["failed", "indexed"]


def piped(arguments: tuple[str, ...], reader: tuple[str, ...]) -> tuple[int, bytes, bytes]:
    """The command's exit code, what its reader printed, and its standard error."""
    first = subprocess.Popen(
        [*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), cwd=ROOT
    )
    second = subprocess.Popen(reader, stdin=first.stdout, stdout=subprocess.PIPE)
    assert first.stdout is not None
    first.stdout.close()
    out, _ = second.communicate(timeout=120)
    _, err = first.communicate(timeout=120)
    return first.returncode, out, err


def test_a_reader_that_stops_reading_is_no_error(tmp_path: Path) -> None:
    folder = tmp_path / "很多"
    folder.mkdir()
    for number in range(3_000):  # more lines than a pipe holds
        (folder / f"空白的文件，名字很长很长很长 {number:05d}.txt").touch()
    assert inkstone("index", folder, "--embedding", "none").code == 0
    for arguments in (("files",), ("files", "--json")):
        code, out, err = piped(arguments, ("head", "-1"))
        assert (code, out.count(b"\n"), err) == (0, 1, b"")


def test_indexing_whose_reader_is_gone_stops_and_keeps_what_was_finished(tmp_path: Path, office: Path) -> None:
    code, out, err = piped(("index", str(office), "--embedding", "none", "--json"), ("head", "-1"))
    assert (out.count(b"\n"), err) == (1, b"")
    assert code in (0, 1)  # 0: everything was written before head had gone
    assert inkstone("index", office, "--json").lines[-1]["files"]["failed"] == 0
    assert len(inkstone("files", "--json").lines) == 6


def test_an_output_that_is_full_is_a_sentence(library: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*PROGRAM, "files", "--library", library],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            cwd=ROOT,
            check=False,
        )
    assert done.returncode == 3
    assert b"is full" in done.stderr
    assert b"Traceback" not in done.stderr


def test_version_and_help_exit_0() -> None:
    assert inkstone("--version").out.startswith("inkstone ")
    for arguments in (("--help",), ("index", "--help"), ("ask", "--help")):
        run = inkstone(*arguments)
        assert (run.code, run.err) == (0, "")
