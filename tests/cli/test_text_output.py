# SPDX-License-Identifier: Apache-2.0
"""How things are shown: lines that fit a terminal, runs, names written by others."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from desktop_app.cli import answer_output, command_line, files_command, index_command, text_output
from desktop_app.contract.document import Locator
from desktop_app.contract.index_run import IndexProgress, IndexReport
from desktop_app.contract.ledger import LedgerRow
from desktop_app.engine.engine import Engine
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.wording import doctor_texts
from desktop_app.wording.place import place
from desktop_app.wording.problem_texts import sentence


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_locator_in_json_holds_what_is_set() -> None:
    assert text_output.locator_json(Locator(page=2, chars=(0, 9))) == {"page": 2, "chars": (0, 9)}
    assert text_output.locator_json(Locator()) == {}


def test_the_progress_line_fits_a_terminal_also_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    stream = Terminal()
    line = index_command.ProgressLine(stream)
    line.update(IndexProgress("reading", "/资料/" + "很长的文件名" * 20 + ".docx", 3, 9, seconds_left=120.0))
    shown = stream.getvalue().removeprefix("\r\x1b[2K")
    assert shown.startswith("3 of 9 files · 很长的文件名")
    assert len(shown) + sum(ord(character) > 0x2E80 for character in shown) <= 39
    line.clear()
    assert stream.getvalue().endswith("\r\x1b[2K")


def test_nothing_is_overwritten_where_nobody_looks() -> None:
    stream = io.StringIO()
    line = index_command.ProgressLine(stream)
    line.update(IndexProgress("scanning", "/资料"))
    line.clear()
    assert stream.getvalue() == ""


def test_when_files_were_found_by_words_is_told_where_vectors_took_longer() -> None:
    files = {"indexed": 2, "unchanged": 0, "partial": 0, "skipped": 0, "failed": 0, "removed": 0}
    told = index_command.index_report(IndexReport(files, 7, 9.0, words=1.24))
    assert told == "2 files read · 7 passages · 9.0 s · findable by words after 1.2 s"
    assert "words" not in index_command.index_report(IndexReport(files, 7, 1.3, words=1.2))


def test_words_first_and_then_meaning_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    stream = Terminal()
    line = index_command.ProgressLine(stream)
    line.update(IndexProgress("reading", "/资料/甲.docx", 3, 9, seconds_left=120.0, words_left=3.0))
    assert stream.getvalue().endswith("Findable by words: 3 of 9 · 甲.docx · about 2 min left")
    line.update(IndexProgress("vectors", "", 30, 90, seconds_left=999.0, meaning_left=120.0))
    assert stream.getvalue().endswith("Findable by words · meaning: 30 of 90 passages · about 2 min left")


def test_a_run_in_one_line() -> None:
    files = {"indexed": 2, "unchanged": 0, "partial": 1, "skipped": 0, "failed": 3, "removed": 1}
    done = IndexReport(files, 7, 1.25, ("/移动硬盘",))
    assert index_command.index_report(done).splitlines() == [
        "2 files read · 1 read in part · 3 not readable · 1 removed · 7 passages · 1.2 s",
        "“/移动硬盘” cannot be reached now; what was indexed from it is kept.",
    ]
    nothing = IndexReport(dict.fromkeys(files, 0), 0, 0.0)
    assert index_command.index_report(nothing) == "No files. · 0.0 s"


HOSTILE = "a\nb\x1b[2J\u202efdp.exe"


def test_names_command_no_terminal() -> None:
    """Of a file, a part of it, a model and an error; what stays is one line that tells the characters."""
    shown = r"a\nb\x1b[2J\u202efdp.exe"
    row = LedgerRow(f"/资料/{HOSTILE}", "failed", "damaged", HOSTILE)
    line = files_command.ledger_line(row)
    assert shown in line
    assert line.replace("\t", "").isprintable()
    assert place(Locator(sheet=HOSTILE)) == f"Sheet {shown}"
    assert doctor_texts._shown({"name": [HOSTILE]}).endswith(shown)
    told = str(sentence(EnvironmentProblem("disk_failing", path=HOSTILE, detail="first\nsecond\x1b[2J")))
    assert shown in told
    assert r"first second\x1b[2J" in told


def test_a_line_of_the_ledger_tells_hidden_passages() -> None:
    line = files_command.ledger_line(LedgerRow("/租赁.xlsx", "indexed", chunks=9, hidden={"row": 2, "sheet": 1}))
    assert line.split("\t") == ["searchable", "/租赁.xlsx", "3 hidden passages: hidden rows, hidden sheets"]


def test_a_name_of_4000_characters_is_cut_in_its_middle() -> None:
    line = files_command.ledger_line(LedgerRow("/a.zip", "failed", "damaged", "x" * 4000 + ".docx"))
    assert len(line) < 800
    assert "…" in line
    assert line.endswith("xx.docx)")


def test_passages_command_no_terminal_and_keep_their_direction() -> None:
    stream = io.StringIO()
    answer_output.Streamed(stream, enabled=True).add("שלום\u200f\x1b[2J\n")
    assert stream.getvalue() == "שלום\u200f\\x1b[2J\n"
    assert text_output.flat("שלום\u200f\x1b[2J\n") == "שלום\u200f\\x1b[2J"


def test_doctor_says_that_a_model_knows_many_languages() -> None:
    told = doctor_texts.doctor_report({"embedding": {"languages": ["*"]}, "reranker": {"languages": ["en", "de"]}})
    assert [line.split()[1:] for line in told.splitlines() if "languages" in line] == [["many"], ["en", "de"]]


def test_one_file_is_counted_as_one() -> None:
    assert text_output.coverage(1, 1) == "Searched 1 of 1 file."
    assert text_output.coverage(2, 3) == "Searched 2 of 3 files."


def test_a_library_that_cannot_be_tidied_up_is_logged_and_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> bool:
        raise EnvironmentProblem("disk_full", path="library")

    monkeypatch.setattr(Engine, "tidy", full)
    folder = tmp_path / "资料"
    folder.mkdir()
    (folder / "合同.txt").write_text("质保期十八个月。", encoding="utf-8")
    with caplog.at_level("INFO"):
        code = command_line.main(["index", str(folder), "--library", str(tmp_path / "库"), "--embedding", "none"])
    assert code == 0
    assert "the library is not tidied up" in caplog.text
    assert "disk_full" in caplog.text
