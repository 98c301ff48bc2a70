# SPDX-License-Identifier: Apache-2.0
"""``inkstone index`` and ``inkstone files``: the JSON that scripts rely on, exit codes, and switching models."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from cli.command import inkstone

pytestmark = pytest.mark.slow

OUTCOMES = {"indexed", "unchanged", "partial", "skipped", "failed", "removed"}


def test_index_tells_progress_then_done(office: Path, tmp_path: Path) -> None:
    library = tmp_path / "新 库"
    run = inkstone("index", office, "--library", library, "--embedding", "none", "--json")
    assert run.code == 0
    # What it will take, in one line; or nothing where all is done before that can be said.
    assert run.err in ("5 files · less than a minute · 1 MB on disk.\n", "")
    *progress, done = run.lines
    assert progress
    assert {line["event"] for line in progress} == {"progress", "forecast"}
    forecasts = [line for line in progress if line["event"] == "forecast"]
    assert forecasts[0]["basis"] in ("guessed", "remembered")
    assert forecasts[0]["disk_free"] > 0
    assert forecasts[0]["memory_free"] > 0
    progress = [line for line in progress if line["event"] == "progress"]
    assert {"stage", "path", "done", "total", "seconds_left", "counts"} <= set(progress[-1])
    assert (done["event"], set(done["files"])) == ("done", OUTCOMES)
    assert done["files"] == {"indexed": 4, "unchanged": 0, "partial": 0, "skipped": 2, "failed": 0, "removed": 0}
    assert isinstance(done["chunks"], int)
    assert done["chunks"] >= 4
    assert isinstance(done["seconds"], float)
    again = inkstone("index", office, "--library", library, "--json")
    assert again.lines[-1]["files"] == {"indexed": 0, "unchanged": 6, "partial": 0, "skipped": 0, "failed": 0, "removed": 0}
    assert again.lines[-1]["chunks"] == 0


def test_a_second_run_touches_only_what_changed(tmp_path: Path) -> None:
    folder = tmp_path / "变化"
    folder.mkdir()
    for name in ("甲", "乙", "丙"):
        (folder / f"{name}.txt").write_text(f"{name}文件的内容。", encoding="utf-8")
    assert inkstone("index", folder, "--embedding", "none").code == 0
    (folder / "甲.txt").write_text("甲文件改写以后的内容。", encoding="utf-8")
    (folder / "乙.txt").unlink()
    (folder / "丁.txt").write_text("丁文件的内容。", encoding="utf-8")
    files = inkstone("index", folder, "--json").lines[-1]["files"]
    assert (files["indexed"], files["unchanged"], files["removed"]) == (2, 1, 1)
    assert [Path(line["path"]).name for line in inkstone("files", "--json").lines] == ["丁.txt", "丙.txt", "甲.txt"]


def test_files_lists_every_file_with_its_state_and_why(library: Path, office: Path) -> None:
    run = inkstone("files", "--library", library, "--json")
    assert (run.code, run.err) == (0, "")
    assert all(set(line) == {"path", "state", "reason", "detail", "chunks", "pages", "hidden"} for line in run.lines)
    told = {line["path"]: (line["state"], line["reason"]) for line in run.lines}
    assert told == {
        str(office / "合同" / "采购合同.txt"): ("indexed", ""),
        str(office / "合同" / "旧合同.txt"): ("indexed", ""),
        str(office / "手册.md"): ("indexed", ""),
        str(office / "Travel.txt"): ("indexed", ""),
        str(office / "空.txt"): ("skipped", "empty"),
        str(office / "图纸.xyz"): ("skipped", "unknown_format"),
    }


def test_what_is_left_out_is_remembered(tmp_path: Path) -> None:
    folder = tmp_path / "资料"
    (folder / "草稿").mkdir(parents=True)
    for name in ("甲.txt", "乙.log", "丙.md", "草稿/丁.txt"):
        (folder / name).write_text(f"{name}的内容。", encoding="utf-8")
    run = inkstone("index", folder, "--embedding", "none", "--exclude", "*.log", "--exclude", "草稿/", "--json")
    assert (run.code, run.lines[-1]["files"]["indexed"], run.lines[-1]["files"]["skipped"]) == (0, 2, 1)
    run = inkstone("index", folder, "--exclude", "*.md", "--json")
    assert (run.lines[-1]["files"]["skipped"], run.lines[-1]["files"]["unchanged"]) == (1, 2)
    told = {Path(line["path"]).name: (line["reason"], line["detail"]) for line in inkstone("files", "--json").lines}
    assert told == {"甲.txt": ("", ""), "乙.log": ("excluded", "*.log"), "丙.md": ("excluded", "*.md")}
    bad = inkstone("index", folder, "--exclude", "!")
    assert (bad.code, bad.out) == (2, "")
    assert "“!”" in bad.err


def test_files_that_cannot_be_read_make_the_exit_code_1(tmp_path: Path) -> None:
    folder = tmp_path / "坏文件"
    folder.mkdir()
    (folder / "好.txt").write_text("仓库的钥匙在门卫处。", encoding="utf-8")
    (folder / "坏.pdf").write_bytes(b"%PDF-1.7 broken")
    (folder / "坏.docx").write_bytes(b"PK\3\4 broken")
    run = inkstone("index", folder, "--embedding", "none", "--json")
    assert run.code == 1
    assert run.lines[-1]["files"]["failed"] == 2
    assert run.lines[-1]["files"]["indexed"] == 1
    shown = inkstone("index", folder)
    assert "坏.pdf" in shown.out  # unchanged, but still told
    assert inkstone("search", "仓库钥匙").code == 0


def test_a_gb18030_file_in_a_folder_with_a_chinese_name_is_found(library: Path, office: Path) -> None:
    answer = inkstone("ask", "旧合同的保管期限是多少年？", "--llm", "none", "--library", library, "--json").one
    assert answer["citations"][0]["path"] == str(office / "合同" / "旧合同.txt")
    assert "十年" in answer["citations"][0]["quote"]


def test_a_single_file_can_be_indexed(office: Path) -> None:
    run = inkstone("index", office / "手册.md", "--embedding", "none", "--json")
    assert (run.code, run.lines[-1]["files"]["indexed"]) == (0, 1)


def test_home_is_where_inkstone_home_says(office: Path, tmp_path: Path) -> None:
    home = tmp_path / "另一个 家"
    assert inkstone("index", office, "--embedding", "none", INKSTONE_HOME=str(home)).code == 0
    assert (home / "libraries" / "default" / "catalogue.sqlite").is_file()
    assert len(inkstone("files", "--json", INKSTONE_HOME=str(home)).lines) == 6
    assert inkstone("files", "--json").lines == []


def test_no_model_is_remembered(library: Path) -> None:
    """A library made without a model stays without one: nothing loads torch behind its back."""
    report = inkstone("doctor", "--library", library, "--json").one
    assert (report["embedding"]["choice"], report["embedding"]["state"]) == ("none", "none")
    assert not (library / "chroma").exists()


def counts(library: Path) -> tuple[int, int]:
    """Chunks in the catalogue, and those of them that have a stored vector."""
    connection = sqlite3.connect(library / "catalogue.sqlite")
    try:
        chunks = connection.execute("SELECT count(*) FROM chunks").fetchone()[0]
        with_vector = connection.execute("SELECT count(*) FROM chunks WHERE hash IN (SELECT hash FROM vectors)").fetchone()[0]
    finally:
        connection.close()
    return chunks, with_vector


@pytest.mark.slow
def test_switching_between_no_model_and_the_light_one(library: Path, office: Path) -> None:
    question = ("search", "What may a hotel room cost?", "--library", str(library), "--json")
    by_words = inkstone(*question).one
    there = inkstone("index", office, "--library", library, "--embedding", "light", "--json").lines[-1]
    assert there["files"]["unchanged"] == 6  # vectors are made from the stored texts
    report = inkstone("doctor", "--library", library, "--json").one
    assert (report["embedding"]["choice"], report["embedding"]["state"]) == ("light", "ready")
    assert report["library"]["healthy"]
    assert report["library"]["vectors"] == report["library"]["chunks"] == counts(library)[0]
    with_vectors = inkstone(*question).one
    assert Path(with_vectors["passages"][0]["path"]).name == "Travel.txt"
    back = inkstone("index", office, "--library", library, "--embedding", "none", "--json").lines[-1]
    assert back["files"]["unchanged"] == 6
    again = inkstone(*question).one
    assert [(p["path"], p["text"], p["score"]) for p in again["passages"]] == [
        (p["path"], p["text"], p["score"]) for p in by_words["passages"]
    ]
    forth = inkstone("index", office, "--library", library, "--embedding", "light", "--json").lines[-1]
    assert forth["files"]["unchanged"] == 6
    report = inkstone("doctor", "--library", library, "--json").one
    assert report["library"]["healthy"]
    assert report["library"]["vectors"] == report["library"]["chunks"]


@pytest.mark.slow
def test_hidden_text_is_found_where_the_command_line_asks_for_it(tmp_path: Path) -> None:
    folder, library = tmp_path / "papers", tmp_path / "library"
    folder.mkdir()
    page = "<p>The price of the lamp is 5 euro.</p><p style='display:none'>The lowest price of the lamp is 2 euro.</p>"
    (folder / "offer.html").write_text(page, encoding="utf-8")
    assert inkstone("index", folder, "--embedding", "none", "--library", library).code == 0
    seen = inkstone("search", "price of the lamp", "--library", library)
    assert "5 euro" in seen.out
    assert "2 euro" not in seen.out
    assert "2 euro" in inkstone("search", "price of the lamp", "--hidden", "--library", library).out
